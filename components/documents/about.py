"""What every file says of itself, so that a figure passed on keeps its meaning."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from components.widgets.words import moment


@dataclass(frozen=True, slots=True)
class About:
    """``threshold``: the smallest group shown; ``n``: the figures' base in words, empty if unknown.

    ``filters`` are in words ("All departments"). Times are aware; ``data_time`` is when the figures
    were computed. ``notes`` are what a reader must know (groups left out, surveys not pooled).
    ``method``: label and sentence of how the figures are made. ``consent``: what those who answered
    were told of the use of their answers.
    """

    title: str
    survey: str
    filters: str
    threshold: int
    n: str
    data_time: datetime | None
    generated_at: datetime
    measure: str = ""
    notes: Sequence[str] = ()
    method: Sequence[tuple[str, str]] = ()
    consent: str = ""

    def lines(self) -> list[tuple[str, str | int | datetime]]:
        """Label and value, in reading order; what is not known is left out."""
        pairs: list[tuple[str, str | int | datetime | None]] = [
            ("Finding", self.title),
            ("Measure", self.measure or None),
            ("Survey", self.survey or None),
            ("Filters", self.filters),
            ("Respondents (n)", self.n or None),
            ("Smallest group shown", self.threshold),
            ("What people were told", self.consent or None),
            ("Data of (UTC)", self.data_time),
            ("File made (UTC)", self.generated_at),
            *(("Note", note) for note in self.notes),
            *self.method,
        ]
        return [(label, value) for label, value in pairs if value is not None]

    def sentence(self) -> str:
        """One line for pictures and under a sheet's title."""
        parts = [self.survey, self.filters, self.measure]
        parts += [f"n = {self.n}"] if self.n else []
        parts += [f"groups under {self.threshold} are hidden"]
        parts += [] if self.data_time is None else [f"data of {moment(self.data_time)}"]
        return " · ".join(part for part in parts if part)
