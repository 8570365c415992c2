"""The account PostgreSQL runs under where we are root, which it refuses to run as."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from data.errors import DatabaseError

_OWN = "readiness"
_OTHERS = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """Whom the server's processes run as; ``name`` None means: as we are."""

    name: str | None
    uid: int
    gid: int

    def process_options(self) -> dict[str, object]:
        """For ``subprocess``: become this account."""
        if self.name is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def may_enter(self, folder: Path) -> bool:
        """Whether this account may pass through every parent of ``folder``."""
        if self.name is None:
            return True
        return all(self._passes(parent) for parent in [folder, *folder.parents] if parent.exists())

    def own(self, path: Path) -> None:
        """Give ``path`` to this account."""
        if self.name is not None:
            os.chown(path, self.uid, self.gid)

    def _passes(self, folder: Path) -> bool:
        found = folder.stat()
        if found.st_uid == self.uid:
            return bool(found.st_mode & 0o100)
        return bool(found.st_mode & (0o010 if found.st_gid == self.gid else 0o001))


def server_account() -> Account:
    """Ourselves, or as root a system account of the server's own, made at the first need."""
    if os.geteuid() != 0:
        return Account(None, os.geteuid(), os.getegid())
    account = _find(_OWN) or _create() or next(filter(None, map(_find, _OTHERS)), None)
    if account is None:
        raise DatabaseError(
            "PostgreSQL does not run as root, and no system user could be made for it. "
            f"Create one (useradd --system {_OWN}), start as another user, or set DATABASE_URL."
        )
    return account


def _find(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(name, entry.pw_uid, entry.pw_gid)


def _create() -> Account | None:
    program = shutil.which("useradd")
    if program is None:
        return None
    command = [program, "--system", "--user-group", "--no-create-home", "--shell"]
    subprocess.run([*command, "/usr/sbin/nologin", _OWN], capture_output=True, check=False)
    return _find(_OWN)
