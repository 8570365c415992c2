"""A real survey, imported and rebuilt: the figures of its cells, before the gate rounds them."""

from pathlib import Path
from uuid import UUID

import pytest

from data.analysis.forces import Figure, Force
from data.analysis.moments import Moments
from data.db.engine import Database
from data.intake.importing import import_survey
from data.intake.mapping import read_mapping
from data.pipeline import rebuild
from data.queries import surveys
from data.queries.cells import Sums, sums
from data.queries.filters import Filters
from data.queries.items import reliability
from data.queries.question import Asked, Selection

ROOT = Path(__file__).parents[2]
FILE = ROOT.parent / "shared" / "data" / "chatgpt_de" / "chatgpt_de.csv"
MAPPING = ROOT / "tests" / "mappings" / "chatgpt_de.toml"
pytestmark = pytest.mark.skipif(not FILE.exists(), reason="the shared survey is not here")


@pytest.fixture
def survey(database: Database, organization: UUID, tmp_path: Path) -> UUID:
    done = import_survey(
        database, organization, "ChatGPT", FILE, read_mapping(MAPPING), rejects=tmp_path / "rejects"
    )
    rebuild(database, organization, done.survey)
    return done.survey


def test_reference_figures_of_the_imported_survey(
    database: Database, organization: UUID, survey: UUID
) -> None:
    with database.asking(organization) as connection:
        waves = surveys.waves(connection, organization)
        asked = Asked(
            connection,
            organization,
            None,
            Filters(),
            Selection(),
            waves,
            waves[0],
            (),
            lambda: "healthy",
        )
        own = sums(asked, list(Figure)).get((survey, None), Sums({}))
        pull, anxiety = (reliability(asked, f) for f in (Force.PULL, Force.ANXIETY))
    assert pull is not None
    assert anxiety is not None
    assert (pull.n, anxiety.n) == (99, 100)
    assert pull.alpha == pytest.approx(0.786553333214, abs=5e-13)
    assert anxiety.alpha == pytest.approx(0.688846558287, abs=5e-13)
    _close(own[Figure.PULL].moments, 3.317656765677, 0.841023918877)
    _close(own[Figure.ANXIETY].moments, 3.032178217822, 0.793460274948)
    readiness = own[Figure.READINESS].moments
    assert readiness.n == 101
    _close(readiness, 53.568481848185, 13.268352834845)


def _close(moments: Moments, mean: float, sd: float) -> None:
    assert moments.mean == pytest.approx(mean, abs=5e-13)
    assert moments.sd == pytest.approx(sd, abs=5e-13)
