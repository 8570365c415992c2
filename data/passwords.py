"""Password hashes (argon2id). Checking costs the same whether the account exists or not."""

from collections.abc import Sequence
from functools import cache
from threading import BoundedSemaphore, Lock

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from data.errors import PasswordTooEasy, PasswordTooShort

SHORTEST = 12
"""Characters. Length counts and how many guesses it takes, as NIST SP 800-63B advises; no rule
about kinds of characters."""
HARD_ENOUGH = 3
"""zxcvbn's score from which a password is taken: 10^8 guesses or more."""
_JUDGED = 72
"""zxcvbn looks at so many characters; longer ones are judged by their beginning."""

_HASHER = PasswordHasher()
# One check takes 64 MiB and a core: a burst of sign-ins waits here instead of taking the machine.
_AT_ONCE = BoundedSemaphore(2)


# zxcvbn keeps the words about the person in a table of its module.
_JUDGE = Lock()


def hashed(password: str, about: Sequence[str] = ()) -> str:
    """The argon2id hash to store, parameters and salt included.

    ``about`` are words that others know of the person (name, email): easy to guess too. Raises
    PasswordTooShort, PasswordTooEasy.
    """
    check(password, about)
    with _AT_ONCE:
        return _HASHER.hash(password)


def check(password: str, about: Sequence[str] = ()) -> None:
    """Whether a new password will do: long, not one of those breached often, nor built of them.

    Raises PasswordTooShort, PasswordTooEasy.
    """
    if len(password) < SHORTEST:
        raise PasswordTooShort
    known = [w for text in about for w in (text, text.replace(" ", ""), *_words(text))]
    with _JUDGE:
        judged = zxcvbn(password[:_JUDGED], user_inputs=known)
    if judged["score"] < HARD_ENOUGH:
        why = str(judged["feedback"]["warning"]).rstrip(".")
        raise PasswordTooEasy(f"{why}. {_ADVICE}" if why else None)


def matches(stored: str | None, password: str) -> bool:
    """Whether the password belongs to the hash; without a hash the same work is done in vain."""
    with _AT_ONCE:
        try:
            _HASHER.verify(stored or _nobodys_hash(), password)
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def _words(text: str) -> list[str]:
    return text.replace("@", " ").replace(".", " ").split()


_ADVICE = "Use a longer one: four words that have nothing to do with each other are easy to keep."


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash("nobody has this password")
