"""The demo as rows of tables. Ids are made of names, so the same demo has the same ids.

Ids and times are handed over as text: COPY reads it as it is, which is several times faster than
making and printing objects.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from data.demo.answers import Sessions
from data.demo.comments import Comment
from data.demo.items import OPEN, SCALED, Item
from data.demo.population import LANGUAGES, Population
from data.demo.quarters import Wave
from data.demo.story import DEPARTMENTS, ROLES
from data.demo.voices import Voice

SERIES = "AI readiness"

QUESTION_COLUMNS = (
    "organization_id", "id", "survey_id", "key", "position", "text", "kind", "force",
    "is_outcome", "is_reversed", "scale_low", "scale_high", "labels",
)  # fmt: skip
SESSION_COLUMNS = (
    "organization_id", "id", "survey_id", "user_id", "source_key", "department_id", "role",
    "language", "started_at", "completed_at", "is_completed", "seconds",
)  # fmt: skip
RESPONSE_COLUMNS = (
    "organization_id", "id", "session_id", "survey_id", "question_id", "user_id", "value", "text",
    "is_unsure", "answered_at",
)  # fmt: skip
INVITED_COLUMNS = ("organization_id", "survey_id", "department_id", "role", "invited")
VOICE_COLUMNS = (
    "organization_id", "id", "survey_id", "session_id", "question_id", "user_id",
    "processing_status", "transcription_status", "duration_seconds", "language", "confidence",
    "transcript", "reference_text", "quality", "created_at",
)  # fmt: skip

Row = Sequence[object]


def made_of(*parts: object) -> str:
    """An id (32 hex digits, read as a UUID) made of names: the same names give the same id."""
    return hashlib.md5("/".join(map(str, parts)).encode(), usedforsecurity=False).hexdigest()


def department_ids(organization: UUID) -> dict[str, str]:
    """Ids of the departments by name, in the order of the story."""
    return {d.name: made_of(organization, "department", d.name) for d in DEPARTMENTS}


def invited_rows(organization: UUID, survey: UUID, people: Population) -> Iterator[Row]:
    """How many were invited by department and role: everybody."""
    names = (*(role.name for role in ROLES), "")
    ids = list(department_ids(organization).values())
    pairs = Counter(zip(people.department.tolist(), people.role.tolist(), strict=True))
    for (department, role), count in sorted(pairs.items()):
        yield organization, survey, ids[department], names[role], count


@dataclass(frozen=True, slots=True)
class Block:
    """The sessions of a block of people in one wave, and what their rows share.

    ``ids``: of the sessions; ``users``: of their respondents, the same in every wave.
    """

    organization: UUID
    survey: UUID
    wave: Wave
    people: Population
    answered: Sessions
    ids: list[str]
    users: list[str]

    @classmethod
    def of(
        cls, organization: UUID, survey: UUID, wave: Wave, people: Population, answered: Sessions
    ) -> "Block":
        users = [made_of(organization, "person", person) for person in answered.person.tolist()]
        ids = [
            made_of(survey, "session", user, repeat)
            for user, repeat in zip(users, answered.is_repeat.tolist(), strict=True)
        ]
        return cls(organization, survey, wave, people, answered, ids, users)

    @property
    def questions(self) -> list[str]:
        """Ids of the survey's questions in the order asked."""
        return [made_of(self.survey, "question", item.key) for item in (*SCALED, *OPEN)]

    def times(self, seconds: NDArray[np.float64]) -> list[str]:
        """Moments that many seconds after each session began, as text in UTC."""
        opened = np.datetime64(self.wave.opened_at.astimezone(UTC).replace(tzinfo=None), "s")
        moments = opened + (self.answered.start + seconds).astype("timedelta64[s]")
        texts: list[str] = np.datetime_as_string(moments, unit="s", timezone="UTC").tolist()
        return texts


def question_rows(organization: UUID, survey: UUID) -> Iterator[Row]:
    for position, item in enumerate((*SCALED, *OPEN), start=1):
        yield (organization, made_of(survey, "question", item.key), survey, item.key, position,
               *_asked(item))  # fmt: skip


def _asked(item: Item) -> tuple[object, ...]:
    force = item.force.value if item.force else None
    if item in OPEN:
        return (item.text, "comment", force, False, False, None, None, {})
    labels = {str(point): label for point, label in enumerate(item.labels, start=1)}
    return (item.text, "scale", force, force is None, item.is_reversed, 1.0, 5.0, labels)


def session_rows(block: Block) -> Iterator[Row]:
    people, answered = block.people, block.answered
    departments = tuple(department_ids(block.organization).values())
    roles = [*(role.name for role in ROLES), None]
    began = block.times(np.zeros(len(answered)))
    ended = block.times(answered.seconds)
    columns = zip(
        block.ids, block.users, answered.person.tolist(), answered.is_repeat.tolist(),
        people.department[answered.person].tolist(), people.role[answered.person].tolist(),
        people.language[answered.person].tolist(), began, ended, answered.is_completed.tolist(),
        answered.seconds.tolist(), strict=True,
    )  # fmt: skip
    for id_, user, person, again, department, role, language, begin, end, done, seconds in columns:
        yield (
            block.organization, id_, block.survey, user, f"{person + 1:07d}{'b' if again else ''}",
            departments[department], roles[role], LANGUAGES[language], begin,
            end if done else None, done, seconds if done else None,
        )  # fmt: skip


def response_rows(block: Block, comments: Sequence[Comment]) -> Iterator[Row]:
    """The single answers, by session; a question skipped has no row."""
    answered, questions = block.answered, block.questions
    given = ~np.isnan(answered.values) | answered.unsure
    session, question = (index.tolist() for index in np.nonzero(given))
    values = [None if np.isnan(v) else v for v in answered.values[given].tolist()]
    unsure = answered.unsure[given].tolist()
    ended = block.times(answered.seconds)
    for row, column, value, is_unsure in zip(session, question, values, unsure, strict=True):
        yield _response(block, row, questions[column], value, None, is_unsure, ended[row])
    for comment in comments:
        asked = questions[len(SCALED) + comment.question]
        yield _response(
            block, comment.session, asked, None, comment.text, False, ended[comment.session]
        )


def _response(
    block: Block, row: int, question: str, value: float | None, text: str | None, unsure: bool,
    at: str,
) -> Row:  # fmt: skip
    session = block.ids[row]
    return (block.organization, made_of(session, question), session, block.survey, question,
            block.users[row], value, text, unsure, at)  # fmt: skip


def voice_rows(block: Block, voices: Sequence[Voice]) -> Iterator[Row]:
    questions, ended = block.questions, block.times(block.answered.seconds)
    for voice in voices:
        yield (
            block.organization, made_of(block.ids[voice.session], "voice"), block.survey,
            block.ids[voice.session], questions[len(SCALED) + voice.question],
            block.users[voice.session], voice.status, voice.status, voice.seconds, voice.language,
            voice.confidence, voice.transcript, voice.reference, voice.quality,
            ended[voice.session],
        )  # fmt: skip
