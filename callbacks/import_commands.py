"""Commands that take files in: surveys, head counts, transcripts, and how they are read."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID, uuid4

import typer

from callbacks.terminal import bar, cli, database, out, prepare_ahead
from data.db.engine import Database
from data.errors import UnknownName

if TYPE_CHECKING:
    from data.intake.invited import InvitedFile
    from data.intake.mapping import Mapping
    from data.intake.rejects import Found

_WAITING = (
    "Some groups changed by too few people to show it without singling somebody out: they keep "
    "their former figures, or stay hidden, until more answers have changed."
)

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A CSV or XLSX file.")]
Transcripts = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, help="CSV, XLSX or JSON lines.")
]


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
    with database() as connected:
        owner = _importing_into(connected, organization, dry_run)
        with bar("Importing") as tell:
            imported = import_survey(
                connected, owner, survey, file, chosen, dry_run=dry_run,
                progress=lambda done, all_: tell(done / all_ if all_ else 1.0),
            )  # fmt: skip
        waiting = 0
        if imported.accepted and not dry_run:
            waiting = pipeline.rebuild(connected, owner, imported.survey).waiting
            prepare_ahead(connected, owner, imported.survey)
            if groups is not None and not groups.rejected:
                store_invited(connected, owner, survey, groups)
    origin = "The mapping says" if mapping else "Inferred from the file (suggest-mapping shows it)"
    out.print(f"{origin}: {_said_of(chosen)}", markup=False)
    out.print(imported.summary, markup=False)
    if waiting:
        out.print(_WAITING, markup=False)
    _say_rejected(imported.problems, imported.rejects_path)
    if groups is not None:
        _say_invited(groups)


def _said_of(mapping: "Mapping") -> str:
    """One sentence: what is scored, and what the figures can be split by."""
    scored = sum(1 for item in mapping.items if item.force is not None or item.outcome)
    columns = {"department": mapping.columns.department, "role": mapping.columns.role}
    by = " and ".join(f"{part} from “{name}”" for part, name in columns.items() if name)
    return (
        f"{scored} of {len(mapping.items)} scaled items are in a force or the outcome; "
        f"{by or 'no department and no role'}."
    )


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
        with database() as connected:
            owner = find_organization(connected, organization)
            if owner is None:
                raise UnknownName(f"There is no organisation {organization}.")
            store_invited(connected, owner, survey, groups)
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

    with database() as connected:
        owner = find_organization(connected, organization)
        if owner is None:
            raise UnknownName(f"There is no organisation '{organization}'.")
        with bar("Importing") as tell:
            imported = import_transcripts(
                connected, owner, survey, file, dry_run=dry_run,
                progress=lambda done, all_: tell(done / all_ if all_ else 1.0),
            )  # fmt: skip
        if imported.accepted and not dry_run:
            pipeline.rebuild(connected, owner, imported.survey)
            prepare_ahead(connected, owner, imported.survey)
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
