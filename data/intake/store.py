"""Sessions and answers into the database, a block of rows at a time, in the caller's transaction.

Sessions are known by their survey and ``source_key``; one whose digest is unchanged is not
touched. Nothing is written on a dry run.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import md5
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, delete, func, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.types import Text, Uuid

from data.db.bulk import copy_into
from data.db.tables import departments, responses, survey_sessions
from data.intake.rows import Session
from data.intake.words import plain

_SESSION = (
    "organization_id", "id", "survey_id", "user_id", "source_key", "department_id", "role",
    "language", "started_at", "completed_at", "is_completed", "seconds", "digest",
)  # fmt: skip
_ANSWER = (
    "organization_id", "id", "session_id", "survey_id", "question_id", "user_id", "value",
    "text", "is_unsure", "answered_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """An accepted row: its key in the survey, what it says, and the digest of both file and map."""

    key: str
    digest: str
    session: Session


@dataclass(slots=True)
class Counts:
    """Sessions by what happened to them."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    answers: int = 0


@dataclass
class Store:
    """Writes the sessions of one survey. ``before`` is how many it had; 0 for a new survey."""

    connection: Connection
    organization: UUID
    survey: UUID
    questions: Sequence[UUID]
    before: int
    dry_run: bool
    counts: Counts = field(default_factory=Counts)
    _departments: dict[str, UUID] = field(default_factory=dict)
    _analyzed: bool = False

    def __post_init__(self) -> None:
        self._departments = dict(self._known_departments())
        if self.before and not self.dry_run:
            self.connection.execute(
                text("CREATE TEMPORARY TABLE intake_seen (id uuid) ON COMMIT DROP")
            )

    def write(self, rows: Sequence[Row]) -> None:
        """A block of rows; what is unchanged stays, what changed loses its old answers."""
        known = self._known(rows)
        fresh: list[tuple[UUID, Row]] = []
        seen: list[UUID] = []
        kinds: Counter[str] = Counter()
        for row in rows:
            id_, digest = known.get(row.key, (None, ""))
            kinds["new" if id_ is None else "unchanged" if digest == row.digest else "changed"] += 1
            self.counts.answers += len(row.session.answers)
            if id_ is not None:
                seen.append(id_)
            if digest != row.digest:
                fresh.append((id_ or uuid5(self.survey, row.key), row))
        self.counts.new += kinds["new"]
        self.counts.changed += kinds["changed"]
        self.counts.unchanged += kinds["unchanged"]
        if not self.dry_run:
            self._remember(seen, fresh)
            self._replace(fresh, kinds["changed"] > 0)

    def finish(self) -> None:
        """Removes the sessions that no row of the file stands for any more."""
        self.counts.removed = self.before - self.counts.changed - self.counts.unchanged
        if self.counts.removed and not self.dry_run:
            self.connection.execute(
                delete(survey_sessions).where(
                    survey_sessions.c.organization_id == self.organization,
                    survey_sessions.c.survey_id == self.survey,
                    text(
                        "NOT EXISTS (SELECT 1 FROM intake_seen s WHERE s.id = survey_sessions.id)"
                    ),
                )
            )

    def _known(self, rows: Sequence[Row]) -> dict[str, tuple[UUID, str]]:
        if not self.before:
            return {}
        c = survey_sessions.c
        keys = func.unnest(literal([row.key for row in rows], ARRAY(Text)))
        found = self.connection.execute(
            select(c.source_key, c.id, c.digest).where(
                c.organization_id == self.organization,
                c.survey_id == self.survey,
                c.source_key.in_(select(keys)),
            )
        )
        return {key: (id_, digest) for key, id_, digest in found}

    def _remember(self, seen: list[UUID], fresh: list[tuple[UUID, Row]]) -> None:
        if self.before:
            ids = [*seen, *(id_ for id_, _ in fresh)]
            self.connection.execute(
                text("INSERT INTO intake_seen SELECT unnest(CAST(:ids AS uuid[]))"), {"ids": ids}
            )

    def _replace(self, fresh: list[tuple[UUID, Row]], has_old: bool) -> None:
        if not fresh:
            return
        self._ensure_departments(row.session.department for _, row in fresh)
        if has_old:
            self.connection.execute(
                delete(responses).where(
                    responses.c.organization_id == self.organization,
                    responses.c.session_id == func.any(
                        literal([id_ for id_, _ in fresh], ARRAY(Uuid))
                    ),
                )
            )  # fmt: skip
        copy_into(self.connection, survey_sessions, _SESSION, self._session_rows(fresh), "replace")
        if not self._analyzed:
            # The plan of the foreign key's check is made once: not while the table seems empty.
            self.connection.execute(text("ANALYZE survey_sessions"))
            self._analyzed = True
        copy_into(self.connection, responses, _ANSWER, self._answer_rows(fresh))

    def _user(self, session: Session) -> UUID | None:
        return uuid5(self.organization, session.respondent) if session.respondent else None

    def _session_rows(self, fresh: Iterable[tuple[UUID, Row]]) -> Iterator[Sequence[object]]:
        for id_, row in fresh:
            said = row.session
            department = said.department and self._departments[plain(said.department)]
            yield (
                self.organization, id_, self.survey, self._user(said), row.key, department,
                said.role, said.language, said.started, said.completed, said.is_completed,
                said.seconds, row.digest,
            )  # fmt: skip

    def _answer_rows(self, fresh: Iterable[tuple[UUID, Row]]) -> Iterator[Sequence[object]]:
        organization, survey = self.organization, self.survey
        questions = [(str(id_), str(id_).encode()) for id_ in self.questions]
        for id_, row in fresh:
            session, user, at = str(id_), self._user(row.session), _answered(row.session)
            start = session.encode()
            for place, (value, words, unsure) in row.session.answers:
                question, question_bytes = questions[place]
                # The same as md5(session_id::text || question_id::text)::uuid.
                answer = md5(start + question_bytes, usedforsecurity=False).hexdigest()
                yield (
                    organization, answer, session, survey, question, user, value, words, unsure, at,
                )  # fmt: skip

    def _known_departments(self) -> Iterator[tuple[str, UUID]]:
        found = self.connection.execute(
            select(departments.c.name, departments.c.id)
            .where(departments.c.organization_id == self.organization)
            .order_by(departments.c.created_at.desc(), departments.c.name.desc())
        )
        return ((plain(name), id_) for name, id_ in found)

    def _ensure_departments(self, names: Iterable[str | None]) -> None:
        """Departments by name; spelt in another case it is the same one, as first written."""
        new: dict[str, dict[str, Any]] = {}
        for name in names:
            if name and plain(name) not in self._departments:
                id_ = uuid5(self.organization, f"department/{plain(name)}")
                self._departments[plain(name)] = id_
                new[plain(name)] = {
                    "organization_id": self.organization, "id": id_, "name": name,
                }  # fmt: skip
        if new:
            made = insert(departments).on_conflict_do_nothing()
            self.connection.execute(made, list(new.values()))
            # Another import may have made the same one just now, by another road.
            self._departments |= dict(self._known_departments())


def _answered(session: Session) -> datetime | None:
    return session.completed or session.started
