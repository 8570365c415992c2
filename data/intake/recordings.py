"""Recordings into the database, a block of rows at a time, in the caller's transaction."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID, uuid5

from sqlalchemy import Connection, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text, Uuid

from data.db.bulk import copy_into
from data.db.recordings import sessions_of
from data.db.tables import questions, survey_sessions, voice_recordings
from data.intake.cells import shorten
from data.intake.rows import Problem
from data.intake.transcript_rows import Transcript
from data.intake.words import plain

_COLUMNS = (
    "organization_id", "id", "survey_id", "session_id", "question_id", "user_id",
    "processing_status", "transcription_status", "duration_seconds", "language", "confidence",
    "transcript", "reference_text", "quality",
)  # fmt: skip


class Read(NamedTuple):
    """A row of a file, and what it says; ``said`` is None where that cannot be read."""

    line: int
    cells: list[str]
    said: Transcript | None
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class Counts:
    """Accepted recordings by what happened to them.

    ``transcribed`` have a text. ``unlinked`` are of respondents without a session in this survey:
    they are stored, and in no figure until the session is there.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    transcribed: int = 0
    unlinked: int = 0

    @property
    def accepted(self) -> int:
        return self.new + self.changed + self.unchanged


class _Owner(NamedTuple):
    """Whose a recording is."""

    session: UUID | None
    user: UUID | None


@dataclass
class RecordingStore:
    """Writes the recordings of one survey; each id once."""

    connection: Connection
    organization: UUID
    survey: UUID
    counts: Counts = field(default_factory=Counts)
    _seen: set[bytes] = field(default_factory=set)

    def questions(self) -> dict[str, UUID]:
        """The survey's questions by their key, and by their words where these are one's alone."""
        q = questions.c
        found = self.connection.execute(
            select(q.id, q.key, q.text).where(
                q.organization_id == self.organization, q.survey_id == self.survey
            )
        ).all()
        words = [plain(row.text) for row in found]
        by_words = {plain(row.text): row.id for row in found if words.count(plain(row.text)) == 1}
        return by_words | {plain(row.key): row.id for row in found}

    def write(self, rows: Sequence[Read]) -> dict[int, tuple[Problem, ...]]:
        """A block of rows; returns by line why a row cannot be taken in after all."""
        refused: dict[int, tuple[Problem, ...]] = {}
        accepted: dict[UUID, tuple[Transcript, _Owner]] = {}
        sessions, latest = self._sessions(rows), self._latest(rows)
        for row in rows:
            said = row.said
            assert said is not None
            id_ = uuid5(self.survey, f"recording/{said.recording}")
            owner = self._owner(said, sessions, latest)
            if id_.bytes in self._seen:
                owner = Problem("recording", "this recording id occurs in an earlier row")
            if isinstance(owner, Problem):
                refused[row.line] = (owner,)
            else:
                self._seen.add(id_.bytes)
                accepted[id_] = (said, owner)
        self._store(accepted)
        return refused

    def _sessions(self, rows: Sequence[Read]) -> dict[str, _Owner]:
        """Sessions of the survey by the keys these rows name."""
        keys = sorted({row.said.session for row in rows if row.said and row.said.session})
        if not keys:
            return {}
        s = survey_sessions.c
        found = self.connection.execute(
            select(s.source_key, s.id, s.user_id).where(
                s.organization_id == self.organization,
                s.survey_id == self.survey,
                s.source_key.in_(select(func.unnest(literal(keys, ARRAY(Text))))),
            )
        )
        return {row.source_key: _Owner(row.id, row.user_id) for row in found}

    def _latest(self, rows: Sequence[Read]) -> dict[UUID, UUID]:
        users = {self._user(row.said) for row in rows if row.said and row.said.respondent}
        return sessions_of(self.connection, self.organization, self.survey, users)

    def _user(self, said: Transcript) -> UUID:
        return uuid5(self.organization, said.respondent or "")

    def _owner(
        self, said: Transcript, sessions: Mapping[str, _Owner], latest: Mapping[UUID, UUID]
    ) -> _Owner | Problem:
        user = self._user(said) if said.respondent else None
        named = sessions.get(said.session) if said.session else None
        if named is not None:
            if user is not None and named.user not in (None, user):
                reason = f"session {shorten(said.session or '')} is another respondent's"
                return Problem("session", reason)
            return _Owner(named.session, named.user or user)
        if user is None:
            reason = f"there is no session {shorten(said.session or '')} in this survey"
            return Problem("session", reason)
        return _Owner(latest.get(user), user)

    def _store(self, accepted: Mapping[UUID, tuple[Transcript, _Owner]]) -> None:
        known = self._known(list(accepted))
        written = 0
        for is_dated in (False, True):
            dated = {
                i: one for i, one in accepted.items() if (one[0].recorded is not None) is is_dated
            }
            columns = (*_COLUMNS, "created_at") if is_dated else _COLUMNS
            written += copy_into(
                self.connection, voice_recordings, columns, self._rows(dated), "replace"
            )
        self.counts.new += len(accepted) - known
        self.counts.changed += written - (len(accepted) - known)
        self.counts.unchanged += len(accepted) - written
        self.counts.transcribed += sum(said.text is not None for said, _ in accepted.values())
        self.counts.unlinked += sum(owner.session is None for _, owner in accepted.values())

    def _known(self, ids: list[UUID]) -> int:
        v = voice_recordings.c
        there = select(func.count()).where(
            v.organization_id == self.organization,
            v.id.in_(select(func.unnest(literal(ids, ARRAY(Uuid))))),
        )
        return self.connection.scalar(there) or 0

    def _rows(
        self, recordings: Mapping[UUID, tuple[Transcript, _Owner]]
    ) -> Iterator[Sequence[object]]:
        for id_, (said, owner) in recordings.items():
            heard = "completed" if said.text is not None else \
                "failed" if said.status == "failed" else "pending"  # fmt: skip
            row = (
                self.organization, id_, self.survey, owner.session, said.question, owner.user,
                said.status, heard, said.duration, said.language, said.confidence, said.text,
                said.reference, said.quality,
            )  # fmt: skip
            yield row if said.recorded is None else (*row, said.recorded)
