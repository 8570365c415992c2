"""Filters: values that are equal whatever their order, and refused when they cannot be read."""

from datetime import date
from uuid import UUID

import pytest

from data.errors import FiltersInvalid
from data.queries.filters import Filters

A, B = UUID(int=1), UUID(int=2)


def test_equal_choices_are_equal_keys() -> None:
    one = Filters(departments=(B, A, A), roles=("b", "a"))
    other = Filters(departments=(A, B), roles=("a", "b", "b"))
    assert one == other
    assert hash(one) == hash(other)
    assert one.model_dump_json() == other.model_dump_json()


def test_a_store_comes_back_as_it_went() -> None:
    filters = Filters(surveys=(A,), periods=(date(2026, 1, 5),), departments=(B,), roles=("",))
    assert Filters.from_store(filters.model_dump(mode="json")) == filters
    assert Filters.from_store(None) == Filters()


@pytest.mark.parametrize(
    "raw", [{"departments": ["x"]}, {"readiness": [3]}, {"periods": ["soon"]}, "text", [1], 7]
)
def test_what_cannot_be_read_is_refused_with_a_sentence(raw: object) -> None:
    with pytest.raises(FiltersInvalid, match="Clear them"):
        Filters.from_store(raw)


def test_whole_is_about_everything_but_the_survey() -> None:
    assert Filters(surveys=(A,)).whole
    assert not Filters(departments=(A,)).whole
    assert not Filters(periods=(date(2026, 1, 1),)).whole
    assert not Filters(roles=("",)).whole
