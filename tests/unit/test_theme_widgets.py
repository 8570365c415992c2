"""Themes are claimed to differ only where marked; comments are those of the theme chosen."""

from components.widgets import WIDGETS
from components.widgets.comments import CommentsOptions, chosen, table
from components.widgets.themes import ThemesOptions
from data.queries.results import Mark
from tests.support import themed
from tests.support.answers import ABOUT

THEMES = WIDGETS["themes"]


def test_a_difference_is_claimed_only_where_marked() -> None:
    answer = themed.themes(**ABOUT)
    headline = THEMES.headline(answer, THEMES.options())
    assert headline.startswith("Who speaks of “data entry") and "0.4 higher" in headline
    quiet = [
        row.model_copy(
            update={"against_rest": row.against_rest.model_copy(update={"mark": Mark.NONE})}
        )
        for row in answer.rows
    ]
    unmarked = answer.model_copy(update={"rows": tuple(quiet)})
    assert THEMES.headline(unmarked, THEMES.options()) == (
        "“data entry, spreadsheets, hand” is the most common theme on pain of the old: 30 %"
    )
    assert "differ" not in THEMES.summary(unmarked, THEMES.options())


def test_themes_of_one_language_are_drawn_and_all_are_in_the_table() -> None:
    answer = themed.themes(**ABOUT)
    common = THEMES.figure(answer, THEMES.options())
    every = THEMES.figure(answer, ThemesOptions(language="all"))
    german = THEMES.figure(answer, ThemesOptions(language="de"))
    assert [len(drawn.data) for drawn in (common, every, german)] == [5, 6, 1]
    assert len(answer.table().rows) == 6


def test_comments_are_of_the_theme_chosen() -> None:
    answer = themed.comments(**ABOUT)
    second = chosen(answer, CommentsOptions(theme=2))
    assert second is answer.rows[1]
    assert chosen(answer, CommentsOptions(theme=200)) is answer.rows[-1]
    pull = chosen(answer, CommentsOptions(force="pull_of_new"))
    assert pull is not None and pull.force == "pull_of_new"
    assert len(table(answer, CommentsOptions()).rows) == len(themed.SAID)
    none = answer.model_copy(update={"rows": ()})
    assert chosen(none, CommentsOptions()) is None and not table(none, CommentsOptions()).rows
