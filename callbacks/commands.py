"""What runs when a command is typed: parse, call, report (``serve`` is in app.py, with the app)."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from callbacks.terminal import bar, cli, database, out, prepare_ahead
from data.access import Role
from data.db import supervisor
from data.db.engine import Database
from data.errors import UnknownName
from data.settings import Settings, load_settings

if TYPE_CHECKING:
    from data.demo_accounts import DemoSignIn


class Level(StrEnum):
    """What the pipeline is run for; "real-time" only counts."""

    REAL_TIME = "real-time"
    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"


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
    with database():
        out.print("The database has the newest schema.")


@cli.command()
def analyse(
    organization: Annotated[str, typer.Option(help="Name of the organisation.")],
    survey: Annotated[str, typer.Option(help="One survey only, by its name.")] = "",
    level: Annotated[Level, typer.Option(help="How much is computed.")] = Level.DAILY,
) -> None:
    """Compute every figure anew, stage by stage; what is right already stays."""
    from callbacks import analysing

    with database() as connected:
        analysing.analyse(connected, out, organization, survey, level.value)


@cli.command()
def demo(
    respondents: Annotated[int, typer.Option(help="People invited.")] = 4000,
    scores_only: Annotated[bool, typer.Option(help="Scores without single answers.")] = False,
) -> None:
    """Load the demo organisation; loading it again changes nothing."""
    from data import demo as demo_organisation

    with database() as connected, bar("Loading the demo organisation") as tell:
        loaded = demo_organisation.load(
            connected,
            respondents=respondents,
            scores_only=scores_only,
            progress=lambda what, share: tell(share),
        )
        if loaded.seconds:
            prepare_ahead(connected, loaded.organization)
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
    with database() as connected:
        is_new = find_organization(connected, organization) is None
        owner = ensure_organization(connected, organization)
        led = department_ids(connected, owner, department or [])
        create_user(connected, email, name or email, password, owner, role, led)
    new = ", a new organisation without surveys" if is_new else ""
    out.print(f"{email} may now sign in to {organization}{new}.", markup=False)


@cli.command()
def token(
    email: str, label: Annotated[str, typer.Option(help="What it is for.")] = "command line"
) -> None:
    """Make an API token for a person; it is shown once."""
    from data.accounts import create_token

    with database() as connected:
        typer.echo(create_token(connected, email, label))


@cli.command("audit-verify")
def audit_verify(
    organization: Annotated[str, typer.Option(help="Name of the organisation.")],
) -> None:
    """Check that nobody changed the audit log: every row holds the hash of the one before it."""
    from data.audit import verify
    from data.intake.organizations import find_organization

    with database() as connected:
        owner = find_organization(connected, organization)
        if owner is None:
            raise UnknownName(f"There is no organisation {organization}.")
        found = verify(connected, owner)
    if found.broken:
        numbers = ", ".join(map(str, found.broken[:20]))
        out.print(f"The audit log was changed: rows {numbers} do not fit.", markup=False)
        raise typer.Exit(1)
    out.print(f"{found.rows:,} rows, none was changed. Last hash: {found.last or 'none'}.")


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


def _demo_sign_ins(database: Database, settings: Settings) -> "tuple[DemoSignIn, ...]":
    """Load the demo organisation (once), and its people where they may sign in."""
    from data import demo as demo_organisation
    from data.demo.sign_ins import sign_ins
    from data.demo_accounts import demo_sign_in_allowed

    with bar("Loading the demo organisation (once)") as tell:
        loaded = demo_organisation.load(database, progress=lambda what, share: tell(share))
    if loaded.seconds:
        prepare_ahead(database, loaded.organization)
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
