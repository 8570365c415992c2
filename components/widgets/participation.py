"""Who answered: of those invited, or else how many finished what they started."""

import plotly.graph_objects as go

from components.widgets import words
from components.widgets.rings import progress
from components.widgets.widget import Options, Widget, WidgetType
from data import queries
from data.queries.results import ParticipationAnswer

OF_INVITED = "% of those invited"


def figure(answer: ParticipationAnswer, options: Options) -> go.Figure:
    """A ring of the response rate, or of the completion rate where the invited are unknown."""
    if answer.response_rate is not None and answer.invited is not None:
        under = f"{answer.started:,} of {answer.invited:,}<br>invited"
        return progress(answer.response_rate, f"{words.number(answer.response_rate)} %", under)
    if answer.completion_rate is not None:
        inside = f"{words.number(answer.completion_rate)} %"
        return progress(answer.completion_rate, inside, f"of {answer.started:,}<br>finished")
    return progress(None, f"{answer.started:,}", "started")


def headline(answer: ParticipationAnswer, options: Options) -> str:
    if answer.response_rate is not None and answer.invited is not None:
        return f"{words.number(answer.response_rate)} % of {answer.invited:,} invited answered"
    people = words.count(answer.started, "person", "people")
    if answer.completion_rate is not None:
        return f"{people} started, {words.number(answer.completion_rate)} % finished"
    return f"{people} started"


def summary(answer: ParticipationAnswer, options: Options) -> str:
    parts = [f"{words.count(answer.started, 'person', 'people')} started"]
    if answer.completed is not None:
        rate = answer.completion_rate
        finished = "" if rate is None else f" ({words.number(rate)} %)"
        parts.append(f"{answer.completed:,} finished{finished}")
    if answer.mean_seconds is not None:
        parts.append(f"finishing took {_minutes(answer.mean_seconds)} on average")
    if answer.invited is None:
        asked = "How many were invited is not known, so there is no response rate."
    elif answer.response_rate is None:
        asked = f"{answer.invited:,} were invited."
    else:
        share = words.number(answer.response_rate)
        asked = f"{answer.invited:,} were invited: a response rate of {share} %."
    return f"{words.capital(words.listed(parts))}. {asked}"


def _minutes(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def measured(answer: ParticipationAnswer) -> str:
    if answer.response_rate is not None:
        return OF_INVITED
    return "% of those who started" if answer.completion_rate is not None else "people who started"


WIDGET = Widget(
    key="participation",
    type=WidgetType.PROGRESS_RING,
    title="Who answered",
    unit=OF_INVITED,
    measured=measured,
    description=(
        "People who started, of those invited. Where the number invited is not known, the ring "
        "shows how many of those who started also finished. The table has every department."
    ),
    question=queries.participation,
    options=Options,
    figure=figure,
    headline=headline,
    summary=summary,
    size=(4, 4),
    least=88,
)
