"""A question is a value: its name, the type of its answer, and how it is computed once asked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Literal, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import Connection

from data.analysis.forces import Force
from data.analysis.gate import Thresholds
from data.errors import QuestionError
from data.queries.filters import Filters
from data.queries.method import Method
from data.queries.results import Answer

A = TypeVar("A", bound=Answer)

Health = Callable[[], Literal["healthy", "warning", "critical"]]


@dataclass(frozen=True, slots=True)
class Wave:
    """A survey as questions see it.

    ``at`` is the middle of its answers (UTC, to the day); ``released_at`` is None where it has no
    release; ``invited`` is None where it is not known. ``consent``: what its people were told.
    """

    id: UUID
    name: str
    series: str
    at: datetime
    released_at: datetime | None
    period: Literal["week", "month", "quarter", "wave"]
    forces: tuple[Force, ...]
    thresholds: Thresholds
    invited: int | None
    has_respondent_ids: bool
    leaves_out_low_quality: bool
    consent: str = ""


@dataclass(frozen=True, slots=True)
class Selection:
    """Whose answers: None means all. ``departments`` already lies within the viewer's scope."""

    departments: tuple[UUID, ...] | None = None
    roles: tuple[str, ...] | None = None


class Kept(Protocol):
    """How a question asks another one in the same snapshot: by way of the cache, if any."""

    def __call__(self, question: "Question[A]", asked: "Asked", /) -> A: ...


def _compute(question: "Question[A]", asked: "Asked", /) -> A:
    return question.compute(asked)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was asked, inside one snapshot of one organisation's data.

    ``waves`` are all surveys of the organisation, oldest first; ``wave`` is the one in question
    (``chosen`` is None only for live questions, which are about the organisation).
    ``scope`` are the departments the viewer may see apart, None for all of them. ``filters`` are as
    chosen, ``selection`` is what they mean within the scope. ``notes`` say how they were read.
    """

    connection: Connection
    organization: UUID
    scope: tuple[UUID, ...] | None
    filters: Filters
    selection: Selection
    waves: tuple[Wave, ...]
    chosen: Wave | None
    notes: tuple[str, ...]
    health: Health
    kept: Kept = _compute

    @property
    def wave(self) -> Wave:
        if self.chosen is None:
            raise QuestionError("No survey has figures yet.")
        return self.chosen

    def answer(self, question: "Question[A]") -> A:
        """The answer to another question about the same: figures that agree, computed once."""
        return self.kept(question, self)

    @property
    def whole(self) -> bool:
        """Whether these are the answers of the whole survey, and this viewer may see all."""
        return self.filters.whole and self.scope is None


@dataclass(frozen=True)
class Question(Generic[A]):
    """``compute`` runs after scope and filters were checked and a survey was found.

    Its docstring is the question's meaning. ``method`` says how the figures are made, wherever they
    are explained (data/queries/explain.py); a question without one cannot be listed. Live questions
    are not kept in the cache.
    """

    name: str
    answer: type[A]
    compute: Callable[[Asked], A]
    method: Method
    is_live: bool = False
