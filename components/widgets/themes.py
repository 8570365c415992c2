"""Themes of comments: how many people speak of each, in what mood, with which scores."""

from collections import Counter
from typing import Literal

import plotly.graph_objects as go
from pydantic import Field

from components.theme import ACCENT, FORCE_COLOURS
from components.widgets import words
from components.widgets.bars import Bar, bars
from components.widgets.widget import Options, Widget, WidgetType
from data import queries
from data.analysis.forces import Figure, Force
from data.analysis.languages import name
from data.analysis.sentiment import label as mood
from data.queries.results import MARK_SIGNS, ThemeRow, ThemesAnswer

Chosen = Literal["pain_of_old", "pull_of_new", "anchors_to_old", "anxiety_of_new", "demographic"]


Language = Literal["common", "all", "de", "en", "es", "fr", "it", "nl", "pt"]


class ThemesOptions(Options):
    """Which themes, and how many; the table always has all of them.

    ``language``: "common" is the one most people speak of a theme in.
    """

    language: Language = Field(default="common", title="Language")
    show: int = Field(default=8, ge=1, le=100, title="How many themes")
    force: Chosen | None = Field(default=None, title="Only themes of this force")


def chosen(answer: ThemesAnswer, options: ThemesOptions) -> list[ThemeRow]:
    """The themes to draw, the largest share first."""
    language = _common(answer) if options.language == "common" else options.language
    rows = [
        row
        for row in answer.rows
        if (options.force is None or row.force == options.force)
        and language in ("all", row.language)
    ]
    rows.sort(key=lambda row: (-(row.share or 0.0), -row.authors, row.label))
    return rows[: options.show]


def _common(answer: ThemesAnswer) -> str:
    """The language with most people in its themes; of one person in two themes, two."""
    people = Counter[str]()
    for row in answer.rows:
        people[row.language] += row.authors
    return max(people, key=lambda language: (people[language], language), default="all")


def figure(answer: ThemesAnswer, options: ThemesOptions) -> go.Figure:
    """Bars of the share of those who wrote; the colour is the force."""
    rows = chosen(answer, options)
    drawn = [_bar(row) for row in rows]
    longest = max((bar.high or bar.value or 0.0 for bar in drawn), default=1.0) or 1.0
    return bars(drawn, 0.0, (0.0, longest), 0.0, _key(rows), lines=2)


def _key(rows: list[ThemeRow]) -> dict[str, str]:
    """The colours of the forces among these themes, and of questions without one."""
    forces = {row.force for row in rows}
    names = {words.capital(words.SHORT_NAMES[f]): FORCE_COLOURS[f] for f in Force if f in forces}
    return names | ({"Other": ACCENT} if forces - set(Force) else {})


def _bar(row: ThemeRow) -> Bar:
    width = row.half_width or 0.0
    share = row.share
    mean = "" if row.mean is None else f"<br>{_scores(row)}"
    language = words.safe(name(row.language))
    return Bar(
        name=row.label,
        value=share,
        low=None if share is None else max(share - width, 0.0),
        high=None if share is None else min(share + width, 100.0),
        said=_said(row),
        colour=FORCE_COLOURS[Force(row.force)] if row.force in set(Force) else ACCENT,
        hover=(
            f"{words.wrap(row.label, 48, 3)}<br>{row.about}, {language}: "
            f"{words.count(row.authors, 'person', 'people')}<br>{_mood(row)}{mean}"
        ),
    )


def _said(row: ThemeRow) -> str:
    """Like "33 % ± 8 ▼": the mark is there only where the theme's people score otherwise."""
    if row.share is None:
        return f"at least {row.authors:,}"
    sign = f" {MARK_SIGNS[row.against_rest.mark]}" if words.is_marked(row.against_rest) else ""
    return f"{words.number(row.share)} % ± {words.number(row.half_width or 0.0)}{sign}"


def _mood(row: ThemeRow) -> str:
    if row.sentiment is None:
        return "sentiment not analysed"
    return f"sentiment {words.number(row.sentiment, 1, sign=True)} ({mood(row.sentiment)})"


def _decimals(row: ThemeRow) -> int:
    return words.decimals_of(row.figure or Figure.READINESS)


def _scores(row: ThemeRow) -> str:
    """Like "Pain of the old 3.4, the rest 3.1"."""
    rest = "hidden" if row.rest is None else words.number(row.rest, _decimals(row))
    return f"{row.figure_name} {words.number(row.mean or 0.0, _decimals(row))}, the rest {rest}"


def headline(answer: ThemesAnswer, options: ThemesOptions) -> str:
    """A difference in scores that is marked, else what most people write about."""
    rows = chosen(answer, options)
    if not rows:
        return "Themes of comments"
    marked = [row for row in rows if words.is_marked(row.against_rest)]
    if marked:
        return _difference(max(marked, key=lambda row: abs(row.against_rest.effect or 0.0)))
    first = rows[0]
    share = f": {words.number(first.share)} %" if first.share is not None else ""
    of = "" if not first.force else f" on {first.about.lower()}"
    return f"“{words.cut(first.label, 50)}” is the most common theme{of}{share}"


def _difference(row: ThemeRow) -> str:
    more = "higher" if (row.against_rest.change or 0.0) > 0 else "lower"
    amount = words.number(abs(row.against_rest.change or 0.0), _decimals(row))
    return (
        f"Who speaks of “{words.cut(row.label, 40)}” scores {amount} {more} "
        f"in {row.figure_name.lower()}"
    )


def summary(answer: ThemesAnswer, options: ThemesOptions) -> str:
    rows = chosen(answer, options)
    if not rows:
        return "No theme has enough people to be shown."
    parts = [f"“{row.label}” ({_said(row)}, {_mood(row)})" for row in rows[:4]]
    marked = [_scores(row) for row in rows if words.is_marked(row.against_rest)]
    scores = f" Scores that differ: {'; '.join(marked)}." if marked else ""
    others = len(answer.rows) - len(rows)
    more = f" {words.count(others, 'more theme')} in the table." if others else ""
    return (
        f"{words.count(len(rows), 'theme')} shown.{more} Most people write of "
        f"{words.listed(parts)}. Shares are of those who wrote anything about the same force in "
        f"the same language.{scores}"
    )


WIDGET = Widget(
    key="themes",
    type=WidgetType.BAR_CHART,
    title="Themes of comments",
    unit="% of those who wrote",
    description=(
        "What comments and spoken answers are about, for each force and language: groups of people "
        "who use the same words, each person in one theme of a force at most, with the 95 % "
        "interval of their share. ▲ and ▼: their score in this force is better or worse for "
        "readiness than that of the rest. A theme of fewer than 10 people is never shown."
    ),
    question=queries.themes,
    options=ThemesOptions,
    figure=figure,
    headline=headline,
    summary=summary,
    size=(6, 6),
)
