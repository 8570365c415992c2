"""A first mapping for a survey file, inferred from its header and cells, for a person to correct.

Nothing is guessed silently: every guess and every column left out is said in a comment.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from data.errors import MappingError
from data.intake.hints import asked_for, is_ignored, session_role
from data.intake.mapping import (
    Choice,
    ColumnsPart,
    Comment,
    FilePart,
    Item,
    Mapping,
    Multiple,
    Number,
    TimePart,
    ValuesPart,
)
from data.intake.profile import Profile, profile, split
from data.intake.reading import is_xlsx, open_lines, open_survey
from data.intake.scales import Scales, find_scales
from data.intake.toml import write_mapping

_SAMPLE = 20_000
"""Rows looked at."""

_TOP = (
    "A first mapping, guessed from the file: please correct it. docs/importing.md explains every "
    "key.\nLook at: department and role, the force of each item, the direction of each scale "
    "(labels from\nlowest to highest), reversed items, and what was left out (below)."
)
_NO_FORCE = (
    'Force not known: add force = "pain_of_old", "pull_of_new", "anchors_to_old" or '
    '"anxiety_of_new";\nor outcome = true; or leave it, and it is in no score.'
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A mapping, and the same as TOML with comments on what was guessed."""

    mapping: Mapping
    toml: str


@dataclass
class _Draft:
    """What was found so far; ``open`` are the profiles nothing is said about yet."""

    open: list[Profile]
    decimal: str
    columns: dict[str, str] = field(default_factory=dict)
    time_format: str = "iso"
    items: list[Item] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    multiple: list[Multiple] = field(default_factory=list)
    numbers: list[Number] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)


def suggest_mapping(path: Path, sheet: str | None = None) -> Suggestion:
    """What could be inferred from the first rows. Raises IntakeError for an unreadable file."""
    written = FilePart(sheet=sheet or "")
    written = written.model_copy(update={"header_rows": _header_rows(path, written)})
    with open_survey(path, written) as file:
        written = file.written
        profiles = profile(file.columns, (cells for _, cells in islice(file.rows, _SAMPLE)))
    if not profiles or not profiles[0].rows:
        raise MappingError(f"{path.name} has a header and no rows: there is nothing to infer from.")
    decimal = "." if is_xlsx(path) else _decimal(profiles)
    draft = _Draft(list(profiles), decimal)
    _session_columns(draft)
    scales = find_scales(draft.open, decimal)
    _items(draft, scales)
    _others(draft)
    return _finished(draft, scales, written)


def _header_rows(path: Path, written: FilePart) -> int:
    """Three where the third line is Qualtrics' ImportId, two where the second is no answers."""
    with open_lines(path, written) as opened:
        lines = [cells for _, cells in islice(opened.lines, 3)]
    if len(lines) == 3 and any('"ImportId"' in cell for cell in lines[2]):
        return 3
    if len(lines) > 1 and _is_second_header(lines[0], lines[1]):
        return 2
    return 1


def _is_second_header(first: Sequence[str], second: Sequence[str]) -> bool:
    """SurveyMonkey: the columns of the person are blank below; a question's go on to the right."""
    placeholders = {"response", "open-ended response", "antwort", "offene antwort"}
    words = {cell.strip().casefold() for cell in second}
    if words & placeholders and not second[0].strip():
        return True
    goes_on = [not a.strip() and bool(b.strip()) for a, b in zip(first, second, strict=False)]
    blank = [bool(a.strip()) and not b.strip() for a, b in zip(first, second, strict=False)]
    return sum(goes_on) >= 2 and bool(blank) and blank[0]


def _decimal(profiles: Sequence[Profile]) -> str:
    """A comma where a column has numbers with one, and none has numbers with a point."""
    with_comma = any(
        found.numbers(",") and any("," in cell for cell in found.stated) for found in profiles
    )
    with_point = any(
        found.numbers(".") and any("." in cell for cell in found.stated) for found in profiles
    )
    return "," if with_comma and not with_point else "."


def _session_columns(draft: _Draft) -> None:
    """By the name of a column first; where that says nothing, by what its question asks for."""
    for found in list(draft.open):
        _take(draft, found, session_role(found.column.name), "name")
    for found in list(draft.open):
        _take(draft, found, asked_for(found.column.text or found.column.name), "question")


def _take(draft: _Draft, found: Profile, role: str | None, guessed_from: str) -> None:
    if role is None or role in draft.columns or not _fits(found, role, draft):
        return
    draft.columns[role] = found.column.name
    draft.open.remove(found)
    if role in ("department", "role"):
        draft.notes[f"columns.{role}"] = f"Guessed from the {guessed_from}: {_examples(found)}"


def _fits(found: Profile, role: str, draft: _Draft) -> bool:
    """Whether the cells are of the kind that the column's name says."""
    words = {cell.casefold() for cell in found.stated}
    if role in ("started", "completed"):
        format_ = found.time_format()
        if format_ is not None:
            draft.time_format = format_
        return format_ is not None
    if role == "finished":
        part = ValuesPart()
        return bool(words) and words <= {*part.finished, *part.unfinished}
    if role == "duration":
        return found.numbers(draft.decimal) is not None
    if role == "respondent":
        return found.is_unique
    return 1 < len(found.stated) <= max(60, found.rows // 20) and found.numbers(".") is None


def _items(draft: _Draft, scales: Scales) -> None:
    for found, item, note in scales.items:
        draft.items.append(item)
        draft.open.remove(found)
        words = [note] if note else []
        if item.force is None and not item.outcome:
            words.append(_NO_FORCE)
        if words:
            draft.notes[f"column:{item.column}"] = "\n".join(words)


def _others(draft: _Draft) -> None:
    for found in draft.open:
        name, text = found.column.name, found.column.text
        words = {"column": name, "text": text if text != name else ""}
        separator = found.separator()
        if not found.filled:
            draft.left.append(f"{name}: no cell is filled")
        elif is_ignored(name) or session_role(name) in ("started", "completed", "finished"):
            draft.left.append(f"{name}: technical, or names people")
        elif found.numbers(draft.decimal) is not None and not found.is_unique:
            draft.numbers.append(Number(**words))
        elif separator is not None:
            options = tuple(dict.fromkeys(p for c in found.stated for p in split(c, separator)))
            draft.multiple.append(Multiple(**words, separator=separator, options=options))
            note = "Several answers in a cell. These options were seen; add those nobody chose."
            draft.notes[f"column:{name}"] = note
        elif found.mean_length > 15 and len(found.stated) > max(12, 0.4 * found.filled):
            draft.comments.append(Comment(**words))
        elif _is_choice(found):
            draft.choices.append(Choice(**words))
        else:
            draft.left.append(f"{name}: not recognised ({_examples(found)})")


def _is_choice(found: Profile) -> bool:
    """Few different cells; a single one only if not all have it, as where options are columns."""
    fewest = 1 if found.filled < found.rows else 2
    return fewest <= len(found.stated) <= max(30, found.rows // 20)


def _finished(draft: _Draft, scales: Scales, written: FilePart) -> Suggestion:
    mapping = Mapping(
        file=written.model_copy(update={"decimal": draft.decimal}),
        columns=ColumnsPart(**draft.columns),
        time=TimePart(format=draft.time_format),
        values=scales.values,
        scales=scales.scales,
        items=tuple(draft.items),
        comments=tuple(draft.comments),
        choices=tuple(draft.choices),
        multiple=tuple(draft.multiple),
        numbers=tuple(draft.numbers),
    )
    left = "".join(f"\n  {line}" for line in draft.left)
    notes = {"": _TOP + (f"\nLeft out:{left}" if left else ""), **scales.notes, **draft.notes}
    if "%m/%d" in draft.time_format or "%d/%m" in draft.time_format:
        notes["time.format"] = "Check that day and month are not exchanged."
    notes["time.zone"] = "The file does not say its zone; for example Europe/Berlin."
    return Suggestion(mapping, write_mapping(mapping, notes))


def _examples(found: Profile) -> str:
    shown = [
        cell if len(cell) <= 30 else f"{cell[:30]}…" for cell, _ in found.counts.most_common(4)
    ]
    more = ", …" if len(found.counts) > 4 else ""
    return ", ".join(shown) + more
