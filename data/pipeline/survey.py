"""What a rebuild must know of its survey before it reads a single answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Connection, text

from data.analysis.forces import FORCES, Force
from data.analysis.partition import Period
from data.analysis.scoring import Item, asked_forces
from data.errors import UnknownName


@dataclass(frozen=True, slots=True)
class ScaledQuestion:
    """A scaled question; their order is the order of ``items`` in scores and ledger."""

    id: UUID
    item: Item


@dataclass(frozen=True, slots=True)
class Survey:
    """A survey as the pipeline sees it. ``fallback_day`` stands in for sessions without a time."""

    organization: UUID
    id: UUID
    series: str
    language: str
    zone: str
    fallback_day: date
    smallest: int
    smallest_detail: int
    has_ids: bool
    leaves_out_low_quality: bool
    period: Period | None
    forces: tuple[Force, ...]
    has_outcome: bool
    questions: tuple[ScaledQuestion, ...]

    @property
    def items(self) -> list[Item]:
        return [question.item for question in self.questions]

    @property
    def key(self) -> dict[str, UUID]:
        """Parameters that every statement names: the organisation and the survey."""
        return {"organization": self.organization, "survey": self.id}


_SURVEY = text("""
    SELECT s.series, s.language, o.timezone, s.smallest_group, s.smallest_detail,
           s.has_respondent_ids, s.leaves_out_low_quality, s.period, s.forces,
           (coalesce(s.opened_at, s.created_at) AT TIME ZONE o.timezone)::date AS fallback_day
    FROM surveys s JOIN organizations o ON o.id = s.organization_id
    WHERE s.organization_id = :organization AND s.id = :survey
""")

_QUESTIONS = text("""
    SELECT id, force::text, is_outcome, is_reversed, scale_low, scale_high FROM questions
    WHERE organization_id = :organization AND survey_id = :survey AND kind = 'scale'
      AND scale_low < scale_high
    ORDER BY position, key
""")

_HAS_OUTCOME = text("""
    SELECT EXISTS (SELECT FROM session_scores WHERE organization_id = :organization
                   AND survey_id = :survey AND outcome IS NOT NULL)
""")

_SET_FORCES = text("""
    UPDATE surveys SET forces = :forces
    WHERE organization_id = :organization AND id = :survey AND forces <> :forces
""")


def load_survey(connection: Connection, organization: UUID, survey: UUID) -> Survey:
    """The survey with its scaled questions. Raises UnknownName where there is none.

    Without scaled questions (scores that came without answers) the asked forces are those that
    the survey's own row names.
    """
    key = {"organization": organization, "survey": survey}
    row = connection.execute(_SURVEY, key).one_or_none()
    if row is None:
        raise UnknownName(f"There is no survey {survey} in this organisation.")
    questions = tuple(
        ScaledQuestion(q.id, _item(q.force, q.scale_low, q.scale_high, q.is_reversed, q.is_outcome))
        for q in connection.execute(_QUESTIONS, key)
    )
    items = [question.item for question in questions]
    has_outcome = any(i.is_outcome for i in items) or bool(connection.scalar(_HAS_OUTCOME, key))
    forces = asked_forces(items) or _named(row.forces)
    connection.execute(_SET_FORCES, {**key, "forces": [force.value for force in forces]})
    return Survey(
        organization=organization,
        id=survey,
        series=row.series,
        language=row.language,
        zone=row.timezone,
        fallback_day=row.fallback_day,
        smallest=row.smallest_group,
        smallest_detail=row.smallest_detail,
        has_ids=row.has_respondent_ids,
        leaves_out_low_quality=row.leaves_out_low_quality,
        period=Period(row.period) if row.period else None,
        forces=forces,
        has_outcome=has_outcome,
        questions=questions,
    )


def _item(force: str | None, low: float, high: float, is_reversed: bool, is_outcome: bool) -> Item:
    named = next((f for f in FORCES if f.value == force), None)
    return Item(named, low, high, is_reversed, is_outcome)


def _named(forces: Sequence[str]) -> tuple[Force, ...]:
    return tuple(force for force in FORCES if force.value in forces)
