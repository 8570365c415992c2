"""Importing transcripts into a real database: what is stored, linked, rejected and left alone."""

import csv
import json
import tracemalloc
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from uuid import uuid5

import openpyxl
import pytest
from sqlalchemy import Table, text
from typer.testing import CliRunner

from callbacks import import_commands  # noqa: F401  its commands register themselves
from callbacks.terminal import cli
from data.db.engine import Database
from data.db.tables import survey_sessions, voice_recordings
from data.errors import FileUnreadable, UnknownName, WidthMismatch
from data.intake import transcripts
from data.intake.organizations import ensure_organization
from data.intake.transcripts import ImportedTranscripts, import_transcripts
from data.settings import Settings
from tests.support.intake import ANNA, BERT, CLEO, NOW, Importer, mapping

HEADER = ("Recording", "Respondent", "Language", "Duration", "Confidence", "Text", "Reference text")
ONE = ("r1", "anna", "en", "0:12", "93%", "We lose time", "We lose time.")
TWO = ("r2", "bert", "de-AT", "7.5", "0.8", "Wir verlieren Zeit", "")
THREE = ("r3", "cleo", "en", "00:01:00", "", "", "")
ALL = (ONE, TWO, THREE)


class Voices:
    """Writes rows as a file and imports it into the survey "Wave 1" of anna, bert and cleo."""

    def __init__(self, take: Importer, folder: Path) -> None:
        self.take, self.folder = take, folder
        take([ANNA, BERT, CLEO])

    def __call__(
        self, rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER, *,
        dry_run: bool = False,
    ) -> ImportedTranscripts:  # fmt: skip
        path = self.folder / "voices.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([header, *rows])
        return self.file(path, dry_run=dry_run)

    def file(self, path: Path, *, dry_run: bool = False) -> ImportedTranscripts:
        done = import_transcripts(
            self.take.database, self.take.organization, "Wave 1", path, dry_run=dry_run, now=NOW
        )
        assert done.accepted + done.rejected == done.rows
        return done

    def stored(self, *columns: str) -> list[tuple[object, ...]]:
        return self.take.all(voice_recordings, *columns)

    def pairs(self, table: Table, key: str, value: str) -> dict[object, object]:
        """Two columns of a table; keys are unique."""
        return {row[0]: row[1] for row in self.take.all(table, key, value)}

    def rejected(self, done: ImportedTranscripts) -> list[list[str]]:
        assert done.rejects_path is not None
        with done.rejects_path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))


@pytest.fixture
def voices(database: Database, organization: object, tmp_path: Path) -> Voices:
    return Voices(Importer(database, organization, tmp_path), tmp_path)  # type: ignore[arg-type]


def counts(done: ImportedTranscripts) -> tuple[int, int, int]:
    return done.counts.new, done.counts.changed, done.counts.unchanged


def test_what_is_stored(voices: Voices) -> None:
    done = voices(ALL)
    assert (counts(done), done.counts.transcribed, done.counts.unlinked) == ((3, 0, 0), 2, 0)
    assert done.rejects_path is None
    assert voices.stored("duration_seconds", "language", "confidence", "transcript",
                         "reference_text", "processing_status", "transcription_status") == [
        (12.0, "en", 0.93, "We lose time", "We lose time.", "completed", "completed"),
        (60.0, "en", None, None, None, "pending", "pending"),
        (7.5, "de-AT", 0.8, "Wir verlieren Zeit", None, "completed", "completed"),
    ]  # fmt: skip
    sessions = voices.pairs(survey_sessions, "user_id", "id")
    linked = voices.pairs(voice_recordings, "user_id", "session_id")
    assert linked == sessions
    assert uuid5(voices.take.organization, "anna") in linked


def test_twice_changes_nothing_and_a_correction_only_its_row(voices: Voices) -> None:
    voices(ALL)
    before = voices.stored()
    assert counts(voices(ALL[::-1])) == (0, 0, 3)
    assert voices.stored() == before
    assert counts(voices([(*ONE[:5], "We lose some time", "")])) == (0, 1, 0)
    assert len(voices.stored()) == 3, "a file takes nothing away"
    assert {row[0] for row in voices.stored("transcript")} == {
        "We lose some time", "Wir verlieren Zeit", None,
    }  # fmt: skip


def test_a_dry_run_counts_the_same_and_writes_nothing(voices: Voices) -> None:
    done = voices([*ALL, ONE], dry_run=True)
    assert (counts(done), done.rejected, voices.stored()) == ((3, 0, 0), 1, [])
    assert "would be accepted" in done.summary
    voices([ONE])
    changed = (*ONE[:4], "0.5", *ONE[5:])
    before = voices.stored()
    assert counts(voices([changed, TWO], dry_run=True)) == (1, 1, 0)
    assert voices.stored() == before


def test_bad_rows_are_rejected_with_their_reasons_and_nothing_is_lost(voices: Voices) -> None:
    rows = [
        ONE,
        ("r2", "", *TWO[2:]),
        ("", "bert", *TWO[2:]),
        ("r4", "bert", "en", "-3", "0.5", "text", ""),
        ("r5", "bert", "en", "3", "300", "text", ""),
        ("r6", "bert", "en", "3", "0", "text", ""),
        (*ONE[:5], "said otherwise", ""),
        ("r7", "cleo", "tlh", "3", "0.5", "text", ""),
    ]
    done = voices(rows)
    assert (done.accepted, done.rejected) == (3, 5)
    header, *lines = voices.rejected(done)
    assert header == ["line", "column", "reason", *HEADER]
    assert [line[:2] for line in lines] == [
        ["3", "Respondent"], ["4", "Recording"], ["5", "Duration"], ["6", "Confidence"],
        ["8", "recording"],
    ]  # fmt: skip
    assert [tuple(line[3:]) for line in lines] == [rows[i] for i in (1, 2, 3, 4, 6)]
    assert "earlier row" in lines[-1][2]
    assert sorted(voices.stored("confidence", "language"), key=repr) == [
        (0.0, "en"), (0.5, "tlh"), (0.93, "en")
    ]  # fmt: skip


def test_if_no_row_can_be_read_nothing_changes(voices: Voices) -> None:
    done = voices([("r1", "", *ONE[2:])])
    assert (done.accepted, voices.stored()) == (0, [])
    assert "nothing was changed" in done.summary
    assert len(voices.rejected(done)) == 2
    with pytest.raises(FileUnreadable, match="no rows"):
        voices([])
    with pytest.raises(WidthMismatch):
        voices([ONE[:-1]])


def test_people_of_another_survey_are_kept_and_said(voices: Voices) -> None:
    done = voices([("r1", "zoe", *ONE[2:]), TWO])
    assert (done.counts.unlinked, done.accepted) == (1, 2)
    assert "1 are of people without a session" in done.summary
    alone = voices([("r9", "yan", *ONE[2:])])
    assert "is it the right one?" in alone.summary


def test_sessions_are_found_by_key_and_never_anothers(voices: Voices) -> None:
    header = ("recording", "respondent", "session", "text")
    rows = [
        ("r1", "", "anna", "a"),
        ("r2", "bert", "bert", "b"),
        ("r3", "bert", "anna", "c"),
        ("r4", "", "nobody", "d"),
        ("r5", "cleo", "nobody", "e"),
    ]
    done = voices(rows, header)
    assert (done.accepted, done.rejected, done.counts.unlinked) == (3, 2, 0)
    reasons = [line[2] for line in voices.rejected(done)[1:]]
    assert "another respondent's" in reasons[0]
    assert "no session 'nobody'" in reasons[1]
    keys = voices.pairs(survey_sessions, "id", "source_key")
    found = voices.pairs(voice_recordings, "transcript", "session_id")
    assert {said: keys[session] for said, session in found.items()} == {
        "a": "anna", "b": "bert", "e": "cleo"
    }  # fmt: skip


def test_the_latest_completed_session_is_meant(voices: Voices) -> None:
    again = ["anna", "2024-05-09 09:00", "", *ANNA[3:]]
    voices.take([ANNA, again, BERT, CLEO])
    voices([ONE])
    sessions = voices.pairs(survey_sessions, "id", "source_key")
    assert [sessions[row[0]] for row in voices.stored("session_id")] == ["anna"]


def test_questions_by_key_or_words_status_quality_and_time(voices: Voices) -> None:
    header = ("file", "speaker", "question", "status", "quality", "recorded at", "transcript")
    rows = [
        ("a.wav", "anna", "WHY", "done", "high", "2024-05-01 10:00", "text"),
        ("b.wav", "anna", "nonsense", "done", "high", "2024-05-01", "text"),
        ("c.wav", "bert", "", "error", "", "", ""),
        ("d.wav", "bert", "", "", "", "2077-05-01", "text"),
    ]
    done = voices(rows, header)
    assert (done.accepted, done.rejected) == (2, 2)
    assert "no question of this survey" in voices.rejected(done)[1][2]
    assert "in the future" in voices.rejected(done)[2][2]
    before = voices.stored()
    assert counts(voices(rows, header)) == (0, 0, 2)
    assert voices.stored() == before
    assert {row[0] for row in voices.stored("transcription_status")} == {"completed", "failed"}


def test_workbooks_with_real_cells(voices: Voices) -> None:
    path = voices.folder / "voices.xlsx"
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(HEADER)
    sheet.append(("r1", "anna", "en", timedelta(seconds=75), 0.93, '=CONCAT("a","b")', None))
    sheet.append(("r2", "bert", "de", 12, 1, "Text", None))
    workbook.save(path)
    done = voices.file(path)
    assert (done.accepted, done.counts.transcribed) == (2, 1), "a formula without a value is empty"
    assert voices.stored("duration_seconds", "confidence") == [(12.0, 1.0), (75.0, 0.93)]


def test_json_lines_with_a_broken_one(voices: Voices) -> None:
    path = voices.folder / "voices.jsonl"
    objects = [dict(zip(HEADER, row, strict=True)) for row in ALL]
    path.write_text("\n".join([json.dumps(objects[0]), "{oops", *map(json.dumps, objects[1:])]))
    done = voices.file(path)
    assert (done.accepted, done.rejected) == (3, 1)
    assert voices.rejected(done)[1] == [
        "2", "line", "this is no JSON object, or holds half a character", "{oops",
    ]  # fmt: skip
    assert counts(voices(ALL)) == (0, 0, 3), "the same recordings from another kind of file"


def test_a_text_of_a_megabyte(voices: Voices) -> None:
    done = voices([(*ONE[:5], "we lose time " * 76_000, ""), TWO])
    assert done.accepted == 2
    assert max(len(str(row[0])) for row in voices.stored("transcript")) > 980_000


@pytest.mark.parametrize("size", [1, 2, 1000])
def test_blocks_make_no_difference(
    voices: Voices, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(transcripts, "_BLOCK", size)
    rows = [*ALL, ONE, ("", *ONE[1:]), TWO]
    done = voices(rows)
    assert (done.accepted, done.rejected) == (3, 3)
    assert [line[0] for line in voices.rejected(done)[1:]] == ["5", "6", "7"]
    assert counts(voices(rows)) == (0, 0, 3)


def test_a_long_file_takes_little_memory(voices: Voices) -> None:
    def rows(count: int) -> Iterator[Sequence[str]]:
        for number in range(count):
            yield (f"r{number}", "anna", "en", "3", "0.5", f"{number} we lose time " * 20, "")

    def peak(count: int) -> int:
        path = voices.folder / "voices.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([HEADER])
            csv.writer(file).writerows(rows(count))
        tracemalloc.start()
        voices.file(path)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    assert peak(12_000) < peak(3_000) + 9_000 * 200, "some bytes an id, not the texts"


def test_organizations_and_surveys_do_not_mix(voices: Voices, tmp_path: Path) -> None:
    voices(ALL)
    other = Importer(voices.take.database, ensure_organization(voices.take.database, "B"), tmp_path)
    other([ANNA])
    import_transcripts(
        other.database, other.organization, "Wave 1", voices.folder / "voices.csv", now=NOW
    )
    assert len(voices.stored()) == 3
    assert len(other.all(voice_recordings)) == 3
    with pytest.raises(UnknownName, match="the nearest: 'Wave 1'"):
        import_transcripts(
            other.database, other.organization, "Wave 2", voices.folder / "voices.csv", now=NOW
        )


def test_a_person_who_leaves_takes_the_recordings_along(voices: Voices) -> None:
    voices(ALL)
    voices.take([ANNA, CLEO], mapping())
    assert len(voices.stored()) == 2


def test_the_command_imports_and_rebuilds(
    voices: Voices, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", str(settings.database_url))
    monkeypatch.setenv("READINESS_HOME", str(tmp_path))
    people = [[f"p{i}", *ANNA[1:]] for i in range(12)]
    voices.take(people)
    path = tmp_path / "voices.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = [(f"r{i}", f"p{i}", *ONE[2:]) for i in range(12)]
        csv.writer(file).writerows([(*HEADER, "mood"), *((*row, "good") for row in rows)])
    arguments = ["import-transcripts", str(path), "--organization", "Acme", "--survey", "Wave 1"]
    done = CliRunner().invoke(cli, [*arguments, "--dry-run"])
    assert "12 would be accepted" in done.output
    assert voices.stored() == []
    done = CliRunner().invoke(cli, arguments)
    assert done.exit_code == 0, done.output
    assert "12 new" in done.output
    assert "Columns not read: mood" in done.output
    with voices.take.database.owning() as connection:
        shown = text("SELECT recordings FROM survey_voices WHERE figure = 'recordings'")
        assert connection.scalar(shown) == 12
    wrong = CliRunner().invoke(cli, [*arguments[:3], "Nobody", *arguments[4:]])
    assert isinstance(wrong.exception, UnknownName)
