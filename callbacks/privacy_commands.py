"""Commands that answer what people may ask of their data, and what protects it."""

import csv
import io
import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from callbacks.terminal import cli, database, out, prepare_ahead
from data.db.engine import Database
from data.errors import UnknownName

privacy = typer.Typer(no_args_is_help=True, help="What people may ask of their data.")
cli.add_typer(privacy, name="privacy")

Who = Annotated[
    str, typer.Argument(help="A respondent's id as in the survey file, or a member's email.")
]
OrganizationName = Annotated[str, typer.Option(help="Name of the organisation.")]
SurveyName = Annotated[str, typer.Option(help="Name of the survey.")]
_NOTHING = "Nothing is held about this person here."


@privacy.command("export-person")
def export_person_file(
    who: Who,
    organization: OrganizationName,
    to: Annotated[
        Path | None, typer.Option("--out", dir_okay=False, help="Else it is printed.")
    ] = None,
) -> None:
    """Everything that is held about a person, as JSON, with what each field means."""
    from data.privacy.export import export_person

    with database() as connected:
        told = export_person(connected, _known(connected, organization), who)
    body = json.dumps(told, default=str, ensure_ascii=False, indent=2)
    if to is None:
        typer.echo(body)
        return
    _write_private(to, [body, "\n"])
    out.print(f"{told['rows']:,} rows about this person: {to}", markup=False)


@privacy.command("erase-person")
def erase(
    who: Who,
    organization: OrganizationName,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase everything that is held about a person; it cannot be taken back."""
    from data.privacy.erase import erase_person
    from data.settings import load_settings

    if not yes:
        typer.confirm("Erase everything about this person? It cannot be taken back.", abort=True)
    with database() as connected:
        owner = _known(connected, organization)
        done = erase_person(connected, owner, who, load_settings().home)
        if done.surveys:
            prepare_ahead(connected, owner)
    if not done.rows:
        out.print(_NOTHING)
        return
    for table, rows in sorted(done.rows.items()):
        out.print(f"  {table}: {rows:,}", markup=False)
    out.print(
        f"Erased or no longer named, in rows. Surveys computed anew: {len(done.surveys)}; files "
        f"deleted: {done.files}. Take the person out of the survey's file as well, or the next "
        "import brings them back.",
        markup=False,
    )


@cli.command("survey-settings")
def survey_settings(
    organization: OrganizationName,
    survey: SurveyName,
    retention_days: Annotated[
        int | None,
        typer.Option(min=0, help="Days after the last answer to keep single answers; 0: no end."),
    ] = None,
    smallest_group: Annotated[
        int | None, typer.Option(help="People in a figure at least; may only be raised.")
    ] = None,
    smallest_detail: Annotated[
        int | None, typer.Option(help="People in anything finer; may only be raised.")
    ] = None,
    consent: Annotated[
        str | None, typer.Option(help="What people were told of the use of their answers.")
    ] = None,
) -> None:
    """Show what protects the people of a survey, or change it; changes are written down."""
    from data.privacy.survey_settings import change_settings

    with database() as connected:
        now = change_settings(
            connected, _known(connected, organization), survey, smallest_group=smallest_group,
            smallest_detail=smallest_detail, retention_days=retention_days, consent=consent,
        )  # fmt: skip
    kept = "without an end" if now.retention_days is None else f"{now.retention_days:,} days"
    out.print(f"{now.name}: figures of {now.smallest_group} people or more", markup=False)
    out.print(f"  anything finer: {now.smallest_detail} people or more", markup=False)
    out.print(f"  single answers are kept: {kept} after the last one", markup=False)
    out.print(f"  consent: {now.consent or 'not stated'}", markup=False)


@cli.command("export-answers")
def export_answers(
    organization: OrganizationName,
    survey: SurveyName,
    purpose: Annotated[str, typer.Option(help="What it is for; it is written down.")],
    to: Annotated[Path, typer.Option("--out", dir_okay=False, help="A CSV file.")],
    with_redacted_comments: Annotated[
        bool, typer.Option(help="Comments without names, in a file of their own.")
    ] = False,
) -> None:
    """Single answers of people whom nobody can name by them, as CSV."""
    from data.privacy.answers import anonymous_answers

    with database() as connected:
        found = anonymous_answers(
            connected, _known(connected, organization), survey, purpose,
            with_comments=with_redacted_comments,
        )  # fmt: skip
    _write_csv(to, [found.header, *found.rows])
    out.print(
        f"{len(found.rows):,} people: {to}. Each department, role and month in it is shared by "
        f"{found.smallest} people at least.",
        markup=False,
    )
    if with_redacted_comments:
        beside = to.with_name(f"{to.stem}.comments{to.suffix}")
        _write_csv(beside, [("comment",), *((comment,) for comment in found.comments)])
        out.print(f"{len(found.comments):,} comments: {beside}", markup=False)


def _known(database: Database, name: str) -> UUID:
    from data.intake.organizations import find_organization

    found = find_organization(database, name)
    if found is None:
        raise UnknownName(f"There is no organisation '{name}'.")
    return found


def _write_csv(path: Path, rows: Iterable[Sequence[str | float | None]]) -> None:
    from components.documents.sheets import is_formula_like

    body = io.StringIO(newline="")
    csv.writer(body).writerows(
        [f"'{cell}" if isinstance(cell, str) and is_formula_like(cell) else cell for cell in row]
        for row in rows
    )
    _write_private(path, [body.getvalue()])


def _write_private(path: Path, parts: Iterable[str]) -> None:
    """A file that nobody else on this machine may read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        os.fchmod(descriptor, 0o600)  # it may have been there before
        file.writelines(parts)
