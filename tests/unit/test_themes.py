"""Themes: a partition of authors, the same in any order, found where they were planted."""

from collections.abc import Hashable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.decomposition import NMF
from sklearn.feature_extraction.text import TfidfVectorizer

from data.analysis import themes as module
from data.analysis.themes import SMALLEST_THEME, themes

PLANTED = {
    "data": ("copy data by hand", "manual data entry", "typing data by hand into spreadsheets"),
    "tickets": ("support tickets wait", "tickets need an answer", "answer old support tickets"),
    "meetings": ("endless meetings", "meetings about reports", "reports for endless meetings"),
}


def planted(each: int = 25, seed: int = 1) -> dict[Hashable, list[str]]:
    random = np.random.default_rng(seed)
    return {
        f"{name} {number}": [phrases[int(random.integers(3))], phrases[int(random.integers(3))]]
        for name, phrases in PLANTED.items()
        for number in range(each)
    }


def test_planted_themes_are_found() -> None:
    found = themes(planted(), "en")
    assert len(found) == 3
    for theme in found:
        kinds = {str(author).split()[0] for author in theme.authors}
        assert len(kinds) == 1, theme.label
        assert kinds & set(" ".join(theme.terms).split())


def test_themes_are_a_partition_of_enough_people() -> None:
    comments = planted(40)
    found = themes(comments, "en")
    everybody = [author for theme in found for author in theme.authors]
    assert len(everybody) == len(set(everybody))
    assert set(everybody) <= comments.keys()
    assert all(len(theme.authors) >= SMALLEST_THEME for theme in found)


def test_every_term_of_a_label_was_written_by_five_people_of_the_theme() -> None:
    comments = planted(15)
    for theme in themes(comments, "en"):
        for term in theme.terms:
            words = set(term.split())
            writers = [a for a in theme.authors if words <= set(" ".join(comments[a]).split())]
            assert len(writers) >= 5


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(st.permutations(range(60)), st.integers(0, 3))
def test_order_and_names_of_authors_change_nothing(order: list[int], seed: int) -> None:
    comments = planted(20, seed)
    authors = list(comments)
    shuffled = {authors[place]: comments[authors[place]] for place in order}
    assert themes(shuffled, "en") == themes(comments, "en")
    renamed: dict[Hashable, list[str]] = {
        60 - place: comments[a] for place, a in enumerate(authors)
    }
    back = {60 - place: a for place, a in enumerate(authors)}
    again = [(t.terms, frozenset(back[int(str(a))] for a in t.authors))
             for t in themes(renamed, "en")]  # fmt: skip
    assert again == [(t.terms, t.authors) for t in themes(comments, "en")]


def test_groups_are_those_of_scikit_learn(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same documents through TfidfVectorizer and NMF, put together independently."""
    monkeypatch.setattr(module, "MOST", 3)
    comments = planted(30)
    found = themes(comments, "en")
    texts = sorted(comments.items(), key=lambda item: str(item[0]))
    vectorizer = TfidfVectorizer(min_df=5, binary=True, stop_words=["by", "an", "for", "into"])
    weighted = vectorizer.fit_transform([" ".join(mine) for _, mine in texts])
    model = NMF(3, init="nndsvda", random_state=0, max_iter=1000)
    strongest = (model.fit_transform(weighted) * model.components_.sum(axis=1)).argmax(axis=1)
    groups = {
        frozenset(a for (a, _), theme in zip(texts, strongest, strict=True) if theme == number)
        for number in range(3)
    }
    assert {theme.authors for theme in found} == groups


def test_coherence_prefers_terms_written_together() -> None:
    texts = [{"a", "b"}, {"a", "b"}, {"c", "d"}, {"c", "d"}, {"e"}]
    coherence = module._Coherence(module._said(texts, {t: i for i, t in enumerate("abcde")}))
    good = np.array([[1.0, 1, 0, 0, 0], [0, 0, 1.0, 1, 0]])
    bad = np.array([[1.0, 0, 1, 0, 0], [0, 1.0, 0, 1, 0]])
    assert coherence.of(good) == pytest.approx(1.0)  # both terms, always by the same two of five
    assert coherence.of(bad) == pytest.approx(-1.0)


def test_too_little_gives_no_theme() -> None:
    alike: dict[Hashable, list[str]] = {n: ["endless meetings"] for n in range(9)}
    assert themes(alike, "en") == []
    assert themes({}, "en") == []
    assert themes({1: [""], 2: ["the"]}, "en") == []
    assert themes(planted(), "xx") == [], "no stop words, no themes"
    nine: dict[Hashable, list[str]] = {n: [f"word{n} other{n}"] for n in range(40)}
    assert themes(nine, "en") == []


def test_one_theme_of_ten_people() -> None:
    alike: dict[Hashable, list[str]] = {n: ["endless meetings"] for n in range(10)}
    assert [(t.terms, len(t.authors)) for t in themes(alike, "en")] == [(("endless meetings",), 10)]
