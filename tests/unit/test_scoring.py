"""Scores of sessions: worked examples, and the reference figures of a real survey."""

import csv
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from data.analysis.forces import Figure, Force
from data.analysis.scoring import Item, asked_forces, item_scores, score

CHATGPT = Path(__file__).parents[2].parent / "shared" / "data" / "chatgpt_de"
NAN = float("nan")


def items(*forces: Force, count: int = 2) -> list[Item]:
    return [Item(force, 1, 5) for force in forces for _ in range(count)]


def scored(figure: Figure, answers: list[float], asked: list[Item]) -> float:
    return float(score(np.array([answers], dtype=float), asked).figure(figure)[0])


def test_answers_are_spread_over_one_to_five() -> None:
    asked = [Item(Force.PAIN, 0, 10), Item(Force.PAIN, 1, 7), Item(Force.PAIN, 1, 4, True)]
    scores = item_scores(np.array([[0, 7, 4], [5, 4, 1], [10, 1, 2.5]], dtype=float), asked)
    assert_allclose(scores, [[1, 5, 1], [3, 3, 5], [5, 1, 3]])


def test_answers_off_the_scale_are_missing() -> None:
    asked = [Item(Force.PAIN, 1, 5)] * 3
    assert np.isnan(item_scores(np.array([[-9.0, 6.0, NAN]]), asked)).all()


@pytest.mark.parametrize(
    ("answers", "expected"),
    [([4, 2], 3.0), ([4, NAN], 4.0), ([NAN, NAN], NAN)],
)
def test_a_force_needs_half_its_items(answers: list[float], expected: float) -> None:
    assert_allclose(scored(Figure.PAIN, answers, items(Force.PAIN)), expected)


def test_fewer_than_half_is_no_score() -> None:
    assert np.isnan(scored(Figure.PAIN, [4, NAN, NAN], items(Force.PAIN, count=3)))


def test_readiness_is_fifty_in_balance_and_spans_the_scale() -> None:
    asked = items(*Force, count=1)
    assert scored(Figure.READINESS, [3, 3, 3, 3], asked) == 50
    assert scored(Figure.READINESS, [5, 5, 1, 1], asked) == 100
    assert scored(Figure.READINESS, [1, 1, 5, 5], asked) == 0


def test_readiness_needs_every_asked_force() -> None:
    assert np.isnan(scored(Figure.READINESS, [3, 3, 3, NAN], items(*Force, count=1)))
    without_pain = items(Force.PULL, Force.ANCHORS, Force.ANXIETY, count=1)
    assert scored(Figure.READINESS, [4, 3, 3], without_pain) == 62.5
    assert scored(Figure.DRIVE, [4, 3, 3], without_pain) == 4


def test_one_side_alone_has_no_readiness() -> None:
    asked = items(Force.PAIN, Force.PULL, count=1)
    assert np.isnan(scored(Figure.READINESS, [4, 3], asked))
    assert scored(Figure.DRIVE, [4, 3], asked) == 3.5


def test_outcome_items_count_for_no_force() -> None:
    asked = [Item(Force.PULL, 1, 5), Item(Force.PAIN, 1, 5, is_outcome=True)]
    assert asked_forces(asked) == (Force.PULL,)
    assert scored(Figure.OUTCOME, [2, 5], asked) == 5
    assert np.isnan(scored(Figure.PAIN, [2, 5], asked))


def test_segments_are_high_above_three() -> None:
    asked = items(Force.PULL, Force.ANXIETY, count=1)
    answers = np.array([[4, 3], [4, 4], [3, 3], [2, 4], [4, NAN]])
    assert score(answers, asked).segments == (
        "champions", "torn", "indifferent", "resisters", "unclassified",
    )  # fmt: skip


@pytest.mark.skipif(not CHATGPT.exists(), reason="the shared survey files are not here")
def test_reference_figures_of_chatgpt_de() -> None:
    with (CHATGPT / "chatgpt_de.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    names = [f"cg_adoption_{kind}_0{i}" for kind in ("advantage", "fearofuse") for i in range(1, 5)]
    values = np.array([[float(row[name] or "nan") for name in names] for row in rows])
    scores = score(values, items(Force.PULL, Force.ANXIETY, count=4))
    for figure, mean, sd in (
        (Figure.PULL, 3.317656765677, 0.841023918877),
        (Figure.ANXIETY, 3.032178217822, 0.793460274948),
        (Figure.READINESS, 53.568481848185, 13.268352834845),
    ):
        found = scores.figure(figure)
        assert np.isfinite(found).sum() == 101
        assert_allclose([found.mean(), found.std(ddof=1)], [mean, sd], rtol=0, atol=1e-12)
