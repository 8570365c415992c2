"""Language as stated, else recognised; sentiment of English only."""

import pytest
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from data.analysis.languages import KNOWN, OTHER, code, language_of, name, recognised
from data.analysis.sentiment import label, mean_polarity, polarity
from data.analysis.stopwords import stop_words


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The same support tickets come in every day", "en"),
        ("Die Suche nach Dokumenten dauert jeden Tag zwei Stunden", "de"),
        ("La recherche de documents prend beaucoup de temps", "fr"),
        ("Perdemos mucho tiempo buscando documentos cada semana", "es"),
        ("Zbyt wiele spotkań każdego dnia, nikt tego nie czyta", OTHER),
        ("", ""),
        ("SAP", ""),
        ("???", ""),
    ],
)
def test_languages_are_recognised_or_not_told(text: str, language: str) -> None:
    assert recognised(text) == language


def test_what_is_stated_counts_then_the_text_then_the_survey() -> None:
    german = "Die Suche nach Dokumenten dauert jeden Tag zwei Stunden"
    assert language_of(german, stated="fr-CH", survey="en") == "fr"
    assert language_of(german, survey="en") == "de"
    assert language_of("ok", survey="NL") == "nl"
    assert code("DE-at") == "de" and code("  ") == "en"


def test_known_languages_have_stop_words_and_names() -> None:
    assert all(stop_words(language) and name(language) != language for language in KNOWN)
    assert name("pl") == "pl"


def test_sentiment_is_vaders_and_english_only() -> None:
    text = "I love this, it is a great help!"
    expected = SentimentIntensityAnalyzer().polarity_scores(text)["compound"]
    assert polarity(text, "en") == expected > 0.5
    assert polarity("Ich liebe es", "de") is None
    assert polarity("  ", "en") is None
    both = mean_polarity([text, "A table."], "en")
    assert both == pytest.approx(expected / 2)
    assert mean_polarity([], "en") is None


def test_labels_follow_vaders_thresholds() -> None:
    assert [label(v) for v in (0.05, 0.049, -0.049, -0.05)] == [
        "positive", "neutral", "neutral", "negative",
    ]  # fmt: skip
