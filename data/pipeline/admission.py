"""Who joins the block of all items and the outcome, so that nobody's figures wait for it.

Few people answer everything. Of ten that arrive in an atom, three may have: the block with them
would tell of three people, and the whole atom would have to wait. So in an atom that shows its
block already, people join it by ``smallest`` at once or not yet. Whether a release is safe the
ledger decides as ever (docs/privacy-argument.md); cells hold only those whom it lets in.
"""

from uuid import UUID

from sqlalchemy import Connection, text

from data.analysis.cells import ITEM_DRIVERS
from data.pipeline import changes
from data.pipeline.current import LEDGER
from data.pipeline.survey import Survey

_HOLD_BACK = """
    WITH inside AS (
        SELECT session_id FROM released_sessions
        WHERE organization_id = :organization AND survey_id = :survey AND ledger = 'scores'
          AND version = 0 AND figures[:place] IS NOT NULL {}),
    arriving AS (
        SELECT c.session_id, c.respondent, c.atom FROM current_sessions c
        LEFT JOIN inside i ON i.session_id = c.session_id
        WHERE c.figures[:place] IS NOT NULL AND i.session_id IS NULL),
    few AS (
        SELECT a.atom FROM arriving a
        JOIN analytics_cells b ON b.organization_id = :organization AND b.survey_id = :survey
                              AND b.atom = a.atom AND b.figure = :figure AND b.n >= :smallest
        GROUP BY a.atom
        HAVING count(DISTINCT a.respondent) < :smallest)
    UPDATE current_sessions c SET figures[:place] = NULL
    FROM arriving a JOIN few f ON f.atom = a.atom
    WHERE c.session_id = a.session_id
    RETURNING c.session_id
"""

_ALL, _NOTED = text(_HOLD_BACK.format("")), text(_HOLD_BACK.format("AND session_id = ANY(:noted)"))


def hold_back(connection: Connection, survey: Survey, compared: changes.Noted) -> set[UUID]:
    """Take those out of the block, in ``current_sessions``, who may not join it yet.

    Returns them: they are to be looked at again whenever others arrive.
    """
    parameters = {
        **survey.key,
        "place": LEDGER.index(ITEM_DRIVERS) + 1,
        "figure": ITEM_DRIVERS,
        "smallest": survey.smallest,
        "noted": compared.sessions,
    }
    query = _ALL if compared.is_everything else _NOTED
    return set(connection.scalars(query, parameters))
