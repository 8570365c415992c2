"""Mappings: what a wrong one says, and that what is written is read back."""

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.analysis.forces import Force
from data.errors import FileUnreadable, MappingError
from data.intake.headers import name_columns
from data.intake.mapping import (
    Choice,
    ColumnsPart,
    Comment,
    FilePart,
    Item,
    Mapping,
    Multiple,
    Number,
    Part,
    Scale,
    SurveyPart,
    TimePart,
    ValuesPart,
    parse_mapping,
    read_mapping,
)
from data.intake.rows import RowReader, RowUnreadable
from data.intake.toml import write_mapping

NOW = datetime(2025, 1, 1, tzinfo=UTC)


def parse(text: str) -> Mapping:
    return parse_mapping(tomllib.loads(text), "map.toml")


SCALE = "[scales.s]\nlow = 1\nhigh = 5\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (SCALE + '[[items]]\ncolumn = "q"\nscale = "z"', "item 'q' names the scale 'z'.*'s'"),
        ('[[items]]\ncolumn = "q"\nscale = "z"', "which is not defined; none exist"),
        (SCALE + '[[items]]\ncolumn = "q"\nscale = "s"\nforce = "fear"',
         r"items > 1 \('q'\) > force: .*'anxiety_of_new', not 'fear'"),
        (SCALE + '[[items]]\ncolumn = "q"\nscale = "s"\nforce = "pull"\noutcome = true',
         "a force or is an outcome, not both"),
        ('[[comments]]\ncolumn = "q"\n[[choices]]\ncolumn = "q"', "column 'q' is asked twice"),
        ("[columns]\ndepartement = 'x'", "columns > departement: there is no such key"),
        ("[scales.s]\nlow = 1", "scales > s: give both low and high"),
        ("[scales.s]\nlow = 5\nhigh = 1", "low < high"),
        ("[scales.s]\nlabels = ['a', 'b', 'A ']", "a label occurs twice"),
        ("[scales.s]\nlabels = ['a']", "at least two values"),
        ("[scales.s]\nlabels = ['a', 'b']\nlow = 1\nhigh = 5", "2 labels do not fit low = 1"),
        ("[scales.s]\nmissing = ['-9']", "give labels"),
        ("[time]\nzone = 'Berlin'", "'Berlin' is not a time zone; use a name such as UTC"),
        ("[file]\nheader_rows = 4", "header_rows: Input should be 1, 2 or 3, not '4'"),
        ("[file]\ndelimiter = ';;'", "delimiter: one character, or auto"),
        ("[survey]\ninvited = 0", "survey > invited"),
    ],
)  # fmt: skip
def test_a_wrong_mapping_says_where_and_what_is_allowed(text: str, message: str) -> None:
    with pytest.raises(MappingError, match=message):
        parse(text)


def test_forces_may_be_short_and_codes_may_be_numbers() -> None:
    mapping = parse(SCALE + 'missing = [-9, 99]\n[[items]]\ncolumn="q"\nscale="s"\nforce="pull"')
    assert mapping.items[0].force is Force.PULL
    assert mapping.scales["s"].missing == ("-9", "99")


def test_files_that_are_no_mapping(tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    with pytest.raises(FileUnreadable, match="No such file"):
        read_mapping(path)
    path.write_text("[survey\n")
    with pytest.raises(MappingError, match=r"map\.toml is not valid TOML: .*line 1"):
        read_mapping(path)


# --- Written and read back -----------------------------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NAME = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
CODES = st.lists(TEXT, max_size=3).map(tuple)
FORCE = st.sampled_from([None, *Force])
SCALES = st.one_of(
    st.builds(lambda low, size: Scale(low=low, high=low + size), st.floats(-9, 9), st.floats(1, 9)),
    st.builds(
        lambda labels, missing, unsure: Scale(labels=tuple(labels), missing=missing, unsure=unsure),
        st.lists(st.from_regex(r"[a-z]{1,6}", fullmatch=True), min_size=2, max_size=7, unique=True),
        CODES,
        CODES,
    ),
)


@st.composite
def mappings(draw: st.DrawFn) -> Mapping:
    scales = draw(st.dictionaries(TEXT, SCALES, min_size=1, max_size=3))
    names = iter(draw(st.lists(NAME, min_size=5, max_size=5, unique=True)))
    item = Item(
        column=next(names), text=draw(TEXT), scale=draw(st.sampled_from(sorted(scales))),
        force=draw(FORCE), reversed=draw(st.booleans()), missing=draw(CODES),
    )  # fmt: skip
    return Mapping(
        survey=SurveyPart(
            series=draw(TEXT), opened=draw(st.sampled_from([None, date(2024, 1, 2)]))
        ),
        file=FilePart(sheet=draw(TEXT), header_rows=draw(st.sampled_from([1, 2, 3]))),
        columns=ColumnsPart(role=draw(st.none() | NAME), started=draw(st.none() | NAME)),
        time=TimePart(format=draw(TEXT)),
        values=ValuesPart(missing=draw(CODES), missing_below=draw(st.none() | st.floats(-99, 9))),
        scales=scales,
        items=(item,),
        comments=(Comment(column=next(names), force=draw(FORCE)),),
        choices=(Choice(column=next(names), options=draw(CODES), force="demographic"),),
        multiple=(Multiple(column=next(names), separator=draw(NAME), other=draw(st.booleans())),),
        numbers=(Number(column=next(names), unsure=draw(CODES)),),
    )


@given(mappings(), TEXT)
def test_what_is_written_is_read_back(mapping: Mapping, note: str) -> None:
    notes = {"": note, "columns.role": note, f"column:{mapping.items[0].column}": note}
    assert parse(write_mapping(mapping, notes)) == mapping


def test_what_is_left_open_is_offered_in_comments() -> None:
    text = write_mapping(Mapping())
    assert "# department = " in text and "# invited = " in text and 'zone = "UTC"' in text


# --- Mapping and file ----------------------------------------------------------------------------

COLUMNS = name_columns([["id", "start", "end", "done", "unit", "q1", "q1", "age"]])
MAP = parse(
    SCALE
    + """
    [columns]
    respondent = "id"
    started = "start"
    completed = "end"
    finished = "done"
    department = "unit"
    [values]
    missing = ["-9"]
    [[items]]
    column = "q1"
    scale = "s"
    force = "pull"
    [[items]]
    column = "q1 [2]"
    scale = "s"
    force = "anxiety"
    [[numbers]]
    column = "age"
    """
)


def reader(mapping: Mapping = MAP) -> RowReader:
    return RowReader(mapping, COLUMNS, NOW)


ROW = ["p1", "2024-01-01 10:00", "2024-01-01 10:05", "TRUE", " Legal  team ", "4", "-9", "33"]


def test_a_row() -> None:
    session = reader().read(ROW)
    assert (session.respondent, session.department, session.role) == ("p1", "Legal team", None)
    assert session.is_completed and session.seconds == 300
    assert [(place, answer.value) for place, answer in session.answers] == [(0, 4), (2, 33)]


def test_an_end_counts_only_where_the_session_is_finished() -> None:
    session = reader().read([*ROW[:3], "FALSE", *ROW[4:]])
    assert session.started is not None and session.completed is None
    assert session.is_completed is False and session.seconds is None


def test_without_a_finished_column_a_stated_end_tells() -> None:
    mapping = MAP.model_copy(update={"columns": MAP.columns.model_copy(update={"finished": None})})
    assert reader(mapping).read(ROW).is_completed is True
    assert reader(mapping).read([*ROW[:2], "", *ROW[3:]]).is_completed is False
    none = mapping.model_copy(
        update={"columns": mapping.columns.model_copy(update={"completed": None})}
    )
    assert reader(none).read(ROW).is_completed is None


def test_every_reason_of_a_row_is_named() -> None:
    bad = ["", "soon", "2024-01-01 10:05", "perhaps", "Legal", "6", "x", "old"]
    with pytest.raises(RowUnreadable) as caught:
        reader().read(bad)
    assert [problem.column for problem in caught.value.problems] == [
        "id", "start", "done", "q1", "q1 [2]", "age",
    ]  # fmt: skip


def test_names_that_are_part_of_keys_are_short() -> None:
    with pytest.raises(RowUnreadable, match=r"unit: .* longer than 200 characters"):
        reader().read([*ROW[:4], "x" * 201, *ROW[5:]])


def test_a_session_that_ends_before_it_starts_is_not_read() -> None:
    with pytest.raises(RowUnreadable, match="end: it ends before it starts"):
        reader().read([ROW[0], ROW[2], ROW[1], *ROW[3:]])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '[columns]\nrole = "units"\n[[comments]]\ncolumn = "age"',
            "no column 'units'; the near",
        ),
        ('[[comments]]\ncolumn = "q2"', "no column 'q2'; the nearest: 'q1 \\[2\\]', 'q1'"),
        ('[[comments]]\ncolumn = "zzzz"', "no column 'zzzz'; there are: 'id', 'start'"),
        ('[columns]\nrole = "unit"', "names no question"),
    ],
)
def test_a_mapping_that_does_not_fit_the_file(text: str, message: str) -> None:
    with pytest.raises(MappingError, match=message):
        reader(parse(text))


def test_every_key_is_explained() -> None:
    pages = (Path(__file__).parents[2] / "docs" / "importing.md").read_text("utf-8")
    parts: list[type[Part]] = [
        SurveyPart,
        FilePart,
        ColumnsPart,
        TimePart,
        ValuesPart,
        Scale,
        Item,
        Multiple,
    ]
    keys = {*Mapping.model_fields, *(key for part in parts for key in part.model_fields)}
    assert {key for key in keys if f"`{key}`" not in pages and f"[{key}" not in pages} == set()
