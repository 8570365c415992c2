"""Sums over people of earlier waves who answered no later one: what figures over waves add.

Written once for each pair of an earlier wave and the latest one, and entered into the ledger of the
earlier wave like a release of its own: whatever is released later is held against it. An atom that
is released again takes its sums with it for ever; so does a person who answers a later wave after
all, who would count twice.
"""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import Connection, text

from data.analysis.cells import UNSCORED
from data.analysis.forces import FIGURES, MIDPOINT
from data.analysis.pooling import Atom, blocks, fits
from data.db.bulk import copy_into
from data.db.tables import pooled_blocks, release_classes
from data.db.versions import bump
from data.pipeline.current import LEDGER
from data.pipeline.locking import try_hold
from data.pipeline.pooled_hidden import MOST_WAVES, SEEN, hide_blocks
from data.pipeline.pooling import Pooling, load_pooling
from data.pipeline.role_table import load_crossed, save_crossed
from data.pipeline.survey import Survey, load_survey

_DONE = 0
"""Number of no block: its row says that a pair of waves was summed."""

_SERIES = text("""
    SELECT s.id, s.has_respondent_ids, s.forces,
           s.closed_at IS NULL OR s.closed_at <= now() AS is_closed,
           s.answers_erased_at IS NOT NULL AS is_sealed,
           EXISTS (SELECT FROM analytics_atoms a WHERE a.organization_id = s.organization_id
                   AND a.survey_id = s.id AND a.release > 0) AS is_released
    FROM surveys s
    WHERE s.organization_id = :organization AND s.series = :series AND s.series <> ''
    ORDER BY coalesce(s.opened_at, s.created_at), s.id
""")

_IS_DONE = text("""
    SELECT EXISTS (SELECT FROM pooled_blocks WHERE organization_id = :organization
                   AND survey_id = :survey AND later_survey_id = :later AND block = 0)
""")

_ABSENT = text("""
    CREATE TEMPORARY TABLE absent_sessions ON COMMIT DROP AS
    SELECT h.session_id, h.atom, h.classes[1] AS class
    FROM released_sessions h
    WHERE h.organization_id = :organization AND h.survey_id = :survey
      AND h.ledger = 'scores' AND h.version = 0
      AND NOT EXISTS (SELECT FROM released_sessions l
                      WHERE l.organization_id = :organization AND l.survey_id = ANY(:between)
                        AND l.ledger = 'scores' AND l.version = 0
                        AND l.respondent = h.respondent)
""")

_ENTER = text("""
    UPDATE released_sessions h SET classes = ARRAY[m.after]
    FROM absent_sessions s
    JOIN unnest(CAST(:before AS int[]), CAST(:after AS int[])) AS m (before, after)
      ON m.before = s.class
    WHERE h.organization_id = :organization AND h.survey_id = :survey AND h.ledger = 'scores'
      AND h.version = 0 AND h.session_id = s.session_id
""")

_SUMS = text("""
    INSERT INTO pooled_cells (organization_id, survey_id, later_survey_id, block, figure,
                              n, total, squares, above)
    SELECT :organization, :survey, :later, block, name,
           CASE WHEN n >= :smallest THEN n ELSE 1 END,
           CASE WHEN n >= :smallest THEN total ELSE 0 END,
           CASE WHEN n >= :smallest THEN squares ELSE 0 END,
           CASE WHEN n >= :smallest THEN above ELSE 0 END
    FROM (
        SELECT b.block, f.name, count(*) AS n, sum(v.value) AS total,
               sum(v.value * v.value) AS squares,
               count(*) FILTER (WHERE v.value > f.midpoint) AS above
        FROM absent_sessions s
        JOIN unnest(CAST(:atoms AS int[]), CAST(:blocks AS int[])) AS b (atom, block)
          ON b.atom = s.atom
        JOIN released_sessions h ON h.organization_id = :organization AND h.survey_id = :survey
             AND h.ledger = 'scores' AND h.version = 0 AND h.session_id = s.session_id
        CROSS JOIN unnest(CAST(:names AS text[]), CAST(:places AS int[]),
                          CAST(:midpoints AS float[])) AS f (name, place, midpoint)
        CROSS JOIN LATERAL (SELECT h.figures[f.place] AS value) v
        WHERE v.value IS NOT NULL
        GROUP BY b.block, f.name) counted
""")


def write_pooled(connection: Connection, survey: Survey) -> None:
    """Hide what may not be shown any more; sum what was never summed for the latest wave.

    Nothing is summed before the latest wave is closed, nor where another rebuild holds one of the
    waves: the next rebuild does it then.
    """
    waves = connection.execute(_SERIES, {**survey.key, "series": survey.series}).all()
    comparable = [w for w in waves if w.is_released and tuple(w.forces) == _forces(survey)]
    hidden = hide_blocks(connection, survey, [w.id for w in comparable])
    if not comparable or not all(w.has_respondent_ids for w in comparable[-MOST_WAVES:]):
        return
    *earlier, latest = comparable[-MOST_WAVES:]
    written = False
    for place, wave in enumerate(earlier if latest.is_closed else ()):
        later = comparable[-MOST_WAVES:][place + 1 :]
        if wave.is_sealed or any(w.is_sealed for w in later):
            continue  # nobody knows any more who answered which of them
        between = [w.id for w in later]
        written = _write(connection, survey, wave.id, between) or written
    if written or hidden:
        bump(connection, survey.organization, latest.id)


def _forces(survey: Survey) -> tuple[str, ...]:
    return tuple(force.value for force in survey.forces)


def _write(connection: Connection, survey: Survey, wave: UUID, between: Sequence[UUID]) -> bool:
    """Sum the people of ``wave`` who are in none of the waves ``between``; False where done."""
    key = {"organization": survey.organization, "survey": wave, "later": between[-1]}
    if connection.scalar(_IS_DONE, key) or not _locked(connection, survey, (wave, *between)):
        return False
    connection.execute(text("DROP TABLE IF EXISTS absent_sessions"))
    connection.execute(_ABSENT, {**key, "between": list(between)})
    connection.execute(text("ANALYZE absent_sessions"))
    earlier = load_survey(connection, survey.organization, wave)
    _publish(connection, earlier, between, load_pooling(connection, earlier))
    return True


def _locked(connection: Connection, survey: Survey, waves: Sequence[UUID]) -> bool:
    """Whether no other rebuild holds one of these waves, nor will before this commits."""
    return all(try_hold(connection, f"rebuild {w}") for w in waves if w != survey.id)


def _chosen(ledger: Pooling, smallest: int) -> list[tuple[int, ...]]:
    """Blocks to sum: those there were, where they are still safe, and new ones of other atoms."""
    in_block = {atom for block in ledger.blocks for atom in block}
    described = {
        atom: Atom(
            atom,
            tuple(sorted(str(d) for d in row.departments)),
            tuple(sorted(row.roles)),
            ledger.people(atom),
        )
        for atom, row in ledger.atoms.items()
    }
    kept = [b for b in ledger.blocks if fits([described[a].people for a in b], smallest)]
    fresh = [described[atom] for atom in ledger.atoms if atom not in in_block]
    return kept + blocks(fresh, smallest)


def _publish(
    connection: Connection, wave: Survey, between: Sequence[UUID], ledger: Pooling
) -> None:
    """Write sums and ledger; nothing where the table by role could not stay known beside them."""
    chosen = _chosen(ledger, wave.smallest)
    crossed = load_crossed(connection, wave)
    if crossed is not None:
        broken = {ledger.atoms[atom].release for block in chosen for atom in block}
        if crossed.is_safe(wave.smallest, broken):
            crossed.whole -= broken
            save_crossed(connection, wave, crossed)
        else:
            chosen = []
    releases = _enter(connection, wave, ledger, chosen)
    seen = connection.scalar(SEEN, {**wave.key, "between": list(between)})
    key = (wave.organization, wave.id, between[-1])
    rows: list[Sequence[object]] = [(*key, _DONE, [], [], [], [], [], 0, seen)]
    rows += [
        (*key, number, list(block), *_described(ledger, block), release, 0)
        for number, (block, release) in enumerate(zip(chosen, releases, strict=True), 1)
    ]
    copy_into(connection, pooled_blocks, _BLOCK_COLUMNS, rows)
    _write_sums(connection, wave, between[-1], chosen)


_BLOCK_COLUMNS = (
    "organization_id",
    "survey_id",
    "later_survey_id",
    "block",
    "atoms",
    "releases",
    "departments",
    "roles",
    "periods",
    "release",
    "seen",
)
_CLASS_COLUMNS = ("organization_id", "survey_id", "ledger", "class", "figure", "releases")


def _described(ledger: Pooling, block: Sequence[int]) -> Iterator[list[Any]]:
    """The block's releases, departments, roles and periods."""
    rows = [ledger.atoms[atom] for atom in block]
    yield [row.release for row in rows]
    yield sorted({d for row in rows for d in row.departments})
    yield sorted({r for row in rows for r in row.roles})
    yield sorted({p for row in rows for p in row.periods})


def _enter(
    connection: Connection, wave: Survey, ledger: Pooling, chosen: Sequence[tuple[int, ...]]
) -> list[int]:
    """Each block's people without later answers become a release; 0 where there are none."""
    releases: list[int] = []
    moved: dict[int, int] = {}
    rows: list[Sequence[object]] = []
    for block in chosen:
        people = [class_ for atom in block for class_ in ledger.absent[atom]]
        releases.append(ledger.next_release if people else 0)
        for class_ in people:
            moved[class_] = ledger.next_class
            held = sorted(ledger.held[class_] | {releases[-1]})
            rows.append((wave.organization, wave.id, "scores", ledger.next_class, "", held))
            ledger.next_class += 1
        ledger.next_release += bool(people)
    copy_into(connection, release_classes, _CLASS_COLUMNS, rows)
    entered = {"before": list(moved), "after": list(moved.values())}
    connection.execute(_ENTER, {**wave.key, **entered})
    return releases


def _write_sums(
    connection: Connection, wave: Survey, later: UUID, chosen: Sequence[tuple[int, ...]]
) -> None:
    names = [UNSCORED, *(figure.value for figure in FIGURES)]
    midpoints = {figure.value: middle for figure, middle in MIDPOINT.items()}
    of = [(atom, number) for number, block in enumerate(chosen, 1) for atom in block]
    parameters = {
        "atoms": [atom for atom, _ in of],
        "blocks": [number for _, number in of],
        "names": names,
        "places": [LEDGER.index(name) + 1 for name in names],
        "midpoints": [midpoints.get(name, np.inf) for name in names],
        "later": later,
        "smallest": wave.smallest,
    }
    connection.execute(_SUMS, {**wave.key, **parameters})
