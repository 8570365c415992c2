"""Every widget of the registry keeps the promises of all widgets; nothing here names one twice."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go
import pytest

from components.draw import quiet_line
from components.theme import LIGHT, PALETTE_PAIRS
from components.widgets import (
    WIDGETS,
    Registry,
    Widget,
    WidgetType,
    readiness_gauge,
    word_cloud,
    words,
)
from components.widgets import force_balance as forces
from components.widgets.figures import spread
from components.widgets.widget import DuplicateKey
from data import queries
from data.analysis.forces import FORCES, Figure, Force, Segment
from data.analysis.representation import Presence
from data.errors import LayoutInvalid, UnknownName
from data.queries import results
from data.queries.results import Difference, Mark
from tests.support import answers

EVERY = pytest.mark.parametrize("widget", list(WIDGETS), ids=lambda w: w.key)
CASES = pytest.mark.parametrize("case", answers.CASES)
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|rgba?\([^)]*\)|hsla?\([^)]*\)")
CLEAR = {"rgba(0,0,0,0)"}


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings(inner)


def said(widget: Widget[Any, Any], answer: results.Answer) -> tuple[str, str]:
    options = widget.options()
    return widget.headline(answer, options), widget.summary(answer, options)


def test_all_twelve_types_are_there() -> None:
    assert {widget.type for widget in WIDGETS} == set(WidgetType)
    assert len(WidgetType) == 12


@EVERY
def test_a_widget_names_itself(widget: Widget[Any, Any]) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", widget.key)
    assert WIDGETS[widget.key] is widget
    assert widget.title and widget.unit and len(widget.description) > 60
    width, height = widget.size
    assert 1 <= width <= 12 and height >= 2
    assert widget.question in queries.QUESTIONS
    assert widget.question.answer in answers.ordinary()
    widget.options()


@CASES
@EVERY
def test_figures_build_and_say_something(widget: Widget[Any, Any], case: str) -> None:
    answer = answers.CASES[case](widget.question.answer)
    figure = widget.figure(answer, widget.options())
    assert isinstance(figure, go.Figure)
    go.Figure(figure.to_dict())  # validates every property again
    headline, summary = said(widget, answer)
    assert headline and summary.endswith(".")
    assert "None" not in headline + summary and "nan" not in headline + summary
    assert not re.search(r"None|nan\b", " ".join(strings(figure.to_dict()["data"])))
    if widget.html is not None:
        widget.html(answer, widget.options())


@CASES
@EVERY
def test_figures_use_colours_of_the_palette_only(widget: Widget[Any, Any], case: str) -> None:
    """Other colours would stay light in the dark theme (assets/theme.js swaps the palette)."""
    answer = answers.CASES[case](widget.question.answer)
    drawn = widget.figure(answer, widget.options()).to_dict()
    found = {c for text in strings(drawn) for c in COLOUR.findall(text)} - CLEAR
    assert found, "nothing is drawn in any colour"
    assert not {colour for colour in found if not _in_palette(colour)}


def _in_palette(colour: str) -> bool:
    if colour.startswith("#"):
        return colour.upper() in PALETTE_PAIRS
    red, green, blue = (int(part) for part in re.findall(r"[\d.]+", colour)[:3])
    return f"#{red:02X}{green:02X}{blue:02X}" in PALETTE_PAIRS


def test_the_palette_check_can_fail() -> None:
    assert not _in_palette("#123456")
    assert not _in_palette("rgba(1,2,3,0.5)")
    assert _in_palette(LIGHT.accent)


@EVERY
def test_names_from_outside_are_never_markup(widget: Widget[Any, Any]) -> None:
    """The long names carry a <b>: Plotly would read it, so it must arrive escaped."""
    answer = answers.long_names(widget.question.answer)
    drawn = widget.figure(answer, widget.options()).to_dict()
    assert not [text for text in strings(drawn) if "<b>Dev" in text]


@EVERY
def test_sizes_are_those_of_the_design_language(widget: Widget[Any, Any]) -> None:
    drawn = widget.figure(answers.ordinary()[widget.question.answer], widget.options()).to_dict()
    sizes = {note["font"]["size"] for note in drawn["layout"].get("annotations", [])}
    assert sizes <= {12, 14, 16, 20, 28, 40}


def test_claims_need_a_mark() -> None:
    """The same changes, unmarked, are not claimed."""
    whole = answers.ordinary()[results.ChangesAnswer]
    assert "Readiness up 4" in said(WIDGETS["changes"], whole)[0]
    assert isinstance(whole, results.ChangesAnswer)
    quiet = tuple(
        row.model_copy(update={"change": row.change.model_copy(update={"mark": Mark.NONE})})
        for row in whole.rows
    )
    unmarked = whole.model_copy(update={"rows": quiet})
    assert said(WIDGETS["changes"], unmarked)[0] == "No clear change since Q2 2026"


def test_groups_are_named_only_where_marked() -> None:
    answer = answers.ordinary()[results.GroupsAnswer]
    headline = said(WIDGETS["department-heatmap"], answer)[0]
    assert headline == "Engineering is more ready than the rest, Legal less"
    assert isinstance(answer, results.GroupsAnswer)
    rows = tuple(row.model_copy(update={"against_rest": {}}) for row in answer.rows)
    bare = answer.model_copy(update={"rows": rows})
    assert said(WIDGETS["department-heatmap"], bare)[0] == (
        "No department differs clearly from the rest"
    )


def test_a_marked_force_is_not_said_to_be_no_difference() -> None:
    """Readiness unmarked everywhere, one force marked in Legal: the headline says both."""
    answer = answers.ordinary()[results.GroupsAnswer]
    assert isinstance(answer, results.GroupsAnswer)
    worse = answer.rows[-1].against_rest[Figure.ANXIETY]
    legal = answer.rows[-1].model_copy(update={"against_rest": {Figure.ANXIETY: worse}})
    bare = [row.model_copy(update={"against_rest": {}}) for row in answer.rows[:-1]]
    one = answer.model_copy(update={"rows": (*bare, legal)})
    assert said(WIDGETS["department-heatmap"], one)[0] == (
        "No department differs clearly in readiness; Legal does in anxiety"
    )


def test_the_n_of_a_card_is_that_of_its_figures() -> None:
    """816 answered, 440 have readiness: what stands on 440 says 440."""
    about = {**answers.ABOUT, "respondents": 816}
    gauge = results.ReadinessAnswer(readiness=answers.readiness(58, 440), **about)
    widget = WIDGETS["readiness-gauge"]
    assert widget.n(gauge) == "440"
    assert "n = 440" in quiet_line(widget, gauge) and "816" not in quiet_line(widget, gauge)
    rows = tuple(
        results.ItemRow(id=str(n), text="A question", force=None, score=answers.score(3.0, n))
        for n in (0, 1440, 780)
    )
    assert WIDGETS["questions"].n(results.ItemsAnswer(rows=rows, **about)) == "780 to 1,440"
    groups = answers.ordinary()[results.GroupsAnswer]
    assert isinstance(groups, results.GroupsAnswer)
    row = groups.rows[0].model_copy(update={"readiness": answers.readiness(58, 17)})
    assert groups.model_copy(update={"rows": (row,)}).table().rows[0][1] == 17


def test_the_ring_of_segments_is_whole_where_some_are_not_shown_apart() -> None:
    """60 and 30 % of the people are 60 and 30 % of the ring, not two thirds and one."""
    shares = {Segment.CHAMPIONS: 60.0, Segment.TORN: 30.0}
    merged = (Segment.INDIFFERENT, Segment.RESISTERS)
    rows = tuple(results.SegmentRow(segment=s, share=share) for s, share in shares.items())
    hidden = tuple(results.SegmentRow(segment=s, share=None) for s in merged)
    answer = results.SegmentsAnswer(rows=rows + hidden, merged=merged, **answers.ABOUT)
    drawn = WIDGETS["segments"].figure(answer, WIDGETS["segments"].options())
    assert list(drawn.data[0].values) == [60.0, 30.0, 10.0]
    assert "Others together" in drawn.data[0].hovertext[2]


def test_participation_names_what_its_rate_is_of() -> None:
    answer = answers.ordinary()[results.ParticipationAnswer]
    widget = WIDGETS["participation"]
    assert widget.unit_of(answer) == "% of those invited"
    unknown = answer.model_copy(update={"invited": None, "response_rate": None})
    assert widget.unit_of(unknown) == "% of those who started"


def test_readiness_says_its_change_only_where_marked() -> None:
    answer = answers.ordinary()[results.ReadinessAnswer]
    options = WIDGETS["readiness-gauge"].options()
    assert isinstance(answer, results.ReadinessAnswer)
    assert readiness_gauge.headline(answer, options) == ("Readiness is 58 ± 2, up 4 since Q2 2026")
    unclear = answer.model_copy(
        update={"change": Difference(change=1, half_width=3, mark=Mark.NONE)}
    )
    assert "no clear change" in readiness_gauge.headline(unclear, options)


def test_pull_outweighs_anxiety_only_where_the_intervals_are_apart() -> None:
    answer = answers.ordinary()[results.ForcesAnswer]
    assert isinstance(answer, results.ForcesAnswer)
    options = WIDGETS["force-balance"].options()
    assert forces.headline(answer, options) == "Pull outweighs anxiety by 0.6"
    wide = tuple(
        f.model_copy(update={"score": f.score.model_copy(update={"half_width": 0.4})})
        for f in answer.forces
    )
    unsure = answer.model_copy(update={"forces": wide})
    assert "outweighs anxiety" not in forces.headline(unsure, options)


def test_no_side_outweighs_by_an_interval_that_many_invited_make_narrow() -> None:
    """All but a few answered: 52 +- 1 is shown, and as a sample of 60 it is 52 +- 4."""
    answer = answers.ordinary()[results.ForcesAnswer]
    assert isinstance(answer, results.ForcesAnswer)
    narrow = results.Estimate(n=60, mean=52.0, half_width=1.0, sd=16.0, scale=(0.0, 100.0))
    told = answer.model_copy(update={"readiness": narrow, "forces": ()})
    options = WIDGETS["force-balance"].options()
    assert forces.headline(told, options) == "Neither side clearly outweighs: balance at 52 ± 1"
    clear = narrow.model_copy(update={"mean": 57.0})
    told = told.model_copy(update={"readiness": clear})
    assert forces.headline(told, options) == "Drive outweighs resistance: balance at 57 ± 1"


def test_groups_that_are_not_marked_are_not_called_alike() -> None:
    answer = answers.ordinary()[results.RepresentativenessAnswer]
    assert isinstance(answer, results.RepresentativenessAnswer)
    options = WIDGETS["representativeness"].options()
    said = {}
    for presence in (Presence.AS_INVITED, Presence.TOO_FEW):
        rows = tuple(row.model_copy(update={"presence": presence}) for row in answer.rows)
        told = answer.model_copy(update={"rows": rows})
        said[presence] = WIDGETS["representativeness"].headline(told, options)
    assert said[Presence.AS_INVITED] == "No department is clearly over- or under-represented"
    assert said[Presence.TOO_FEW].startswith("Too few")


def test_moves_are_no_share_of_everybody_where_small_flows_are_withheld() -> None:
    stay, move = Segment.TORN, Segment.CHAMPIONS
    rows = tuple(
        results.FlowRow(source=stay, target=target, n=n) for target, n in ((stay, 40), (move, 6))
    )
    told = results.FlowsAnswer(rows=rows, previous="Q2")
    options = WIDGETS["segment-flow"].options()
    headline = WIDGETS["segment-flow"].headline
    assert headline(told, options).startswith("6 of 46 people changed")
    partly = told.model_copy(update={"withheld": True})
    assert headline(partly, options).startswith("6 of 46 people shown changed")


def test_the_force_diagram_speaks_of_forces_not_asked() -> None:
    answer = answers.ordinary()[results.ForcesAnswer]
    assert isinstance(answer, results.ForcesAnswer)
    three = answer.model_copy(update={"forces": answer.forces[1:], "not_asked": (Force.PAIN,)})
    drawn = forces.figure(three, WIDGETS["force-balance"].options())
    assert len(drawn.data) == 3
    assert any("not asked" in note.text for note in drawn.layout.annotations)


def test_arrows_push_towards_the_balance() -> None:
    """Length is the share above the middle, thickness the score, the tips meet at readiness."""
    answer = answers.ordinary()[results.ForcesAnswer]
    drawn = forces.figure(answer, WIDGETS["force-balance"].options())  # type: ignore[arg-type]
    arrows = {trace.name: trace for trace in drawn.data}
    assert len(arrows) == len(FORCES)
    pull, anxiety = arrows["Pull of the new"], arrows["Anxiety of the new"]
    assert max(pull.x) < 58 < min(anxiety.x)
    assert max(pull.x) - min(pull.x) > max(anxiety.x) - min(anxiety.x)
    assert pull.y[0] - pull.y[-2] > anxiety.y[0] - anxiety.y[-2]


def test_words_never_overlap() -> None:
    """By the widest of the system fonts, at the narrowest card."""
    for case in ("ordinary", "long names", "many"):
        answer = answers.CASES[case](results.TermsAnswer)
        assert isinstance(answer, results.TermsAnswer)
        lines = word_cloud.flow(answer.rows[:30])
        assert sum(len(line) for line in lines) == min(len(answer.rows), 30)
        for line in lines:
            ends = [word.x + word.width for word in line]
            assert max(ends) <= word_cloud.LINE_WIDTH
            assert all(end < after.x for end, after in zip(ends, line[1:], strict=False))


def test_labels_are_spread_in_order_and_inside() -> None:
    places = spread([3.0, 3.02, 3.01, 4.9], 0.2, 1.0, 5.0)
    assert places[0] < places[2] < places[1] < places[3]
    ordered = sorted(places)
    gaps = [b - a for a, b in pairwise(ordered)]
    assert min(gaps) >= 0.2 - 1e-9
    assert ordered[0] >= 1.0 and ordered[-1] <= 5.0


def test_numbers_are_written_alike() -> None:
    assert words.interval(answers.readiness(62, 214, 3), 0) == "62 ± 3"
    assert words.interval(answers.readiness(62, 214, 0.4), 0) == "62.0 ± 0.4"
    assert words.interval(answers.score(3.2, 7), 1) == "3.2 (few answers)"
    assert words.number(-1234.5, 1) == "−1,234.5"
    assert words.number(-0.001, 1) == "0.0"
    assert words.mean(results.Estimate(n=9, mean=4.75, bound=">="), 1) == "≥ 4.75"


def test_a_registry_refuses_doubles_and_names_what_it_has() -> None:
    first = next(iter(WIDGETS))
    with pytest.raises(DuplicateKey, match=first.key):
        Registry(first, first)
    with pytest.raises(UnknownName, match="readiness-gauge"):
        WIDGETS["nothing"]


def test_wrong_settings_are_named() -> None:
    with pytest.raises(LayoutInvalid, match="show"):
        WIDGETS["questions"].chosen({"show": "many"})
    assert WIDGETS["questions"].chosen({"show": "3"}).show == 3
