"""How long it takes to read 20,000 comments: language, names out, terms, themes, sentiment.

In a process of its own, so that its peak memory is its own; twice, to see that both runs agree.
"""

import multiprocessing
import resource
import sys
import time
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

import numpy as np

from data.analysis.languages import language_of
from data.analysis.redaction import Redactor
from data.analysis.sentiment import mean_polarity
from data.analysis.terms import authors_by_term, terms_by_author
from data.analysis.themes import Theme, themes
from data.demo.comments import write
from data.demo.items import OPEN
from data.demo.story import DEPARTMENTS
from tests.bench.measured import Measured

COMMENTS = 20_000
LANGUAGES = {"en": 0.6, "de": 0.25, "fr": 0.15}
_TWO_SENTENCES = 0.3

T = TypeVar("T")
Texts = dict[Hashable, list[str]]


@dataclass
class Run:
    """Seconds of each step, what was found, and the process's peak memory in bytes."""

    seconds: dict[str, float] = field(default_factory=dict)
    found: list[Theme] = field(default_factory=list)
    analysed: int = 0
    memory: int = 0

    def timed(self, step: str, work: Callable[[], T]) -> T:
        began = time.perf_counter()
        result = work()
        self.seconds[step] = self.seconds.get(step, 0.0) + time.perf_counter() - began
        return result


def measure() -> Iterator[Measured]:
    """Every step, their sum, the themes, and whether a second process finds the same ones."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        first = pool.submit(read).result()
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        second = pool.submit(read).result()
    name = f"{COMMENTS:,} comments"
    for step, seconds in first.seconds.items():
        yield Measured("themes", f"{name}: {step}", seconds, "s")
    yield Measured("themes", f"{name}: all of it", sum(first.seconds.values()), "s")
    yield Measured("themes", f"{name}: peak memory", first.memory / 2**20, "MiB")
    yield Measured("themes", f"{name}: themes", len(first.found), "themes")
    yield Measured("themes", f"{name}: with a sentiment", first.analysed, "people")
    same = first.found == second.found
    yield Measured("themes", f"{name}: a second run finds the same themes", float(same), "(1: yes)")


def read() -> Run:
    """All comments through all steps, as a release of them does."""
    run = Run()
    for number in range(len(OPEN)):
        by_language: dict[str, Texts] = {}
        for author, comment in enumerate(_comments(number)):
            language = run.timed("language", partial(language_of, comment))
            by_language.setdefault(language, {})[author] = [comment]
        for language, texts in sorted(by_language.items()):
            _read(run, language, texts)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    run.memory = peak if sys.platform == "darwin" else peak * 1024
    return run


def _read(run: Run, language: str, texts: Texts) -> None:
    redactor = run.timed("names learnt", lambda: Redactor(texts, language))
    told = run.timed(
        "names out", lambda: {a: [redactor.redact(part) for part in of] for a, of in texts.items()}
    )
    run.timed("terms", lambda: authors_by_term(terms_by_author(told, language), 5))
    run.found += run.timed("themes", lambda: themes(told, language))
    moods = run.timed("sentiment", lambda: [mean_polarity(of, language) for of in told.values()])
    run.analysed += sum(mood is not None for mood in moods)


def _comments(question: int) -> list[str]:
    """A third of all, to one open question, in the demo's words."""
    random = np.random.default_rng(question)
    said = []
    for author in range(COMMENTS * question // len(OPEN), COMMENTS * (question + 1) // len(OPEN)):
        department = DEPARTMENTS[author % len(DEPARTMENTS)].name
        language = str(random.choice(list(LANGUAGES), p=list(LANGUAGES.values())))
        sentences = 1 + int(random.random() < _TWO_SENTENCES)
        said.append(write(question, department, language, sentences, random))
    return said
