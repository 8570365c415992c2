"""Suggested mappings: order of labels, roles of columns, forces; never beyond what is there."""

import csv
import itertools
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.analysis.forces import Force
from data.errors import MappingError
from data.intake.hints import asked_for, guess_force, is_reversed, session_role
from data.intake.labels import complete, is_missing, is_unsure, order_labels
from data.intake.mapping import Mapping, parse_mapping
from data.intake.suggest import Suggestion, suggest_mapping

SCALES = [
    "never|very rarely|rarely|occasionally|frequently|very frequently",
    "nie|seltener|mehrmals pro monat|mehrmals pro woche|fast täglich",
    "not at all useful|slightly useful|moderately useful|very useful|extremely useful",
    "not at all risky|slightly risky|moderately risky|very risky|extremely risky",
    "uncomfortable|somewhat uncomfortable|neutral|somewhat comfortable|comfortable",
    "unacceptable|somewhat unacceptable|neutral|somewhat acceptable|acceptable",
    "strongly disagree|disagree|neither agree nor disagree|agree|strongly agree",
    "strongly disagree|disagree|somewhat disagree|neutral|somewhat agree|agree|strongly agree",
    "very dissatisfied|dissatisfied|neutral|satisfied|very satisfied",
    "very unlikely|unlikely|neither likely nor unlikely|likely|very likely",
    "trifft gar nicht zu|trifft eher nicht zu|teils teils|trifft eher zu|trifft voll zu",
    "stimme überhaupt nicht zu|stimme nicht zu|stimme zu|stimme voll und ganz zu",
    "gar nicht|wenig|mässig|ziemlich|sehr",
    "unwichtig|eher unwichtig|weder noch|eher wichtig|sehr wichtig",
]


@pytest.mark.parametrize("scale", SCALES)
def test_the_order_of_labels_is_in_their_words(scale: str) -> None:
    labels = scale.split("|")
    for seed in range(3):
        shuffled = labels[seed:] + labels[:seed]
        found = order_labels([*reversed(shuffled), "Unsure / Don't Know", "k.A."])
        assert found is not None and list(found.labels) == labels


@given(st.sampled_from(SCALES), st.data())
def test_fewer_labels_keep_their_order(scale: str, data: st.DataObject) -> None:
    labels = scale.split("|")
    some = data.draw(st.lists(st.sampled_from(labels), min_size=3, unique=True))
    found = order_labels(some)
    if found is not None:
        assert list(found.labels) == [label for label in labels if label in some]


@pytest.mark.parametrize(
    "labels",
    ["Yes|No", "Sales|Legal|Engineering", "Engineer|Senior Engineer|Lead", "1-5|6-10|11+",
     "University|Commercial Company|Non-profit|Governmental|Other", "red|dark red|blue"],
)  # fmt: skip
def test_other_categories_are_no_scale(labels: str) -> None:
    assert order_labels(labels.split("|")) is None


def test_a_label_nobody_chose_is_added_where_scales_usually_have_it() -> None:
    found = order_labels(
        ["slightly useful", "very useful", "moderately useful", "extremely useful"]
    )
    assert found is not None
    assert complete(found)[0] == "not at all useful"
    rare = order_labels(SCALES[4].split("|"))
    assert rare is not None and complete(rare) == rare.labels


@pytest.mark.parametrize(
    "label", ["Unsure / Don't Know", "weiß nicht", "N/A", "I have not use LLMs for this"]
)
def test_words_of_not_knowing(label: str) -> None:
    assert is_unsure(label) and not is_missing(label)


@pytest.mark.parametrize("label", ["k.A.", "Keine Angabe", "[NA] nicht beantwortet", "-"])
def test_words_of_no_answer(label: str) -> None:
    assert is_missing(label)


@pytest.mark.parametrize(
    ("name", "role"),
    [("StartDate", "started"), ("EndDate", "completed"), ("Finished", "finished"),
     ("Duration (in seconds)", "duration"), ("Field", "department"), ("Abteilung", "department"),
     ("job_title", "role"), ("Respondent ID", "respondent"), ("Q7", None), ("Team spirit", None)],
)  # fmt: skip
def test_names_of_session_columns(name: str, role: str | None) -> None:
    assert session_role(name) == role


@pytest.mark.parametrize(
    ("text", "force"),
    [
        ("Our manual reports are tedious", Force.PAIN),
        ("cg_adoption_advantage_01", Force.PULL),
        ("Die Nutzung von ChatGPT ist bei vielen Arbeiten von Vorteil.", Force.PULL),
        ("I prefer the current way of working", Force.ANCHORS),
        ("I am worried to make a mistake", Force.ANXIETY),
        ("Es gibt rechtliche Probleme", Force.ANXIETY),
        ("Q12_3", None),
        ("A risk and a benefit", None),
    ],
)
def test_forces_by_the_words_of_a_question(text: str, force: Force | None) -> None:
    assert guess_force(text) == force


@pytest.mark.parametrize(
    ("force", "text", "turned"),
    [
        (Force.ANCHORS, "I feel comfortable telling my peers", True),
        (Force.ANXIETY, "I am not afraid of mistakes", True),
        (Force.ANXIETY, "I am afraid of mistakes", False),
        (Force.PULL, "It helps me", False),
        (Force.ANXIETY, "Die Sicherheit ist nicht gewährleistet", False),
    ],
)
def test_reversed_items(force: Force, text: str, turned: bool) -> None:
    assert is_reversed(force, text, "") is turned


# --- Whole files ---------------------------------------------------------------------------------

Write = Callable[..., Suggestion]


@pytest.fixture
def suggest(tmp_path: Path) -> Write:
    def suggested(rows: list[list[str]], delimiter: str = ",") -> Suggestion:
        path = tmp_path / "survey.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, delimiter=delimiter).writerows(rows)
        found = suggest_mapping(path)
        assert parse_mapping(tomllib.loads(found.toml)) == found.mapping
        return found

    return suggested


def cycle(values: str, number: int) -> list[str]:
    return list(itertools.islice(itertools.cycle(values.split("|")), number))


def table(**columns: list[str]) -> list[list[str]]:
    return [list(columns), *map(list, zip(*columns.values(), strict=True))]


def forces(mapping: Mapping) -> dict[str, tuple[str | None, bool]]:
    return {item.column: (item.force, item.reversed) for item in mapping.items}


def test_a_verbal_survey(suggest: Write) -> None:
    rows = table(
        ResponseId=[f"R_{i}" for i in range(40)],
        StartDate=[f"{1 + i % 28:02d}.02.2024 10:{i:02d}" for i in range(40)],
        Department=cycle("Sales|Legal|Engineering", 40),
        JobTitle=cycle("Lead|Clerk", 40),
        UsefulForWriting=cycle("Agree|Strongly agree|Disagree|neutral|Unsure", 40),
        WorriedAboutErrors=cycle("Agree|Strongly agree|Strongly disagree|agree", 40),
        Tools=cycle("Chat;Code|Chat|Code;Search;Chat|Search", 40),
        Why=[f"Because number {i} was a long story to tell" for i in range(40)],
        Age=[str(20 + i) for i in range(39)] + ["20"],
        IPAddress=[f"10.0.0.{i}" for i in range(40)],
    )
    found = suggest(rows)
    mapping = found.mapping
    assert mapping.columns.model_dump(exclude_none=True) == {
        "respondent": "ResponseId", "department": "Department", "role": "JobTitle",
        "started": "StartDate",
    }  # fmt: skip
    assert mapping.time.format == "%d.%m.%Y %H:%M"
    (scale,) = mapping.scales.values()
    assert scale.labels == ("Strongly disagree", "Disagree", "neutral", "Agree", "Strongly agree")
    assert scale.unsure == ("Unsure",)
    assert forces(mapping) == {
        "UsefulForWriting": (Force.PULL, False),
        "WorriedAboutErrors": (Force.ANXIETY, False),
    }
    (tools,) = mapping.multiple
    assert (tools.separator, set(tools.options)) == (";", {"Chat", "Code", "Search"})
    assert [comment.column for comment in mapping.comments] == ["Why"]
    assert [number.column for number in mapping.numbers] == ["Age"]
    assert "IPAddress: technical" in found.toml and "10.0.0" not in found.toml


def test_numbers_with_codes_and_a_name_in_common(suggest: Write) -> None:
    rows = table(
        case=[str(100 + i) for i in range(30)],
        fear_01=cycle("1|2|3|-9|4", 30),
        fear_02=cycle("1|2|3|7|99", 30),
        plain_03=cycle("0|5|10", 30),
        size=cycle("1,5|2,5", 30),
    )
    mapping = suggest(rows, ";").mapping
    assert mapping.file.decimal == ","
    assert mapping.values.missing_below == 0 and mapping.values.missing == ("99",)
    bounds = {item.column: mapping.scales[item.scale].bounds for item in mapping.items}
    assert bounds == {"fear_01": (1, 7), "fear_02": (1, 7), "plain_03": (0, 10)}
    assert forces(mapping)["plain_03"] == (None, False)
    assert [number.column for number in mapping.numbers] == ["size"]


def test_surveymonkey_has_two_header_lines(suggest: Write) -> None:
    rows = [
        ["Respondent ID", "How useful is AI for", "", "Any thoughts?"],
        ["", "Writing", "Coding", "Open-Ended Response"],
        *[
            [str(i), "Very useful", "Slightly useful", f"My own long thought, {i}"]
            for i in range(9)
        ],
        *[
            [str(i), "Moderately useful", "Very useful", f"A thought of mine {i}"]
            for i in range(9, 18)
        ],
    ]
    mapping = suggest(rows).mapping
    assert mapping.file.header_rows == 2
    assert forces(mapping) == {
        "How useful is AI for / Writing": (Force.PULL, False),
        "How useful is AI for / Coding": (Force.PULL, False),
    }
    assert [comment.column for comment in mapping.comments] == ["Any thoughts?"]


def test_qualtrics_has_three_header_lines(suggest: Write) -> None:
    rows = [
        ["Q1", "Q2"],
        ["How risky is it?", "Which team?"],
        ['{"ImportId":"QID1"}', '{"ImportId":"QID2"}'],
        *[[label, "A"] for label in cycle("Very risky|Slightly risky|Not at all risky", 12)],
    ]
    mapping = suggest(rows).mapping
    assert mapping.file.header_rows == 3
    (item,) = mapping.items
    assert (item.column, item.text, item.force) == ("Q1", "How risky is it?", Force.ANXIETY)


def test_one_header_line_with_empty_cells_stays_one(suggest: Write) -> None:
    rows = [["a", "", "b"], *[["x", "", label] for label in cycle("often|never|rarely", 9)]]
    assert suggest(rows).mapping.file.header_rows == 1


def test_a_comma_inside_an_option_does_not_part_it(suggest: Write) -> None:
    write, test = "Yes, to write", "Yes, to test (e.g., tables, lists)"
    rows = table(q=cycle(f"{write}|{test}|No|{write},{test}|No,{write}", 25), r=["1"] * 25)
    (multiple,) = suggest(rows).mapping.multiple
    assert set(multiple.options) == {write, test, "No"}


def test_a_header_alone_gives_nothing_to_infer_from(suggest: Write) -> None:
    with pytest.raises(MappingError, match="no rows"):
        suggest([["a", "b"]])


SHARED = Path(__file__).parents[2].parent / "shared" / "data"
shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared surveys are not here")


@shared
def test_the_german_survey() -> None:
    mapping = suggest_mapping(SHARED / "chatgpt_de" / "chatgpt_de.csv").mapping
    ready = parse_mapping(
        tomllib.loads(
            (Path(__file__).parents[1] / "mappings" / "chatgpt_de.toml").read_text("utf-8")
        )
    )
    assert mapping.columns == ready.columns
    assert forces(mapping) == forces(ready)
    assert mapping.values.missing_below == 0


@shared
def test_the_research_survey() -> None:
    mapping = suggest_mapping(SHARED / "llm_research" / "SurveyResults.csv").mapping
    ready = parse_mapping(
        tomllib.loads(
            (Path(__file__).parents[1] / "mappings" / "llm_research.toml").read_text("utf-8")
        )
    )
    assert mapping.columns == ready.columns
    assert forces(mapping) == forces(ready)
    assert {item.column for item in mapping.items if item.outcome} == {
        item.column for item in ready.items if item.outcome
    }
    for item, other in zip(mapping.items, ready.items, strict=True):
        found, known = mapping.scales[item.scale].labels, ready.scales[other.scale].labels
        assert [label.casefold() for label in found] == [label.casefold() for label in known]
    assert {one.column: set(one.options) for one in mapping.multiple} == {
        one.column: set(one.options) for one in ready.multiple
    }


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("In welcher Abteilung arbeiten Sie?", "department"),
        ("Which department do you work in?", "department"),
        ("What is your role?", "role"),
        ("Our department uses AI well", None),
        ("AI plays a role in my work", None),
    ],
)
def test_a_question_asks_for_the_department_or_role(question: str, part: str | None) -> None:
    assert asked_for(question) == part
