"""Small secrets kept for this installation: files that only their owner may read."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from data.settings import Settings


def kept_text(path: Path, make: Callable[[], str]) -> str:
    """The file's text; made once where it is missing, by whichever process comes first."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        _publish(path, make())
    return path.read_text(encoding="utf-8")


def _publish(path: Path, text: str) -> None:
    """Write beside, then link: nobody ever reads half a file, and the first process wins."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink()


def session_secret(settings: Settings) -> str:
    """The key that signs session cookies: SECRET_KEY, or one made once for this installation."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    return kept_text(settings.home / "session-key", lambda: secrets.token_urlsafe(48))
