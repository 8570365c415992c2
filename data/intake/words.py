"""How cells are compared: what a person would call the same label is the same."""

import unicodedata

_TYPOGRAPHY = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-"})


def tidy(text: str) -> str:
    """Without white space at the ends, and single spaces inside."""
    return " ".join(text.split())


def plain(text: str) -> str:
    """For comparing labels: case, width, kinds of white space, quotes and dashes do not count."""
    return tidy(unicodedata.normalize("NFKC", text).translate(_TYPOGRAPHY)).casefold()
