"""``python app.py analyse``: the pipeline from the command line, its stages and their times."""

from uuid import UUID

from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from data import stages
from data.contracts import AnalyticsResult, PipelineConfig
from data.db.engine import Database
from data.db.tables import surveys
from data.errors import PipelineFailed, UnknownName
from data.intake.organizations import find_organization
from data.stages.base import Level


def analyse(database: Database, out: Console, organization: str, survey: str, level: Level) -> None:
    """Run the pipeline over all there is of an organisation, or of one survey, and tell of it.

    Raises UnknownName for names that do not exist, and PipelineFailed, after telling, where a
    stage failed.
    """
    owner = find_organization(database, organization)
    if owner is None:
        raise UnknownName(f"There is no organisation {organization}.")
    config = PipelineConfig(
        organization_id=owner,
        survey_id=_survey(database, owner, survey) if survey else None,
        aggregation_level=level,
        realtime_updates=True,
    )
    try:
        out.print(_table(stages.run(database, config)))
    except PipelineFailed as failure:
        if failure.result is not None:
            out.print(_table(failure.result))
        raise


def _survey(database: Database, organization: UUID, name: str) -> UUID:
    s = surveys.c
    with database.owning(organization) as connection:
        known = {
            row.name: row.id
            for row in connection.execute(
                select(s.name, s.id).where(s.organization_id == organization).order_by(s.opened_at)
            )
        }
    if name not in known:
        raise UnknownName(f"There is no survey {name}. There are: {', '.join(known) or 'none'}.")
    found: UUID = known[name]
    return found


def _table(result: AnalyticsResult) -> Table:
    table = Table(caption=f"{result.seconds:.2f} s in all", caption_justify="left")
    for column in ("Stage", "What it does", "State"):
        table.add_column(column)
    for column in ("Rows", "Seconds"):
        table.add_column(column, justify="right")
    for stage in result.stages:
        state = f"{stage.state}: {stage.reason}" if stage.reason else stage.state
        ran = stage.state != "skipped"
        table.add_row(
            stage.name,
            stage.about,
            state,
            f"{stage.rows:,}" if ran else "",
            f"{stage.seconds:.2f}" if ran else "",
        )
    return table
