"""Single answers age: after the days a survey keeps them they are erased, all of it at once.

What was released stays. A sum over five people or more is nobody's data, and with the answers the
ledger goes too: so nothing of the survey is ever released again, and nothing can be compared with
what was (docs/privacy.md, "How long answers are kept").
"""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, Table, delete, or_, select, text

from data.audit import audit_row
from data.db.engine import Database
from data.db.tables import (
    analytics_events,
    changed_sessions,
    survey_sessions,
    theme_comments,
)
from data.db.versions import bump
from data.pipeline import hold_survey, rebuild_within
from data.privacy.files import drop_all_files
from data.privacy.holdings import is_key_to_users, tables

_DUE = """
    SELECT s.organization_id AS organization, s.id AS survey
    FROM surveys s
    JOIN LATERAL (
        SELECT max(coalesce(greatest(t.completed_at, t.started_at), t.created_at)) AS at
        FROM survey_sessions t WHERE t.organization_id = s.organization_id AND t.survey_id = s.id
    ) latest ON true
    WHERE s.retention_days IS NOT NULL AND s.answers_erased_at IS NULL
      AND greatest(latest.at, s.closed_at) + make_interval(days => s.retention_days) < :now
      AND latest.at IS NOT NULL {}
    ORDER BY 1, 2
"""
_ALL_DUE = text(_DUE.format(""))
_ONE_DUE = text(_DUE.format("AND s.organization_id = :organization AND s.id = :survey"))

_FLOWS = text("""
    DELETE FROM survey_flows
    WHERE organization_id = :organization AND (survey_id = :survey OR earlier_survey_id = :survey)
""")

# The wave after this one holds, of each person, the segments of both.
_FLOW_LEDGERS = text("""
    DELETE FROM released_sessions r
    USING surveys mine, surveys other
    WHERE mine.organization_id = :organization AND mine.id = :survey AND mine.series <> ''
      AND other.organization_id = :organization AND other.series = mine.series
      AND r.organization_id = :organization AND r.survey_id = other.id AND r.ledger = 'flows'
      AND other.id = (
          SELECT n.id FROM surveys n
          WHERE n.organization_id = :organization AND n.series = mine.series
            AND (coalesce(n.opened_at, n.created_at), n.id)
                > (coalesce(mine.opened_at, mine.created_at), mine.id)
          ORDER BY coalesce(n.opened_at, n.created_at), n.id LIMIT 1)
""")

_POOLED = (
    text("""
        UPDATE pooled_blocks SET is_shown = false
        WHERE organization_id = :organization AND survey_id = :survey
    """),
    text("""
        DELETE FROM pooled_cells WHERE organization_id = :organization AND survey_id = :survey
    """),
)

_SEAL = text("""
    UPDATE surveys s
    SET answers_erased_at = :now, updated_at = :now,
        opened_at = date_trunc('day', coalesce(latest.first, s.opened_at)),
        closed_at = date_trunc('day', coalesce(latest.last, s.closed_at))
    FROM (SELECT min(started_at) AS first, max(started_at) AS last FROM survey_sessions
          WHERE organization_id = :organization AND survey_id = :survey) latest
    WHERE s.organization_id = :organization AND s.id = :survey
""")


def erase_outlived(database: Database, home: Path, now: datetime | None = None) -> list[UUID]:
    """Erase the answers of every survey whose time is over; returns the surveys.

    ``home`` is the folder that exported files are in. One transaction a survey; running it again
    finds nothing.
    """
    at = now or datetime.now(UTC)
    with database.owning() as connection:
        due = connection.execute(_ALL_DUE, {"now": at}).all()
    return [row.survey for row in due if _erase(database, row.organization, row.survey, home, at)]


def _erase(database: Database, organization: UUID, survey: UUID, home: Path, now: datetime) -> bool:
    key = {"organization": organization, "survey": survey, "now": now}
    with database.owning(organization) as connection:
        hold_survey(connection, survey)
        if connection.execute(_ONE_DUE, key).first() is None:
            return False  # somebody answered, or changed the days, just now
        # What may be released of the last answers is: it is the last time.
        rebuild_within(connection, organization, survey, now=now)
        connection.execute(_SEAL, key)
        for statement in (_FLOWS, _FLOW_LEDGERS, *_POOLED):
            connection.execute(statement, key)
        _erase_rows(connection, organization, survey)
        drop_all_files(connection, organization, home)
        connection.execute(
            audit_row(organization, None, "erase_outlived_answers", "done", str(survey))
        )
        bump(connection, organization, survey)
    return True


def _erase_rows(connection: Connection, organization: UUID, survey: UUID) -> None:
    """Everything by session or person, the ledgers, and comments: answers, word by word."""
    s, e = survey_sessions.c, analytics_events.c
    sessions = select(s.id).where(s.organization_id == organization, s.survey_id == survey)
    about = or_(e.session_id.in_(sessions), e.entity_id.in_(sessions))
    connection.execute(delete(analytics_events).where(e.organization_id == organization, about))
    # Last the notes: triggers write them for what goes.
    for table in (survey_sessions, theme_comments, *_personal(), changed_sessions):
        own = table.c.organization_id == organization, table.c.survey_id == survey
        connection.execute(delete(table).where(*own))


def _personal() -> list[Table]:
    """Tables with rows about people of a survey, found as for one person's erasure."""
    return [
        table
        for table in tables()
        if "survey_id" in table.columns and not any(is_key_to_users(c) for c in table.columns)
    ]
