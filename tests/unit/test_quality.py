"""Flags that can be judged are raised, and of a respondent's sessions the right one is kept."""

from datetime import UTC, datetime

import numpy as np
import pytest

from data.analysis.quality import (
    Candidate,
    Quality,
    kept,
    median_seconds,
    mostly_blank,
    quality,
    speeders,
    straight_liners,
)

NAN = float("nan")


def test_quality_counts_flags() -> None:
    assert [quality(n) for n in range(4)] == [
        Quality.HIGH, Quality.MEDIUM, Quality.LOW, Quality.LOW,
    ]  # fmt: skip


def test_the_median_is_of_completed_sessions_up_to_four_hours() -> None:
    seconds = np.array([300.0, 600.0, 900.0, 20_000.0, 10.0, NAN])
    completed = np.array([True, True, True, True, False, True])
    assert median_seconds(seconds, completed) == 600
    assert np.isnan(median_seconds(seconds, np.zeros(6, dtype=bool)))


def test_speeders_take_less_than_a_third_of_the_median() -> None:
    seconds = np.array([199.0, 200.0, 10.0, NAN])
    unfinished = np.array([False, False, True, False])
    assert speeders(seconds, unfinished, 600).tolist() == [True, False, False, False]
    assert not speeders(seconds, unfinished, NAN).any()


def test_straight_liners_answer_ten_items_alike() -> None:
    alike, varied, short = [3.0] * 12, [3.0] * 11 + [4.0], [3.0] * 9 + [NAN] * 3
    assert straight_liners(np.array([alike, varied, short])).tolist() == [True, False, False]
    assert straight_liners(np.empty((2, 0))).tolist() == [False, False]


def test_mostly_blank_is_less_than_half_answered() -> None:
    answered = np.array([[True, False, False], [True, True, False]])
    assert mostly_blank(answered).tolist() == [True, False]
    assert mostly_blank(np.empty((2, 0), dtype=bool)).tolist() == [False, False]


def session(
    respondent: str | None, day: int, completed: bool = True, answers: int = 5
) -> Candidate:
    at = datetime(2024, 1, day, tzinfo=UTC)
    return Candidate(respondent, completed, at, answers, f"row {day}")


@pytest.mark.parametrize(
    ("sessions", "expected"),
    [
        ([session("a", 1), session("a", 2)], [False, True]),
        ([session("a", 1), session("a", 2, completed=False, answers=9)], [True, False]),
        ([session("a", 2, False, 3), session("a", 1, False, 7)], [False, True]),
        ([session(None, 1), session(None, 1)], [True, True]),
        ([session("a", 1), session("b", 1)], [True, True]),
    ],
)
def test_one_session_of_a_respondent_is_kept(
    sessions: list[Candidate], expected: list[bool]
) -> None:
    assert kept(sessions) == expected
    assert kept(sessions[::-1]) == expected[::-1]
