"""Mappings as TOML for a person to correct: comments beside what was guessed or left open."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date

from pydantic import BaseModel

from data.intake.mapping import Mapping as SurveyMapping
from data.intake.mapping import Part

Notes = Mapping[str, str]
"""Comments by place: '' (the top), a section, 'section.key', or 'column:NAME' for a question."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_WIDE = 96
_LISTS = ("items", "comments", "choices", "multiple", "numbers")
_ABOUT = {
    "survey": "What the file does not say about the survey.",
    "file": "How the file is written.",
    "columns": "The columns that describe a session.",
    "time": "How times are written, and the zone of those without an offset.",
    "values": "Cells with a meaning of their own, in every column.",
}
_OFFERED = {
    "survey": {
        "series": '"" # a name shared by waves of the same survey',
        "invited": "500 # people invited, for the response rate",
        "opened": "2024-01-31 # else the first session's start",
        "closed": "2024-02-15 # else the last session's end",
    },
    "columns": {
        name: '"" # ' + about
        for name, about in {
            "respondent": "the person's id or code: links waves; without it every row stands alone",
            "department": "the part of the organisation figures are shown by",
            "role": "what people do",
            "started": "when the person began",
            "completed": "when the person finished",
            "finished": "whether the person finished: true/false, yes/no, 1/0",
            "duration": "the time taken",
        }.items()
    },
    "values": {
        "missing": '["-9", "99"] # as if the cell were blank',
        "missing_below": "0 # so is every number of an item below this",
        "unsure": '["Don\'t know"] # answered, but without a value',
    },
}
_ALWAYS = {"time": ("format", "zone")}
"""Written even where they are as by default: a person has to look at them."""


def write_mapping(mapping: SurveyMapping, notes: Notes | None = None) -> str:
    """The mapping as TOML that ``read_mapping`` reads back to an equal one."""
    said = notes or {}
    blocks = [_comments(said.get(""))] if said.get("") else []
    for section in ("survey", "file", "columns", "time", "values"):
        blocks.append(_section(section, getattr(mapping, section), said))
    for name, scale in mapping.scales.items():
        blocks.append(
            _comments(said.get(f"scales.{name}")) + f"[scales.{_key(name)}]\n" + _pairs(scale)
        )
    for section in _LISTS:
        for question in getattr(mapping, section):
            note = _comments(said.get(f"column:{question.column}"))
            blocks.append(f"{note}[[{section}]]\n{_pairs(question)}")
    return "\n".join(blocks)


def _section(name: str, part: Part, notes: Notes) -> str:
    lines = [_comments(notes.get(name) or _ABOUT[name]) + f"[{name}]\n"]
    stated = {key: getattr(part, key) for key in _ALWAYS.get(name, ())} | dict(_stated(part))
    for key, value in stated.items():
        lines.append(_comments(notes.get(f"{name}.{key}")) + f"{key} = {toml_value(value)}\n")
    for key, offered in _OFFERED.get(name, {}).items():
        if key not in stated:
            note = _comments(notes.get(f"{name}.{key}"))
            lines.append(f"{note}# {key} = {offered}\n")
    return "".join(lines)


def _pairs(part: Part) -> str:
    return "".join(f"{key} = {toml_value(value)}\n" for key, value in _stated(part))


def _stated(part: BaseModel) -> Iterator[tuple[str, object]]:
    """What differs from the default; all that must be given does."""
    for name, field in type(part).model_fields.items():
        value = getattr(part, name)
        if field.is_required() or value != field.default:
            yield name, value


def _comments(text: str | None) -> str:
    # Cells are quoted in comments, where TOML allows no control characters.
    lines = (_CONTROL.sub("", line) for line in (text or "").splitlines())
    return "".join(f"# {line}".rstrip() + "\n" for line in lines)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else toml_value(name)


def toml_value(value: object) -> str:
    """A text, number, truth value, date or list as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # JSON's escapes are TOML's, but for the one control character that JSON leaves alone.
        return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return _list([toml_value(one) for one in value])
    return str(value)


def _list(values: list[str]) -> str:
    line = f"[{', '.join(values)}]"
    if len(line) <= _WIDE:
        return line
    return "[\n" + "".join(f"    {value},\n" for value in values) + "]"
