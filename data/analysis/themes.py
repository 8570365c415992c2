"""Themes of comments: groups of people who write about the same, found by TF-IDF and NMF.

A document is what one author wrote. Each author belongs to one theme at most, so themes of one
force and language never overlap. The same texts give the same themes, in whatever order they come.
NMF: Lee and Seung (1999), as scikit-learn has it. How many themes: the number whose leading terms
go together best, by normalised pointwise mutual information (Bouma 2009; Röder et al. 2015).
"""

import math
import warnings
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.analysis.stopwords import stop_words
from data.analysis.terms import authors_by_term, terms_by_author

SMALLEST_TERM = 5
"""Distinct authors a term needs, in all and within the theme it names."""
SMALLEST_THEME = 10
"""Authors a theme needs."""
FEWEST, MOST = 3, 12
"""How many themes are tried; fewer where not every theme could have enough authors."""
MOST_TERMS = 800
"""Terms looked at: those of most authors."""
LABEL_TERMS = 4

_LEADING = 8
_SEED = 20
_ROUNDS = 400
_FEW_ROUNDS = 40
"""Enough to see the leading terms, by which the number of themes is chosen."""

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Theme:
    """Terms that name it, the strongest first, and the people who mostly speak of it."""

    terms: tuple[str, ...]
    authors: frozenset[Hashable]

    @property
    def label(self) -> str:
        return ", ".join(self.terms)


def themes(
    comments: Mapping[Hashable, Sequence[str]],
    language: str,
    *,
    fewest: int = SMALLEST_TERM,
    smallest: int = SMALLEST_THEME,
) -> list[Theme]:
    """Themes of ``smallest`` authors or more, most authors first; none where texts are too few.

    ``comments``: by author, redacted. Nor are there any in languages without stop words: their
    themes would be made of filling words.
    """
    if not stop_words(language):
        return []
    of_authors = terms_by_author(comments, language)
    vocabulary = authors_by_term(of_authors, fewest, MOST_TERMS)
    written = {author: mine & vocabulary.keys() for author, mine in of_authors.items()}
    # Sorted by what was written: neither order nor names of the authors change anything.
    authors = sorted((a for a in written if written[a]), key=lambda a: sorted(written[a]))
    if len(authors) < smallest:
        return []
    places = {term: place for place, term in enumerate(sorted(vocabulary))}
    said = _said([written[author] for author in authors], places)
    loadings, weights = _best(said, _candidates(said, smallest))
    groups: dict[int, list[int]] = defaultdict(list)
    for row, theme in enumerate(_strongest(loadings, weights)):
        if theme >= 0:
            groups[theme].append(row)
    terms = sorted(vocabulary)
    found: dict[frozenset[str], Theme] = {}
    for theme, rows in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        label = _label(weights[theme], said[rows], terms, fewest)
        # Themes named by the same words are one theme, named as its larger part.
        words = frozenset(word for term in label for word in term.split())
        other = found.get(words, Theme(label, frozenset()))
        found[words] = Theme(other.terms, other.authors | {authors[row] for row in rows})
    shown = (of for of in found.values() if of.terms and len(of.authors) >= smallest)
    return sorted(shown, key=lambda of: (-len(of.authors), of.terms))


def _said(written: Sequence[set[str]], places: Mapping[str, int]) -> Any:
    """Authors x terms, 1 where written (a sparse matrix)."""
    from scipy.sparse import csr_matrix

    columns = [sorted(places[term] for term in mine) for mine in written]
    starts = np.cumsum([0, *(len(mine) for mine in columns)])
    flat = np.array([place for mine in columns for place in mine], dtype=np.int64)
    shape = (len(written), len(places))
    return csr_matrix((np.ones(len(flat)), flat, starts), shape=shape)


def _candidates(said: Any, smallest: int) -> range:
    """Numbers of themes to try: each theme could have enough authors and terms of its own."""
    authors, terms = said.shape
    room = max(1, min(MOST, authors // smallest, terms // 2))
    return range(min(FEWEST, room), room + 1)


def _best(said: Any, candidates: range) -> tuple[Matrix, Matrix]:
    """Loadings (authors x themes) and weights (themes x terms) of the most coherent number."""
    # scikit-learn takes about a second to import, and few processes read comments.
    from sklearn.feature_extraction.text import TfidfTransformer

    weighted = TfidfTransformer().fit_transform(said)
    coherence = _Coherence(said)
    if len(candidates) == 1:
        return _factors(weighted, candidates[0], _ROUNDS)
    values = {
        number: round(coherence.of(_factors(weighted, number, _FEW_ROUNDS)[1]), 6)
        for number in candidates
    }
    return _factors(weighted, max(values, key=lambda number: (values[number], -number)), _ROUNDS)


def _factors(weighted: Any, number: int, rounds: int) -> tuple[Matrix, Matrix]:
    from sklearn.decomposition import NMF
    from sklearn.exceptions import ConvergenceWarning
    from threadpoolctl import threadpool_limits

    model = NMF(number, init="nndsvda", random_state=_SEED, max_iter=rounds)
    # A perfect fit leaves an error of a hair below nought, whose root is asked for at the end. One
    # thread: sums in the same order on every machine, and small matrices are no faster with more.
    with warnings.catch_warnings(), np.errstate(invalid="ignore"), threadpool_limits(1):
        # The last digits of a loading change no theme's strongest authors and terms.
        warnings.simplefilter("ignore", ConvergenceWarning)
        loadings: Matrix = model.fit_transform(weighted)
    return loadings, model.components_


class _Coherence:
    """How often the leading terms of a theme are written by the same people, -1 to 1."""

    def __init__(self, said: Any) -> None:
        self._authors = said.shape[0]
        self._together = np.asarray((said.T @ said).todense())

    def of(self, weights: Matrix) -> float:
        """The mean over themes; ``weights`` are themes x terms."""
        return float(np.mean([self._coherence(self._leading(theme)) for theme in weights]))

    def _leading(self, weights: Matrix) -> list[int]:
        heaviest = np.argsort(-np.round(weights, 9), kind="stable")[:_LEADING]
        return [int(term) for term in heaviest if weights[term] > 0]

    def _coherence(self, terms: Sequence[int]) -> float:
        """The mean over all pairs of a theme's leading terms."""
        pairs = [self._of_pair(a, b) for i, a in enumerate(terms) for b in terms[:i]]
        return float(np.mean(pairs)) if pairs else -1.0

    def _of_pair(self, a: int, b: int) -> float:
        n, both = self._authors, self._together[a, b]
        if not both:
            return -1.0
        if both == n:
            return 1.0
        alone = self._together[a, a] * self._together[b, b]
        return math.log(both * n / alone) / -math.log(both / n)


def _strongest(loadings: Matrix, weights: Matrix) -> list[int]:
    """Each author's theme, by loading times the size of the theme's terms; -1 without any."""
    # Rounded, so that the last bit of a sum never decides between two themes.
    sized = np.round(loadings * weights.sum(axis=1), 9)
    best = sized.argmax(axis=1)
    return [int(theme) for theme in np.where(sized.max(axis=1) > 0, best, -1)]


def _label(weights: Matrix, said: Any, terms: Sequence[str], fewest: int) -> tuple[str, ...]:
    """The heaviest terms that enough people of the theme wrote, none inside another."""
    authors = np.asarray(said.sum(axis=0)).ravel()
    chosen: list[str] = []
    for place in np.argsort(-np.round(weights, 9), kind="stable").tolist():
        if len(chosen) == LABEL_TERMS or weights[place] <= 0:
            break
        term = terms[place]
        if authors[place] >= fewest and not any(_overlap(term, other) for other in chosen):
            chosen.append(term)
    return tuple(chosen)


def _overlap(one: str, other: str) -> bool:
    return not set(one.split()).isdisjoint(other.split())
