"""The answer about voice recordings."""

from typing import Literal

from data.queries.results.base import Answer, Cell, Column, Table, Value

AccuracyBasis = Literal["word_error_rate", "transcriber_confidence"]

BASES: dict[AccuracyBasis, str] = {
    "word_error_rate": "checked against reference texts",
    "transcriber_confidence": "as the transcriber estimates it",
}


class VoiceRow(Value):
    """A category of a distribution; '' is all that are too small to stand apart, together."""

    category: str
    recordings: int


class VoicesAnswer(Answer):
    """Completed recordings, of the whole survey only; ``respondents`` made them.

    ``mean_seconds`` is in whole seconds, ``accuracy`` 0-1; None where fewer than ten people have
    one. Distributions are empty where no category can stand apart.
    """

    recordings: int | None = None
    mean_seconds: float | None = None
    accuracy: float | None = None
    accuracy_basis: AccuracyBasis | None = None
    quality: tuple[VoiceRow, ...] = ()
    language: tuple[VoiceRow, ...] = ()
    sentiment: tuple[VoiceRow, ...] = ()

    def table(self) -> Table:
        columns = (
            Column("Figure"),
            Column("Category"),
            Column("Recordings", "whole"),
            Column("Mean", "number"),
        )
        rows: list[tuple[Cell, ...]] = [("Recordings", "All", self.recordings, None)]
        if self.mean_seconds is not None:
            rows.append(("Duration in seconds", "All", None, self.mean_seconds))
        if self.accuracy is not None and self.accuracy_basis is not None:
            rows.append(
                ("Transcript accuracy 0-1", BASES[self.accuracy_basis], None, self.accuracy)
            )
        for name in ("quality", "language", "sentiment"):
            of: tuple[VoiceRow, ...] = getattr(self, name)
            rows += [(name.capitalize(), voice_category(row), row.recordings, None) for row in of]
        return Table(columns, tuple(rows))


def voice_category(row: VoiceRow) -> str:
    """A category in words."""
    return row.category.replace("_", " ") or "Others together"
