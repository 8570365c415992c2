"""Answers about what people write: themes, and comments that speak of them."""

from typing import Literal

from data.analysis.forces import FIGURE_NAMES, FORCE_NAMES, Figure, Force
from data.analysis.languages import name
from data.queries.results.base import (
    MARK_WORDS,
    Answer,
    Cell,
    Column,
    Difference,
    Table,
    Value,
)

ThemeForce = Literal[
    "", "pain_of_old", "pull_of_new", "anchors_to_old", "anxiety_of_new", "demographic"
]
"""Of the questions that people answered; empty where these had no force."""

NOT_ANALYSED = "not analysed"


class ThemeRow(Value):
    """What at least ten people write or say about one force in one language.

    ``share`` (0-100) of those who wrote anything there, with the half-width of its 95 % interval;
    None where it would tell of few. ``authors`` is no finer than the share. ``sentiment`` is -1 to
    1, None where not analysed. ``mean`` is the score (1-5; readiness 0-100) of ``scored`` of its
    people, in wide steps, ``rest`` that of everybody else; None where they are too few to tell.
    """

    id: str
    terms: tuple[str, ...]
    force: ThemeForce = ""
    language: str
    authors: int
    share: float | None = None
    half_width: float | None = None
    sentiment: float | None = None
    figure: Figure | None = None
    scored: int | None = None
    mean: float | None = None
    rest: float | None = None
    against_rest: Difference = Difference()

    @property
    def label(self) -> str:
        return ", ".join(self.terms)

    @property
    def about(self) -> str:
        """The force in words."""
        if not self.force:
            return "Other questions"
        return "Background" if self.force == "demographic" else FORCE_NAMES[Force(self.force)]

    @property
    def figure_name(self) -> str:
        return FIGURE_NAMES[self.figure] if self.figure else ""


class ThemesAnswer(Answer):
    """Themes of a whole survey, most people first; ``base`` people wrote or said anything."""

    rows: tuple[ThemeRow, ...] = ()
    base: int | None = None

    def table(self) -> Table:
        columns = (
            Column("Theme"),
            Column("About"),
            Column("Language"),
            Column("People", "whole"),
            Column("Share", "percent", "%"),
            Column("95 % half-width", "percent", "%"),
            Column("Sentiment, -1 to 1", "number", decimals=1),
            Column("Score of its people", "number"),
            Column("Score of the rest", "number"),
            Column("Difference"),
        )
        return Table(columns, tuple(_cells(row) for row in self.rows))


def _cells(row: ThemeRow) -> tuple[Cell, ...]:
    sentiment: Cell = NOT_ANALYSED if row.sentiment is None else row.sentiment
    linked = row.mean is not None
    return (
        row.label,
        row.about,
        name(row.language),
        row.authors,
        row.share,
        row.half_width,
        sentiment,
        row.mean,
        row.rest,
        f"{row.figure_name}: {MARK_WORDS[row.against_rest.mark]}" if linked else None,
    )


class ThemeComments(Value):
    """Some comments of one theme, redacted, in an order that tells nothing."""

    theme: str
    terms: tuple[str, ...]
    force: ThemeForce = ""
    language: str
    comments: tuple[str, ...]

    @property
    def label(self) -> str:
        return ", ".join(self.terms)


class CommentsAnswer(Answer):
    """Comments theme by theme, the most common theme first; page ``page`` of ``pages``."""

    rows: tuple[ThemeComments, ...] = ()
    page: int = 1
    pages: int = 1

    def table(self) -> Table:
        rows = [(row.label, comment) for row in self.rows for comment in row.comments]
        return Table((Column("Theme"), Column("Comment")), tuple(rows))
