"""Importing transcripts of voice recordings: all of a file in one transaction, or nothing.

Recordings are known by their id: a file adds recordings and corrects those that are there, and
takes none away, because transcripts come in batches.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, select

from data.db.engine import Database
from data.db.tables import surveys
from data.errors import FileUnreadable, UnknownName
from data.intake.jsonlines import SUFFIXES, open_json_lines
from data.intake.mapping import FilePart, nearest
from data.intake.reading import Progress, SurveyFile, open_survey
from data.intake.recordings import Counts, Read, RecordingStore
from data.intake.rejects import Found, Rejects, rejects_path
from data.intake.rows import RowUnreadable
from data.intake.surveys import find_survey, refuse_erased
from data.intake.transcript_rows import TranscriptReader
from data.intake.words import tidy

_BLOCK = 1_000
"""Recordings held in memory before they are written,"""
_BLOCK_TEXT = 4 << 20
"""or fewer, with this many characters of transcripts."""


@dataclass(frozen=True, slots=True)
class ImportedTranscripts:
    """What an import did, or on a dry run would do. ``accepted + rejected == rows``, always.

    ``ignored`` are columns that nothing is read from. ``rejects_path`` is None where no row was
    rejected. Where no row could be read nothing was changed, and every count is 0.
    """

    survey: UUID
    rows: int
    accepted: int
    rejected: int
    counts: Counts
    ignored: tuple[str, ...]
    rejects_path: Path | None
    problems: tuple[Found, ...]
    dry_run: bool

    @property
    def summary(self) -> str:
        """What a person wants to know first."""
        would = "would be " if self.dry_run else ""
        c = self.counts
        text = (
            f"{self.rows:,} rows: {self.accepted:,} {would}accepted, {self.rejected:,} rejected; "
            f"recordings: {c.new:,} new, {c.changed:,} changed, {c.unchanged:,} unchanged; "
            f"{c.transcribed:,} transcribed."
        )
        if not self.accepted:
            return f"{text} No row could be read: nothing was changed."
        return f"{text} {self._unlinked}".rstrip()

    @property
    def _unlinked(self) -> str:
        if not self.counts.unlinked:
            return ""
        if self.counts.unlinked == self.accepted:
            return (
                "None of these people answered this survey: is it the right one? Their recordings "
                "are in no figure."
            )
        return (
            f"{self.counts.unlinked:,} are of people without a session in this survey: they are in "
            "no figure until it is imported."
        )


class _TakenBack(Exception):
    """What was written is rolled back: it was a dry run, or no row could be read."""


def import_transcripts(
    database: Database,
    organization: UUID,
    survey_name: str,
    path: Path,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
    now: datetime | None = None,
    rejects: Path | None = None,
) -> ImportedTranscripts:
    """Takes a file of transcripts in; of a dry run only the rejects file stays.

    ``rejects`` is where rejected rows go, by default ``rejects_path(path)``; ``now`` (with a zone)
    bounds the times that are believed. Raises UnknownName where there is no such survey, and an
    IntakeError where the file as a whole cannot be taken in; nothing was changed then.
    """
    with _open(path) as file:
        target = rejects or rejects_path(path)
        with Rejects(target, file.columns, file.written.delimiter) as rejected:
            run = _Run(file, rejected, progress, dry_run)
            with suppress(_TakenBack), database.owning(organization) as connection:
                survey = _survey(connection, organization, survey_name)
                store = RecordingStore(connection, organization, survey)
                run.into(store, now or datetime.now(UTC))
            return run.result()


def _open(path: Path) -> AbstractContextManager[SurveyFile]:
    if path.suffix.lower() in SUFFIXES:
        return open_json_lines(path)
    return open_survey(path, FilePart())


def _survey(connection: Connection, organization: UUID, name: str) -> UUID:
    found = find_survey(connection, organization, tidy(name))
    if found is not None:
        own = surveys.c.organization_id == organization, surveys.c.id == found
        refuse_erased(name, connection.scalar(select(surveys.c.answers_erased_at).where(*own)))
        return found
    there = connection.scalars(
        select(surveys.c.name).where(surveys.c.organization_id == organization)
    )
    raise UnknownName(
        f"There is no survey '{name}'; {nearest(name, there)}. Import its answers first."
    )


class _Run:
    """One pass over a file's rows."""

    def __init__(
        self, file: SurveyFile, rejected: Rejects, progress: Progress | None, dry_run: bool
    ) -> None:
        self._file = file
        self._rejected = rejected
        self._progress = progress
        self._dry_run = dry_run
        self._rows = 0
        self._ignored: tuple[str, ...] = ()
        self._store: RecordingStore | None = None

    def into(self, store: RecordingStore, now: datetime) -> None:
        """Every row into the store, block by block; _TakenBack where none of it is to stay."""
        self._store = store
        reader = TranscriptReader(self._file.columns, store.questions(), now)
        used = {column.name for column in reader.columns.values()}
        self._ignored = tuple(c.name for c in self._file.columns if c.name not in used)
        for block in self._blocks(reader):
            self._write(store, block)
        if not self._rows:
            raise FileUnreadable("The file has a header and no rows.")
        if self._dry_run or not store.counts.accepted:
            raise _TakenBack

    def result(self) -> ImportedTranscripts:
        assert self._store is not None
        return ImportedTranscripts(
            survey=self._store.survey,
            rows=self._rows,
            accepted=self._store.counts.accepted,
            rejected=self._rejected.rows,
            counts=self._store.counts,
            ignored=self._ignored,
            rejects_path=self._rejected.keep(),
            problems=self._rejected.found,
            dry_run=self._dry_run,
        )

    def _blocks(self, reader: TranscriptReader) -> Iterator[list[Read]]:
        block: list[Read] = []
        held = 0
        for line, cells in self._file.rows:
            self._rows += 1
            block.append(_read(reader, line, cells))
            held += sum(map(len, cells))
            if len(block) >= _BLOCK or held >= _BLOCK_TEXT:
                yield block
                block, held = [], 0
        yield block

    def _write(self, store: RecordingStore, block: list[Read]) -> None:
        """What can be read is stored, the rest rejected in the order of the file."""
        refused = store.write([row for row in block if row.said is not None])
        for row in block:
            problems = row.problems or refused.get(row.line, ())
            if problems:
                self._rejected.add(row.line, row.cells, problems)
        if self._progress is not None:
            self._progress(*self._file.position())


def _read(reader: TranscriptReader, line: int, cells: list[str]) -> Read:
    try:
        return Read(line, cells, reader.read(cells))
    except RowUnreadable as error:
        return Read(line, cells, None, error.problems)
