"""What people write about: words in lines from the left, most authors first, larger for more.

Lines, not a cluttered cloud: they read in order, never overlap and are the same every time.
"""

from dataclasses import dataclass

import plotly.graph_objects as go
from dash import html
from dash.development.base_component import Component
from pydantic import Field

from components.theme import QUIET, TEXT
from components.widgets import words
from components.widgets.figures import BODY, canvas, say
from components.widgets.widget import Options, Widget, WidgetType
from data import queries
from data.queries.results import TermRow, TermsAnswer

SIZES = (12, 14, 16, 20, 28)
"""The design language's text sizes, from few authors to most."""

LINE_WIDTH = 290
"""Pixels of a line: what a card has at 320. Wider canvases space the words, never overlap them."""

CHARACTER = 0.64
"""Mean width of a character as a share of its size, for the widest of the system fonts."""

SPACE, LEADING = 14, 1.5
LONGEST = 26


class WordsOptions(Options):
    """``show``: how many terms, most authors first."""

    show: int = Field(default=30, ge=1, le=100, title="How many words")


@dataclass(frozen=True, slots=True)
class Placed:
    """A word in its line: ``x`` and ``width`` in pixels of LINE_WIDTH, ``size`` in pixels."""

    row: TermRow
    x: float
    width: float
    size: int


def size_of(authors: int, most: int, least: int) -> int:
    """Text size by authors, on a square-root scale from the least to the most shown."""
    if most == least:
        return SIZES[2]
    share: float = (authors**0.5 - least**0.5) / (most**0.5 - least**0.5)
    return SIZES[min(int(share * len(SIZES)), len(SIZES) - 1)]


def flow(rows: tuple[TermRow, ...]) -> list[list[Placed]]:
    """Words into lines, in the given order."""
    if not rows:
        return []
    most, least = max(r.authors for r in rows), min(r.authors for r in rows)
    lines: list[list[Placed]] = []
    end = float(LINE_WIDTH)
    for row in rows:
        size = size_of(row.authors, most, least)
        width = min(len(words.cut(row.term, LONGEST)) * size * CHARACTER, LINE_WIDTH)
        start = end + SPACE
        if not lines or start + width > LINE_WIDTH:
            lines.append([])
            start = 0.0
        lines[-1].append(Placed(row, start, width, size))
        end = start + width
    return lines


def figure(answer: TermsAnswer, options: WordsOptions) -> go.Figure:
    lines = flow(answer.rows[: options.show])
    heights = [max(word.size for word in line) * LEADING for line in lines]
    whole = sum(heights) or LINE_WIDTH / 10
    drawn = canvas(x=(0, LINE_WIDTH), y=(whole, 0), height=round(whole) + 8, margin=(2, 2, 4, 4))
    top = 0.0
    for line, height in zip(lines, heights, strict=True):
        for word in line:
            people = words.count(word.row.authors, "person", "people")
            say(
                drawn,
                words.safe(words.cut(word.row.term, _fits(word.size))),
                at=(word.x, top + height / 2),
                anchor="left",
                size=word.size,
                colour=TEXT if word.size > BODY else QUIET,
                bold=word.size > BODY + 2,
                hover=f"{words.safe(word.row.term)}: {people}",
            )
        top += height
    return drawn


def _fits(size: int) -> int:
    """Characters of this size that fit in a line."""
    return min(LONGEST, int(LINE_WIDTH / (size * CHARACTER)))


def screen(answer: TermsAnswer, options: WordsOptions) -> Component:
    """A list that flows with the card's width; each word says how many people wrote it."""
    rows = answer.rows[: options.show]
    most = max((r.authors for r in rows), default=1)
    least = min((r.authors for r in rows), default=1)
    return html.Ul(
        [_word(row, size_of(row.authors, most, least)) for row in rows], className="words"
    )


def _word(row: TermRow, size: int) -> Component:
    authors = html.Small(f" {row.authors:,}", className="authors")
    return html.Li([row.term, authors], className=f"word size-{size}", title=_people(row))


def _people(row: TermRow) -> str:
    return f"{row.term}: {words.count(row.authors, 'person', 'people')}"


def headline(answer: TermsAnswer, options: WordsOptions) -> str:
    if not answer.rows:
        return "What people write about"
    first = max(answer.rows, key=lambda row: row.authors)
    whole = "" if answer.base is None else f" of {answer.base:,}"
    return f"“{words.cut(first.term, 40)}” comes up most: {first.authors:,}{whole} people"


def summary(answer: TermsAnswer, options: WordsOptions) -> str:
    if not answer.rows:
        return "No word was written by enough people to show."
    parts = [f"“{row.term}” ({row.authors:,})" for row in answer.rows[:5]]
    base = "" if answer.base is None else f", of {answer.base:,} who wrote anything"
    return f"The words most people wrote are {words.listed(parts)}{base}. Numbers count people."


WIDGET = Widget(
    key="words",
    type=WidgetType.WORD_CLOUD,
    title="What people write about",
    unit="people who wrote the word",
    description=(
        "Words and pairs of words from open comments, most people first; larger means more people. "
        "A word that fewer than 5 people wrote is never shown."
    ),
    question=queries.terms,
    options=WordsOptions,
    figure=figure,
    headline=headline,
    summary=summary,
    size=(4, 5),
    html=screen,
)
