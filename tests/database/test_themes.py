"""Themes of surveys: released as a whole, without names, linked to scores, gone when hidden."""

from collections.abc import Hashable
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from scipy import stats
from sqlalchemy import delete, insert, select, text, update

from data import queries
from data.access import Principal, Role
from data.analysis.difference import Mark
from data.analysis.forces import Figure
from data.analysis.themes import themes
from data.cache import Cache
from data.contracts import PipelineConfig
from data.db import tables
from data.db.engine import Database
from data.pipeline import rebuild
from data.queries.desk import Desk
from data.queries.enhanced import enhanced_analytics
from data.queries.filters import Filters
from data.queries.results import CommentsAnswer, State, TermsAnswer, ThemesAnswer
from data.stages import run
from tests.support.writers import PAIN, SECRETS, Writers

ALL = Filters()


class Site:
    """A survey with writers, and somebody who asks."""

    def __init__(self, database: Database, organization: UUID, people: int = 160) -> None:
        self.writers = Writers.generate(database, organization, seed=2)
        self.writers.grow(people)
        self.desk = Desk(database, Cache(0, 1))
        self.viewer = Principal(uuid4(), organization, Role.ANALYST)
        self.lead = Principal(uuid4(), organization, Role.DEPARTMENT_LEAD, self.writers.led)

    def rebuild(self) -> None:
        w = self.writers
        rebuild(w.database, w.organization, w.survey)

    def themes(self, filters: Filters = ALL) -> ThemesAnswer:
        return self.desk.ask(queries.themes, self.viewer, filters)

    def comments(self) -> CommentsAnswer:
        return self.desk.ask(queries.comments, self.viewer, ALL)

    def terms(self) -> TermsAnswer:
        return self.desk.ask(queries.terms, self.viewer, ALL)

    def run(self, sql: str, **parameters: object) -> list[Any]:
        with self.writers.database.owning(self.writers.organization) as connection:
            result = connection.execute(text(sql), parameters)
            return list(result.all()) if result.returns_rows else []


@pytest.fixture
def site(database: Database, organization: UUID) -> Site:
    made = Site(database, organization)
    made.rebuild()
    return made


def test_themes_comments_and_terms_come_out_without_names(site: Site) -> None:
    found = site.themes()
    assert found.state is State.READY and {row.force for row in found.rows} == {"", "pain_of_old"}
    assert all(row.authors >= 10 and row.language == "en" for row in found.rows)
    assert all(row.sentiment is not None for row in found.rows)
    said = [comment for row in site.comments().rows for comment in row.comments]
    assert said and any("[name]" in comment or "[mail]" in comment for comment in said)
    shown = " ".join([*said, *(r.term for r in site.terms().rows), *(r.label for r in found.rows)])
    assert not [secret for secret in SECRETS if secret in shown.lower()]
    raw = " ".join(t for of in site.writers.comments().values() for m in of.values() for t in m)
    assert all(secret in raw.lower() for secret in SECRETS), "nothing was there to be found"


def test_authors_and_shares_are_those_of_the_texts(site: Site) -> None:
    """Counted again from the raw comments, here without the pipeline."""
    for force, comments in site.writers.comments().items():
        named: dict[Hashable, list[str]] = {
            session: [_by_hand(text) for text in mine] for session, mine in comments.items()
        }
        expected = sorted(len(theme.authors) for theme in themes(named, "en"))
        rows = [row for row in site.themes().rows if row.force == force]
        for row, people in zip(sorted(rows, key=lambda r: r.authors), expected, strict=True):
            share = 100 * people / len(comments)
            assert row.share == pytest.approx(share, abs=0.5)
            assert row.authors == pytest.approx(people, abs=len(comments) / 200 + 0.51)
            low, high = stats.binomtest(people, len(comments)).proportion_ci(method="wilson")
            assert row.half_width == pytest.approx(50 * (high - low), abs=1.1)


def _by_hand(comment: str) -> str:
    """The comment without the three things that people sign with."""
    for secret in ("Julia Brandt", "+44 20 7946 0123", "ada.lovelace@example.org"):
        comment = comment.replace(secret, "[name]")
    return comment


def test_comments_stand_without_anything_of_their_writers(site: Site) -> None:
    columns = {column.name for column in tables.theme_comments.columns}
    assert columns == {"organization_id", "survey_id", "theme_id", "position", "text"}
    rows = site.run("SELECT theme_id, text FROM theme_comments ORDER BY theme_id, position")
    assert len(set(rows)) == len(rows), "said alike, it is there once"
    written = {
        comment for of in site.writers.comments().values() for m in of.values() for comment in m
    }
    unsigned = {row.text for row in rows if "[" not in row.text}
    assert unsigned <= written


def test_parts_of_a_survey_are_not_told(site: Site) -> None:
    for filters in (Filters(roles=("Staff",)), Filters(departments=site.writers.led)):
        for answer in (
            site.desk.ask(queries.themes, site.viewer, filters),
            site.desk.ask(queries.comments, site.viewer, filters),
        ):
            assert answer.state is State.SUPPRESSED and not answer.table().rows
    lead = site.desk.ask(queries.themes, site.lead, ALL)
    assert lead.rows == site.themes().rows, "a theme is the whole organisation's"
    assert lead.notes


def test_a_theme_is_drilled_down_page_by_page(site: Site) -> None:
    theme = UUID(site.themes().rows[0].id)
    first = site.desk.ask(queries.comments_of(theme), site.viewer, ALL)
    assert len(first.rows) == 1 and first.rows[0].theme == str(theme)
    pages = [
        site.desk.ask(queries.comments_of(theme, page), site.viewer, ALL).rows[0].comments
        for page in range(1, first.pages + 1)
    ]
    stored = site.run("SELECT count(*) AS n FROM theme_comments WHERE theme_id = :t", t=theme)
    assert sum(len(page) for page in pages) == stored[0].n
    beyond = site.desk.ask(queries.comments_of(theme, 10**9), site.viewer, ALL)
    assert beyond.page == first.pages


def test_ids_from_outside_are_not_trusted(site: Site, database: Database) -> None:
    theme = UUID(site.themes().rows[0].id)
    unknown = site.desk.ask(queries.comments_of(uuid4()), site.viewer, ALL)
    with database.owning() as connection:
        other = connection.execute(
            insert(tables.organizations).values(name="Other").returning(tables.organizations.c.id)
        ).scalar_one()
    stranger = Site(database, UUID(str(other)))
    stranger.rebuild()
    foreign = site.desk.ask(queries.comments_of(theme), stranger.viewer, ALL)
    assert (foreign.state, foreign.reason) == (unknown.state, unknown.reason)
    assert foreign.state is State.EMPTY and not foreign.rows


def test_a_raised_threshold_holds_at_once(site: Site) -> None:
    smallest = min(row.authors for row in site.themes().rows)
    site.run("UPDATE surveys SET smallest_detail = :n", n=smallest + 5)
    site.desk.cache.drop()
    left = site.themes().rows
    assert left and all(row.authors > smallest for row in left)
    assert {row.theme for row in site.comments().rows} <= {row.id for row in left}


def test_an_erased_writer_takes_all_words_along_until_the_next_release(site: Site) -> None:
    w = site.writers
    writer = next(iter(w.comments()["pain_of_old"]))
    with w.database.owning(w.organization) as connection:
        sessions = tables.survey_sessions
        connection.execute(delete(sessions).where(sessions.c.id == writer))
    site.rebuild()
    for answer in (site.themes(), site.comments(), site.terms()):
        assert answer.state is State.EMPTY and not answer.table().rows
    w.grow(30)
    site.rebuild()
    assert site.themes().rows and site.comments().rows


def test_a_comment_that_is_taken_back_leaves_the_summaries_too(site: Site) -> None:
    """Nothing else of that person changes, so no score is withdrawn: the words still have to go."""
    w = site.writers
    run(w.database, PipelineConfig(organization_id=w.organization))
    words = "SELECT count(*) FROM analytics_summaries WHERE jtbd_force_scores::text LIKE :themes"
    themes = '%"topThemes": ["%'
    assert site.run(words, themes=themes)[0][0]
    writer = next(iter(w.comments()["pain_of_old"]))
    site.run(
        "DELETE FROM responses r USING questions q WHERE q.id = r.question_id "
        "AND q.kind = 'comment' AND r.session_id = :writer",
        writer=writer,
    )
    site.rebuild()
    assert site.themes().state is State.EMPTY
    assert not site.run(words, themes=themes)[0][0]


def test_fewer_than_five_new_writers_change_nothing(site: Site) -> None:
    before = site.themes(), site.comments(), site.terms()
    site.writers.writes = 1.0
    site.writers.grow(4)
    site.rebuild()
    after = site.themes(), site.comments(), site.terms()
    for one, other in zip(before, after, strict=True):
        assert one.table() == other.table() or isinstance(one, ThemesAnswer)
    assert [r.authors for r in before[0].rows] == [r.authors for r in after[0].rows]


def test_themes_are_made_anew_when_enough_has_changed(site: Site) -> None:
    """Seven of some 150 is a release for the ledger, but not worth other themes; 30 are."""
    before = site.themes()
    site.writers.writes = 1.0
    site.writers.grow(7)
    site.rebuild()
    assert site.themes().rows == before.rows
    site.writers.grow(30)
    site.rebuild()
    assert (site.themes().base or 0) == (before.base or 0) + 37


def test_the_api_names_the_themes_of_each_force(site: Site) -> None:
    analysis = enhanced_analytics(site.desk, site.viewer, ALL).jtbd_analysis
    expected = [row.label for row in site.themes().rows if row.force == "pain_of_old"]
    assert list(analysis.pain_of_old.top_themes) == expected[:5] != []
    assert analysis.pull_of_new.top_themes == ()
    part = enhanced_analytics(site.desk, site.viewer, Filters(roles=("Staff",)))
    assert part.jtbd_analysis.pain_of_old.top_themes == ()


def test_background_questions_have_themes_without_scores(
    database: Database, organization: UUID
) -> None:
    site = Site(database, organization, 120)
    site.run("UPDATE questions SET force = 'demographic' WHERE key = 'open0'")
    site.rebuild()
    rows = [row for row in site.themes().rows if row.force == "demographic"]
    assert rows and all(row.figure is None and row.mean is None for row in rows)
    analysis = enhanced_analytics(site.desk, site.viewer, ALL).jtbd_analysis
    assert analysis.demographic.top_themes


def test_what_was_not_counted_is_not_read(database: Database, organization: UUID) -> None:
    """Nine writers are too few; blanks and duplicates are nobody."""
    site = Site(database, organization, 40)
    site.run("UPDATE responses SET text = '  ' WHERE text IS NOT NULL")
    site.rebuild()
    assert site.themes().state is State.EMPTY
    assert site.comments().state is State.EMPTY


def test_transcripts_are_spoken_answers(site: Site) -> None:
    """Of recordings that are completed, in the session's language, on a question of the force."""
    w = site.writers
    r = tables.responses.c
    with w.database.owning(w.organization) as connection:
        connection.execute(update(tables.responses).where(r.text.is_not(None)).values(text=""))
        s = tables.survey_sessions.c
        sessions = list(connection.scalars(select(s.id).where(s.survey_id == w.survey)))
        connection.execute(
            insert(tables.voice_recordings),
            [
                {
                    "organization_id": w.organization, "survey_id": w.survey, "session_id": session,
                    "question_id": w.open_questions[0], "transcript": PAIN[2][n % 3],
                    "processing_status": "completed" if n < 100 else "failed",
                    "language": "de" if n < 20 else "en",
                }
                for n, session in enumerate(sorted(sessions))
            ],
        )  # fmt: skip
        connection.execute(update(tables.survey_sessions).values(language="en"))
    site.rebuild()
    found = site.themes()
    assert {(row.force, row.language) for row in found.rows} == {("pain_of_old", "en")}
    assert found.base == 80


def test_languages_are_stated_recognised_or_the_surveys(site: Site) -> None:
    german = "Die Suche nach Dokumenten dauert jeden Tag zwei Stunden."
    site.run("UPDATE responses SET text = :german WHERE text <> ''", german=german)
    site.rebuild()
    assert {row.language for row in site.themes().rows} == {"de"}
    assert all(row.sentiment is None for row in site.themes().rows)
    assert "not analysed" in {row[6] for row in site.themes().table().rows}
    site.run("UPDATE survey_sessions SET language = 'nl'")
    site.rebuild()
    assert {row.language for row in site.themes().rows} == {"nl"}


def _with_scores(site: Site, shift: int) -> None:
    """Who writes of meetings scores so many points more on pain; the scale is 1-5."""
    w = site.writers
    speakers = [
        session
        for session, mine in w.comments()["pain_of_old"].items()
        if any("eetings" in comment for comment in mine)
    ]
    random = np.random.default_rng(5)
    r = tables.responses.c
    with w.database.owning(w.organization) as connection:
        for session in connection.scalars(select(tables.survey_sessions.c.id)).all():
            for question in w.questions[:2]:
                value = int(random.integers(2, 4)) + (shift if session in speakers else 0)
                connection.execute(
                    update(tables.responses)
                    .where(r.session_id == session, r.question_id == question)
                    .values(value=value)
                )


def test_a_theme_whose_people_score_higher_is_marked(
    database: Database, organization: UUID
) -> None:
    site = Site(database, organization, 240)
    _with_scores(site, 2)
    site.rebuild()
    rows = [row for row in site.themes().rows if row.mean is not None]
    meetings = next(row for row in rows if "meetings" in row.label and row.force)
    assert meetings.against_rest.mark is Mark.BETTER, "pain drives change"
    assert (meetings.against_rest.change or 0) > 1
    _check_against_raw(site, meetings)
    others = [row for row in rows if "meetings" not in row.label and not row.force]
    assert others and all(row.against_rest.mark is Mark.NONE for row in others)


def _check_against_raw(site: Site, row: Any) -> None:
    """Mean and test of one theme from the raw scores, by scipy."""
    scores = {
        found.session_id: found.pain_of_old
        for found in site.run("SELECT session_id, pain_of_old FROM session_scores")
    }
    said = site.writers.comments()["pain_of_old"]
    words = set(row.terms)
    speakers = {s for s, mine in said.items() if any(w in mine[0].lower() for w in words)}
    mine = [v for s, v in scores.items() if s in speakers and v is not None]
    rest = [v for s, v in scores.items() if s not in speakers and v is not None]
    assert row.mean == pytest.approx(float(np.mean(mine)), abs=0.11)
    assert row.rest == pytest.approx(float(np.mean(rest)), abs=0.15)
    assert stats.ttest_ind(mine, rest, equal_var=False).pvalue < 0.001
    assert row.scored % 5 == 0 and 0 <= len(mine) - row.scored < 5


def test_people_without_scores_have_no_link(database: Database, organization: UUID) -> None:
    """Comments only: nobody has a score, so themes stand alone."""
    site = Site(database, organization, 120)
    site.run("UPDATE responses SET value = NULL")
    site.rebuild()
    rows = site.themes().rows
    assert rows and all(row.mean is None and row.rest is None for row in rows)
    assert all(row.figure in (Figure.PAIN, Figure.READINESS) for row in rows)
