"""Methods of what is made of scores: readiness, forces, groups, waves."""

from data.queries.method import Method

WELCH = (
    "Welch (1947), t test with unequal variances; Hedges (1981), effect size g; Benjamini and "
    "Hochberg (1995), correction of a family of tests."
)
MARKED = (
    "A difference is marked only if it is significant at 5 % after the correction of all tests "
    "shown together, and |g| is at least 0.2; below 20 people a side it says too few to tell."
)
HIDDEN = (
    "A mean needs 5 people (or more, where the survey says so), an interval 10. Below 30 people a "
    "mean near an end of the scale is only bounded."
)

READINESS = Method(
    definition=(
        "How far people are ready for the change: 50 is balance between what drives them (pain of "
        "the old, pull of the new) and what holds them (anchors to the old, anxiety of the new)."
    ),
    computed=(
        "A session's readiness is 50 + 12.5 (drive - resistance), where drive and resistance are "
        "the means of the driving and resisting forces asked. A group's is the mean of its "
        "sessions, with a 95 % interval by Student's t. Over several waves everybody counts once, "
        "with the latest answers."
    ),
    unit="Points, 0 to 100; rounded to whole numbers, from 300 people to 0.1.",
    missing=f"A session needs every force its survey asked, at least one on each side. {HIDDEN}",
    source=f"Definition of this product; Student (1908) for the interval. Change: {WELCH}",
)
FORCES = Method(
    definition=(
        "How strong each of the four forces of progress is: pain of the old and pull of the new "
        "drive, anchors to the old and anxiety of the new resist."
    ),
    computed=(
        "A session's score of a force is the mean of its answered items on 1 to 5 (reversed items "
        "turned); a group's is the mean of its sessions, with a 95 % interval by Student's t. Weak "
        "is below 2.5, moderate below 3.5, strong below 4.25, very strong from there. Over several "
        "waves everybody counts once, with the latest answers."
    ),
    unit="Score, 1 to 5, rounded to 0.1, from 300 people to 0.01; shares above the middle in %.",
    missing=(f"A session needs half of the force's items. A force not asked says so. {HIDDEN}"),
    source="Forces of progress: Moesta and Spiek; Student (1908) for the interval.",
)
CHANGES = Method(
    definition="What became different since the wave before, in readiness and each force.",
    computed=(
        "The difference of the two means with its 95 % interval; where the same people answered "
        f"both waves, their covariance makes it narrower. {MARKED}"
    ),
    unit="Points of readiness (0 to 100) and of scores (1 to 5), later minus earlier.",
    missing=f"Without an earlier wave of the series that asked the same forces. {HIDDEN}",
    source=WELCH,
)
DEPARTMENTS = Method(
    definition="Readiness and forces of each department, and whether it differs from the rest.",
    computed=(
        "Means over the department's people, each tested against everybody else within the same "
        f"filters. {MARKED} Departments too small to show apart are counted together."
    ),
    unit="Readiness 0 to 100, scores 1 to 5.",
    missing=HIDDEN,
    source=WELCH,
)
ROLES = Method(
    definition="Readiness and forces of each role, and whether it differs from the rest.",
    computed=(
        "Means over the role's people, each tested against everybody else within the same "
        f"filters. {MARKED} Roles too small to show apart are counted together."
    ),
    unit="Readiness 0 to 100, scores 1 to 5.",
    missing=HIDDEN,
    source=WELCH,
)
_TREND = (
    "From 2 to 7 of them a linear contrast on their real dates, from 8 the Mann-Kendall test with "
    "the Theil-Sen slope; improving and declining speak of readiness, and stable needs an interval "
    "within 0.2 SD of no change."
)
_TREND_SOURCE = (
    "Satterthwaite (1946) for the contrast; Mann (1945), Kendall (1975); Theil (1950), Sen (1968)."
)
WAVES = Method(
    definition="Readiness and forces from wave to wave of a series, and where they are going.",
    computed=f"The mean of each wave at the middle of its answers. {_TREND}",
    unit="Readiness 0 to 100, scores 1 to 5; slopes per year.",
    missing=f"A trend needs two waves that asked the same forces. {HIDDEN}",
    source=_TREND_SOURCE,
)
PERIODS = Method(
    definition="Readiness and forces inside one wave, over the periods its answers came in.",
    computed=(
        "Means of the finest of weeks, months or quarters that keep people in groups of at least "
        f"five. {_TREND}"
    ),
    unit="Readiness 0 to 100, scores 1 to 5.",
    missing=f"Where a survey's answers came in a single period. {HIDDEN}",
    source=_TREND_SOURCE,
)
SUMMARY = Method(
    definition="The one thing these figures say, in a sentence.",
    computed=(
        "Chosen by fixed rules from the figures shown: readiness, its change, departments marked "
        "as below the rest, and the strongest driving force against the strongest resisting one. "
        "Nothing is claimed that is not marked."
    ),
    unit="A sentence; the figures in it are in their own units.",
    missing="Where too few answered for any finding that can be said.",
    source=f"Rules of this product. {WELCH}",
)
