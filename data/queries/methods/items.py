"""Methods of single questions and of drivers."""

from data.queries.method import Method
from data.queries.methods.scores import HIDDEN, MARKED, WELCH

ITEMS = Method(
    definition="How people answered each scaled question, and how well those of a force agree.",
    computed=(
        "An answer x on a scale from lo to hi becomes 1 + 4 (x - lo) / (hi - lo), turned where the "
        "question is asked the other way round; the mean of these, with a 95 % interval. Alpha is "
        "of the people who answered every item of the force."
    ),
    unit="Score, 1 to 5; Cronbach's alpha is at most 1.",
    missing=f"{HIDDEN} Alpha needs two items and 10 people.",
    source="Student (1908) for the interval; Cronbach (1951) for alpha.",
)
DISTRIBUTION = Method(
    definition="How the answers to each question are spread over its scale.",
    computed=(
        "Shares of the answers at each point of the question's own scale, lowest first, not "
        "turned. Points that fewer than five chose are shown together with a neighbour."
    ),
    unit="Share of the answers, 0 to 100 %.",
    missing="Below 30 answers to the question.",
    source="Counts; the rules of merging are this product's.",
)
ITEM_HEATMAP = Method(
    definition="Where single questions are answered otherwise than by the rest, by department.",
    computed=(
        "The mean of each question in each department, tested against everybody else within the "
        f"same filters; all tests shown are one family. {MARKED}"
    ),
    unit="Score, 1 to 5, reversed questions turned.",
    missing=HIDDEN,
    source=WELCH,
)
ITEM_ROLES = Method(
    definition="Where single questions are answered otherwise than by the rest, by role.",
    computed=(
        "The mean of each question in each role, tested against everybody else within the same "
        f"filters; all tests shown are one family. {MARKED}"
    ),
    unit="Score, 1 to 5, reversed questions turned.",
    missing=HIDDEN,
    source=WELCH,
)

_WEIGHED = (
    "Johnson's relative weights on standardised scores of the people who have all of them: they "
    "are not negative and add up to R²; the sign is that of the correlation. The 95 % interval is "
    "a bootstrap of 1,000 covariance matrices drawn as samples of this size would have them."
)
_WEIGHT_UNIT = (
    "Part of the differences in the outcome, 0 to 1, rounded to 0.01, from 300 people to 0.001; "
    "shares of R² in %. Low is below 0.02, medium below 0.13, high below 0.26, critical from there."
)
_UNWEIGHED = (
    "Without an outcome, with fewer than 10 people for each of {them}, where {they} cannot be told "
    "apart, and where taken together they are not associated with the outcome (F test, 5 %)."
)
_JOHNSON = (
    "Johnson (2000), Multivariate Behavioral Research 35, 1-19; levels after Cohen (1988), small, "
    "medium and large effects."
)
DRIVERS = Method(
    definition=(
        "How much of the differences in the outcome goes with each force when all are looked at "
        "together. An association: whether it is a cause, answers cannot tell."
    ),
    computed=_WEIGHED,
    unit=_WEIGHT_UNIT,
    missing=_UNWEIGHED.format(them="the forces", they="the forces"),
    source=_JOHNSON,
)
ITEM_DRIVERS = Method(
    definition=(
        "How much of the differences in the outcome goes with each scaled question when all are "
        "looked at together. An association: whether it is a cause, answers cannot tell."
    ),
    computed=_WEIGHED,
    unit=_WEIGHT_UNIT,
    missing=(
        f"{_UNWEIGHED.format(them='the questions', they='they')} Surveys of more than 60 scaled "
        "questions have none."
    ),
    source=_JOHNSON,
)
