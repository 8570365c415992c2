"""People who skip questions: the figures of their atom do not wait for the block of all items."""

from uuid import UUID

import numpy as np
import pytest
from numpy.testing import assert_allclose

from data.analysis.cells import ITEM_DRIVERS, unpack
from data.db.engine import Database
from data.pipeline import releasing
from data.pipeline.current import LEDGER
from tests.database.test_pipeline import UNCHANGED, Wave

BLOCK = "SELECT n, products FROM analytics_cells WHERE figure = 'drivers:items'"
STARTED = "SELECT n FROM analytics_cells WHERE figure = 'started'"


@pytest.fixture
def wave(database: Database, organization: UUID) -> Wave:
    """One atom of 40 people who answered everything, released."""
    wave = Wave(database, organization)
    wave.add(range(40), skip=0)
    assert wave.rebuild().released == 1
    return wave


def arrive(wave: Wave, first: int, complete: int, skipping: int) -> None:
    """People who answered everything, and people who each left out another item."""
    wave.add(range(first, first + complete), skip=0)
    sessions = wave.add(range(first + complete, first + complete + skipping), skip=0)
    for place, session in enumerate(sessions):
        wave.run(
            "DELETE FROM responses WHERE session_id = :session AND question_id = :item",
            session=session,
            item=wave.items[place % 8],
        )


def inside(wave: Wave) -> int:
    """How many people the block of the one atom is made of."""
    (cell,) = wave.run(BLOCK)
    return int(cell.n)


def test_three_complete_arrivals_join_later_and_nobody_waits(wave: Wave) -> None:
    before = wave.run(BLOCK)
    arrive(wave, 40, complete=3, skipping=9)
    assert wave.rebuild().released == 1
    assert wave.run(STARTED) == [(52,)]
    assert wave.run(BLOCK) == before
    assert wave.rebuild() == UNCHANGED
    arrive(wave, 60, complete=6, skipping=0)
    assert wave.rebuild().released == 1
    assert (wave.run(STARTED), inside(wave)) == ([(58,)], 49)


def test_without_it_the_atom_would_wait(wave: Wave, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves that the check above can fail."""
    monkeypatch.setattr(releasing, "hold_back", lambda *_: set())
    arrive(wave, 40, complete=3, skipping=9)
    assert wave.rebuild().released == 0


def test_those_held_back_join_as_soon_as_they_are_five(wave: Wave) -> None:
    arrive(wave, 40, complete=3, skipping=9)
    wave.rebuild()
    arrive(wave, 60, complete=4, skipping=4)
    assert inside(wave) == 40
    assert wave.rebuild().released == 1
    assert inside(wave) == 47
    wave.run("UPDATE survey_states SET ledger = ''")
    assert wave.rebuild() == UNCHANGED


def test_the_block_is_of_those_inside_only(wave: Wave) -> None:
    arrive(wave, 40, complete=3, skipping=9)
    wave.rebuild()
    held = wave.run(
        "SELECT figures[:place] IS NOT NULL AS is_inside, items, figures[14] AS outcome "
        "FROM released_sessions WHERE version = 0",
        place=LEDGER.index(ITEM_DRIVERS) + 1,
    )
    rows = np.array([[*row.items[:8], row.outcome] for row in held if row.is_inside])
    (cell,) = wave.run(BLOCK)
    assert len(rows) == cell.n == 40
    assert_allclose(unpack(cell.n, cell.products).covariance, np.cov(rows.T), atol=1e-9)
