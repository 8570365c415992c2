"""Password hashes (argon2id). Checking costs the same whether the account exists or not."""

from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from data.errors import PasswordTooShort

SHORTEST = 12
"""Characters. Length is the only rule, as NIST SP 800-63B advises."""

_HASHER = PasswordHasher()
# One check takes 64 MiB and a core: a burst of sign-ins waits here instead of taking the machine.
_AT_ONCE = BoundedSemaphore(2)


def hashed(password: str) -> str:
    """The argon2id hash to store, parameters and salt included. Raises PasswordTooShort."""
    if len(password) < SHORTEST:
        raise PasswordTooShort
    with _AT_ONCE:
        return _HASHER.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether the password belongs to the hash; without a hash the same work is done in vain."""
    with _AT_ONCE:
        try:
            _HASHER.verify(stored or _nobodys_hash(), password)
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash("nobody has this password")
