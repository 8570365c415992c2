"""Voice recordings of the demo: answers to the open questions, spoken, with their transcripts."""

from dataclasses import dataclass

import numpy as np

from data.demo.answers import Sessions
from data.demo.comments import write
from data.demo.items import OPEN
from data.demo.population import LANGUAGES, Population, generator
from data.demo.story import DEPARTMENTS, WAVES

_PER_PERSON = 600 / 4000
_WITH_REFERENCE = 0.2
_WORD_ERROR = 0.06
_WORDS_PER_SECOND = 2.3
# Mean confidence of the transcriber by language: it knows English best.
_CONFIDENCE = {"en": 0.93, "de": 0.90, "fr": 0.88}
_STATUSES = (("completed", 0.94), ("failed", 0.03), ("processing", 0.02), ("pending", 0.01))


@dataclass(frozen=True, slots=True)
class Voice:
    """One recording. ``confidence`` 0-1; what was not transcribed has none and no transcript."""

    session: int
    question: int
    language: str
    seconds: float
    status: str
    confidence: float | None
    transcript: str | None
    reference: str | None
    quality: str | None


def voices(people: Population, wave: int, answered: Sessions) -> list[Voice]:
    """The recordings of a wave, a quarter of 600 for 4,000 people; at most one a session."""
    random = generator(4, wave)
    total = round(_PER_PERSON * len(people))
    count = total * (wave + 1) // WAVES - total * wave // WAVES
    completed = np.flatnonzero(answered.is_completed)
    rows = random.choice(completed, size=min(count, len(completed)), replace=False)
    return [_voice(people, answered, int(row), random) for row in np.sort(rows)]


def _voice(people: Population, answered: Sessions, row: int, random: np.random.Generator) -> Voice:
    person = answered.person[row]
    language = LANGUAGES[people.language[person]]
    department = DEPARTMENTS[people.department[person]].name
    question = int(random.integers(len(OPEN)))
    said = write(question, department, language, int(random.integers(2, 4)), random)
    status = str(random.choice([s for s, _ in _STATUSES], p=[p for _, p in _STATUSES]))
    seconds = round(len(said.split()) / _WORDS_PER_SECOND * random.uniform(0.85, 1.5) + 1.5, 1)
    if status != "completed":
        return Voice(row, question, language, seconds, status, None, None, None, None)
    confidence = round(float(np.clip(random.normal(_CONFIDENCE[language], 0.04), 0.5, 0.99)), 3)
    reference = said if random.random() < _WITH_REFERENCE else None
    heard = said if reference is None else _misheard(said, random)
    quality = "high" if confidence >= 0.9 else "medium" if confidence >= 0.82 else "low"
    return Voice(row, question, language, seconds, status, confidence, heard, reference, quality)


def _misheard(said: str, random: np.random.Generator) -> str:
    """The words as a transcriber hears them: now and then one is missing or said twice."""
    heard: list[str] = []
    for word in said.split():
        draw = random.random()
        copies = 0 if draw < _WORD_ERROR / 2 else 2 if draw < _WORD_ERROR else 1
        heard += [word] * copies
    return " ".join(heard)
