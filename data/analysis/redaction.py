"""Takes out of comments what names a person: names, addresses, handles, links and long numbers.

Names are found by several rules, because none finds all: first names of many languages (Faker's
lists), what follows a first name or a title, names of the organisation's own users, and, in
languages that write nouns small, every word written large inside a sentence that fewer than five
people wrote. When in doubt a word is taken out. What this cannot find: docs/privacy.md.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import cache
from importlib import import_module

from data.analysis.stopwords import stop_words

SEVERAL = 5
"""A word that this many people wrote is no single person's secret, unless it is a name."""

_LOCALES = (
    "da_DK", "de_CH", "de_DE", "en_GB", "en_IN", "en_US", "es_ES", "es_MX", "fr_FR", "it_IT",
    "nl_NL", "pl_PL", "pt_PT", "sv_SE",
)  # fmt: skip
_ORDINARY = {"de": "de_DE", "en": "en_US", "fr": "fr_FR", "it": "it_IT", "nl": "nl_NL"}
_TITLES = frozenset({
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "herr", "herrn", "frau",
    "fraulein", "monsieur", "madame", "mademoiselle", "mme", "mlle", "senor", "senora", "sig",
    "signor", "signora", "dott", "hr", "hrn", "fr", "meneer", "mevrouw", "senhor", "senhora",
})  # fmt: skip
_PARTICLES = frozenset(
    ("von", "van", "vom", "zu", "de", "der", "den", "del", "della", "di", "da", "du", "la", "le")
)
_NOBODY = frozenset({"english", "french", "german", "welsh", "holland", "paris"})
"""Surnames too, but written large for languages and places."""
_NOUNS_ARE_CAPITALISED = ("de", "lb")

_TOKEN = re.compile(
    r"""(?P<mail>[^\s@<>(),;]{1,100}@[^\s@<>(),;]+\w
          |\b[\w.+-]{1,64}\ ?[\[({]\ ?(?:at|ät|@)\ ?[\])}]\ ?[\w.-]*\w
          |\b[\w.+-]{1,64}\ at\ [\w-]{1,63}\ dot\ \w+)
      | (?P<link>https?://\S+|www\.\S+
          |\b[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}\.
           (?:(?:com|org|net|de|fr|eu|io|uk)\b\S*|[a-z]{2,24}/\S*\w))
      | (?P<handle>(?<!\w)@\w[\w.-]*)
      | (?P<number>(?<!\w)[+(]*\w*\d
          (?:(?:[\d \t\u00a0\u2007\u2009\u202f()/.,'\u2010-\u2015\u2019-]|[:*\#|=~_](?=\d))*\d)?\w*)
      | (?P<word>[^\W\d_]+(?:-[^\W\d_]+)*)""",
    re.VERBOSE | re.IGNORECASE,
)
"""What repeats before a sign that must follow has a longest length: or time would grow with the
square of a comment's length and more."""
_OPENING = " \t\r\n\u00a0\"“”„«»'’([-–"
"""What may stand between a sentence's end and the next one's first word."""
_NEAR = 200
"""Characters before a word that are looked at."""
_SENTENCE_ENDS = ".!?…:;•*"
_MOST_DIGITS = 4

NAME, MAIL, LINK, HANDLE, NUMBER = "[name]", "[mail]", "[link]", "[handle]", "[number]"
MARKER = re.compile(r"\[(?:name|mail|link|handle|number)\]")
"""What stands in place of something taken out."""

_NAMES = re.compile(r"\[name\](?:[\s-]+(?:(?:v[oa]n|vom|zu|d[eu]r?|la|le)\s+)*\[name\])+")


class Redactor:
    """Takes private things out of the texts of one language, knowing what all authors wrote."""

    def __init__(
        self,
        texts: Mapping[Hashable, Sequence[str]],
        language: str,
        known: Iterable[str] = (),
    ) -> None:
        """``texts`` by author; ``known``: names of people of the organisation, in any case."""
        self._stop = frozenset(map(plain, stop_words(language)))
        self._ordinary = self._stop | ordinary_words(language)
        self._has_small_nouns = language not in _NOUNS_ARE_CAPITALISED
        self._small: Counter[str] = Counter()
        self._large: Counter[str] = Counter()
        for mine in texts.values():
            self._count(mine)
        self._known = {plain(part) for name in known for part in re.split(r"[\W\d_]+", name)}
        self._known = {name for name in self._known if len(name) > 2 and name not in self._stop}
        # A surname found beside a first name once is a name wherever it is written.
        found = {name for mine in texts.values() for text in mine for name in self._surnames(text)}
        self._known |= found

    def redact(self, text: str) -> str:
        """The text with a marker in place of each private thing."""
        parts: list[str] = []
        end = 0
        for match, is_private in self._judged(text):
            if is_private:
                parts += [text[end : match.start()], f"[{_kind(match)}]"]
                end = match.end()
        parts.append(text[end:])
        return _NAMES.sub(NAME, "".join(parts))

    def _count(self, texts: Iterable[str]) -> None:
        """Which words this author wrote small, and which large inside a sentence."""
        small, large = set(), set()
        for text in texts:
            for match in _words(text):
                word = match["word"]
                if word[0].islower():
                    small.add(plain(word))
                elif not _starts_sentence(text, match):
                    large.add(plain(word))
        self._small.update(small)
        self._large.update(large)

    def _judged(self, text: str) -> Iterable[tuple[re.Match[str], bool]]:
        """Every token and whether it is private; names depend on the word before."""
        before, last = "", None
        for match in _TOKEN.finditer(text):
            if last is not None and not _goes_on(last, text[last.end() : match.start()], before):
                before = ""
            last = match
            if match["word"] is None:
                before = ""
                yield match, match["number"] is None or _digits(match["number"]) > _MOST_DIGITS
                continue
            is_name = self._is_name(text, match, before)
            before = self._as_before(match["word"], before, is_name)
            yield match, is_name

    def _as_before(self, word: str, before: str, is_name: bool) -> str:
        """What the next word is judged by: a title, a name, or nothing."""
        if is_name:
            return "name"
        if plain(word) in _TITLES:
            return "title"
        return before if before and plain(word) in _PARTICLES else ""

    def _is_name(self, text: str, match: re.Match[str], before: str) -> bool:
        word = match["word"]
        key, is_large = plain(word), word[0].isupper()
        if key in _TITLES:
            return False
        if before and is_large and key not in self._stop:
            return True
        if len(key) < 2:
            return False
        if before == "name" and key in last_names() and key not in self._stop:
            return True
        if key in self._known or any(part in first_names() for part in key.split("-")):
            if not is_large:
                return key not in self._ordinary and not self._is_common(key)
            return not self._is_common(key) or not _starts_sentence(text, match)
        return is_large and self._is_rare(word, key, _starts_sentence(text, match))

    def _is_common(self, key: str) -> bool:
        """Whether people write it small, as a word that names nobody ("will", "mark")."""
        return key in self._stop or self._small[key] >= SEVERAL

    def _is_rare(self, word: str, key: str, starts: bool) -> bool:
        """Written large as names are, by few people, and never small."""
        is_shouted = len(word) > 1 and word.isupper()
        if is_shouted or key in self._stop:
            return False
        if self._large[key] >= SEVERAL:
            return self._names_a_colleague(key)
        if starts:
            return key in last_names() and not self._small[key]
        return (self._has_small_nouns and not self._is_common(key)) or key in last_names()

    def _names_a_colleague(self, key: str) -> bool:
        """A common surname that many write, and nobody small: of somebody whom all know."""
        is_word = self._small[key] or key in self._ordinary or key in _NOBODY
        return self._has_small_nouns and key in last_names() and not is_word

    def _surnames(self, text: str) -> Iterable[str]:
        """Words taken for a name because of the word before."""
        before = ""
        for match, is_private in self._judged(text):
            word = match["word"]
            if word is not None and is_private and before and not self._is_common(plain(word)):
                yield plain(word)
            before = word if word is not None and is_private else ""


@cache
def first_names() -> frozenset[str]:
    """First names of many languages, small and without accents; from three letters."""
    return _names("first_names")


@cache
def last_names() -> frozenset[str]:
    """Common surnames of many languages, small and without accents; from three letters."""
    return _names("last_names")


def _names(which: str) -> frozenset[str]:
    found: set[str] = set()
    for locale in _LOCALES:
        provider = import_module(f"faker.providers.person.{locale}").Provider
        found.update(plain(name) for name in getattr(provider, which))
    return frozenset(name for name in found if len(name) > 2)


@cache
def ordinary_words(language: str) -> frozenset[str]:
    """Common words of the language that are no names when written small; empty where not known."""
    if language not in _ORDINARY:
        return frozenset()
    provider = import_module(f"faker.providers.lorem.{_ORDINARY[language]}").Provider
    return frozenset(plain(word) for word in provider.word_list)


@cache
def plain(word: str) -> str:
    """Small letters without accents, so that "HÉLÈNE" and "Helene" are one name."""
    parts = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def _words(text: str) -> Iterable[re.Match[str]]:
    return (match for match in _TOKEN.finditer(text) if match["word"] is not None)


def _starts_sentence(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - _NEAR) : match.start()]
    said = before.rstrip(_OPENING)
    gap = before[len(said) :]
    return not said or said[-1] in _SENTENCE_ENDS or "\n" in gap or " - " in gap or " – " in gap


def _goes_on(last: re.Match[str], between: str, before: str) -> bool:
    """Whether a name or title may go on over what stands between: space, or an abbreviation."""
    is_short = before == "title" or len(last.group()) == 1
    return re.fullmatch(r"\.?[\s-]*" if is_short else r"[\s-]*", between) is not None


def _digits(text: str) -> int:
    return sum(letter.isdigit() for letter in text)


def _kind(match: re.Match[str]) -> str:
    return "name" if match.lastgroup == "word" else str(match.lastgroup)
