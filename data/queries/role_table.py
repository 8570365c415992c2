"""The table by role of a whole survey: for the whole survey and who may see all of it, or not."""

from collections import defaultdict

from sqlalchemy import and_, or_, select

from data.analysis.moments import Moments
from data.db.tables import role_cells, surveys
from data.queries.cells import Group, Sum, Sums, of_organization
from data.queries.question import Asked, Selection

ROLE_TABLE = (
    "Roles are counted over the whole survey, apart from departments. With a filter, and once "
    "answers are added or corrected, only roles that form groups of their own are shown."
)


def role_table(asked: Asked, atoms: Sums) -> dict[Group, Sums]:
    """Sums by roles; empty where there is no table, or only a part of the survey is asked for.

    ``atoms``: the whole survey. People of atoms that do not show a figure are not in the table
    either, so what is left out there is left out here.
    """
    if not asked.whole or asked.selection != Selection():
        return {}
    c, s = role_cells.c, surveys.c
    statement = (
        select(c.roles, c.figure, c.n, c.total, c.squares, c.above)
        .join_from(
            role_cells,
            surveys,
            and_(s.organization_id == c.organization_id, s.id == c.survey_id),
        )
        .where(
            *of_organization(asked.organization, role_cells, surveys),
            c.survey_id == asked.wave.id,
            or_(c.n == 0, c.n >= s.smallest_group),
        )
    )
    found: dict[Group, dict[str, Sum]] = defaultdict(dict)
    for row in asked.connection.execute(statement):
        moments = Moments(int(row.n), float(row.total), float(row.squares))
        of = found[tuple(sorted(row.roles))]
        of[row.figure] = Sum(moments, int(row.above), atoms[row.figure].left_out)
    return {group: Sums(of) for group, of in found.items()}
