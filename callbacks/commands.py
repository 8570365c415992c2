"""What runs when a command is typed: parse, call, report (``serve`` is in app.py, with the app).

A command imports what it needs itself: starting waits for none of the others' parts.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID, uuid4

import typer
from rich.console import Console

from data.access import Role
from data.db import supervisor
from data.db.engine import Database, connect
from data.db.migrate import migrate as upgrade
from data.errors import ReadinessError, UnknownName
from data.settings import Settings, load_settings

if TYPE_CHECKING:
    from data.demo_accounts import DemoSignIn
    from data.intake.invited import InvitedFile
    from data.intake.rejects import Found

_WAITING = (
    "Some groups changed by too few people to show it without singling somebody out: they keep "
    "their former figures, or stay hidden, until more answers have changed."
)


class Level(StrEnum):
    """What the pipeline is run for; "real-time" only counts."""

    REAL_TIME = "real-time"
    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"


cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
out = Console(highlight=False, soft_wrap=True)

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A CSV or XLSX file.")]
Transcripts = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, help="CSV, XLSX or JSON lines.")
]


def main() -> None:
    """Run the command line; a known error is a sentence and exit code 1."""
    try:
        cli()
    except ReadinessError as error:
        Console(stderr=True, highlight=False, soft_wrap=True).print(str(error), markup=False)
        sys.exit(1)


@cli.command()
def run() -> None:
    """Start everything: database, demo organisation, web and worker."""
    from callbacks import tasks
    from data.demo.sign_ins import is_wanted

    settings = load_settings()
    known: list[DemoSignIn] = []

    def prepare(database: Database) -> None:
        tasks.prepare(database)
        if is_wanted(database):
            known.extend(_demo_sign_ins(database, settings))

    supervisor.run(settings, prepare=prepare, announce=lambda address: _announce(address, known))


@cli.command()
def worker() -> None:
    """Run queued and scheduled work until stopped."""
    from callbacks import tasks

    tasks.run_worker(load_settings())


@cli.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    with _database():
        out.print("The database has the newest schema.")


@cli.command("import")
def import_file(
    file: File,
    organization: Annotated[str, typer.Option(help="Name; made where it does not exist.")],
    survey: Annotated[str, typer.Option(help="Name of the survey (one wave).")],
    mapping: Annotated[Path | None, typer.Option(help="TOML; else one is inferred.")] = None,
    dry_run: Annotated[bool, typer.Option(help="Check everything, change nothing.")] = False,
    invited: Annotated[
        Path | None, typer.Option(help="CSV or XLSX: how many were invited, by group.")
    ] = None,
) -> None:
    """Import a survey file, one row a respondent, and compute its figures."""
    from data import pipeline
    from data.intake.importing import import_survey
    from data.intake.invited import read_invited, store_invited
    from data.intake.mapping import read_mapping
    from data.intake.suggest import suggest_mapping

    chosen = read_mapping(mapping) if mapping else suggest_mapping(file).mapping
    groups = read_invited(invited) if invited else None
    with _database() as database:
        owner = _importing_into(database, organization, dry_run)
        with _bar("Importing") as tell:
            imported = import_survey(
                database, owner, survey, file, chosen, dry_run=dry_run,
                progress=lambda done, all_: tell(done / all_ if all_ else 1.0),
            )  # fmt: skip
        waiting = 0
        if imported.accepted and not dry_run:
            waiting = pipeline.rebuild(database, owner, imported.survey).waiting
            _prepare_ahead(database, owner, imported.survey)
            if groups is not None and not groups.rejected:
                store_invited(database, owner, survey, groups)
    origin = "The mapping says" if mapping else "Inferred from the file (suggest-mapping shows it)"
    out.print(f"{origin}: {chosen.summary}", markup=False)
    out.print(imported.summary, markup=False)
    if waiting:
        out.print(_WAITING, markup=False)
    _say_rejected(imported.problems, imported.rejects_path)
    if groups is not None:
        _say_invited(groups)


@cli.command("invited")
def import_invited_file(
    file: File,
    organization: Annotated[str, typer.Option(help="Name, as when its survey was imported.")],
    survey: Annotated[str, typer.Option(help="Name of the survey they were invited to.")],
    dry_run: Annotated[bool, typer.Option(help="Check everything, change nothing.")] = False,
) -> None:
    """Import how many were invited, by department and role, for response rates."""
    from data.intake.invited import read_invited, store_invited
    from data.intake.organizations import find_organization

    groups = read_invited(file)
    if not groups.rejected and not dry_run:
        with _database() as database:
            owner = find_organization(database, organization)
            if owner is None:
                raise UnknownName(f"There is no organisation {organization}.")
            store_invited(database, owner, survey, groups)
    _say_invited(groups)


def _say_invited(groups: "InvitedFile") -> None:
    out.print(groups.summary, markup=False)
    _say_rejected(groups.problems, groups.rejects_path)
    if groups.rejected:
        raise typer.Exit(1)


def _say_rejected(problems: "Sequence[Found]", path: Path | None) -> None:
    for problem in problems:
        out.print(f"  {problem}", markup=False)
    if path:
        out.print(f"Rejected rows and reasons: {path}", markup=False)


@cli.command("import-transcripts")
def import_transcripts_file(
    file: Transcripts,
    organization: Annotated[str, typer.Option(help="Name, as when its survey was imported.")],
    survey: Annotated[str, typer.Option(help="Name of the survey the recordings belong to.")],
    dry_run: Annotated[bool, typer.Option(help="Check everything, change nothing.")] = False,
) -> None:
    """Import transcripts of voice recordings, one a row, and compute their figures."""
    from data import pipeline
    from data.intake.organizations import find_organization
    from data.intake.transcripts import import_transcripts

    with _database() as database:
        owner = find_organization(database, organization)
        if owner is None:
            raise UnknownName(f"There is no organisation '{organization}'.")
        with _bar("Importing") as tell:
            imported = import_transcripts(
                database, owner, survey, file, dry_run=dry_run,
                progress=lambda done, all_: tell(done / all_ if all_ else 1.0),
            )  # fmt: skip
        if imported.accepted and not dry_run:
            pipeline.rebuild(database, owner, imported.survey)
            _prepare_ahead(database, owner, imported.survey)
    out.print(imported.summary, markup=False)
    if imported.ignored:
        out.print(f"Columns not read: {', '.join(imported.ignored)}", markup=False)
    _say_rejected(imported.problems, imported.rejects_path)


def _importing_into(database: Database, name: str, dry_run: bool) -> UUID:
    """The organisation; a dry run makes none and takes an id that nothing has."""
    from data.intake.organizations import ensure_organization, find_organization

    if dry_run:
        return find_organization(database, name) or uuid4()
    return ensure_organization(database, name)


@cli.command()
def analyse(
    organization: Annotated[str, typer.Option(help="Name of the organisation.")],
    survey: Annotated[str, typer.Option(help="One survey only, by its name.")] = "",
    level: Annotated[Level, typer.Option(help="How much is computed.")] = Level.DAILY,
) -> None:
    """Compute every figure anew, stage by stage; what is right already stays."""
    from callbacks import analysing

    with _database() as database:
        analysing.analyse(database, out, organization, survey, level.value)


@cli.command("suggest-mapping")
def suggest(
    file: File,
    sheet: Annotated[str | None, typer.Option(help="Sheet of an XLSX file.")] = None,
) -> None:
    """Print the mapping that could be inferred, to be corrected by hand."""
    from data.intake.suggest import suggest_mapping

    suggestion = suggest_mapping(file, sheet)
    typer.echo(suggestion.toml)
    if not suggestion.mapping.items:
        typer.echo("No scaled items were recognised. In a workbook: is --sheet needed?", err=True)


@cli.command()
def demo(
    respondents: Annotated[int, typer.Option(help="People invited.")] = 4000,
    scores_only: Annotated[bool, typer.Option(help="Scores without single answers.")] = False,
) -> None:
    """Load the demo organisation; loading it again changes nothing."""
    from data import demo as demo_organisation

    with _database() as database, _bar("Loading the demo organisation") as tell:
        loaded = demo_organisation.load(
            database,
            respondents=respondents,
            scores_only=scores_only,
            progress=lambda what, share: tell(share),
        )
        if loaded.seconds:
            _prepare_ahead(database, loaded.organization)
    out.print(f"{loaded.sessions:,} sessions and {loaded.answers:,} answers are there.")


@cli.command("add-person")
def add_person(
    email: str,
    organization: Annotated[str, typer.Option(help="Name; made where it does not exist.")],
    role: Annotated[Role, typer.Option(help="What they may see.")] = Role.ANALYST,
    department: Annotated[list[str] | None, typer.Option(help="For a department lead.")] = None,
    name: Annotated[str, typer.Option(help="How they are greeted.")] = "",
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)
    ] = "",
) -> None:
    """Let a person sign in to an organisation, or change what they may see there."""
    from data.accounts import create_user
    from data.intake.organizations import department_ids, ensure_organization, find_organization

    if role is Role.DEPARTMENT_LEAD and not department:
        raise typer.BadParameter("A department lead needs --department, once for each.")
    with _database() as database:
        is_new = find_organization(database, organization) is None
        owner = ensure_organization(database, organization)
        led = department_ids(database, owner, department or [])
        create_user(database, email, name or email, password, owner, role, led)
    new = ", a new organisation without surveys" if is_new else ""
    out.print(f"{email} may now sign in to {organization}{new}.", markup=False)


@cli.command()
def token(
    email: str, label: Annotated[str, typer.Option(help="What it is for.")] = "command line"
) -> None:
    """Make an API token for a person; it is shown once."""
    from data.accounts import create_token

    with _database() as database:
        typer.echo(create_token(database, email, label))


@cli.command()
def doctor() -> None:
    """Check what this installation needs, and say what to do where something is missing."""
    from callbacks import doctor as checks

    settings = load_settings()
    with supervisor.embedded(settings) as url:
        found = list(checks.checks(settings.model_copy(update={"database_url": url})))
    for check in found:
        out.print(f"{'ok     ' if check.is_well else 'MISSING'} {check.text}", markup=False)
    if not all(check.is_well for check in found):
        raise typer.Exit(1)


@contextmanager
def _database() -> Iterator[Database]:
    """The database at its newest schema; the embedded one is joined, or started for as long."""
    from callbacks import tasks

    settings = load_settings()
    settings.home.mkdir(parents=True, exist_ok=True)
    with supervisor.embedded(settings) as url:
        database = connect(settings.model_copy(update={"database_url": url}))
        try:
            upgrade(database)
            tasks.prepare(database)
            yield database
        finally:
            database.close()


def _prepare_ahead(database: Database, organization: UUID, survey: UUID | None = None) -> None:
    """Have the worker write what nobody waits for: summaries and rollups of every period."""
    from callbacks import tasks
    from data.contracts import AnalyticsJob

    payload = {"surveyId": str(survey)} if survey else {}
    with database.owning() as connection:
        job = AnalyticsJob(type="organizational-analysis", payload=payload)
        tasks.defer_job(connection, organization, job)


def _demo_sign_ins(database: Database, settings: Settings) -> "tuple[DemoSignIn, ...]":
    """Load the demo organisation (once), and its people where they may sign in."""
    from data import demo as demo_organisation
    from data.demo.sign_ins import sign_ins
    from data.demo_accounts import demo_sign_in_allowed

    with _bar("Loading the demo organisation (once)") as tell:
        loaded = demo_organisation.load(database, progress=lambda what, share: tell(share))
    if loaded.seconds:
        _prepare_ahead(database, loaded.organization)
    embedded = settings.model_copy(update={"embedded": settings.database_url is None})
    if not demo_sign_in_allowed(embedded):
        return ()
    return sign_ins(database, loaded.organization, settings.home)


def _announce(address: str, people: "list[DemoSignIn]") -> None:
    out.print(f"\nAI Readiness Analytics is ready: {address}", markup=False)
    if people:
        out.print("\nDemo sign-ins (this machine only):", markup=False)
    for person in people:
        role = person.role.value.replace("_", " ")
        out.print(f"  {role:<16} {person.email:<22} {person.password}", markup=False)
    if not people:
        out.print("People who may sign in are made with: app.py add-person", markup=False)
    out.print("\nStop with Ctrl-C.", markup=False)


@contextmanager
def _bar(what: str) -> Iterator[Callable[[float], None]]:
    """A progress bar on a terminal, nothing in a log. Told the share that is done, 0-1."""
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as bar:
        task = bar.add_task(what, total=1.0)
        yield lambda share: bar.update(task, completed=share)
