"""What the API promises, without a database: version, kinds of errors, health from traffic."""

import tomllib
from pathlib import Path

import pytest

from callbacks.api.errors import status_of
from data import errors
from data.monitoring import Traffic, newest_revision
from data.version import VERSION

ROOT = Path(__file__).parents[2]


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == VERSION


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.NotSignedIn(), 401),
        (errors.NotAllowed(), 403),
        (errors.UnknownName(), 404),
        (errors.FiltersInvalid(), 422),
        (errors.DatabaseHeld(), 503),
        (errors.DocumentError(), 500),
    ],
)
def test_each_kind_of_error_has_its_status(error: errors.ReadinessError, status: int) -> None:
    assert status_of(error) == status


def test_a_newest_schema_is_known() -> None:
    assert newest_revision()


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ([], "healthy"),
        ([(9.0, True)] * 19, "healthy"),
        ([(0.01, False)] * 100, "healthy"),
        ([(0.01, False)] * 90 + [(2.0, False)] * 10, "warning"),
        ([(0.01, False)] * 90 + [(6.0, False)] * 10, "critical"),
        ([(0.01, False)] * 97 + [(0.01, True)] * 3, "warning"),
        ([(0.01, False)] * 80 + [(0.01, True)] * 20, "critical"),
    ],
)
def test_health_is_told_from_slow_and_failed_answers(
    answers: list[tuple[float, bool]], state: str
) -> None:
    traffic = Traffic()
    for seconds, failed in answers:
        traffic.answered(seconds, failed=failed)
    assert traffic.health() == state


def test_open_sockets_are_counted() -> None:
    traffic = Traffic()
    with traffic.open_socket(), traffic.open_socket():
        assert traffic.sockets == 2
    assert traffic.sockets == 0
    assert traffic.quantile_ms(0.95) is None and traffic.failed_share() is None
