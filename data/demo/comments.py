"""Comments of the demo: themes put into words, more often where the department has the worry."""

from dataclasses import dataclass

import numpy as np

from data.demo.answers import Sessions
from data.demo.items import OPEN, SCALED
from data.demo.phrases import THEMES, Theme
from data.demo.population import LANGUAGES, Population, generator
from data.demo.story import DEPARTMENTS
from data.demo.wording import OPENERS, SIGNATURES, WORDS

_WRITES = (0.34, 0.30, 0.32)
"""Share of those who reach an open question that write something."""
_SECOND_SENTENCE = 0.3
_SIGNED = 0.02
_OPENED = 0.3


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment: the session (row of Sessions), the open question (0-2), what was written."""

    session: int
    question: int
    text: str


def comments(people: Population, wave: int, answered: Sessions) -> list[Comment]:
    """The comments of a wave, by question and then session; needs all its sessions at once."""
    random = generator(3, wave)
    result: list[Comment] = []
    for question, share in enumerate(_WRITES):
        writes = random.random(len(answered)) < share
        reached = answered.reached > len(SCALED) + question
        for row in np.flatnonzero(writes & reached).tolist():
            result.append(Comment(row, question, _text(people, answered, question, row, random)))
    return result


def _text(
    people: Population, answered: Sessions, question: int, row: int, random: np.random.Generator
) -> str:
    person = answered.person[row]
    department = DEPARTMENTS[people.department[person]].name
    language = LANGUAGES[people.language[person]]
    sentences = 2 if random.random() < _SECOND_SENTENCE else 1
    return write(question, department, language, sentences, random)


def write(
    question: int, department: str, language: str, sentences: int, random: np.random.Generator
) -> str:
    """What somebody of that department says to an open question, in that many sentences or fewer.

    At most one sentence a theme; a few are signed with a name, an address or a number.
    """
    themes = [theme for theme in THEMES if theme.force is OPEN[question].force]
    weights = np.array([theme.weight * theme.often.get(department, 1.0) for theme in themes])
    chosen = random.choice(
        len(themes), size=min(sentences, len(themes)), replace=False, p=weights / weights.sum()
    )
    said = [_sentence(themes[theme], language, random) for theme in chosen]
    if random.random() < _SIGNED:
        said.append(_pick(SIGNATURES[language], random).format(number=random.integers(100, 999)))
    if random.random() < _OPENED:
        said.insert(0, _pick(OPENERS[language], random))
    return " ".join(said)


def _sentence(theme: Theme, language: str, random: np.random.Generator) -> str:
    phrase = _pick({"en": theme.en, "de": theme.de, "fr": theme.fr}[language], random)
    if "{" not in phrase:
        return phrase
    return phrase.format(**{slot: _pick(words, random) for slot, words in WORDS[language].items()})


def _pick(choices: tuple[str, ...], random: np.random.Generator) -> str:
    return choices[int(random.integers(len(choices)))]
