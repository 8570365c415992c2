"""Terms of comments: words and pairs of words with how many different people wrote them."""

import re
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from itertools import pairwise

from data.analysis.redaction import MARKER
from data.analysis.stopwords import stop_words

MOST_TERMS = 200
"""Terms kept of a language: those of most authors."""

# What is never read as a word, should redaction have left it: addresses, handles, all with a digit.
_PRIVATE = re.compile(
    r"\S+@\S+|https?://\S+|www\.\S+|@\w+|[+(]?\d[\d\s()/.\-]{3,}\d|\w*\d\w*", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]{2,}(?:-[^\W\d_]{2,})*")
_BREAK = re.compile(r"[.!?;:,()\[\]\"“”„«»\n\r|/]+")


def readable(comment: str) -> str:
    """The comment without markers, addresses, handles and numbers; each leaves a break."""
    return _PRIVATE.sub(" . ", MARKER.sub(" . ", comment))


def terms(comment: str, language: str) -> set[str]:
    """Words and pairs of neighbouring words of a comment, lower case, without stop words.

    Pairs do not reach over punctuation or a stop word. Words of two letters are left out.
    """
    stop = stop_words(language)
    found: set[str] = set()
    for part in _BREAK.split(readable(comment).replace("’", " ").replace("'", " ")):
        words = [word.lower() for word in _WORD.findall(part)]
        said = [word if len(word) > 2 and word not in stop else None for word in words]
        found.update(word for word in said if word is not None)
        found.update(f"{a} {b}" for a, b in pairwise(said) if a is not None and b is not None)
    return found


def terms_by_author(
    comments: Mapping[Hashable, Sequence[str]], language: str
) -> dict[Hashable, set[str]]:
    """All terms of each author, however often written."""
    return {
        author: set().union(*(terms(comment, language) for comment in mine))
        for author, mine in comments.items()
    }


def authors_by_term(
    of_authors: Mapping[Hashable, set[str]], fewest: int, most: int = MOST_TERMS
) -> dict[str, int]:
    """Distinct authors of each term that at least ``fewest`` wrote, most authors first.

    A word that everybody wrote only as part of one pair is left to it.
    """
    counts: Counter[str] = Counter()
    for mine in of_authors.values():
        counts.update(mine)
    frequent = {term: count for term, count in counts.items() if count >= fewest}
    contained = {
        word for pair in frequent if " " in pair for word in pair.split()
        if frequent.get(word) == frequent[pair]
    }  # fmt: skip
    rest = [(term, count) for term, count in frequent.items() if term not in contained]
    return dict(sorted(rest, key=lambda item: (-item[1], item[0]))[:most])
