"""Rows of a file of transcripts to recordings: columns by their usual names, cells checked."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from data.errors import FileUnreadable
from data.intake.cells import Unreadable, parse_number, shorten
from data.intake.headers import Column
from data.intake.hints import spaced
from data.intake.mapping import TimePart
from data.intake.rows import Problem, RowUnreadable
from data.intake.times import time_reader
from data.intake.words import plain, tidy

LONGEST_NAME = 200
"""Characters of an id, a language, a quality."""
LONGEST_TEXT = 1 << 20
"""Characters of a transcript."""
LONGEST_SECONDS = 24 * 3600.0
"""A longer recording is a duration in another unit."""

_NAMES: dict[str, str] = {
    "recording": r"recording( id| name| file)?|(audio|voice|media) ?(id|file|name)?|clip( id)?|"
    r"file( ?name)?|aufnahme( id)?|datei(name)?",
    "respondent": r"respondent( id)?|participant( id)?|person( id)?|user( id)?|employee( id)?|"
    r"speaker( id)?|pseudonym|teilnehmer(in)?( id)?",
    "session": r"session( id| key)?|sitzung( id)?",
    "question": r"question( id| key)?|item|prompt|frage",
    "language": r"language( code)?|lang|locale|sprache",
    "duration": r"duration( in seconds| \(?s(ec(onds)?)?\)?| seconds)?|length( in seconds)?|"
    r"seconds|dauer( in sekunden)?|länge",
    "confidence": r"((mean|average|avg) )?confidence( score)?|konfidenz",
    "text": r"text|transcript(ion)?( text)?|transkript(ion)?|transkribierter text",
    "reference": r"reference( ?text| transcript(ion)?)?|ground truth|gold( text)?|"
    r"referenz(text)?",
    "status": r"(processing )?status|state",
    "quality": r"(audio |recording )?quality|qualität",
    "recorded": r"recorded( at| on)?|created( at| on)?|date|time ?stamp|(date )?time|"
    r"aufgenommen( am)?|datum|zeitstempel",
}
_PATTERNS = {role: re.compile(pattern) for role, pattern in _NAMES.items()}

_STATUSES: dict[str, frozenset[str]] = {
    "completed": frozenset({"completed", "complete", "done", "finished", "success", "succeeded",
                            "ok", "ready", "fertig", "abgeschlossen"}),
    "failed": frozenset({"failed", "failure", "error", "fehler", "fehlgeschlagen"}),
    "processing": frozenset({"processing", "in progress", "running", "in arbeit"}),
    "pending": frozenset({"pending", "queued", "waiting", "new", "uploaded", "offen"}),
}  # fmt: skip
_STATUS = {word: status for status, words in _STATUSES.items() for word in words}

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):([0-5]?\d(?:[.,]\d+)?)")


class Transcript(NamedTuple):
    """What a row says of a recording; None is not stated.

    ``duration`` is in seconds, ``confidence`` 0-1. ``text`` None: not transcribed.
    """

    recording: str
    respondent: str | None
    session: str | None
    question: UUID | None
    language: str | None
    duration: float | None
    confidence: float | None
    text: str | None
    reference: str | None
    status: str
    quality: str | None
    recorded: datetime | None


def role_of(name: str) -> str | None:
    """What a column of this name holds: recording, respondent, text, ...; None for others."""
    words = spaced(name)
    found = (role for role, pattern in _PATTERNS.items() if pattern.fullmatch(words))
    return next(found, None)


def find_roles(columns: Sequence[Column]) -> dict[str, Column]:
    """The columns by what they hold. Raises FileUnreadable where one is missing or doubtful.

    A column called "id" is the recording's where no other is.
    """
    found: dict[str, Column] = {}
    for column in columns:
        role = role_of(column.name)
        if role is None:
            continue
        if role in found:
            raise FileUnreadable(
                f"The columns '{found[role].name}' and '{column.name}' may both be the {role}. "
                "Rename the one that is not."
            )
        found[role] = column
    bare = [column for column in columns if plain(column.name) == "id"]
    if bare:
        found.setdefault("recording", bare[0])
    _check(found, columns)
    return found


def _check(found: Mapping[str, Column], columns: Sequence[Column]) -> None:
    there = ", ".join(f"'{column.name}'" for column in columns[:40])
    if "recording" not in found:
        raise FileUnreadable(f"No column is called 'recording'. There are: {there}.")
    if "respondent" not in found and "session" not in found:
        raise FileUnreadable(
            f"No column is called 'respondent' (nor 'session'). There are: {there}. Without it "
            "nobody can tell whose recordings these are."
        )


class TranscriptReader:
    """Reads rows of one file. ``questions`` are the survey's, by plain key or words."""

    def __init__(
        self, columns: Sequence[Column], questions: Mapping[str, UUID], now: datetime
    ) -> None:
        self.columns = find_roles(columns)
        self._width = len(columns)
        self._all = columns
        self._questions = questions
        self._readers: dict[str, Callable[[str], object]] = {
            "recording": _name,
            "respondent": _name,
            "session": _name,
            "question": self._question,
            "language": _name,
            "duration": read_duration,
            "confidence": read_confidence,
            "text": _text,
            "reference": _text,
            "status": _status,
            "quality": _name,
            "recorded": time_reader(TimePart(), now),
        }

    def read(self, cells: Sequence[str]) -> Transcript:
        """The row's recording; RowUnreadable with every reason if any cell cannot be read."""
        if len(cells) != self._width:
            raise RowUnreadable(
                [Problem("line", "this is no JSON object, or holds half a character")]
            )
        values: dict[str, object] = {}
        problems = list(self._values(cells, values))
        if problems:
            raise RowUnreadable(problems)
        said: dict[str, object] = {name: values.get(name) for name in Transcript._fields}
        if said["status"] is None:
            said["status"] = "pending" if said["text"] is None else "completed"
        return Transcript(**said)  # type: ignore[arg-type]

    def _values(self, cells: Sequence[str], into: dict[str, object]) -> Iterator[Problem]:
        for role, column in self.columns.items():
            cell = cells[column.index]
            try:
                if "\x00" in cell:
                    raise Unreadable("the cell contains a zero byte")
                into[role] = self._readers[role](cell) if cell.strip() else None
            except Unreadable as error:
                yield Problem(column.name, str(error))
        if into.get("recording", "") is None:
            yield Problem(self.columns["recording"].name, "there is no recording id")
        owners = [role for role in ("respondent", "session") if role in self.columns]
        if all(into.get(role, "") is None for role in owners):
            yield Problem(self.columns[owners[0]].name, "there is no respondent id")

    def _question(self, cell: str) -> UUID:
        found = self._questions.get(plain(cell))
        if found is None:
            raise Unreadable(f"{shorten(cell)} is no question of this survey")
        return found


def read_duration(cell: str) -> float:
    """Seconds as a number, mm:ss or hh:mm:ss; at most a day. Unreadable for anything else."""
    clock = _CLOCK.fullmatch(cell.strip())
    if clock:
        hours, minutes, seconds = (
            float((part or "0").replace(",", ".")) for part in clock.groups()
        )
        found: float | None = 3600 * hours + 60 * minutes + seconds
    else:
        found = _number(cell)
    if found is None or found < 0:
        raise Unreadable(f"{shorten(cell)} is no duration in seconds, mm:ss or hh:mm:ss")
    if found > LONGEST_SECONDS:
        raise Unreadable(f"{shorten(cell)} is longer than a day: durations are in seconds")
    return found


def read_confidence(cell: str) -> float:
    """0-1, or 0-100 %: a number above 1 or with a percent sign is in percent."""
    text = cell.strip()
    found = _number(text.removesuffix("%"))
    if found is not None and (text.endswith("%") or found > 1):
        found /= 100
    if found is None or not 0 <= found <= 1:
        raise Unreadable(f"{shorten(cell)} is no confidence from 0 to 1, or from 0 to 100 %")
    return found


def _number(cell: str) -> float | None:
    """With a decimal point or comma: durations and shares have no thousands to group."""
    return parse_number(cell, "," if "," in cell else ".")


def _status(cell: str) -> str:
    found = _STATUS.get(spaced(cell))
    if found is None:
        raise Unreadable(f"{shorten(cell)} is none of {', '.join(_STATUSES)}")
    return found


def _name(cell: str) -> str:
    name = tidy(cell)
    if len(name) > LONGEST_NAME:
        raise Unreadable(f"{shorten(name)} is longer than {LONGEST_NAME} characters")
    return name


def _text(cell: str) -> str:
    if len(cell) > LONGEST_TEXT:
        raise Unreadable(f"the text is longer than {LONGEST_TEXT:,} characters")
    return cell.strip()
