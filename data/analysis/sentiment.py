"""Sentiment of a text, -1 (negative) to 1 (positive): VADER, which knows English only.

Texts in other languages are not analysed: a lexicon of another language would be a guess. VADER:
Hutto and Gilbert (2014), "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social
Media Text"; its authors' thresholds of +-0.05 separate neutral from the rest.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any, Literal

Label = Literal["positive", "neutral", "negative"]

LANGUAGE = "en"
NEUTRAL = 0.05
LONGEST = 20_000
"""Characters of a text that are read, some 20 minutes of speech: VADER's time grows with the square
of the words, and a text of a megabyte would take hours."""


def polarity(text: str, language: str) -> float | None:
    """VADER's compound value of the text; None where it is not English or says nothing."""
    if language != LANGUAGE or not text.strip():
        return None
    return float(_analyser().polarity_scores(text[:LONGEST])["compound"])


def label(value: float) -> Label:
    """The word for a value, by VADER's own thresholds."""
    if value >= NEUTRAL:
        return "positive"
    return "negative" if value <= -NEUTRAL else "neutral"


def mean_polarity(texts: Iterable[str], language: str) -> float | None:
    """The mean over one person's texts, so that nobody counts twice; None as ``polarity``."""
    values = [value for text in texts if (value := polarity(text, language)) is not None]
    return sum(values) / len(values) if values else None


@cache
def _analyser() -> Any:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()
