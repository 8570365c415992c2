"""The order of verbal scales, from the words of their labels, in English and German.

A label is taken apart into a stem ("useful"), a strength ("very") and a sign ("not", "un-").
Labels of one stem, and neutral ones, are a scale; its order is that of sign times strength.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from data.intake.words import plain

FREQUENCY = "frequency"

_FREQUENCIES = (
    ("never", "nie", "niemals", "gar nicht", "not at all"),
    ("almost never", "hardly ever", "fast nie"),
    ("very rarely", "sehr selten"),
    ("rarely", "seldom", "selten", "seltener"),
    ("once in a while",),
    ("occasionally", "gelegentlich", "hin und wieder", "ab und zu"),
    ("sometimes", "manchmal"),
    ("about half the time", "regelmäßig", "regularly"),
    ("a few times a year", "mehrmals im jahr", "mehrmals pro jahr"),
    ("monthly", "once a month", "monatlich", "einmal im monat", "einmal pro monat"),
    ("several times a month", "a few times a month", "mehrmals im monat", "mehrmals pro monat"),
    ("weekly", "once a week", "wöchentlich", "einmal pro woche", "einmal in der woche"),
    ("several times a week", "a few times a week", "mehrmals pro woche", "mehrmals in der woche"),
    ("often", "frequently", "oft", "häufig"),
    ("most of the time", "usually", "meistens"),
    ("almost daily", "fast täglich"),
    ("very often", "very frequently", "sehr oft", "sehr häufig"),
    ("daily", "every day", "täglich"),
    ("several times a day", "mehrmals täglich", "mehrmals pro tag"),
    ("almost always", "fast immer"),
    ("always", "immer"),
)
_RANKS = {plain(label): rank for rank, labels in enumerate(_FREQUENCIES) for label in labels}

_PHRASES = (
    (re.compile(r"\b(not at all|überhaupt nicht|gar nicht|in keiner weise)\b"), "NOTATALL"),
    (re.compile(r"\b(not very|nicht sehr|nicht besonders|not really)\b"), "NOTVERY"),
    (re.compile(r"\b(voll und ganz|voll und völlig|to a great extent)\b"), "voll"),
    (re.compile(r"\b(a little|ein wenig|ein bisschen)\b"), "slightly"),
    (re.compile(r"\b(neither|weder)\b.*|^teils\b.*|^(neutral|undecided|unentschieden|mittel)$"),
     "NEUTRAL"),
)  # fmt: skip
_STRENGTHS = {
    plain(word): strength
    for strength, words in (
        (0.5, "slightly kaum wenig etwas"),
        (1.0, "somewhat rather eher partly teilweise tend"),
        (1.5, "moderately fairly mäßig mittelmäßig"),
        (2.5, "quite ziemlich mostly weitgehend"),
        (3.0, "very sehr highly"),
        (4.0, "extremely strongly completely totally fully absolutely äußerst voll völlig stark "
              "vollständig entirely definitely"),
    )
    for word in words.split()
}  # fmt: skip
_PLAIN_STRENGTH = 2.0
_OPPOSITES = ("dis", "un", "in", "im")

_UNSURE = re.compile(
    r"\b(unsure|not sure|don'?t know|do not know|can'?t say|cannot say|not applicable|n/?a|"
    r"no opinion|no experience|have not used?|haven'?t used?|wei(ß|ss) (ich )?nicht|"
    r"kann ich nicht (sagen|beurteilen)|nicht zutreffend|keine meinung)\b"
)
_MISSING = re.compile(
    r"^(k\.? ?a\.?|keine angabe|nicht beantwortet|\[na\].*|no answer|prefer not to (say|answer)|"
    r"refused|skipped|missing|nan|null|none|-|#n/a|click to write.*)$"
)


@dataclass(frozen=True, slots=True)
class Ordered:
    """Labels (compared plainly) from lowest to highest, and what the scale speaks of."""

    stem: str
    labels: tuple[str, ...]


def is_unsure(label: str) -> bool:
    """Whether a label says that the person cannot tell."""
    return bool(_UNSURE.search(plain(label)))


def is_missing(label: str) -> bool:
    """Whether a label stands for no answer."""
    return bool(_MISSING.search(plain(label)))


def order_labels(labels: Iterable[str], fewest: int = 3) -> Ordered | None:
    """The largest scale among these labels, in order; None where fewer than ``fewest`` make one."""
    known = {plain(label) for label in labels}
    known = {label for label in known if not is_unsure(label) and not is_missing(label)}
    often = sorted(known & _RANKS.keys(), key=_RANKS.__getitem__)
    if len(often) >= fewest and len({_RANKS[label] for label in often}) == len(often):
        return Ordered(FREQUENCY, tuple(often))
    return _by_stem(known, fewest)


def _by_stem(labels: set[str], fewest: int) -> Ordered | None:
    parsed = {label: _parse(label) for label in sorted(labels)}
    stems = Counter(stem for stem, _ in parsed.values() if stem)
    families = {stem: _positive(stem, stems) for stem in stems}
    sizes: Counter[str] = Counter()
    for stem, number in stems.items():
        sizes[families[stem]] += number
    family = sizes.most_common(1)[0][0] if sizes else ""
    ranks = {}
    for label, (stem, rank) in parsed.items():
        if stem == "":
            ranks[label] = rank
        elif families[stem] == family:
            ranks[label] = rank if stem == family else -rank
    if len(ranks) < fewest or len(set(ranks.values())) != len(ranks):
        return None
    return Ordered(family, tuple(sorted(ranks, key=ranks.__getitem__)))


def _positive(stem: str, stems: Iterable[str]) -> str:
    """The stem this one is the opposite of (uncomfortable: comfortable), else itself."""
    for opposite in _OPPOSITES:
        rest = stem.removeprefix(opposite)
        # The other end may not be there: nobody need have chosen "agree".
        alone = opposite in ("dis", "un") and len(rest) >= 4
        if rest != stem and (alone or rest in stems):
            return rest
    return stem


def _parse(label: str) -> tuple[str, float]:
    """Stem and signed strength; the stem of a neutral label is empty."""
    for pattern, phrase in _PHRASES:
        label = pattern.sub(phrase, label)
    if label == "NEUTRAL":
        return "", 0.0
    sign, strength, stem = 1.0, _PLAIN_STRENGTH, []
    for word in re.split(r"[\s,/]+", label):
        if word in ("NOTATALL", "NOTVERY"):
            sign, strength = -1.0, 4.0 if word == "NOTATALL" else 0.8
        elif word in ("not", "nicht"):
            sign = -1.0
        elif word in _STRENGTHS:
            strength = _STRENGTHS[word]
        else:
            stem.append(word)
    return " ".join(stem), sign * strength


_FULL = tuple(
    tuple(full.split("|"))
    for full in (
        "strongly disagree|disagree|neither agree nor disagree|agree|strongly agree",
        "strongly disagree|disagree|neutral|agree|strongly agree",
        "strongly disagree|somewhat disagree|neither agree nor disagree|somewhat agree|"
        "strongly agree",
        "strongly disagree|disagree|somewhat disagree|neither agree nor disagree|somewhat agree|"
        "agree|strongly agree",
        "trifft gar nicht zu|trifft eher nicht zu|teils teils|trifft eher zu|trifft voll zu",
        "trifft überhaupt nicht zu|trifft eher nicht zu|teils/teils|trifft eher zu|"
        "trifft voll und ganz zu",
        "trifft nicht zu|trifft eher nicht zu|teils teils|trifft eher zu|trifft zu",
        "stimme überhaupt nicht zu|stimme eher nicht zu|teils teils|stimme eher zu|"
        "stimme voll und ganz zu",
        "stimme überhaupt nicht zu|stimme eher nicht zu|weder noch|stimme eher zu|"
        "stimme voll und ganz zu",
        "never|rarely|sometimes|often|always",
        "nie|selten|manchmal|oft|immer",
    )
)
_INTENSITIES = ("not at all", "slightly", "moderately", "very", "extremely")


def complete(ordered: Ordered) -> tuple[str, ...]:
    """The labels with those added that a usual scale has and nobody chose."""
    seen = set(ordered.labels)
    usual = tuple(f"{intensity} {ordered.stem}" for intensity in _INTENSITIES)
    for full in (*_FULL, usual):
        if seen <= set(full) and len(full) - len(seen) <= 2:
            return full
    return ordered.labels
