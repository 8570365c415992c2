"""Passwords, throttling, kept secrets and the person in the context, without a database."""

import stat
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path
from uuid import uuid4

import pytest

from data.access import (
    Person,
    Principal,
    Role,
    acting_as,
    current_person,
    current_principal,
    required_principal,
)
from data.errors import NotSignedIn, PasswordTooEasy, PasswordTooShort, TooManyAttempts
from data.passwords import hashed, matches
from data.private_files import kept_text, session_secret
from data.settings import load_settings
from data.throttle import PER_ADDRESS, PER_PAIR, WINDOW_SECONDS, Throttle

PERSON = Person(Principal(uuid4(), uuid4(), Role.ANALYST), "Ana", "ana@acme.example", "Acme")


def test_only_department_leads_have_a_scope() -> None:
    led = (uuid4(), uuid4())
    lead = Principal(uuid4(), uuid4(), Role.DEPARTMENT_LEAD, led)
    assert lead.scope == tuple(sorted(led))
    assert Principal(uuid4(), uuid4(), Role.DEPARTMENT_LEAD).scope == ()
    assert PERSON.principal.scope is None


def test_the_person_reaches_threads_and_leaves_with_the_request() -> None:
    with ThreadPoolExecutor(1) as pool, acting_as(PERSON):
        assert pool.submit(copy_context().run, current_person).result() is PERSON
        assert pool.submit(current_person).result() is None
        assert required_principal() is PERSON.principal
    assert current_principal() is None
    with pytest.raises(NotSignedIn):
        required_principal()


def test_a_password_fits_its_own_hash_only() -> None:
    stored = hashed("correct horse battery")
    assert stored.startswith("$argon2id$") and "correct" not in stored
    assert matches(stored, "correct horse battery")
    assert not matches(stored, "correct horse batterz")
    assert not matches(None, "nobody has this password")
    assert not matches("no hash at all", "x")


def test_passwords_have_twelve_characters() -> None:
    with pytest.raises(PasswordTooShort):
        hashed("eleven char")


@pytest.mark.parametrize(
    "password",
    ["password1234", "qwertyuiop123", "aaaaaaaaaaaaaaaa", "ada@acme.example", "AdaLovelace12"],
)
def test_passwords_known_from_breaches_or_from_the_person_are_refused(password: str) -> None:
    with pytest.raises(PasswordTooEasy, match=r"longer one"):
        hashed(password, ("ada@acme.example", "Ada Lovelace"))


def test_long_passwords_are_judged_by_their_beginning() -> None:
    assert matches(hashed("correct horse battery staple" * 30), "correct horse battery staple" * 30)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def _fail(throttle: Throttle, times: int, address: str, account: str) -> None:
    for _ in range(times):
        throttle.check(address, account)
        throttle.failed(address, account)


def test_guessing_one_account_is_slowed_and_time_forgives() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    _fail(throttle, PER_PAIR, "192.0.2.1", "ada")
    with pytest.raises(TooManyAttempts, match=r"in 5 minutes\."):
        throttle.check("192.0.2.1", "ada")
    throttle.check("192.0.2.2", "ada")
    throttle.check("192.0.2.1", "bob")
    clock.now = WINDOW_SECONDS - 1
    with pytest.raises(TooManyAttempts, match=r"in 1 minute\."):
        throttle.check("192.0.2.1", "ada")
    clock.now = WINDOW_SECONDS + 1
    throttle.check("192.0.2.1", "ada")


def test_guessing_many_accounts_from_one_address_is_slowed() -> None:
    throttle = Throttle(Clock())
    for number in range(PER_ADDRESS):
        _fail(throttle, 1, "192.0.2.1", f"person {number}")
    with pytest.raises(TooManyAttempts):
        throttle.check("192.0.2.1", "one more")
    throttle.check("192.0.2.2", "one more")


def test_signing_in_forgives_ones_own_mistakes() -> None:
    throttle = Throttle(Clock())
    _fail(throttle, PER_PAIR - 1, "192.0.2.1", "ada")
    throttle.succeeded("192.0.2.1", "ada")
    _fail(throttle, PER_PAIR - 1, "192.0.2.1", "ada")
    throttle.check("192.0.2.1", "ada")


def test_a_kept_secret_is_made_once_even_by_many_at_once(tmp_path: Path) -> None:
    path = tmp_path / "home" / "key"
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda n: kept_text(path, lambda: str(n)), range(40)))
    assert len(found) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["key"]


def test_the_session_key_is_the_set_one_or_one_of_this_installation(tmp_path: Path) -> None:
    kept = session_secret(load_settings(home=tmp_path, secret_key=None))
    assert session_secret(load_settings(home=tmp_path, secret_key=None)) == kept
    assert len(kept) >= 43
    assert session_secret(load_settings(home=tmp_path, secret_key="set")) == "set"
