"""The frozen value that says who and when a question is about. Never about answers: see privacy."""

from datetime import date
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from data.errors import FiltersInvalid


class Filters(BaseModel):
    """Empty tuples mean "all"; for ``surveys`` they mean the latest wave.

    ``periods`` are first days of the survey's own periods. Values are sorted and distinct, so equal
    filters are equal keys.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    surveys: tuple[UUID, ...] = ()
    periods: tuple[date, ...] = ()
    departments: tuple[UUID, ...] = ()
    roles: tuple[str, ...] = ()

    @field_validator("surveys", "periods", "departments", "roles")
    @classmethod
    def _sorted(cls, values: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(sorted(set(values)))  # type: ignore[type-var]  # one type per field

    @classmethod
    def from_store(cls, raw: object) -> Self:
        """Filters from a client's store or address. Raises FiltersInvalid."""
        try:
            return cls.model_validate(raw or {})
        except ValidationError as error:
            fields = ", ".join(str(e["loc"][0]) for e in error.errors() if e["loc"]) or "filters"
            raise FiltersInvalid(
                f"The filters cannot be read ({fields}). Clear them and choose again."
            ) from error

    @property
    def whole(self) -> bool:
        """True where nothing but the survey is chosen."""
        return not (self.periods or self.departments or self.roles)
