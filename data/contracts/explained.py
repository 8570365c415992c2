"""How an answer was made: said by cards, files and the API alike."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from data.contracts.base import Contract, Count


class Explained(Contract):
    """One question's answer explained: what it means, how it was made, and of whose answers."""

    question: str = Field(description="the question's name")
    definition: str = Field(description="what the figures mean")
    computed: str = Field(description="how they come about")
    unit: str = Field(description="units and ranges")
    missing: str = Field(description="when there is no figure")
    source: str = Field(description="where the formula is from")
    state: Literal["ready", "empty", "suppressed"]
    reason: str = Field("", description="why there are no figures, where there are none")
    n: Count | None = Field(None, description="respondents the figures rest on; null: not told")
    survey: str = ""
    filters: str = Field("", description="whose answers, in words")
    data_time: datetime | None = Field(None, description="of the release, UTC")
    smallest_group: Count = 5
    left_out: bool = Field(False, description="groups that are too small were left out")
    notes: tuple[str, ...] = ()

    def method(self) -> tuple[tuple[str, str], ...]:
        """Label and sentences of how it was made, in reading order."""
        return (
            ("Definition", self.definition),
            ("How it is computed", self.computed),
            ("Unit and range", self.unit),
            ("When it is missing", self.missing),
            ("Source", self.source),
        )
