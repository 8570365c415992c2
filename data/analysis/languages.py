"""The language of a text: as stated, else recognised, else the survey's.

ISO 639-1, lower case. Recognised are only the languages whose stop words are known and their
likely neighbours: of all the world's languages a short comment always resembles one it is not.
"""

from functools import cache
from typing import Any

OTHER = "other"
"""A language that was recognised, but whose words cannot be told from filling words."""

CERTAIN = 0.8
"""Below this share of certainty a text is too short or mixed to be recognised."""

KNOWN = ("de", "en", "es", "fr", "it", "nl", "pt")
"""Languages with stop words."""
_NEIGHBOURS = ("cs", "da", "fi", "hu", "no", "pl", "ro", "sv", "tr")

LANGUAGE_NAMES: dict[str, str] = {
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "it": "Italian",
    "nl": "Dutch",
    "pt": "Portuguese",
    OTHER: "Other languages",
}


def name(language: str) -> str:
    """The language's English name; its code where that is not known."""
    return LANGUAGE_NAMES.get(language, language)


def language_of(text: str, *, stated: str = "", survey: str = "en") -> str:
    """``stated`` ("en", "de-CH", ...) where given; else what the text is in; else ``survey``."""
    if stated.strip():
        return code(stated)
    return recognised(text) or code(survey)


def code(language: str) -> str:
    """The two-letter code of "de", "DE" or "de-CH"; empty reads as English."""
    return language.strip().lower()[:2] or "en"


def recognised(text: str) -> str:
    """The language a text is in, ``OTHER`` or, where it cannot be told, an empty string."""
    if not text.strip():
        return ""
    found, certainty = _identifier().classify(text)
    if certainty < CERTAIN:
        return ""
    return str(found) if found in KNOWN else OTHER


@cache
def _identifier() -> Any:
    # Half a second and tens of megabytes, and few processes read comments.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([*KNOWN, *_NEIGHBOURS])
    return identifier
