"""One embedded PostgreSQL server: made, started, stopped.

Not with the wheel's own ``get_server``: it leaves the server running when SIGTERM ends the process,
takes a stale ``postmaster.pid`` for a running server, opens parent folders to everybody as root and
lets everybody in. Here running means that a connection succeeds.
"""

import hashlib
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
from psycopg.sql import SQL, Identifier, Literal

from data.db.binaries import programs
from data.db.system_user import Account, server_account
from data.errors import DatabaseError

SUPERUSER = "postgres"
OWNER = "readiness"
DATABASE = "readiness"
_LONGEST_SOCKET = 90
"""Bytes; a socket's whole path may have 103 on macOS, 107 on Linux."""
_START_SECONDS = 60
_SHARED = Path("/var/lib/ai-readiness-analytics")


@dataclass(frozen=True)
class Server:
    """A server whose files lie under ``folder``. Methods are safe only under its caller's lock."""

    folder: Path
    programs: Path
    account: Account
    sockets: Path
    options: Mapping[str, str] = field(default_factory=dict)
    locale: Sequence[str] = ("--locale-provider=builtin", "--locale=C.UTF-8")
    """For ``initdb``: sorts the same on every machine, whatever its C library."""

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    def url(self, user: str = OWNER, database: str = DATABASE) -> str:
        """The address with the password in it."""
        password = quote((self._secrets / user).read_text(encoding="ascii"))
        host = quote(str(self.sockets), safe="/")
        return f"postgresql://{user}:{password}@/{database}?host={host}"

    def answers(self) -> bool:
        """Whether a connection succeeds: the only sign that counts as running."""
        try:
            psycopg.connect(self.url(SUPERUSER, "postgres"), connect_timeout=5).close()
        except (OSError, psycopg.OperationalError):
            return False
        return True

    def start(self) -> None:
        """Make the server at first use, start it and wait until it answers."""
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._check_version()
        if not self.answers():
            self._clear_remains()
            self._run("pg_ctl", "start", *self._start_options())
            if not self.answers():
                raise DatabaseError(f"PostgreSQL started but does not answer. See {self.log}.")
        self._make_database()

    def stop(self) -> None:
        """Stop the server if it runs; open connections are ended."""
        if self.processes():
            self._run("pg_ctl", "stop", "-D", str(self.data), "-m", "fast", "-w", check=False)
            self._clear_remains()

    def processes(self) -> list[psutil.Process]:
        """All processes of this server: postgres programs that work in its data folder."""
        return [p for p in psutil.process_iter() if _works_in(p, self.data)]

    @property
    def _secrets(self) -> Path:
        return self.folder / "passwords"

    def _start_options(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            **self.options,
        }
        given = " ".join(f"-c {name}={_quoted(value)}" for name, value in settings.items())
        data = ["-D", str(self.data), "-l", str(self.log)]
        return [*data, "-w", "-t", str(_START_SECONDS), "-o", given]

    def _initialise(self) -> None:
        """``initdb`` into a folder that gets its name when all of it is there."""
        self._password(OWNER)
        half = self.folder / "data.new"
        shutil.rmtree(half, ignore_errors=True)
        with tempfile.NamedTemporaryFile("w", dir=self.folder) as password:
            password.write(self._password(SUPERUSER))
            password.flush()
            self.account.own(Path(password.name))
            self._run(
                "initdb", "-D", str(half), "-U", SUPERUSER, f"--pwfile={password.name}",
                "--auth=scram-sha-256", "--encoding=UTF8", *self.locale,
                "--lc-collate=C", "--lc-ctype=C", "--lc-messages=C",
                "--lc-monetary=C", "--lc-numeric=C", "--lc-time=C",
            )  # fmt: skip
        half.rename(self.data)

    def _password(self, user: str) -> str:
        """This user's password, made once and readable by nobody else."""
        self._secrets.mkdir(mode=0o700, exist_ok=True)
        path = self._secrets / user
        if not path.exists():
            half = path.with_suffix(".new")
            half.unlink(missing_ok=True)
            with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(24))
            half.rename(path)
        return path.read_text(encoding="ascii")

    def _check_version(self) -> None:
        """Raises DatabaseError where another major version of PostgreSQL made the data."""
        made = (self.data / "PG_VERSION").read_text().strip()
        ours = self._run("postgres", "--version").split()[-1].split(".")[0]
        if made != ours:
            raise DatabaseError(
                f"{self.data} was made by PostgreSQL {made}, this is {ours}. Dump it with "
                f"version {made} and load it here, or set READINESS_HOME to another folder."
            )

    def _clear_remains(self) -> None:
        """After a crash: end what still runs, remove the files that say somebody does.

        Nobody answers here, so a process that works in the data folder is a leftover, and a pid in
        a lock file may by now be somebody else's.
        """
        remains = self.processes()
        for process in remains:
            _kill(process)
        psutil.wait_procs(remains, timeout=10)
        for path in [self.data / "postmaster.pid", *self.sockets.glob(".s.PGSQL.*")]:
            path.unlink(missing_ok=True)

    def _make_database(self) -> None:
        """The owner (no superuser) and its database, where they are not there yet."""
        url = self.url(SUPERUSER, "postgres")
        with psycopg.connect(url, autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if known.fetchone():
                return
            role = connection.execute("SELECT to_regrole(%s)", [OWNER]).fetchone()
            if role == (None,):
                connection.execute(
                    SQL("CREATE ROLE {} LOGIN CREATEROLE PASSWORD {}").format(
                        Identifier(OWNER), Literal(self._password(OWNER))
                    )
                )
            make = SQL("CREATE DATABASE {} OWNER {}")
            connection.execute(make.format(Identifier(DATABASE), Identifier(OWNER)))

    def _run(self, program: str, *arguments: str, check: bool = True) -> str:
        """Run one of PostgreSQL's programs as the server's account; raises DatabaseError.

        Its output goes to a file: a server that inherits a pipe would keep it open.
        """
        command = [str(self.programs / program), *arguments]
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                cwd=self.folder, check=False, start_new_session=True,
                **self.account.process_options(),  # type: ignore[call-overload]
            )  # fmt: skip
            output.seek(0)
            said: str = output.read()
        if check and done.returncode != 0:
            raise DatabaseError(f"PostgreSQL's {program} failed. {self._reason(said)}")
        return said

    def _reason(self, said: str) -> str:
        logged = self.log.read_text(errors="replace").splitlines()[-5:] if self.log.exists() else []
        return " ".join([*said.strip().splitlines()[-5:], *logged])


def embedded_server(home: Path, options: Mapping[str, str] | None = None) -> Server:
    """The server of this home folder, its folders made; nothing is started."""
    account = server_account()
    _make(home, account)
    folder = (home if account.may_enter(home) else _apart(home, account)) / "postgresql"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o700)
    account.own(folder)
    return Server(
        folder=folder,
        programs=programs(account, home if account.name is None else _shared(account)),
        account=account,
        sockets=_sockets(folder, account),
        options=options or {},
    )


def _make(folder: Path, account: Account) -> None:
    """Make a folder that the server's account may pass through, whatever the umask."""
    if not folder.exists():
        folder.mkdir(parents=True)
        if account.name is not None:
            folder.chmod(0o711)


def _shared(account: Account) -> Path:
    """Where root keeps what the server's account must be able to enter."""
    _make(_SHARED, account)
    return _SHARED


def _apart(home: Path, account: Account) -> Path:
    """For a home the server's account may not enter: a folder of its own, none opened for it."""
    folder = _shared(account) / hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:16]
    _make(folder, account)
    return folder


def _sockets(folder: Path, account: Account) -> Path:
    """A folder of mode 0700 for the socket, with a path short enough for one."""
    path = folder / "socket"
    if len(os.fsencode(path)) > _LONGEST_SOCKET:
        name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
        path = Path(tempfile.gettempdir()) / f"readiness-{name}"
    path.mkdir(mode=0o700, exist_ok=True)
    if path.is_symlink() or path.stat().st_uid not in {account.uid, os.geteuid()}:
        raise DatabaseError(f"{path} belongs to somebody else. Remove it and start again.")
    account.own(path)
    path.chmod(0o700)
    return path


def _quoted(value: str) -> str:
    """A value inside ``pg_ctl -o``, which a shell reads."""
    return "'" + value.replace("'", "'\\''") + "'"


def _works_in(process: psutil.Process, data: Path) -> bool:
    try:
        return process.name() == "postgres" and Path(process.cwd()) == data.resolve()
    except (psutil.Error, OSError):
        return False


def _kill(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return
