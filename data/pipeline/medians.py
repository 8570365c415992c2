"""What does not add up over atoms, once a release for the whole survey: median time, counts.

The median is over the sessions that count in the mean time too: of released atoms in which enough
people took a known time. It changes with a release only, so by five people or more at a time.
"""

from sqlalchemy import Connection, text

from data.analysis import gate
from data.analysis.cells import LONGEST_SECONDS, SECONDS
from data.analysis.quality import Quality
from data.db.bulk import copy_into
from data.db.tables import survey_medians
from data.pipeline.current import LEDGER
from data.pipeline.survey import Survey

STEP_SECONDS = 5.0

_SHOWN = """
    FROM released_sessions h
    JOIN analytics_atoms a ON a.organization_id = :organization AND a.survey_id = :survey
                          AND a.atom = h.atom AND a.state = 'released'
"""
_RELEASED = """
    WHERE h.organization_id = :organization AND h.survey_id = :survey
      AND h.ledger = 'scores' AND h.version = 0
"""

_MEDIAN = text(f"""
    SELECT count(*) AS n,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY h.figures[:place]) AS median
    {_SHOWN}
    JOIN analytics_cells c ON c.organization_id = :organization AND c.survey_id = :survey
                          AND c.atom = h.atom AND c.figure = :figure AND c.n >= :smallest
    {_RELEASED} AND h.figures[:place] IS NOT NULL
""")

_COUNTS = text(f"""
    SELECT count(*) FILTER (WHERE s.is_completed AND s.seconds > :longest) AS beyond,
           count(*) FILTER (WHERE s.quality = 'high') AS high,
           count(*) FILTER (WHERE s.quality = 'medium') AS medium,
           count(*) FILTER (WHERE s.quality = 'low') AS low
    {_SHOWN}
    JOIN session_scores s ON s.organization_id = :organization AND s.session_id = h.session_id
    {_RELEASED}
""")

_DUPLICATES = text("""
    SELECT count(*) FROM session_scores
    WHERE organization_id = :organization AND survey_id = :survey AND NOT is_kept
""")

_COLUMNS = (
    "organization_id",
    "survey_id",
    "n",
    "median_seconds",
    "beyond",
    "duplicates",
    *(level.value for level in Quality),
)


def write_medians(connection: Connection, survey: Survey) -> None:
    """Replace the survey's row by what its released atoms hold now; run after every release."""
    parameters = {
        **survey.key,
        "place": LEDGER.index(SECONDS) + 1,
        "figure": SECONDS,
        "smallest": survey.smallest,
    }
    timed = connection.execute(_MEDIAN, parameters).one()
    counts = connection.execute(_COUNTS, {**survey.key, "longest": LONGEST_SECONDS}).one()
    duplicates = connection.scalar(_DUPLICATES, survey.key) or 0
    enough = timed.n >= max(survey.smallest_detail, gate.FEW)
    row = (
        survey.organization,
        survey.id,
        timed.n if enough else 0,
        gate.rounded(timed.median, STEP_SECONDS) if enough else None,
        gate.in_fives(counts.beyond),
        gate.in_fives(duplicates),
        *(gate.in_fives(getattr(counts, level.value)) for level in Quality),
    )
    copy_into(connection, survey_medians, _COLUMNS, [row], on_conflict="replace")
