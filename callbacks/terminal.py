"""The command line: where commands are registered, what they print to, and the database they use.

A command imports what it needs itself: starting waits for none of the others' parts.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

import typer
from rich.console import Console

from data.db import supervisor
from data.db.engine import Database, connect
from data.db.migrate import migrate as upgrade
from data.errors import ReadinessError
from data.settings import load_settings

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
out = Console(highlight=False, soft_wrap=True)


def main() -> None:
    """Run the command line; a known error is a sentence and exit code 1."""
    try:
        cli()
    except ReadinessError as error:
        Console(stderr=True, highlight=False, soft_wrap=True).print(str(error), markup=False)
        sys.exit(1)


@contextmanager
def database() -> Iterator[Database]:
    """The database at its newest schema; the embedded one is joined, or started for as long."""
    from callbacks import tasks

    settings = load_settings()
    settings.home.mkdir(parents=True, exist_ok=True)
    with supervisor.embedded(settings) as url:
        connected = connect(settings.model_copy(update={"database_url": url}))
        try:
            upgrade(connected)
            tasks.prepare(connected)
            yield connected
        finally:
            connected.close()


def prepare_ahead(database: Database, organization: UUID, survey: UUID | None = None) -> None:
    """Have the worker write what nobody waits for: summaries and rollups of every period."""
    from callbacks import tasks
    from data.contracts import AnalyticsJob

    payload = {"surveyId": str(survey)} if survey else {}
    with database.owning() as connection:
        job = AnalyticsJob(type="organizational-analysis", payload=payload)
        tasks.defer_job(connection, organization, job)


@contextmanager
def bar(what: str) -> Iterator[Callable[[float], None]]:
    """A progress bar on a terminal, nothing in a log. Told the share that is done, 0-1."""
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as shown:
        task = shown.add_task(what, total=1.0)
        yield lambda share: shown.update(task, completed=share)
