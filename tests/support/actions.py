"""Priorities, recommended actions and plans made by hand, for widgets and pages."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from data.analysis.actions import RULES, Kind
from data.analysis.forces import Force
from data.contracts.plans import PlanStatus
from data.queries.results import (
    ActionRow,
    Difference,
    Estimate,
    Mark,
    Moved,
    PlanRow,
    PlanStep,
    PriorityRow,
)

AT = datetime(2026, 11, 22, 18, 5, tzinfo=UTC)
RESISTING = (Force.ANXIETY, Force.ANCHORS, Force.PULL)


def difference(mark: Mark = Mark.WORSE) -> Difference:
    return Difference(change=0.4, half_width=0.2, effect=0.5, p=0.001, mark=mark)


def priorities(names: Sequence[str]) -> tuple[PriorityRow, ...]:
    """One a name, each smaller than the one before; the later half is not marked."""
    return tuple(
        PriorityRow(
            rank=i + 1,
            id=UUID(int=i + 1),
            name=name,
            force=RESISTING[i % 3],
            score=Estimate(n=214, mean=3.6, half_width=0.2, sd=0.8, scale=(1, 5)),
            share=12.5,
            reference=3.1,
            gap=0.5,
            value=0.0625 / (i + 1),
            against_rest=difference(Mark.WORSE if i < len(names) / 2 else Mark.NONE),
            sentence=f"Anxiety of the new 3.6 ± 0.2 (n = 214) in {name}: 0.50 above.",
        )
        for i, name in enumerate(names)
    )


def actions(names: Sequence[str]) -> tuple[ActionRow, ...]:
    """One a name, through the rule table."""
    standing = [rule for rule in RULES if rule.kind is not Kind.NEUTRAL]
    return tuple(
        ActionRow(
            rule=rule.key,
            kind=rule.kind,
            title=rule.named(rule.forces[0]),
            why=rule.why,
            source=rule.source,
            department=UUID(int=i + 1),
            name=name,
            force=rule.forces[0],
            evidence=("Anxiety of the new 3.6 ± 0.2 (n = 40), clearly worse than the rest.",),
            priority=0.0625 / (i + 1),
            expected="In the next wave anxiety would fall.",
            others="Pull of the new 3.9 ± 0.1 (n = 40)",
        )
        for i, name in enumerate(names)
        for rule in [standing[i % len(standing)]]
    )


def plan(name: str = "Legal", **values: Any) -> PlanRow:
    """A measured plan, changed by what is given."""
    plain = PlanRow(
        id=UUID(int=7),
        rule="open-hour",
        title="Hold an open hour",
        note="",
        force=Force.ANXIETY,
        department=UUID(int=1),
        name=name,
        owner=UUID(int=2),
        owner_name="Leo Brandt",
        due=date(2026, 12, 1),
        is_overdue=False,
        status=PlanStatus.OPEN,
        revision=1,
        survey="Q2 2026",
        taken_up_on=UUID(int=3),
        created_at=AT,
        updated_at=AT,
        steps=(PlanStep(status=PlanStatus.OPEN, by="Ana Moreau", at=AT),),
        measured="measured",
        latest="Q3 2026",
        own=Moved(change=0.0, half_width=0.2),
        rest=Moved(change=-0.4, half_width=0.1),
        difference=difference(),
        sentence="Since Q2 2026: anxiety in Legal 0.0 ± 0.2, in the rest −0.4 ± 0.1.",
    )
    return plain.model_copy(update=values)
