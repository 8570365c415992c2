"""What the widgets about departments and roles share: their sentences."""

from components.widgets import words
from components.widgets.widget import Options
from data.analysis.forces import Figure
from data.queries.results import GroupRow, GroupsAnswer, Mark

NAMED = 3
"""How many groups a headline names before it only counts."""


def marked(answer: GroupsAnswer, mark: Mark, figure: Figure = Figure.READINESS) -> list[GroupRow]:
    """Groups whose difference from the rest may be claimed."""
    return [
        row
        for row in answer.rows
        if (change := row.against_rest.get(figure)) is not None
        and words.is_marked(change)
        and change.mark is mark
    ]


def headline(answer: GroupsAnswer, options: Options) -> str:
    """Who is more and less ready than the rest, as far as it is marked."""
    better, worse = marked(answer, Mark.BETTER), marked(answer, Mark.WORSE)
    if not better and not worse:
        return _no_readiness(answer)
    parts = []
    if better:
        parts.append(f"{_names(better, answer)} {_be(better)} more ready than the rest")
    if worse:
        verb = "" if better else f" {_be(worse)}"
        ending = "" if better else " ready than the rest"
        parts.append(f"{_names(worse, answer)}{verb} less{ending}")
    return words.capital(", ".join(parts))


def _no_readiness(answer: GroupsAnswer) -> str:
    """No readiness is marked; single forces may be, and then it says so."""
    found = {
        row.name: [
            words.SHORT_NAMES[force]
            for force in answer.forces
            if words.is_marked(row.against_rest.get(Figure(force.value)))
        ]
        for row in answer.rows
    }
    rows = [row for row in answer.rows if found[row.name]]
    if not rows:
        return _alone(answer) or f"No {answer.dimension} differs clearly from the rest"
    forces = words.listed(found[rows[0].name]) if len(rows) == 1 else "single forces"
    who = f"{_names(rows, answer)} {'does' if len(rows) == 1 else 'do'}"
    return f"No {answer.dimension} differs clearly in readiness; {who} in {forces}"


def _alone(answer: GroupsAnswer) -> str:
    """One group by itself has no rest to differ from."""
    found = ends(answer)
    if len(answer.rows) != 1 or found is None:
        return ""
    only = found[0]
    return f"Readiness is {words.interval(only.readiness, 0)} in {words.cut(only.name, 40)}"


def _be(rows: list[GroupRow]) -> str:
    return "is" if len(rows) == 1 else "are"


def _names(rows: list[GroupRow], answer: GroupsAnswer) -> str:
    if len(rows) > NAMED:
        return f"{words.count(len(rows), answer.dimension)}"
    return words.listed([words.cut(row.name, 40) for row in rows])


def ends(answer: GroupsAnswer) -> tuple[GroupRow, GroupRow] | None:
    """The least and the most ready group shown apart."""
    shown = [row for row in answer.rows if not row.is_others and row.readiness.mean is not None]
    if not shown:
        return None
    shown.sort(key=lambda row: row.readiness.mean or 0.0)
    return shown[0], shown[-1]


def summary(answer: GroupsAnswer, options: Options) -> str:
    """The ends of the order with their intervals, and what is marked."""
    found = ends(answer)
    if found is None:
        return f"No {answer.dimension} has enough answers to show its readiness."
    low, high = found
    said = (
        f"readiness from {words.interval(low.readiness, 0)} in {low.name} "
        f"to {words.interval(high.readiness, 0)} in {high.name}"
    )
    hidden = f" {len(answer.hidden)} too small to show." if answer.hidden else ""
    total = words.count(sum(not row.is_others for row in answer.rows), answer.dimension)
    return f"{total}, {said}. {headline(answer, options)}.{hidden}"
