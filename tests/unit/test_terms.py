"""Terms are words of several people, without anything that names one."""

from collections.abc import Hashable

import pytest

from data.analysis.stopwords import stop_words
from data.analysis.terms import authors_by_term, readable, terms, terms_by_author


def test_words_and_neighbouring_pairs() -> None:
    found = terms("The support tickets wait. Tickets of the team!", "en")
    assert found == {"support", "tickets", "wait", "team", "support tickets", "tickets wait"}


def test_pairs_do_not_reach_over_stop_words() -> None:
    assert terms("Angst vor Fehlern", "de") == {"angst", "fehlern"}
    assert "données main" not in terms("des données à la main", "fr")


@pytest.mark.parametrize(
    "private",
    [
        "ada.lovelace@example.org",
        "+49 (0)30 123456",
        "030-12345",
        "4711",
        "www.example.org",
        "@ada",
        "[name]",
    ],
)
def test_addresses_and_numbers_are_no_words(private: str) -> None:
    assert readable(f"write {private} please").split() == ["write", ".", "please"]
    assert terms(f"budget {private} vendor", "en") == {"budget", "vendor"}


def test_a_term_needs_enough_authors_not_mentions() -> None:
    comments: dict[Hashable, list[str]] = {person: ["too many meetings"] for person in range(4)}
    comments[4] = ["meetings", "meetings and more meetings"]
    comments[5] = ["reports reports reports"]
    assert authors_by_term(terms_by_author(comments, "en"), 5) == {"meetings": 5}


def test_a_word_only_ever_written_in_one_pair_is_left_to_the_pair() -> None:
    comments: dict[Hashable, list[str]] = {person: ["machine learning"] for person in range(6)}
    assert authors_by_term(terms_by_author(comments, "en"), 5) == {"machine learning": 6}


def test_unknown_languages_have_no_stop_words() -> None:
    assert stop_words("xx") == frozenset()
    assert "und" in stop_words("de")
    assert "the" in stop_words("en")
