"""Methods of what to do, and what was done."""

from data.queries.method import Method
from data.queries.methods.scores import HIDDEN, MARKED, WELCH

PRIORITIES = Method(
    definition="Where help would move the whole most, by department and force.",
    computed=(
        "Share of the people times the gap: how far pull lies below the departments' third "
        "quartile, or anchors and anxiety above their first. Pain is never a priority."
    ),
    unit="Points of the force's score (1 to 5) the whole would move.",
    missing="From fewer than four departments of 20 people.",
    source="Definition of this product (docs/actions.md).",
)
ACTIONS = Method(
    definition="What could be done next, each with the figures that speak for it.",
    computed=(
        "A fixed table of rules holds patterns of forces against the figures shown; what fits is "
        "ranked by priority. No action is named without its evidence."
    ),
    unit="Sentences; the figures in them are in their own units.",
    missing=f"Where nothing shown fits a rule. {HIDDEN}",
    source="Rules of this product (docs/actions.md).",
)
PLANS = Method(
    definition="Plans taken up, and what was measured beside them since.",
    computed=(
        "The change of the plan's figure in its department since the wave it was taken up on, "
        f"beside that of the rest; all plans shown are one family of tests. {MARKED} It says what "
        "moved, never that the plan was the cause."
    ),
    unit="Points of readiness (0 to 100) or of a score (1 to 5).",
    missing=f"Before the next wave, and for department leads outside their departments. {HIDDEN}",
    source=WELCH,
)
