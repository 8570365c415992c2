"""The sentence: every claim stands on a mark; without one nothing is claimed."""

from dataclasses import asdict

import pytest

from components.widgets import Options, readiness_gauge
from data.analysis.difference import Compared, Mark
from data.analysis.forces import Force
from data.analysis.gate import Shown
from data.analysis.summary import Balance, Findings, evidence, sentence
from data.analysis.wording import listed
from data.queries.results import Difference, Estimate, ReadinessAnswer

READINESS = Shown(214, 58.0, 2.0, 13.0)


def verdict(mark: Mark, change: float | None = 0.6) -> Compared:
    if mark is Mark.TOO_FEW:
        return Compared(change)
    return Compared(change, 0.2 if abs(change or 0) < 1 else 2.0, 0.5, 0.0004, mark)


def balance(place: str, mark: Mark) -> Balance:
    return Balance(place, Shown(40, 3.9, 0.1, 0.8), Shown(40, 3.3, 0.1, 0.8), verdict(mark))


def findings(overall: Mark, places: dict[str, Mark], all_places: bool = True) -> Findings:
    return Findings(
        READINESS,
        verdict(Mark.BETTER, 4.0),
        "Q2",
        Force.PULL,
        Force.ANXIETY,
        balance("All", overall),
        tuple(balance(name, mark) for name, mark in places.items()),
        all_places,
    )


B, W, N, F = Mark.BETTER, Mark.WORSE, Mark.NONE, Mark.TOO_FEW
SIX = {"Sales": B, "Support": B, "IT": B, "HR": B, "Legal": W, "Finance": N}


def test_the_sentence_of_the_overview() -> None:
    assert sentence(findings(B, SIX)) == (
        "Readiness is 58 ± 2, up 4 since Q2; "
        "pull clearly outweighs anxiety everywhere but in Legal and Finance."
    )


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (findings(B, {"Sales": B, "IT": B}), "pull outweighs anxiety everywhere"),
        (
            findings(B, {"Sales": B, "IT": B}, False),
            "pull outweighs anxiety in every department shown",
        ),
        (findings(B, {"Sales": B}), "pull outweighs anxiety."),
        (
            findings(B, {"Sales": B, "IT": N, "HR": N, "Legal": W}),
            "overall, but in Legal anxiety outweighs pull",
        ),
        (findings(B, {"Sales": B, "IT": F, "HR": N, "Ops": N}), "pull outweighs anxiety overall."),
        (findings(W, {"Sales": W, "IT": W}), "anxiety outweighs pull everywhere"),
        (findings(N, {"Sales": N}), "neither pull nor anxiety clearly outweighs the other."),
        (findings(N, {"Sales": N, "Legal": W}), "the other, but in Legal anxiety outweighs pull."),
    ],
)
def test_what_is_said_of_the_forces(found: Findings, said: str) -> None:
    assert said in sentence(found)


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        (B, "Readiness is 58 ± 2, up 4 since Q2."),
        (W, "Readiness is 58 ± 2, down 4 since Q2."),
        (N, "Readiness is 58 ± 2, with no clear change since Q2."),
        (F, "Readiness is 58 ± 2."),
    ],
)
def test_a_change_is_said_only_with_its_mark(mark: Mark, said: str) -> None:
    change = -4.0 if mark is W else 4.0
    assert sentence(Findings(READINESS, verdict(mark, change), "Q2")) == said


@pytest.mark.parametrize(
    ("readiness", "change", "said"),
    [
        (Shown(440, 61.6, 2.9, 13.0), Compared(4.4, 1.6, 0.3, 0.001, B), "62 ± 3, up 4 since Q2."),
        (Shown(4000, 61.6, 0.4, 13.0), Compared(4.4, 0.4, 0.3, 0.0, B), "61.6 ± 0.4, up 4.4 since"),
        (Shown(4000, 61.6, 0.6, 13.0), Compared(-0.4, 0.1, -0.3, 0.0, W), "62 ± 1, down 0.4 since"),
    ],
)
def test_mean_and_interval_have_the_same_decimals(
    readiness: Shown, change: Compared, said: str
) -> None:
    """Whole numbers, unless the half-width would read 0; the cards say the same."""
    found = Findings(readiness, change, "Q2")
    assert said in sentence(found)
    card = ReadinessAnswer(
        readiness=Estimate(**asdict(readiness)),
        change=Difference(**asdict(change)),
        previous="Q2",
    )
    assert said.rstrip(".") in readiness_gauge.headline(card, Options())
    assert said.split(",")[0] in evidence(found)[0]


def test_thin_cases() -> None:
    assert sentence(Findings(Shown(0))) == ""
    assert sentence(Findings(Shown(7, 58.0, few=True))) == "Readiness is 58."
    bounded = Findings(Shown(12, 6.25, bound="<="))
    assert sentence(bounded) == "Readiness is at most 6.25."
    assert "outweigh" not in sentence(findings(F, {"Sales": F}))


def test_anchors_are_plural() -> None:
    found = Findings(
        READINESS, driver=Force.PAIN, resister=Force.ANCHORS, overall=balance("All", W)
    )
    assert sentence(found).endswith("anchors outweigh pain.")


def test_departments_below_are_named_only_where_no_other_is() -> None:
    below = (("Legal", Shown(40, 41.0, 4.0, 12.0)),)
    assert sentence(Findings(READINESS, below=below)) == (
        "Readiness is 58 ± 2; Legal is clearly below the rest."
    )


def test_evidence_has_the_figures_of_every_part() -> None:
    lines = evidence(findings(B, SIX))
    assert lines[0] == "Readiness 58 ± 2 (n = 214)"
    assert lines[1] == "Change since Q2: +4 ± 2, clear (p < 0.001, g = 0.5)"
    assert len(lines) == 3 + len(SIX)
    assert "Legal: Pull of the new 3.9, Anxiety of the new 3.3 (n = 40)" in lines[7]


def test_lists_of_names() -> None:
    assert [listed(n) for n in ([], ["A"], ["A", "B"], ["A", "B", "C"])] == [
        "", "A", "A and B", "A, B and C",
    ]  # fmt: skip
