"""Importing a survey file: all of it in one transaction, or nothing.

After an import the survey holds exactly the rows of this file that could be read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection

from data.db.engine import Database
from data.errors import FileUnreadable, IntakeError
from data.intake.mapping import Mapping
from data.intake.reading import Progress, SurveyFile, open_survey
from data.intake.rejects import Found, Rejects, rejects_path
from data.intake.rows import Problem, RowReader, RowUnreadable, Session
from data.intake.store import Row, Store
from data.intake.surveys import (
    count_sessions,
    ensure_questions,
    ensure_survey,
    find_survey,
    set_dates,
    survey_id,
)
from data.intake.words import tidy

_BLOCK = 50_000
"""Answers held in memory before they are written."""

_TOLD_EVERY = 1_000
"""Rows between two words of progress."""

_FORMAT = "1"
"""Raised when what is stored of the same row and mapping changes: sessions are then rewritten."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or on a dry run would do. ``accepted + rejected == rows``, always.

    ``answers`` are those of all accepted rows. ``rejects_path`` is None where no row was rejected.
    Where no row could be read, nothing was changed and every ``sessions_`` count is 0.
    """

    survey: UUID
    rows: int
    accepted: int
    rejected: int
    sessions_new: int
    sessions_changed: int
    sessions_unchanged: int
    sessions_removed: int
    answers: int
    rejects_path: Path | None
    problems: tuple[Found, ...]
    dry_run: bool

    @property
    def summary(self) -> str:
        """One sentence for a person."""
        would = "would be " if self.dry_run else ""
        text = (
            f"{self.rows:,} rows: {self.accepted:,} {would}accepted, {self.rejected:,} rejected; "
            f"sessions: {self.sessions_new:,} new, {self.sessions_changed:,} changed, "
            f"{self.sessions_unchanged:,} unchanged, {self.sessions_removed:,} removed; "
            f"{self.answers:,} answers."
        )
        return text if self.accepted else f"{text} No row could be read: nothing was changed."


class _NothingRead(Exception):
    """No row could be read: everything is rolled back, and the counts are reported."""


def import_survey(
    database: Database,
    organization: UUID,
    survey_name: str,
    path: Path,
    mapping: Mapping,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
    now: datetime | None = None,
    rejects: Path | None = None,
) -> Imported:
    """Takes a survey file in; a dry run reads all of it and writes nothing but the rejects file.

    ``rejects`` is where rejected rows go, by default ``rejects_path(path)``. ``now`` (with a
    zone) bounds the times that are believed. Raises an IntakeError where the file as a whole
    cannot be taken in; nothing was changed then.
    """
    name = tidy(survey_name)
    if not name:
        raise IntakeError("The survey needs a name.")
    now = now or datetime.now(UTC)
    with open_survey(path, mapping.file) as file:
        reader = RowReader(mapping, file.columns, now)
        target = rejects or rejects_path(path)
        with Rejects(target, file.columns, file.written.delimiter) as rejected:
            run = _Run(mapping, file, reader, rejected, progress)
            store: Store | None = None
            try:
                with database.owning(organization) as connection:
                    make = _dry_store if dry_run else _real_store
                    store = make(connection, organization, name, mapping, reader, now)
                    run.into(store)
                    if not dry_run:
                        set_dates(connection, organization, store.survey, mapping)
            except _NothingRead:
                store = None
            return run.result(store, survey_id(organization, name), dry_run)


def _real_store(
    connection: Connection, organization: UUID, name: str, mapping: Mapping, reader: RowReader,
    now: datetime,
) -> Store:  # fmt: skip
    survey = ensure_survey(connection, organization, name, mapping, now)
    before = count_sessions(connection, organization, survey)
    asked = ensure_questions(connection, organization, survey, reader.questions, mapping)
    return Store(connection, organization, survey, asked, before, False)


def _dry_store(
    connection: Connection, organization: UUID, name: str, mapping: Mapping, reader: RowReader,
    now: datetime,
) -> Store:  # fmt: skip
    found = find_survey(connection, organization, name)
    before = count_sessions(connection, organization, found) if found else 0
    return Store(connection, organization, found or survey_id(organization, name), (), before, True)


class _Run:
    """One pass over a file's rows."""

    def __init__(
        self, mapping: Mapping, file: SurveyFile, reader: RowReader, rejected: Rejects,
        progress: Progress | None,
    ) -> None:  # fmt: skip
        self._file = file
        self._reader = reader
        self._rejected = rejected
        self._progress = progress
        # What the survey part says is not of the sessions: changing it does not rewrite them.
        print_ = f"{_FORMAT}{mapping.model_dump_json(exclude={'survey'})}"
        self._mapping_digest = blake2b(print_.encode(), digest_size=16).digest()
        self._seen = _Occurrences()
        self._rows = 0
        self._accepted = 0

    def into(self, store: Store) -> None:
        """Every row of the file into the store, block by block; _NothingRead where none is."""
        for block in self._blocks():
            store.write(block)
        if not self._rows:
            raise FileUnreadable("The file has a header and no rows.")
        if not self._accepted:
            raise _NothingRead
        store.finish()
        self._tell()

    def result(self, store: Store | None, survey: UUID, dry_run: bool) -> Imported:
        """What happened; ``store`` is None where no row could be read."""
        counts = (0, 0, 0, 0, 0)
        if store is not None:
            done = store.counts
            counts = (done.new, done.changed, done.unchanged, done.removed, done.answers)
            survey = store.survey
        return Imported(
            survey, self._rows, self._accepted, self._rejected.rows, *counts,
            self._rejected.keep(), self._rejected.found, dry_run,
        )  # fmt: skip

    def _tell(self) -> None:
        if self._progress is not None:
            self._progress(*self._file.position())

    def _blocks(self) -> Iterator[list[Row]]:
        block: list[Row] = []
        held = 0
        for line, cells in self._file.rows:
            self._rows += 1
            if self._rows % _TOLD_EVERY == 0:
                self._tell()
            row = self._row(line, cells)
            if row is not None:
                self._accepted += 1
                block.append(row)
                held += len(row.session.answers) + 1
            if held >= _BLOCK:
                yield block
                block, held = [], 0
        if block:
            yield block

    def _row(self, line: int, cells: list[str]) -> Row | None:
        try:
            content = self._content(cells)
            session = self._reader.read(cells)
        except RowUnreadable as error:
            self._rejected.add(line, cells, error.problems)
            return None
        digest = blake2b(content, digest_size=16, key=self._mapping_digest).hexdigest()
        return Row(self._key(session, content), digest, session)

    def _content(self, cells: Sequence[str]) -> bytes:
        """The row as bytes; RowUnreadable where a cell holds what PostgreSQL does not take."""
        joined = "\x1f".join(cells)
        if "\x00" not in joined:
            return joined.encode()
        raise RowUnreadable(
            [
                Problem(column.name, "the cell contains a zero byte")
                for column, cell in zip(self._file.columns, cells, strict=True)
                if "\x00" in cell
            ]
        )

    def _key(self, session: Session, content: bytes) -> str:
        """The respondent, else the row's content, with its occurrence from the second on."""
        key = session.respondent or blake2b(content, digest_size=16).hexdigest()
        occurrence = self._seen.count(key)
        # The separator cannot occur in an id, whose white space is single spaces.
        return key if occurrence == 1 else f"{key}\t{occurrence}"


class _Occurrences:
    """How often a key came, in some 90 bytes a key: a long file has millions.

    Keys are told apart by 60 bits. Two that agree in them are numbered as if they were the same,
    which changes nothing: numbered keys differ by their own text.
    """

    def __init__(self) -> None:
        self._once: set[int] = set()
        self._again: dict[int, int] = {}

    def count(self, key: str) -> int:
        print_ = int.from_bytes(blake2b(key.encode(), digest_size=8).digest()) >> 4
        if print_ not in self._once:
            self._once.add(print_)
            return 1
        self._again[print_] = self._again.get(print_, 1) + 1
        return self._again[print_]
