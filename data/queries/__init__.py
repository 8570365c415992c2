"""Questions: ``desk.ask(question, principal, filters) -> answer``; the only way anything reads
analytics.

What leaves this package is safe to show to that principal (docs/privacy.md).
"""

from typing import Any

from data.queries.actions import actions
from data.queries.changes import changes
from data.queries.drivers import drivers, item_drivers
from data.queries.groups import departments, roles
from data.queries.items import items
from data.queries.live import live
from data.queries.options import options
from data.queries.participation import participation
from data.queries.periods import periods
from data.queries.plans import plans
from data.queries.priorities import priorities
from data.queries.question import Question
from data.queries.readiness import forces, readiness
from data.queries.segments import flows, segments
from data.queries.summary import summary
from data.queries.terms import terms
from data.queries.waves import waves

QUESTIONS: tuple[Question[Any], ...] = (
    readiness,
    forces,
    changes,
    departments,
    roles,
    waves,
    periods,
    participation,
    segments,
    flows,
    items,
    drivers,
    item_drivers,
    terms,
    priorities,
    actions,
    plans,
    summary,
    options,
    live,
)

__all__ = [
    "QUESTIONS",
    "actions",
    "changes",
    "departments",
    "drivers",
    "flows",
    "forces",
    "item_drivers",
    "items",
    "live",
    "options",
    "participation",
    "periods",
    "plans",
    "priorities",
    "readiness",
    "roles",
    "segments",
    "summary",
    "terms",
    "waves",
]
