"""Cells to answers: scales, codes, numbers, several options in one cell, times."""

import json
import math
from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from data.errors import MappingError
from data.intake.cells import (
    UNSURE,
    Answer,
    Remembered,
    Unreadable,
    choice_reader,
    multiple_reader,
    number_reader,
    parse_number,
    scale_reader,
    split_options,
)
from data.intake.mapping import Choice, Item, Multiple, Number, Scale, TimePart, ValuesPart
from data.intake.times import duration_reader, time_reader

ITEM = Item(column="q", scale="s")
VALUES = ValuesPart(missing=("-9", "k. A."), missing_below=0, unsure=("Don't know",))
LABELS = Scale(labels=("Never", "Sometimes", "Always"))


def value(cell: str, scale: Scale, values: ValuesPart = VALUES, decimal: str = ".") -> float | None:
    answer = scale_reader(ITEM, scale, values, decimal)(cell)
    assert answer is None or (answer.text is None and not answer.unsure)
    return answer and answer.value


def test_labels_count_from_one_whatever_their_case_and_white_space() -> None:
    assert [value(cell, LABELS) for cell in ("Never", " someTIMES ", "ALWAYS")] == [1, 2, 3]
    both = Scale(labels=("low", "mid", "high"), low=0, high=2)
    assert [value(cell, both) for cell in ("low", "1", "2.0", "high", "0.5")] == [0, 1, 2, 2, 0.5]


@pytest.mark.parametrize("cell", ["Often", "2", "Never!", "1"])
def test_what_is_not_on_a_verbal_scale_is_not_read(cell: str) -> None:
    with pytest.raises(Unreadable, match=r"not on the scale: Never, Sometimes, Always$"):
        value(cell, LABELS)


@pytest.mark.parametrize("cell", ["0", "5.5", "six", "1,5", "nan", "inf", "1e999"])
def test_what_is_outside_a_numeric_scale_is_not_read(cell: str) -> None:
    with pytest.raises(Unreadable, match=r"not on the scale: 1 to 5$"):
        value(cell, Scale(low=1, high=5), ValuesPart())


@pytest.mark.parametrize("cell", ["", "  ", "-9", "k. a.", "-1", "-0.5"])
def test_blanks_and_codes_are_missing(cell: str) -> None:
    assert value(cell, Scale(low=1, high=5)) is None


def test_unsure_is_answered_without_a_value() -> None:
    read = scale_reader(ITEM, LABELS, VALUES, ".")
    assert read("don’t  know") == UNSURE == Answer(None, None, True)


def test_codes_of_a_scale_and_of_a_question_add_up() -> None:
    scale = Scale(low=1, high=5, missing=("9",), unsure=("8",))
    item = Item(column="q", scale="s", missing=("5",), unsure=("not used",))
    read = scale_reader(item, scale, VALUES, ".")
    assert [read(cell) for cell in ("9", "5", "-9")] == [None, None, None]
    assert [read(cell) for cell in ("8", "Not used")] == [UNSURE, UNSURE]


@pytest.mark.parametrize(
    ("cell", "decimal", "number"),
    [
        ("3", ".", 3.0), (" 3.50 ", ".", 3.5), ("-2", ".", -2.0), (".5", ".", 0.5),
        ("3,5", ",", 3.5), ("3,5", ".", None), ("1.000", ",", None), ("1_000", ".", None),
        ("٣", ".", 3.0), ("NaN", ".", None), ("", ".", None), ("1e3", ".", 1000.0),
    ],
)  # fmt: skip
def test_numbers(cell: str, decimal: str, number: float | None) -> None:
    assert parse_number(cell, decimal) == number


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_a_number_is_read_as_python_writes_it(number: float) -> None:
    found = parse_number(f"{number:.6f}", ".")
    assert found is not None and math.isclose(found, number, abs_tol=1e-6)
    assert parse_number(f"{number:.6f}".replace(".", ","), ",") == found


def test_a_number_question() -> None:
    read = number_reader(Number(column="age"), VALUES, ".")
    assert [read("41"), read("-9"), read("-77")] == [Answer(41, None, False), None, None]
    with pytest.raises(Unreadable, match="'forty' is not a number"):
        read("forty")


def test_a_choice_is_written_as_the_mapping_does() -> None:
    read = choice_reader(Choice(column="q", options=("Yes", "No")), VALUES)
    assert read(" yes ") == Answer(None, "Yes", False)
    with pytest.raises(Unreadable, match="'Maybe' is none of the options"):
        read("Maybe")
    assert choice_reader(Choice(column="q"), VALUES)("Any  thing") == Answer(
        None, "Any thing", False
    )


OPTIONS = ("Yes, to write", "Yes, other:", "Yes", "No (e.g., never, or hardly)", "to write")


@pytest.mark.parametrize(
    ("cell", "chosen"),
    [
        ("Yes, to write", ["Yes, to write"]),
        ("Yes,Yes, other:", ["Yes", "Yes, other:"]),
        ("yes, other:,No (e.g., never, or hardly),Yes, to write",
         ["Yes, other:", "No (e.g., never, or hardly)", "Yes, to write"]),
        ("Yes, to read", None),
        ("Yes, other:x", None),
        ("", []),
    ],
)  # fmt: skip
def test_options_with_the_separator_inside(cell: str, chosen: list[str] | None) -> None:
    assert split_options(cell, OPTIONS, ",") == chosen


def test_the_longest_option_is_taken_back_where_the_rest_fits_none() -> None:
    assert split_options("a,b,c,d", ("a", "a,b", "b,c", "d"), ",") == ["a", "b,c", "d"]


def test_what_is_no_option_stands_for_itself_where_that_is_said() -> None:
    assert split_options("a; pears, plums ;b", ("a", "b"), ";", other=True) == [
        "a", "pears, plums", "b",
    ]  # fmt: skip
    assert split_options("a; pears", ("a", "b"), ";") is None


@given(st.lists(st.sampled_from(OPTIONS), max_size=6), st.sampled_from([",", ", ", ";", " | "]))
def test_whatever_was_joined_comes_apart_into_options(chosen: list[str], separator: str) -> None:
    found = split_options(separator.join(chosen), OPTIONS, separator)
    assert found is not None
    # "Yes" and "to write" may come back as "Yes, to write": the cell is the same.
    assert separator.join(found).replace(" ", "") == separator.join(chosen).replace(" ", "")


@given(st.lists(st.text(st.characters(exclude_characters=";", categories=["L", "N"]), min_size=1)))
def test_without_options_a_cell_is_split_at_every_separator(pieces: list[str]) -> None:
    assert split_options(";".join(pieces), (), ";") == pieces


@given(st.text(alphabet="ab,; ", max_size=30))
def test_any_cell_ends(cell: str) -> None:
    options = ("a", "b", "a,b", "b,a", "a,a,b")
    found = split_options(cell, options, ",")
    assert found is None or set(found) <= set(options)
    kept = split_options(cell, options, ",", other=True)
    assert kept is not None and all(kept)


def test_a_cell_of_very_many_pieces_is_refused_not_endless() -> None:
    assert split_options("a," * 5000, ("a", "a,a"), ",", other=True) is None


def test_several_options_are_stored_as_a_list() -> None:
    read = multiple_reader(Multiple(column="q", options=OPTIONS), VALUES)
    answer = read("Yes,Yes, to write")
    assert answer is not None and answer.text is not None
    assert json.loads(answer.text) == ["Yes", "Yes, to write"]
    with pytest.raises(Unreadable, match="not made of the options"):
        read("Perhaps")


def test_a_text_is_read_once() -> None:
    seen: list[str] = []

    def read(cell: str) -> Answer | None:
        seen.append(cell)
        return UNSURE

    known = Remembered(read, 2)
    assert [known[cell] for cell in "abacc"] == [UNSURE] * 5
    assert seen == ["a", "b", "c", "c"]


# --- Times ---------------------------------------------------------------------------------------

NOW = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cell", "format_", "zone", "expected"),
    [
        ("2024-03-01T10:00:00", "iso", "UTC", datetime(2024, 3, 1, 10)),
        ("2023-11-17 0:48:46", "iso", "UTC", datetime(2023, 11, 17, 0, 48, 46)),
        ("2024-07-01 10:00", "iso", "Europe/Berlin", datetime(2024, 7, 1, 8)),
        ("2024-01-01 10:00", "iso", "Europe/Berlin", datetime(2024, 1, 1, 9)),
        ("2024-07-01T10:00:00+05:30", "iso", "Europe/Berlin", datetime(2024, 7, 1, 4, 30)),
        # The clock goes back at 3:00: 2:30 occurs twice, the earlier is meant.
        ("2024-10-27 02:30", "iso", "Europe/Berlin", datetime(2024, 10, 27, 0, 30)),
        ("31.12.2023 23:59", "%d.%m.%Y %H:%M", "UTC", datetime(2023, 12, 31, 23, 59)),
        ("1704067200", "unix", "America/New_York", datetime(2024, 1, 1)),
        ("1704067200500", "unix-ms", "UTC", datetime(2024, 1, 1, 0, 0, 0, 500_000)),
    ],
)
def test_times(cell: str, format_: str, zone: str, expected: datetime) -> None:
    read = time_reader(TimePart(format=format_, zone=zone), NOW)
    assert read(cell) == expected.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("cell", "format_", "reason"),
    [
        ("soon", "iso", "is not a time of the format iso"),
        ("13/31/2024", "%d/%m/%Y", "is not a time"),
        ("2025-02-01", "iso", "in the future"),
        ("1900-01-01", "iso", "before 1990"),
        ("1e30", "unix", "is not a time"),
        ("nan", "unix", "is not a time"),
    ],
)
def test_times_that_cannot_be(cell: str, format_: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        time_reader(TimePart(format=format_), NOW)(cell)


@pytest.mark.parametrize("format_", ["dd.mm.yyyy", "%Q"])
def test_a_format_that_is_none_is_an_error_of_the_mapping(format_: str) -> None:
    with pytest.raises(MappingError, match="time > format"):
        time_reader(TimePart(format=format_), NOW)


@pytest.mark.parametrize(
    ("cell", "unit", "seconds"),
    [("90", "seconds", 90.0), ("1.5", "minutes", 90.0), ("1500", "milliseconds", 1.5),
     ("0:01:30", "seconds", 90.0), ("2:05", "seconds", 125.0)],
)  # fmt: skip
def test_durations(cell: str, unit: str, seconds: float) -> None:
    assert duration_reader(unit, ".")(cell) == pytest.approx(seconds)


@pytest.mark.parametrize("cell", ["-1", "quick", "1:2:3:4", "1:x"])
def test_durations_that_cannot_be(cell: str) -> None:
    with pytest.raises(Unreadable, match="not a duration in seconds"):
        duration_reader("seconds", ".")(cell)


@given(st.datetimes(datetime(1991, 1, 1), datetime(2024, 12, 31)))
def test_iso_times_come_back(moment: datetime) -> None:
    assume(moment.tzinfo is None)
    assert time_reader(TimePart(), NOW)(moment.isoformat()) == moment.replace(tzinfo=UTC)
