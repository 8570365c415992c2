"""The embedded server as root and not, after crashes, and shared by several processes."""

import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from data.db.binaries import programs
from data.db.embedded import embedded, using
from data.db.server import SUPERUSER, Server, embedded_server
from data.db.system_user import Account, server_account
from data.errors import DatabaseError
from data.settings import Settings, load_settings


@pytest.fixture
def home() -> Iterator[Path]:
    """A data folder, and nothing left of its server afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="readiness-home-"))
    folder.chmod(0o711)
    yield folder
    server = embedded_server(folder)
    server.stop()
    shutil.rmtree(server.folder)
    if server.folder.parent != folder:
        server.folder.parent.rmdir()
    shutil.rmtree(folder)


@pytest.fixture
def unmade(home: Path) -> Settings:
    """A data folder in which no server was ever started."""
    return load_settings(home=home, database_url=None)


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """The files of a server that was started once."""
    folder = Path(tempfile.mkdtemp(prefix="readiness-made-"))
    folder.chmod(0o711)
    with embedded(load_settings(home=folder, database_url=None)):
        pass
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def alone(made: Path, home: Path) -> Settings:
    """A data folder whose server was started before, and stopped."""
    subprocess.run(["cp", "-a", made / "postgresql", home], check=True)
    return load_settings(home=home, database_url=None)


def ask(url: str, query: str) -> object:
    """The first value of the answer; None where there is none."""
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(query.encode())
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None


def postmaster(server: Server) -> int:
    return int((server.data / "postmaster.pid").read_text().split()[0])


def test_nobody_comes_in_without_the_password(alone: Settings) -> None:
    with embedded(alone) as url:
        assert ask(url, "SHOW listen_addresses") == ""
        assert ask(url, "SELECT NOT rolsuper FROM pg_roles WHERE rolname = current_user") is True
        server = embedded_server(alone.home)
        for user in ("readiness", SUPERUSER):
            wrong = f"postgresql://{user}:wrong@/postgres?host={server.sockets}"
            with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
                psycopg.connect(wrong)
        assert stat.S_IMODE(server.sockets.stat().st_mode) == 0o700
        assert stat.S_IMODE(server.folder.stat().st_mode) == 0o700
        for password in (server.folder / "passwords").iterdir():
            assert stat.S_IMODE(password.stat().st_mode) == 0o600


def test_it_stops_with_its_last_user_and_keeps_its_data(alone: Settings) -> None:
    with embedded(alone) as url:
        ask(url, "CREATE TABLE kept AS SELECT 7 AS seven")
        with embedded(alone) as same:
            assert same == url
        assert ask(url, "SELECT seven FROM kept") == 7
    assert embedded_server(alone.home).processes() == []
    with embedded(alone) as url:
        assert ask(url, "SELECT seven FROM kept") == 7


def test_another_process_that_joined_keeps_it_running(alone: Settings) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from data.db.embedded import embedded\n"
        "from data.settings import load_settings\n"
        "with embedded(load_settings(home=Path(sys.argv[1]), database_url=None)):\n"
        "    print('joined', flush=True); sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", script, str(alone.home)]
    with embedded(alone) as url:
        joined = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert joined.stdout is not None
        assert joined.stdout.readline() == b"joined\n"
    assert ask(url, "SELECT 1") == 1
    joined.communicate()
    assert joined.returncode == 0
    assert embedded_server(alone.home).processes() == []


def test_a_stale_pid_file_with_somebody_elses_pid_does_not_count(alone: Settings) -> None:
    """As after a power cut in a container: the number belongs to another process by now."""
    server = embedded_server(alone.home)
    with embedded(alone):
        remembered = (server.data / "postmaster.pid").read_text().splitlines()
    stranger = subprocess.Popen(["sleep", "600"], **server.account.process_options())  # type: ignore[call-overload]
    try:
        stale = "\n".join([str(stranger.pid), *remembered[1:]]) + "\n"
        (server.data / "postmaster.pid").write_text(stale)
        (server.sockets / ".s.PGSQL.5432.lock").write_text(stale)
        with embedded(alone) as url:
            assert ask(url, "SELECT 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_after_kill_9_of_the_server_it_starts_again(alone: Settings) -> None:
    server = embedded_server(alone.home)
    with using(server, alone):
        ask(server.url(), "CREATE TABLE kept AS SELECT 7 AS seven")
        psutil.Process(postmaster(server)).kill()
        server.start()
        assert ask(server.url(), "SELECT seven FROM kept") == 7
    assert server.processes() == []


def test_an_interrupted_first_start_is_made_anew(unmade: Settings) -> None:
    server = embedded_server(unmade.home)
    half = server.folder / "data.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    with embedded(unmade) as url:
        assert ask(url, "SELECT 1") == 1
    assert not half.exists()


def test_data_of_another_version_is_refused_with_the_way_out(unmade: Settings) -> None:
    server = embedded_server(unmade.home)
    server.data.mkdir()
    (server.data / "PG_VERSION").write_text("17\n")
    with (
        pytest.raises(DatabaseError, match=r"made by PostgreSQL 17, this is 18.*READINESS_HOME"),
        embedded(unmade),
    ):
        pass


def test_a_long_path_gets_its_socket_elsewhere(home: Path) -> None:
    deep = home / ("d" * 60) / ("e" * 60)
    settings = load_settings(home=deep, database_url=None)
    with embedded(settings) as url:
        assert ask(url, "SELECT 1") == 1
    server = embedded_server(deep)
    assert not server.sockets.is_relative_to(deep)
    server.sockets.rmdir()


def test_a_database_that_is_set_is_used_as_it_is(home: Path) -> None:
    settings = load_settings(home=home, database_url="postgresql://db.example/readiness")
    with embedded(settings) as url:
        assert url == "postgresql://db.example/readiness"
    assert not (home / "postgresql").exists()


def test_a_home_the_servers_account_may_not_enter_stays_closed(home: Path) -> None:
    if server_account().name is None:
        pytest.skip("not root: the server runs as we do")
    home.chmod(0o700)
    settings = load_settings(home=home, database_url=None)
    with embedded(settings) as url:
        assert ask(url, "SELECT 1") == 1
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert not embedded_server(home).folder.is_relative_to(home)


def test_programs_that_cannot_be_entered_are_copied_once(home: Path) -> None:
    class Stranger(Account):
        def may_enter(self, folder: Path) -> bool:
            return False

    nobody = Stranger("nobody", 65534, 65534)
    found = programs(nobody, home)
    made = found.stat().st_ctime_ns
    assert found.is_relative_to(home)
    said = subprocess.run([found / "initdb", "--version"], capture_output=True, text=True)
    assert "PostgreSQL" in said.stdout
    assert programs(nobody, home).stat().st_ctime_ns == made
    assert all(path.stat().st_mode & 0o004 for path in home.rglob("*") if not path.is_symlink())
