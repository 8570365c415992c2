"""Questions: ``desk.ask(question, principal, filters) -> answer``; the only way anything reads
analytics.

What leaves this package is safe to show to that principal (docs/privacy.md).
"""

from typing import Any

from data.queries.actions import actions
from data.queries.changes import changes
from data.queries.comments import comments, comments_of
from data.queries.distribution import distribution
from data.queries.drivers import drivers, item_drivers
from data.queries.groups import departments, roles
from data.queries.heatmap import item_heatmap, item_roles
from data.queries.items import items
from data.queries.live import live
from data.queries.options import options
from data.queries.participation import participation
from data.queries.periods import periods
from data.queries.plans import plans
from data.queries.priorities import priorities
from data.queries.quality import data_quality
from data.queries.question import Question
from data.queries.readiness import forces, readiness
from data.queries.representativeness import representativeness
from data.queries.segments import flows, segments
from data.queries.summary import summary
from data.queries.terms import terms
from data.queries.themes import themes
from data.queries.voices import voices
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
    item_heatmap,
    item_roles,
    distribution,
    data_quality,
    representativeness,
    drivers,
    item_drivers,
    terms,
    themes,
    comments,
    voices,
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
    "comments",
    "comments_of",
    "data_quality",
    "departments",
    "distribution",
    "drivers",
    "flows",
    "forces",
    "item_drivers",
    "item_heatmap",
    "item_roles",
    "items",
    "live",
    "options",
    "participation",
    "periods",
    "plans",
    "priorities",
    "readiness",
    "representativeness",
    "roles",
    "segments",
    "summary",
    "terms",
    "themes",
    "voices",
    "waves",
]
