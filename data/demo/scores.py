"""Scores of the demo's sessions without their single answers, for measuring questions at size."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from data.analysis import quality, scoring
from data.analysis.forces import FIGURES
from data.demo.answers import Sessions
from data.demo.items import SCALED
from data.demo.rows import Block, Row, department_ids
from data.demo.story import ROLES

SCORE_COLUMNS = (
    "organization_id", "session_id", "survey_id", "user_id", "department_id", "role",
    "answered_on", *(figure.value for figure in FIGURES), "segment", "is_kept", "is_counted",
    "quality", "flags", "is_completed", "seconds", "items",
)  # fmt: skip

_ITEMS = tuple(
    scoring.Item(item.force, 1.0, 5.0, item.is_reversed, item.force is None) for item in SCALED
)


def score_rows(block: Block) -> Iterator[Row]:
    """Rows of session_scores; nobody may be in the block twice. Ids and lists are text for COPY."""
    people, answered = block.people, block.answered
    scores = scoring.score(answered.values, _ITEMS)
    departments = tuple(department_ids(block.organization).values())
    roles = [*(role.name for role in ROLES), ""]
    columns = zip(
        block.ids, block.users, people.department[answered.person].tolist(),
        people.role[answered.person].tolist(), _days(block), scores.figures.tolist(),
        scores.segments, _raised(answered), answered.is_completed.tolist(),
        answered.seconds.tolist(), _lists(scores.items), strict=True,
    )  # fmt: skip
    for (
        id_, user, department, role, day, figures, segment, flags, done, seconds, items,
    ) in columns:  # fmt: skip
        word = quality.quality(len(flags))
        yield (
            block.organization, id_, block.survey, user, departments[department], roles[role], day,
            *(None if value != value else value for value in figures), segment, True,
            word is not quality.Quality.LOW, word.value, f"{{{','.join(flags)}}}", done,
            seconds if done else None, items,
        )  # fmt: skip


def _days(block: Block) -> list[str]:
    """The local day each session ended on, as text; no clock change falls into a wave."""
    answered = block.answered
    spent = np.where(answered.is_completed, answered.seconds, 0.0)
    first = block.wave.opened_at.date()
    names = [
        str(first + timedelta(days=n))
        for n in range(int(np.max(answered.start + spent, initial=0) // 86_400) + 1)
    ]
    return [names[day] for day in ((answered.start + spent) // 86_400).astype(int).tolist()]


def _raised(answered: Sessions) -> list[tuple[str, ...]]:
    """The flags of each session; the median is that of the block."""
    values = answered.values
    completed = answered.is_completed
    median = quality.median_seconds(answered.seconds, completed)
    raised = {
        quality.Flag.SPEEDER: quality.speeders(answered.seconds, ~completed, median),
        quality.Flag.STRAIGHT: quality.straight_liners(values),
        quality.Flag.BLANK: quality.mostly_blank(~np.isnan(values) | answered.unsure),
    }
    flags: Sequence[tuple[str, NDArray[np.bool_]]] = [(f.value, on) for f, on in raised.items()]
    result: list[tuple[str, ...]] = [()] * len(answered)
    for row in np.flatnonzero(np.any([on for _, on in flags], axis=0)).tolist():
        result[row] = tuple(name for name, on in flags if on[row])
    return result


def _lists(items: NDArray[np.float64]) -> list[str]:
    """Each row of scores as PostgreSQL writes an array; they are whole numbers or missing."""
    words = np.array(["NaN", "1", "2", "3", "4", "5"])[np.nan_to_num(items).astype(int)]
    return ["{" + ",".join(row) + "}" for row in words.tolist()]
