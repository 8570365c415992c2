"""What people said of a theme, in their own words: redacted, shuffled, whole survey only."""

from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from data.db.tables import theme_comments
from data.queries import methods
from data.queries.cells import of_organization
from data.queries.figures import origin, without
from data.queries.question import Asked, Question
from data.queries.results import CommentsAnswer, State, ThemeComments
from data.queries.segments import survey_wide, wide_notes
from data.queries.themes import NO_THEMES, Found, found_themes, writers

PAGE = 10
"""Comments of a theme on one page."""
MOST_PAGES = 100

NO_SUCH_THEME = (
    "This theme does not exist any more, or too few people speak of it. Choose one of the themes."
)
NO_COMMENTS = "Nobody put this theme into a sentence that can be shown."


def _comments(asked: Asked) -> CommentsAnswer:
    """What do people say of the themes? The first comments of each, the most common theme first."""
    if refusal := survey_wide(asked, "Comments"):
        return CommentsAnswer(**refusal)
    return _answer(asked, found_themes(asked), 1, NO_THEMES)


def comments_of(theme: UUID, page: int = 1) -> Question[CommentsAnswer]:
    """The question for a page (from 1) of one theme's comments.

    The id may come from anybody: it is looked for among the themes that may be shown. A page that
    does not exist is the nearest one that does.
    """
    page = min(max(page, 1), MOST_PAGES)
    compute = partial(_of_theme, theme=theme, page=page)
    return Question(f"comments:{theme}:{page}", CommentsAnswer, compute, methods.COMMENTS)


def _of_theme(asked: Asked, theme: UUID, page: int) -> CommentsAnswer:
    if refusal := survey_wide(asked, "Comments"):
        return CommentsAnswer(**refusal)
    found = [row for row in found_themes(asked) if row.id == theme]
    return _answer(asked, found, page, NO_SUCH_THEME)


def _answer(asked: Asked, found: Sequence[Found], page: int, nothing: str) -> CommentsAnswer:
    if not found:
        return CommentsAnswer(**without(asked, State.EMPTY, nothing))
    ids = [row.id for row in found]
    pages = max(1, -(-_most(asked, ids) // PAGE))
    page = min(page, pages)
    told = _page(asked, ids, page)
    rows = [_row(row, told[row.id]) for row in found if told[row.id]]
    if not rows:
        return CommentsAnswer(**without(asked, State.EMPTY, NO_COMMENTS))
    about = {**origin(asked), "respondents": writers(asked), "notes": wide_notes(asked)}
    return CommentsAnswer(**about, rows=tuple(rows), page=page, pages=pages)


def _row(theme: Found, comments: Sequence[str]) -> ThemeComments:
    return ThemeComments(
        theme=str(theme.id),
        terms=tuple(theme.terms),
        force=theme.force,
        language=theme.language,
        comments=tuple(comments),
    )


def _most(asked: Asked, themes: Sequence[UUID]) -> int:
    """Comments of the theme that has most."""
    c = theme_comments.c
    statement = select(func.coalesce(func.max(c.position) + 1, 0)).where(*_of(asked, themes))
    return int(asked.connection.execute(statement).scalar_one())


def _page(asked: Asked, themes: Sequence[UUID], page: int) -> dict[UUID, list[str]]:
    c = theme_comments.c
    statement = (
        select(c.theme_id, c.text)
        .where(*_of(asked, themes), c.position.between((page - 1) * PAGE, page * PAGE - 1))
        .order_by(c.theme_id, c.position)
    )
    found: dict[UUID, list[str]] = defaultdict(list)
    for row in asked.connection.execute(statement):
        found[row.theme_id].append(row.text)
    return found


def _of(asked: Asked, themes: Sequence[UUID]) -> list[Any]:
    c = theme_comments.c
    own = of_organization(asked.organization, theme_comments)
    return [*own, c.survey_id == asked.wave.id, c.theme_id.in_(themes)]


comments = Question("comments", CommentsAnswer, _comments, methods.COMMENTS)
