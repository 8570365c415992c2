"""Recordings against computations of other makes: an own Levenshtein, and pandas."""

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.analysis.voices import (
    DISTRIBUTIONS,
    MEANS,
    MOST_CATEGORIES,
    OTHER,
    Figure,
    Recording,
    Released,
    accuracy,
    primary_language,
    recording,
    released,
    spoken_words,
    too_small_apart,
    values_of,
    word_error_rate,
)

WORD = st.sampled_from(["we", "Lose", "time", "time,", "ROUTINE", "don't", "büro", "é"])
TEXT = st.lists(WORD, max_size=8).map(" ".join)


def levenshtein(one: list[str], other: list[str]) -> int:
    """Edits between two lists of words, by the textbook's table."""
    table = np.zeros((len(one) + 1, len(other) + 1), dtype=int)
    table[:, 0], table[0] = np.arange(len(one) + 1), np.arange(len(other) + 1)
    for i, a in enumerate(one, start=1):
        for j, b in enumerate(other, start=1):
            swapped = table[i - 1, j - 1] + (a != b)
            table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1, swapped)
    return int(table[-1, -1])


@given(reference=TEXT, transcript=TEXT)
def test_word_error_rate_is_edits_by_words(reference: str, transcript: str) -> None:
    rate = word_error_rate(reference, transcript)
    expected, heard = spoken_words(reference), spoken_words(transcript)
    if not expected or not transcript.strip():
        assert rate is None
    else:
        assert rate == pytest.approx(levenshtein(expected, heard) / len(expected))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("We LOSE time.", ["we", "lose", "time"]),
        ("“Don’t” – don't!", ["dont", "dont"]),
        ("e-mail e mail", ["e", "mail", "e", "mail"]),
        ("Straße  \t\n STRASSE", ["strasse", "strasse"]),
        ("½ ﬁne", ["1", "2", "fine"]),
        ("...", []),
        ("", []),
    ],
)
def test_case_punctuation_and_forms_do_not_count(text: str, words: list[str]) -> None:
    assert spoken_words(text) == words


def test_more_errors_than_words_are_no_negative_accuracy() -> None:
    rate = word_error_rate("yes", "no we do not think so")
    assert rate == 6
    assert accuracy(rate) == 0
    assert accuracy(0.25) == 0.75


@pytest.mark.parametrize(
    ("reference", "transcript"), [(None, "a"), ("", "a"), ("...", "a"), ("a", None), ("a", " ")]
)
def test_nothing_to_compare_is_no_error(reference: str | None, transcript: str | None) -> None:
    assert word_error_rate(reference, transcript) is None


def test_punctuation_heard_instead_of_words_is_all_wrong() -> None:
    assert word_error_rate("two words", "...") == 1


@pytest.mark.parametrize(
    ("stated", "language"),
    [("de-AT", "de"), ("EN_us", "en"), (" en ", "en"), ("Klingon", "klingon"), (None, "not stated"),
     ("gsw", "gsw"), ("x", "x"), ("", "not stated"), ("zh-Hant-TW", "zh")],
)  # fmt: skip
def test_language_tags(stated: str | None, language: str) -> None:
    assert primary_language(stated) == language


def made(person: object, **fields: Any) -> Recording:
    blank: dict[str, Any] = dict.fromkeys(
        ("seconds", "confidence", "transcript", "reference", "quality", "language")
    )
    return recording(person, **{**blank, **fields})


def test_what_is_not_english_or_not_transcribed_is_not_analysed() -> None:
    good = "This is wonderful, I love it."
    assert made(1, transcript=good, language="en-GB").sentiment == "positive"
    assert made(1, transcript="I hate this terrible tool.", language="en").sentiment == "negative"
    assert made(1, transcript="The meeting is at noon.", language="en").sentiment == "neutral"
    assert made(1, transcript=good, language="de").sentiment == "not_analysed"
    assert made(1, transcript="", language="en").sentiment == "not_analysed"
    assert made(1).quality == "not stated"


def test_a_megabyte_of_speech_is_measured_by_its_beginning() -> None:
    """VADER needs hours for all of it."""
    long = "This is wonderful. " * 60_000
    found = made(1, transcript=long + "I hate it. " * 9, reference=long, language="en")
    assert found.sentiment == "positive"
    assert found.word_error == pytest.approx(27 / 180_000)


def crowd(seed: int, people: int = 60) -> list[Recording]:
    """One to three recordings a person, some fields missing."""
    random = np.random.default_rng(seed)
    return [
        Recording(
            person,
            float(random.integers(1, 200)) if random.random() < 0.9 else None,
            float(random.random()) if random.random() < 0.4 else None,
            float(random.random()) if random.random() < 0.9 else None,
            str(random.choice(["high", "medium", "low", "odd"], p=[0.6, 0.3, 0.07, 0.03])),
            str(random.choice(["en", "de", "fr", "it"], p=[0.5, 0.4, 0.05, 0.05])),
            str(random.choice(["positive", "neutral", "not_analysed"])),
        )
        for person in range(people)
        for _ in range(random.integers(1, 4))
    ]


@pytest.mark.parametrize("seed", range(5))
def test_means_and_counts_equal_pandas(seed: int) -> None:
    every = crowd(seed)
    frame = pd.DataFrame([{f: getattr(r, f) for f in Recording.__slots__} for r in every])
    rows = {(row.figure, row.category): row for row in released(every, 10)}
    assert rows[Figure.RECORDINGS, ""].recordings == len(frame)
    for figure in MEANS:
        means = frame.groupby("respondent")[figure.value].mean().dropna()
        row = rows[figure, ""]
        assert row.value == pytest.approx(means.mean())
        assert (row.respondents, row.recordings) == (len(means), frame[figure.value].count())
    for figure in DISTRIBUTIONS:
        shown = [row for row in rows.values() if row.figure == figure]
        assert sum(row.recordings for row in shown) == len(frame)
        for row in shown:
            if row.category != OTHER:
                mine = frame[frame[figure.value] == row.category]
                assert row.recordings == len(mine)
                assert row.respondents == mine.respondent.nunique() >= 5


def test_a_person_with_many_recordings_counts_once() -> None:
    every = [made(p, seconds=10.0) for p in range(19)] + [made(99, seconds=1000.0)] * 500
    rows = {row.figure: row for row in released(every, 10)}
    assert rows[Figure.DURATION].value == pytest.approx((19 * 10 + 1000) / 20)
    assert rows[Figure.RECORDINGS].recordings == 519


def test_nine_people_show_nothing_and_nine_known_no_mean() -> None:
    assert not list(released([made(p, seconds=5.0) for p in range(9)] * 3, 10))
    every = [made(p, seconds=5.0 if p < 9 else None) for p in range(30)]
    assert Figure.DURATION not in {row.figure for row in released(every, 10)}
    assert not list(released([], 10))


@settings(max_examples=300)
@given(
    st.dictionaries(
        st.text("abcdefghijklmnopqrst", min_size=1, max_size=1),
        st.sets(st.integers(0, 30), min_size=1, max_size=12),
    )
)
def test_no_category_stands_apart_that_tells_of_few(people: dict[str, set[Any]]) -> None:
    together = too_small_apart(people)
    apart = people.keys() - together
    assert all(len(people[category]) >= 5 for category in apart)
    assert len(apart) <= MOST_CATEGORIES
    if together and apart:
        assert len(together) > 1
        assert len(set[Any]().union(*(people[category] for category in together))) >= 5
    if not any(len(mine) < 5 for mine in people.values()) and len(people) <= MOST_CATEGORIES:
        assert not together


def test_two_small_categories_of_the_same_people_are_not_enough() -> None:
    people = {"a": {1, 2, 3}, "b": {1, 2, 3}, "c": set(range(9)), "d": set(range(20))}
    assert too_small_apart(people) == {"a", "b", "c"}


def test_equal_values_mean_that_no_figure_changed() -> None:
    """Every pair of histories of one person: the same values, the same contribution to sums."""
    mine = [
        [Recording(1, s, w, None, q, "en", m)]
        for s in (3.0, None)
        for w in (0.5, None)
        for q in ("high", "low")
        for m in ("neutral", "positive")
    ]
    for one, other in combinations(mine, 2):
        same = {f for f in Figure if values_of(one)[f] == values_of(other)[f]}
        assert same == {Figure.RECORDINGS} | {
            f for f in Figure if f is not Figure.RECORDINGS
            and getattr(one[0], f.value) == getattr(other[0], f.value)
        }  # fmt: skip
    twice = [mine[0][0], mine[2][0]]
    assert values_of(twice) == values_of(twice[::-1])


def test_order_of_recordings_does_not_matter() -> None:
    every = crowd(3)

    def rows(recordings: list[Recording]) -> set[tuple[Any, ...]]:
        return {
            (r.figure, r.category, r.recordings, r.respondents, r.value and round(r.value, 9))
            for r in released(recordings, 10)
        }

    assert rows(every) == rows(every[::-1])
    assert all(isinstance(row, Released) for row in released(every, 10))
