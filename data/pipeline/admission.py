"""Who joins the block of all items and the outcome, so that nobody's figures wait for it.

Few people answer everything. Of ten that arrive in an atom, three may have: the block with them
would tell of three people, and the whole atom would have to wait. So in an atom whose last release
holds the block already, people join it by ``smallest`` at once (those counted whose answers in it
changed) or not yet. Whether a release is safe the ledger decides as ever
(docs/privacy-argument.md); cells hold only those whom it lets in.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Connection, text

from data.analysis.cells import ITEM_DRIVERS
from data.pipeline import changes
from data.pipeline.current import LEDGER
from data.pipeline.survey import Survey

_HOLD_BACK = """
    WITH inside AS (
        SELECT session_id, figures[:place] AS block FROM released_sessions
        WHERE organization_id = :organization AND survey_id = :survey AND ledger = 'scores'
          AND version = 0 AND figures[:place] IS NOT NULL {}),
    differing AS (
        SELECT c.session_id, c.respondent, c.atom, i.session_id IS NULL AS is_arriving
        FROM current_sessions c
        LEFT JOIN inside i ON i.session_id = c.session_id
        WHERE c.figures[:place] IS NOT NULL AND c.figures[:place] IS DISTINCT FROM i.block),
    hidden AS (
        SELECT atom FROM analytics_atoms
        WHERE organization_id = :organization AND survey_id = :survey AND state = 'withdrawn'
        UNION
        SELECT atom FROM released_sessions
        WHERE organization_id = :organization AND survey_id = :survey AND ledger = 'scores'
          AND version = 0 AND session_id = ANY(:gone)),
    holding AS (
        SELECT atom FROM analytics_cells
        WHERE organization_id = :organization AND survey_id = :survey
          AND figure = :figure AND n >= :smallest AND atom NOT IN (SELECT atom FROM hidden)
        UNION ALL
        SELECT atom FROM released_sessions
        WHERE organization_id = :organization AND survey_id = :survey AND ledger = 'scores'
          AND version = 0 AND figures[:place] IS NOT NULL AND session_id <> ALL(:gone)
          AND atom = ANY(ARRAY(SELECT atom FROM hidden))
        GROUP BY atom HAVING count(DISTINCT respondent) >= :smallest),
    few AS (
        SELECT d.atom FROM differing d JOIN holding b ON b.atom = d.atom
        GROUP BY d.atom
        HAVING count(DISTINCT d.respondent) < :smallest)
    UPDATE current_sessions c SET figures[:place] = NULL
    FROM differing d JOIN few f ON f.atom = d.atom
    WHERE c.session_id = d.session_id AND d.is_arriving
    RETURNING c.session_id
"""

_ALL, _NOTED = text(_HOLD_BACK.format("")), text(_HOLD_BACK.format("AND session_id = ANY(:noted)"))


def hold_back(
    connection: Connection, survey: Survey, compared: changes.Noted, gone: Collection[UUID]
) -> set[UUID]:
    """Take those out of the block, in ``current_sessions``, who may not join it yet.

    ``gone`` are in no block any more; a block that an erasure hides is held against whoever is
    left. Returns those held back: they are to be looked at again whenever others arrive.
    """
    parameters = {
        **survey.key,
        "place": LEDGER.index(ITEM_DRIVERS) + 1,
        "figure": ITEM_DRIVERS,
        "smallest": survey.smallest,
        "gone": list(gone),
        "noted": compared.sessions,
    }
    query = _ALL if compared.is_everything else _NOTED
    return set(connection.scalars(query, parameters))
