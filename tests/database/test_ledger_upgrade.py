"""A ledger written before there were drivers and flags: room is made, and nothing else changes."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from numpy.testing import assert_allclose

from data.analysis.cells import ITEM_DRIVERS, unpack
from data.analysis.quality import Flag, flag_figure
from data.db import migrate as migrations
from data.db.engine import Database
from data.pipeline import ledgers
from data.pipeline.current import LEDGER
from data.pipeline.survey import load_survey
from tests.database.test_pipeline import UNCHANGED, Wave

_PARTS = Path(migrations.__file__).with_name("migrations") / "versions" / "0002"
_NEW = (ITEM_DRIVERS, *(flag_figure(flag) for flag in Flag))


@pytest.fixture
def wave(database: Database, organization: UUID) -> Wave:
    return Wave(database, organization)


def run(wave: Wave, file: str) -> None:
    with wave.database.owning() as connection:
        connection.exec_driver_sql((_PARTS / file).read_text(encoding="utf-8"))
        # Written in the same upgrade, so an installation of before has nothing there yet.
        connection.exec_driver_sql("DELETE FROM survey_states")


def lived(wave: Wave) -> None:
    """A history: corrections, skipped questions, somebody erased, everything released again."""
    sessions = wave.add(range(20), skip=0)
    wave.add(range(20, 50), skip=0.2)
    wave.add(range(50, 70), home=1, skip=0)
    wave.rebuild()
    correct = "UPDATE responses SET value = 8 - value WHERE session_id = ANY(:some)"
    wave.run(correct, some=sessions[:10])
    assert wave.rebuild().released == 1
    wave.erase(sessions[10:15])
    assert wave.rebuild().released == 1


def held(wave: Wave) -> tuple[dict[Any, Any], dict[Any, int]]:
    """The whole ledger by names instead of places: live values, former ones, and the erased."""
    with wave.database.owning(wave.organization) as connection:
        survey = load_survey(connection, wave.organization, wave.id)
        shape = (len(LEDGER), len(survey.questions))
        stored = ledgers.load(connection, survey, "scores", shape, range(1000))
    names = [*LEDGER, *(str(question.id) for question in survey.questions)]
    found = {
        session: (
            {names[f]: (v, h.releases[f]) for f, v in enumerate(h.values) if v is not None},
            {names[f]: former for f, former in h.former.items()},
        )
        for session, h in stored.ledger.held.items()
    }
    return found, {(names[f], r): n for (f, r), n in stored.ledger.departed.items()}


def without_new(ledger: tuple[dict[Any, Any], dict[Any, int]]) -> object:
    sessions, departed = ledger

    def old(of: dict[Any, Any]) -> dict[Any, Any]:
        return {name: value for name, value in of.items() if name not in _NEW}

    return (
        {s: (old(live), old(former)) for s, (live, former) in sessions.items()},
        {key: n for key, n in departed.items() if key[0] not in _NEW},
    )


def cells(wave: Wave, figures: Iterable[str] = _NEW) -> dict[tuple[int, str], Any]:
    rows = wave.run("SELECT * FROM analytics_cells WHERE figure = ANY(:f)", f=list(figures))
    return {(row.atom, row.figure): (row.n, row.total, tuple(row.products)) for row in rows}


def test_what_was_released_keeps_its_place(wave: Wave) -> None:
    lived(wave)
    before = held(wave)
    assert any(former for _, former in before[0].values()), "nobody's answers were corrected"
    assert any(name not in LEDGER for name, _ in before[1]), "no item of an erased person"
    run(wave, "ledger.down.sql")
    assert wave.run("SELECT DISTINCT cardinality(figures) FROM released_sessions") == [(19,)]
    run(wave, "ledger.sql")
    after = held(wave)
    assert after == without_new(before), "only what is new is missing"


def test_the_next_rebuild_releases_the_new_figures(wave: Wave) -> None:
    lived(wave)
    shown = cells(wave)
    run(wave, "ledger.down.sql")
    assert cells(wave) == {}
    run(wave, "ledger.sql")
    assert wave.rebuild().released == 2
    assert cells(wave) == shown
    assert wave.rebuild() == UNCHANGED


def test_a_change_of_one_person_still_waits_after_the_upgrade(wave: Wave) -> None:
    """That room was made counts as a change of everybody, but tells nothing of those others."""
    sessions = wave.add(range(20), skip=0)
    wave.add(range(20, 40), home=1, skip=0)
    wave.rebuild()
    shown = "SELECT * FROM analytics_cells WHERE figure = 'pull_of_new' ORDER BY atom"
    before = wave.run(shown)
    run(wave, "ledger.down.sql")
    run(wave, "ledger.sql")
    wave.run("UPDATE responses SET value = 8 - value WHERE session_id = :one", one=sessions[0])
    again = wave.rebuild()
    assert (again.released, again.waiting) == (1, 1)
    assert wave.run(shown) == before


def test_the_block_of_items_and_outcome_equals_numpy(wave: Wave) -> None:
    for home in range(3):
        wave.add(range(40 * home, 40 * home + 40), home, skip=0.03)
    wave.rebuild()
    members: dict[int, list[list[float]]] = defaultdict(list)
    for row in wave.run("""
        SELECT l.atom, s.items, s.outcome FROM session_scores s
        JOIN atom_leaves l USING (survey_id, department_id, role)
    """):
        members[row.atom].append([*row.items[:8], np.nan if row.outcome is None else row.outcome])
    found = cells(wave, [ITEM_DRIVERS])
    assert len(found) == 3
    for (atom, _), (n, _, products) in found.items():
        block = np.array(members[atom])
        whole = block[~np.isnan(block).any(axis=1)]
        assert n == len(whole)
        assert_allclose(unpack(n, products).covariance, np.cov(whole.T), atol=1e-9)


def test_flags_are_counted(wave: Wave) -> None:
    wave.add(range(20), skip=0)
    hasty = wave.add(range(20, 26), skip=0.7)
    wave.run("UPDATE survey_sessions SET seconds = 5 WHERE id = ANY(:s)", s=hasty)
    wave.rebuild()
    flags = wave.run("SELECT flags FROM session_scores WHERE is_kept")
    assert sum(Flag.SPEEDER in row.flags for row in flags) == 6
    for flag in Flag:
        raised = sum(flag in row.flags for row in flags)
        (cell,) = cells(wave, [flag_figure(flag)]).values()
        assert cell[:2] == (26, raised)


def test_a_survey_without_outcome_or_with_many_items_has_no_block(wave: Wave) -> None:
    wave.add(range(20), skip=0)
    wave.run("UPDATE questions SET is_outcome = false")
    wave.rebuild()
    assert cells(wave, [ITEM_DRIVERS]) == {}
