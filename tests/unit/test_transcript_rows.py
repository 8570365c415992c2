"""Columns by their usual names, and every kind of cell of a file of transcripts."""

import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import FileUnreadable
from data.intake.cells import Unreadable
from data.intake.headers import name_columns
from data.intake.jsonlines import LONGEST_LINE, open_json_lines
from data.intake.rows import RowUnreadable
from data.intake.transcript_rows import (
    TranscriptReader,
    find_roles,
    read_confidence,
    read_duration,
    role_of,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
QUESTION = UUID(int=7)


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("Recording ID", "recording"), ("recording_id", "recording"), ("fileName", "recording"),
        ("Aufnahme", "recording"), ("respondentId", "respondent"), ("Speaker", "respondent"),
        ("Duration (s)", "duration"), ("durationSeconds", "duration"), ("LÄNGE", "duration"),
        ("duration in seconds", "duration"), ("mean confidence", "confidence"),
        ("Transcription", "text"), ("transkript", "text"), ("Reference text", "reference"),
        ("ground-truth", "reference"), ("lang", "language"), ("Audio Quality", "quality"),
        ("processing_status", "status"), ("question-key", "question"), ("session id", "session"),
        ("created_at", "recorded"), ("favourite colour", None), ("text length", None),
    ],
)  # fmt: skip
def test_columns_by_their_names(name: str, role: str | None) -> None:
    assert role_of(name) == role


def roles(*header: str) -> dict[str, str]:
    return {role: column.name for role, column in find_roles(name_columns([header])).items()}


def test_id_is_the_recordings_where_no_other_is() -> None:
    assert roles("id", "person")["recording"] == "id"
    assert roles("clip", "id", "person")["recording"] == "clip"


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (("person", "text"), "No column is called 'recording'. There are: 'person', 'text'"),
        (("recording", "text"), "No column is called 'respondent'"),
        (("recording", "person", "text", "transcript"), "'text' and 'transcript' may both"),
    ],
)
def test_doubtful_headers_are_refused(header: tuple[str, ...], said: str) -> None:
    with pytest.raises(FileUnreadable, match=said):
        roles(*header)


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [("0", 0), ("12.5", 12.5), ("12,5", 12.5), (" 7 ", 7), ("1:05", 65), ("01:02:03", 3723),
     ("90:00", 5400), ("0:01.5", 1.5), ("0:01,5", 1.5), ("86400", 86400)],
)  # fmt: skip
def test_durations(cell: str, seconds: float) -> None:
    assert read_duration(cell) == seconds


@pytest.mark.parametrize(
    "cell", ["-1", "-0:05", "1:75", "nan", "inf", "1e9", "86401", "long", "1:2:3:4", "1.000,5", "²"]
)
def test_what_is_no_duration(cell: str) -> None:
    with pytest.raises(Unreadable):
        read_duration(cell)


@pytest.mark.parametrize(
    ("cell", "confidence"),
    [("0", 0), ("1", 1), ("0.93", 0.93), ("0,93", 0.93), ("93", 0.93), ("93%", 0.93),
     ("1 %", 0.01), ("100", 1), ("0%", 0)],
)  # fmt: skip
def test_confidences(cell: str, confidence: float) -> None:
    assert read_confidence(cell) == pytest.approx(confidence)


@pytest.mark.parametrize("cell", ["-0.1", "101", "101%", "high", "nan", "%"])
def test_what_is_no_confidence(cell: str) -> None:
    with pytest.raises(Unreadable):
        read_confidence(cell)


@given(st.text(max_size=12))
def test_no_cell_breaks_a_reader(cell: str) -> None:
    for read, most in ((read_duration, 86400.0), (read_confidence, 1.0)):
        try:
            assert 0 <= read(cell) <= most
        except Unreadable as error:
            assert str(error)


HEADER = ("recording", "person", "text", "seconds", "confidence", "status", "question", "date")


def reader() -> TranscriptReader:
    return TranscriptReader(name_columns([HEADER]), {"why": QUESTION}, NOW)


def test_a_row() -> None:
    cells = [" r  1 ", "anna", " So it is. ", "1:00", "90", "Done", "WHY", "2025-05-01 09:00"]
    found = reader().read(cells)
    assert found[:4] == ("r 1", "anna", None, QUESTION)
    assert (found.text, found.duration, found.confidence) == ("So it is.", 60, 0.9)
    assert (found.status, found.recorded) == ("completed", datetime(2025, 5, 1, 9, tzinfo=UTC))


def test_an_empty_transcript_is_a_recording_not_transcribed() -> None:
    blank = ["r", "anna", "  ", *[""] * 5]
    assert (reader().read(blank).text, reader().read(blank).status) == (None, "pending")
    assert reader().read([*blank[:5], "finished", "", ""]).status == "completed"
    assert reader().read(["r", "anna", "text", *[""] * 5]).status == "completed"


def test_every_reason_is_told() -> None:
    cells = ["", "", "a\0b", "-3", "200", "odd", "what?", "2031-01-01"]
    with pytest.raises(RowUnreadable) as error:
        reader().read(cells)
    assert [problem.column for problem in error.value.problems] == [
        "text", "seconds", "confidence", "status", "question", "date", "recording", "person",
    ]  # fmt: skip
    assert "in the future" in error.value.problems[5].reason


def lines(path: Path, *objects: object) -> Path:
    path.write_text("\n".join(o if isinstance(o, str) else json.dumps(o) for o in objects), "utf-8")
    return path


def test_json_lines_are_columns_and_rows(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "t.jsonl", {"id": 7, "person": "a"}, "", {"person": "b", "text": "Grüße\nan"},
        {"id": None, "text": True, "words": [1, "é"]},
    )  # fmt: skip
    with open_json_lines(path) as file:
        assert [column.name for column in file.columns] == ["id", "person", "text", "words"]
        assert list(file.rows) == [
            (1, ["7", "a", "", ""]),
            (3, ["", "b", "Grüße\nan", ""]),
            (4, ["", "", "true", '[1, "é"]']),
        ]
        done, size = file.position()
        assert done == size


@pytest.mark.parametrize("bad", ["{", "[1]", "7", '{"id": NaN}', '{"id": "\\ud800"}', "[" * 5000])
def test_a_broken_line_is_a_row_of_its_own(tmp_path: Path, bad: str) -> None:
    path = lines(tmp_path / "t.jsonl", {"id": "1", "person": "a"}, bad, {"id": "2", "person": "b"})
    with open_json_lines(path) as file:
        assert [cells for _, cells in file.rows] == [["1", "a"], [bad], ["2", "b"]]
        with pytest.raises(RowUnreadable, match="no JSON object"):
            TranscriptReader(file.columns, {}, NOW).read([bad])


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_json_lines_with_marks_and_line_ends(tmp_path: Path, mark: bytes, end: str) -> None:
    path = tmp_path / "t.jsonl"
    path.write_bytes(mark + end.join(['{"id": "é"}', '{"id": "2"}', ""]).encode())
    with open_json_lines(path) as file:
        assert list(file.rows) == [(1, ["é"]), (2, ["2"])]


@pytest.mark.parametrize("text", ["", "\n\n", "[]", "[\n1\n]", "x" * (LONGEST_LINE + 1)])
def test_files_without_objects_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text(text)
    with pytest.raises(FileUnreadable), open_json_lines(path):
        pass
