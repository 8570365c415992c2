"""Small generated organisations whose people also write comments, some of them signed."""

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from sqlalchemy import insert, select, text, update

from data.db import tables
from data.db.engine import Database
from tests.support.victims import Organisation

PAIN = (
    ("copying data by hand costs hours", "manual copying of data by hand", "data copied by hand"),
    ("support tickets wait for an answer", "tickets need another answer", "answer tickets twice"),
    ("endless meetings about reports", "meetings and reports all day", "reports for meetings"),
)
OTHER = (
    ("training courses would help", "more training courses please", "courses and training first"),
    ("clear rules for confidential data", "rules about confidential data", "no rules for data"),
)
SIGNED = ("Ask Julia Brandt", "Call +44 20 7946 0123", "write to ada.lovelace@example.org")
SECRETS = ("julia", "brandt", "7946", "0123", "ada.lovelace", "example.org", "@")

_READ = """
    SELECT r.session_id, coalesce(q.force::text, '') AS force, r.text
    FROM responses r JOIN questions q ON q.id = r.question_id AND q.kind = 'comment'
    WHERE r.survey_id = :survey AND btrim(r.text) <> '' ORDER BY r.session_id, q.position
"""


@dataclass
class Writers(Organisation):
    """``open_questions``: one for the pain of the old, one without a force."""

    open_questions: list[UUID] = field(default_factory=list)
    writes: float = 0.8

    @classmethod
    def generate(cls, database: Database, organization: UUID, *, seed: int) -> "Writers":
        made = super().generate(database, organization, seed=seed)
        assert isinstance(made, Writers)
        return made

    def grow(self, count: int) -> None:
        self._add(count)

    def correct(self) -> None:
        """Besides answers, a few people's comments change."""
        super().correct()
        r = tables.responses.c
        with self.database.owning(self.organization) as connection:
            for session in self._some(connection, int(self.random.integers(1, 9))):
                connection.execute(
                    update(tables.responses)
                    .where(r.session_id == session, r.question_id == self.open_questions[0])
                    .values(text=self._comment(PAIN))
                )

    def comments(self) -> dict[str, dict[Hashable, list[str]]]:
        """By force: what the sessions say now, by session; read without the product."""
        found: dict[str, dict[Hashable, list[str]]] = defaultdict(dict)
        with self.database.owning(self.organization) as connection:
            for row in connection.execute(text(_READ), {"survey": self.survey}):
                found[row.force].setdefault(row.session_id, []).append(row.text)
        return found

    def _found(self) -> None:
        super()._found()
        rows = []
        for position, force in enumerate(("pain_of_old", None)):
            self.open_questions.append(uuid4())
            rows.append(
                {
                    "organization_id": self.organization, "id": self.open_questions[-1],
                    "survey_id": self.survey, "key": f"open{position}", "position": 90 + position,
                    "text": f"Open {position}", "kind": "comment", "force": force,
                }
            )  # fmt: skip
        with self.database.owning(self.organization) as connection:
            connection.execute(insert(tables.questions), rows)

    def _add(self, count: int) -> None:
        super()._add(count)
        r, s = tables.responses.c, tables.survey_sessions.c
        with self.database.owning(self.organization) as connection:
            asked = select(r.session_id).where(r.question_id.in_(self.open_questions))
            new = select(s.id, s.user_id).where(s.survey_id == self.survey, s.id.not_in(asked))
            rows = [
                {
                    "organization_id": self.organization, "survey_id": self.survey, "id": uuid4(),
                    "session_id": session.id, "user_id": session.user_id, "question_id": question,
                    "text": self._comment(themes),
                }
                for session in connection.execute(new.order_by(s.id))
                for question, themes in zip(self.open_questions, (PAIN, OTHER), strict=True)
            ]  # fmt: skip
            connection.execute(insert(tables.responses), rows)

    def _comment(self, themes: tuple[tuple[str, ...], ...]) -> str:
        """Often nothing, else one theme in words, now and then signed."""
        if self.random.random() > self.writes:
            return ""
        phrases = themes[int(self.random.integers(len(themes)))]
        said = phrases[int(self.random.integers(len(phrases)))].capitalize() + "."
        if self.random.random() < 0.1:
            said += f" {SIGNED[int(self.random.integers(len(SIGNED)))]}."
        return said
