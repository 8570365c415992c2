"""Answers about how far figures can be relied on: quality of sessions, who of those invited."""

from typing import Literal

from pydantic import Field

from data.analysis.quality import Flag, Quality
from data.analysis.representation import Presence
from data.queries.results.base import Answer, Cell, Column, Table, Value

FLAG_NAMES: dict[Flag, str] = {
    Flag.SPEEDER: "Faster than a third of the median time",
    Flag.STRAIGHT: "The same answer to ten or more questions",
    Flag.BLANK: "Fewer than half of the questions answered",
}
QUALITY_NAMES: dict[Quality, str] = {
    Quality.HIGH: "High: no sign of haste",
    Quality.MEDIUM: "Medium: one sign",
    Quality.LOW: "Low: two signs or more",
}


class FlagRow(Value):
    """How many kept sessions raise a flag: of ``n``, in percent; None where 1-4 do or do not."""

    flag: Flag
    n: int = 0
    share: float | None = None


class QualityRow(Value):
    """Sessions of one quality, at least (in fives; None below 5)."""

    quality: Quality
    n: int | None = None


class DataQualityAnswer(Answer):
    """How far the figures can be relied on. Shares are 0-100, times seconds.

    ``levels``, ``median_seconds``, ``beyond`` (times over 4 h) and ``duplicates`` exist for whole
    surveys only; counts are in fives, None below 5. ``low_left_out``: whether sessions of low
    quality are left out of figures. ``warning``: more than 20 % without readiness.
    """

    started: int = 0
    flags: tuple[FlagRow, ...] = ()
    levels: tuple[QualityRow, ...] = ()
    low_share: float | None = None
    low: int | None = None
    low_left_out: bool = True
    unscored_share: float | None = None
    warning: str = ""
    completion_rate: float | None = None
    median_seconds: float | None = None
    mean_seconds: float | None = None
    beyond: int | None = None
    duplicates: int | None = None
    is_whole: bool = True

    def table(self) -> Table:
        rows: list[tuple[Cell, ...]] = [
            ("Sessions", self.started or None, "people"),
            ("Completed", self.completion_rate, "%"),
            ("Without readiness", self.unscored_share, "%"),
            *((FLAG_NAMES[row.flag], row.share, "%") for row in self.flags),
            ("Low quality", self.low_share, "%"),
            *((QUALITY_NAMES[row.quality], _at_least(row.n), "sessions") for row in self.levels),
            ("Median time", self.median_seconds, "s"),
            ("Mean time", self.mean_seconds, "s"),
        ]
        if self.is_whole:
            rows += [
                ("Times over 4 h, left out", _at_least(self.beyond), "sessions"),
                ("Duplicates, removed", _at_least(self.duplicates), "sessions"),
            ]
        return Table((Column("Figure"), Column("Value", "number"), Column("Unit")), tuple(rows))


def _at_least(count: int | None) -> Cell:
    return "< 5" if not count else f"{count:,} or a few more"


PRESENCE_WORDS: dict[Presence, str] = {
    Presence.OVER: "over-represented",
    Presence.UNDER: "under-represented",
    Presence.AS_INVITED: "as invited",
    Presence.TOO_FEW: "too few to tell",
}


class PresenceRow(Value):
    """A department or role: invited, started, response rate, and its share of both (0-100).

    ``difference`` is in percentage points (of respondents less of invited), ``residual`` the
    standardised residual, ``p`` corrected for all rows of its dimension.
    """

    id: str
    name: str
    dimension: Literal["department", "role"]
    invited: int
    started: int
    response_rate: float | None
    invited_share: float
    started_share: float
    difference: float
    residual: float | None = None
    p: float | None = None
    presence: Presence = Presence.TOO_FEW


class RepresentativenessAnswer(Answer):
    """Who answered compared with who was invited, by department and by role.

    Shares are among the groups that can be told. ``p`` by dimension: chi-square goodness of fit.
    ``hidden``: names of groups whose response cannot be told. ``findings``: sentences.
    """

    invited: int | None = None
    started: int = 0
    response_rate: float | None = None
    rows: tuple[PresenceRow, ...] = ()
    p: dict[Literal["department", "role"], float] = Field(default_factory=dict)
    hidden: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()

    def table(self) -> Table:
        columns = (
            Column("Group"),
            Column("By"),
            Column("Invited", "whole"),
            Column("Started", "whole"),
            Column("Response rate", "percent", "%"),
            Column("Share of invited", "percent", "%"),
            Column("Share of respondents", "percent", "%"),
            Column("Finding"),
        )
        return Table(
            columns,
            tuple(
                (
                    r.name, r.dimension, r.invited, r.started, r.response_rate, r.invited_share,
                    r.started_share, PRESENCE_WORDS[r.presence],
                )
                for r in self.rows
            ),
        )  # fmt: skip
