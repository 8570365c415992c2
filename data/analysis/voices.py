"""Voice recordings of a survey as figures: duration, accuracy of the transcripts, distributions.

Pure. A person's recordings are averaged first: every respondent counts once in a mean, so nobody
with many recordings can stand out in it. Distributions count recordings; what may stand apart is
decided by distinct respondents.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from statistics import fmean

import jiwer

from data.analysis.gate import SMALLEST
from data.analysis.sentiment import label, polarity

OTHER = ""
"""Categories that are too small to stand apart, together; nobody's own word for anything."""
NOT_ANALYSED = "not_analysed"
"""Sentiment of what was not transcribed, or is in a language that is not read."""
NOT_STATED = "not stated"
MOST_CATEGORIES = 12
"""Categories of a distribution that stand apart at most: the largest."""


class Figure(StrEnum):
    """What is released: the count, means and distributions of fields of ``Recording``."""

    RECORDINGS = "recordings"
    DURATION = "seconds"
    WORDS = "word_error"
    CONFIDENCE = "confidence"
    QUALITY = "quality"
    LANGUAGE = "language"
    SENTIMENT = "sentiment"


MEANS = (Figure.DURATION, Figure.WORDS, Figure.CONFIDENCE)
DISTRIBUTIONS = (Figure.QUALITY, Figure.LANGUAGE, Figure.SENTIMENT)


@dataclass(frozen=True, slots=True)
class Recording:
    """A completed recording, without its words.

    ``seconds`` is its length; ``word_error`` the word error rate (0 is perfect, may exceed 1) where
    there is a reference; ``confidence`` 0-1 as the transcriber gave it. None: not known.
    """

    respondent: Hashable
    seconds: float | None
    word_error: float | None
    confidence: float | None
    quality: str
    language: str
    sentiment: str


@dataclass(frozen=True, slots=True)
class Released:
    """A row of what is shown. ``value`` of a mean is the mean.

    ``category`` is '' for counts and means, and OTHER; ``respondents`` are the distinct people.
    """

    figure: Figure
    category: str
    recordings: int
    respondents: int
    value: float | None = None


def spoken_words(text: str) -> list[str]:
    """The words two transcripts are compared by: case, punctuation and symbols do not count.

    Compatibility forms are unified (NFKC); an apostrophe or hyphen inside a word joins its parts
    or parts them alike in both texts.
    """
    folded = unicodedata.normalize("NFKC", text).casefold().replace("'", "").replace("’", "")
    kept = (" " if unicodedata.category(sign)[0] in "PSZC" else sign for sign in folded)
    return "".join(kept).split()


def word_error_rate(reference: str | None, transcript: str | None) -> float | None:
    """Substituted, missing and added words per word of the reference.

    None where nothing was transcribed, or the reference has no word to compare with.
    """
    expected = spoken_words(reference or "")
    if not expected or not (transcript or "").strip():
        return None
    return float(jiwer.wer(" ".join(expected), " ".join(spoken_words(transcript or ""))))


def primary_language(stated: str | None) -> str:
    """The main part of a language tag, lower case: "de-AT" is "de". Other words stay as text."""
    tidy = " ".join((stated or "").split()).casefold()
    main = tidy.replace("_", "-").partition("-")[0]
    return (main if 2 <= len(main) <= 3 else tidy) or NOT_STATED


def recording(
    respondent: Hashable,
    *,
    seconds: float | None,
    confidence: float | None,
    transcript: str | None,
    reference: str | None,
    quality: str | None,
    language: str | None,
) -> Recording:
    """A recording measured: its word error rate and the sentiment of what was said."""
    spoken = primary_language(language)
    return Recording(
        respondent,
        seconds,
        word_error_rate(reference, transcript),
        confidence,
        " ".join((quality or "").split()).casefold() or NOT_STATED,
        spoken,
        _mood(transcript or "", spoken),
    )


def _mood(transcript: str, language: str) -> str:
    value = polarity(transcript, language)
    return NOT_ANALYSED if value is None else label(value)


def values_of(mine: Sequence[Recording]) -> dict[Figure, float | None]:
    """What a person's recordings add to each figure, as one number; None where nothing.

    A person's mean for means, and for distributions a digest of the categories: equal numbers mean
    that the figure would not change.
    """
    return {
        Figure.RECORDINGS: float(len(mine)),
        **{figure: _mean(_numbers(mine, figure)) for figure in MEANS},
        **{figure: _digest(sorted(_categories(mine, figure))) for figure in DISTRIBUTIONS},
    }


def released(recordings: Iterable[Recording], least: int) -> Iterator[Released]:
    """The rows that may be shown: nothing with fewer than ``least`` respondents in its base."""
    by_person: dict[Hashable, list[Recording]] = defaultdict(list)
    for one in recordings:
        by_person[one.respondent].append(one)
    if len(by_person) < least:
        return
    total = sum(map(len, by_person.values()))
    yield Released(Figure.RECORDINGS, "", total, len(by_person))
    for figure in MEANS:
        numbers = [known for mine in by_person.values() if (known := _numbers(mine, figure))]
        if len(numbers) >= least:
            value = fmean(map(fmean, numbers))
            yield Released(figure, "", sum(map(len, numbers)), len(numbers), value)
    for figure in DISTRIBUTIONS:
        yield from _distribution(by_person, figure)


def accuracy(word_error: float) -> float:
    """1 - the word error rate, within 0-1: a transcript may have more errors than words."""
    return min(1.0, max(0.0, 1.0 - word_error))


def _numbers(mine: Sequence[Recording], figure: Figure) -> list[float]:
    found = (getattr(one, figure.value) for one in mine)
    return [float(number) for number in found if number is not None]


def _mean(numbers: Sequence[float]) -> float | None:
    return fmean(numbers) if numbers else None


def _categories(mine: Iterable[Recording], figure: Figure) -> list[str]:
    return [str(getattr(one, figure.value)) for one in mine]


def _digest(words: Sequence[str]) -> float:
    """52 bits of a hash, which a double holds exactly."""
    joined = "\x1f".join(words).encode()
    return float(int.from_bytes(sha256(joined).digest()[:8], "big") >> 12)


def _distribution(
    by_person: Mapping[Hashable, Sequence[Recording]], figure: Figure
) -> Iterator[Released]:
    counts: dict[str, int] = defaultdict(int)
    people: dict[str, set[Hashable]] = defaultdict(set)
    for person, mine in by_person.items():
        for category in _categories(mine, figure):
            counts[category] += 1
            people[category].add(person)
    together = too_small_apart(people)
    for category in sorted(counts.keys() - together, key=lambda c: (-counts[c], c)):
        yield Released(figure, category, counts[category], len(people[category]))
    if together:
        hidden = set[Hashable]().union(*(people[category] for category in together))
        yield Released(figure, OTHER, sum(counts[category] for category in together), len(hidden))


def too_small_apart(people: Mapping[str, AbstractSet[Hashable]]) -> frozenset[str]:
    """Categories to be shown as one: those of 1-4 people, and whatever is needed to hide them.

    Like ``gate.merged``, but people may be in several categories: together they are counted once.
    The next smallest joins until two categories and five people are together. Beyond
    MOST_CATEGORIES the smallest are put together too.
    """
    order = sorted(people, key=lambda category: (len(people[category]), category))
    few = sum(len(people[category]) < SMALLEST for category in order)
    hidden = order[: max(few, len(order) - MOST_CATEGORIES)]
    for category in order[len(hidden) :]:
        together = set[Hashable]().union(*(people[one] for one in hidden))
        if not hidden or (len(together) >= SMALLEST and len(hidden) > 1):
            break
        hidden.append(category)
    return frozenset(hidden)
