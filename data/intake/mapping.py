"""What the columns of a survey file mean: a frozen value, kept as TOML that a person corrects.

Every key is explained in docs/importing.md. Column names are those of ``headers.py``: a header
as it stands, ``Name [2]`` for its second occurrence, ``#7`` for a seventh column without one.
"""

import tomllib
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from data.analysis.forces import Force
from data.errors import FileUnreadable, MappingError
from data.intake.words import plain

_SHORT_FORCES = {force.value.partition("_")[0]: force.value for force in Force}


def _force(value: object) -> object:
    return _SHORT_FORCES.get(value, value) if isinstance(value, str) else value


def _text(value: object) -> object:
    """A missing code may be written as a number in TOML; cells are text."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number else value


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(
            f"'{name}' is not a time zone; use a name such as UTC or Europe/Berlin"
        ) from None
    return name


def _single_character(text: str) -> str:
    if text != "auto" and len(text) != 1:
        raise ValueError("one character, or auto")
    return text


Codes = tuple[Annotated[str, BeforeValidator(_text)], ...]
ForceName = Annotated[Force, BeforeValidator(_force)]
AnyForce = Annotated[Force | Literal["demographic"], BeforeValidator(_force)]
"""Questions that are not scaled may be ``demographic``: segmenting, counted, never scored."""
ColumnName = Annotated[str, Field(min_length=1)]


class Part(BaseModel):
    """A table of the mapping: frozen; an unknown key is an error, not ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SurveyPart(Part):
    """What the file itself does not say about the survey."""

    series: str = ""
    language: str = "en"
    invited: Annotated[int, Field(gt=0)] | None = None
    opened: datetime | date | None = None
    closed: datetime | date | None = None


class FilePart(Part):
    """How the file is written; ``auto`` is found out from the file."""

    encoding: str = "auto"
    delimiter: Annotated[str, AfterValidator(_single_character)] = "auto"
    decimal: Literal[".", ","] = "."
    sheet: str = ""
    header_rows: Literal[1, 2, 3] = 1


class ColumnsPart(Part):
    """The columns that describe a session; each may be left out."""

    respondent: ColumnName | None = None
    department: ColumnName | None = None
    role: ColumnName | None = None
    language: ColumnName | None = None
    started: ColumnName | None = None
    completed: ColumnName | None = None
    finished: ColumnName | None = None
    duration: ColumnName | None = None


class TimePart(Part):
    """How times are written. ``format``: iso, unix, unix-ms or a strptime pattern."""

    format: str = "iso"
    zone: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    duration_unit: Literal["seconds", "minutes", "milliseconds"] = "seconds"


class ValuesPart(Part):
    """Cells with a meaning of their own, in every column.

    ``missing`` is as if the cell were blank; ``unsure`` was answered, but gives no value.
    """

    missing: Codes = ()
    missing_below: float | None = None
    unsure: Codes = ()
    finished: Codes = ("true", "yes", "1", "finished", "completed", "complete", "wahr", "ja")
    unfinished: Codes = ("false", "no", "0", "unfinished", "incomplete", "partial", "falsch",
                         "nein", "")  # fmt: skip


class Scale(Part):
    """Labels from lowest to highest, or a range of numbers, or both: then cells may be either."""

    labels: Codes = ()
    low: float | None = None
    high: float | None = None
    missing: Codes = ()
    unsure: Codes = ()

    @property
    def bounds(self) -> tuple[float, float]:
        """Lowest and highest value; labels alone count from 1."""
        low = 1.0 if self.low is None else self.low
        return low, (low + len(self.labels) - 1 if self.high is None else self.high)

    @model_validator(mode="after")
    def _is_a_scale(self) -> "Scale":
        if (self.low is None) != (self.high is None):
            raise ValueError("give both low and high, or neither")
        if not self.labels and self.low is None:
            raise ValueError("give labels = [lowest, ..., highest], or low and high")
        if self.labels and len({plain(label) for label in self.labels}) != len(self.labels):
            raise ValueError("a label occurs twice")
        low, high = self.bounds
        if not low < high:
            raise ValueError("a scale needs at least two values, low < high")
        if self.labels and high - low != len(self.labels) - 1:
            raise ValueError(f"{len(self.labels)} labels do not fit low = {low:g}, high = {high:g}")
        return self


class Question(Part):
    """What every asked column has. ``text`` is taken from the file's headers where it is empty."""

    column: ColumnName
    text: str = ""
    missing: Codes = ()
    unsure: Codes = ()


class Item(Question):
    """A scaled question: of a force, an outcome, or neither (kept, but in no score)."""

    scale: str
    force: ForceName | None = None
    outcome: bool = False
    reversed: bool = False

    @model_validator(mode="after")
    def _one_meaning(self) -> "Item":
        if self.force is not None and self.outcome:
            raise ValueError("an item has a force or is an outcome, not both")
        return self


class Comment(Question):
    """Free text, at best marked with the force it speaks of."""

    force: AnyForce | None = None


class Choice(Question):
    """One of several; with ``options``, anything else is not readable."""

    options: Codes = ()
    force: AnyForce | None = None


class Multiple(Question):
    """Several of several in one cell. With ``options``, an option may contain the separator.

    ``other`` keeps what is none of the options as an answer of its own.
    """

    separator: Annotated[str, Field(min_length=1)] = ","
    options: Codes = ()
    other: bool = False
    force: AnyForce | None = None


class Number(Question):
    """A plain number, such as an age."""

    force: AnyForce | None = None


class Mapping(Part):
    """A whole mapping file."""

    survey: SurveyPart = SurveyPart()
    file: FilePart = FilePart()
    columns: ColumnsPart = ColumnsPart()
    time: TimePart = TimePart()
    values: ValuesPart = ValuesPart()
    scales: dict[str, Scale] = {}
    items: tuple[Item, ...] = ()
    comments: tuple[Comment, ...] = ()
    choices: tuple[Choice, ...] = ()
    multiple: tuple[Multiple, ...] = ()
    numbers: tuple[Number, ...] = ()

    @property
    def questions(self) -> Iterator[Question]:
        """Every asked column, by kind."""
        yield from (*self.items, *self.comments, *self.choices, *self.multiple, *self.numbers)

    @model_validator(mode="after")
    def _hangs_together(self) -> "Mapping":
        for item in self.items:
            if item.scale not in self.scales:
                raise ValueError(
                    f"item '{item.column}' names the scale '{item.scale}', which is not defined"
                    f"; {nearest(item.scale, self.scales)}"
                )
        seen: set[str] = set()
        for question in self.questions:
            if question.column in seen:
                raise ValueError(f"column '{question.column}' is asked twice")
            seen.add(question.column)
        return self


def nearest(name: str, allowed: Iterable[str]) -> str:
    """What to say beside an unknown name: the nearest names, else all of them."""
    names = list(allowed)
    near = get_close_matches(name, names, n=3, cutoff=0.5)
    if near:
        return "the nearest: " + ", ".join(f"'{found}'" for found in near)
    shown = ", ".join(f"'{found}'" for found in names[:40])
    return f"there are: {shown}{' and more' if len(names) > 40 else ''}" if names else "none exist"


def read_mapping(path: Path) -> Mapping:
    """The mapping in a TOML file; MappingError says where and why it is wrong."""
    try:
        content = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise FileUnreadable(f"{path}: {error.strerror}.") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise MappingError(f"{path.name} is not valid TOML: {error}.") from error
    return parse_mapping(content, path.name)


def parse_mapping(content: dict[str, Any], name: str = "mapping") -> Mapping:
    """A mapping from parsed TOML; ``name`` is what errors call it."""
    try:
        return Mapping.model_validate(content)
    except ValidationError as error:
        problems = "; ".join(_problem(found, content) for found in error.errors())
        raise MappingError(f"{name}: {problems}.") from error


def _problem(error: Any, content: dict[str, Any]) -> str:
    place: list[str] = []
    inside: Any = content
    for step in error["loc"]:
        inside = inside[step] if _has(inside, step) else None
        column = inside.get("column") if isinstance(inside, dict) else None
        named = f"{step + 1}" if isinstance(step, int) else str(step)
        place.append(f"{named} ('{column}')" if column else named)
    message = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        message = "there is no such key; docs/importing.md lists them all"
    elif error["type"] in ("literal_error", "enum"):
        message += f", not '{error['input']}'"
    return f"{' > '.join(place)}: {message}" if place else message


def _has(inside: Any, step: int | str) -> bool:
    if isinstance(inside, list):
        return isinstance(step, int) and step < len(inside)
    return isinstance(inside, dict) and step in inside
