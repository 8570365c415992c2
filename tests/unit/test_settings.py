"""Settings: where they come from, and what is said about wrong ones."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from data.errors import SettingsError
from data.settings import Settings, child_environment, load_settings

VARIABLES = ("DATABASE_URL", "PORT", "READINESS_HOME", "READINESS_HOST", "REDIS_URL", "SECRET_KEY")


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*VARIABLES, "HOST"):
        monkeypatch.delenv(name, raising=False)


def test_without_anything_set_it_is_one_machine() -> None:
    settings = load_settings()
    assert settings.database_url is None
    assert settings.address == "http://127.0.0.1:8050"
    assert settings.listens_on_loopback
    assert settings.home.is_absolute()
    assert settings.cache_bytes == 64 * 2**20


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9000")
    monkeypatch.setenv("READINESS_HOME", "/srv/readiness")
    monkeypatch.setenv("DATABASE_URL", "postgres://me:pa%40ss@db.example/readiness")
    settings = load_settings()
    assert settings.port == 9000
    assert settings.home == Path("/srv/readiness")
    assert settings.database_url == "postgresql://me:pa%40ss@db.example/readiness"


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "")
    assert load_settings().database_url is None


def test_overrides_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9000")
    monkeypatch.setenv("READINESS_HOME", "/elsewhere")
    settings = load_settings(port=9001, home=Path("/here"))
    assert (settings.port, settings.home) == (9001, Path("/here"))


def test_the_shells_own_variables_mean_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    before = load_settings()
    monkeypatch.setenv("HOST", "x86_64-apple")
    monkeypatch.setenv("THREADS", "99")
    assert load_settings() == before
    assert before.home != Path.home()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORT", "five", "PORT is 'five'; expected: input should be a valid integer"),
        ("PORT", "70000", "PORT is '70000'; expected: input should be less than or equal to 65535"),
        ("CACHE_BYTES", "-1", "CACHE_BYTES is '-1'"),
        ("READINESS_THREADS", "0", "READINESS_THREADS is '0'"),
        ("DATABASE_POOL_SIZE", "many", "DATABASE_POOL_SIZE is 'many'"),
        ("DATABASE_URL", "mysql://a:hidden@b/c", "an address that begins with postgresql://"),
        ("DATABASE_APP_URL", "hidden", "an address like postgresql://user"),
    ],
)
def test_a_wrong_value_says_name_value_and_what_is_allowed(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert str(raised.value).startswith(name)
    assert said in str(raised.value)
    assert "hidden" not in str(raised.value)


def test_all_wrong_values_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "x")
    monkeypatch.setenv("CACHE_SECONDS", "y")
    with pytest.raises(SettingsError, match=r"PORT.*CACHE_SECONDS"):
        load_settings()


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError):
        load_settings().port = 1  # type: ignore[misc]  # what the test is about


def test_secrets_are_not_shown() -> None:
    assert "s3cret" not in repr(load_settings(secret_key="s3cret"))


@pytest.mark.parametrize(
    ("host", "address", "loopback"),
    [
        ("0.0.0.0", "http://127.0.0.1:8050", False),
        ("192.0.2.7", "http://192.0.2.7:8050", False),
        ("::1", "http://[::1]:8050", True),
    ],
)
def test_the_address_is_one_a_browser_can_open(host: str, address: str, loopback: bool) -> None:
    settings = load_settings(host=host)
    assert settings.address == address
    assert settings.listens_on_loopback is loopback


def test_a_child_reads_the_same_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given = load_settings(home=tmp_path, port=9002, host="::1", database_url="postgresql:///x")
    child = child_environment(
        given, DATABASE_URL=given.database_url or "", READINESS_EMBEDDED="true"
    )
    for name, value in child.items():
        monkeypatch.setenv(name, value)
    assert load_settings() == given.model_copy(update={"embedded": True})


def test_every_field_has_a_variable_of_its_own() -> None:
    names = set()
    for name, info in Settings.model_fields.items():
        alias = info.validation_alias
        names.add(str(getattr(alias, "choices", [name.upper()])[0]))
    assert len(names) == len(Settings.model_fields)
