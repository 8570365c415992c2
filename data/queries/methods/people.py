"""Methods of what counts people: participation, quality, segments, flows, the present."""

from data.queries.method import Method

PARTICIPATION = Method(
    definition="How many took part, of those invited, and how many finished.",
    computed=(
        "Completion rate is completed of started sessions; response rate is distinct people who "
        "started of those invited. Times are of completed sessions of at most four hours. Of "
        "several sessions of a person one counts: the latest completed, else the fullest."
    ),
    unit="People; rates 0 to 100 %; times in seconds.",
    missing=(
        "Below 5 people; the response rate where the number invited is not known; completion and "
        "times where the data does not tell."
    ),
    source="Counts.",
)
DATA_QUALITY = Method(
    definition="How far the answers can be relied on, and what was left out.",
    computed=(
        "Flags of a session: faster than a third of the survey's median time; ten or more scaled "
        "items answered all alike; fewer than half of the questions answered. Without a flag "
        "quality is high, with one medium, with two or more low."
    ),
    unit="Share of sessions, 0 to 100 %; times in seconds.",
    missing=(
        "Below 5 people, and shares of 1 to 4 people; a flag that cannot be judged is not raised."
    ),
    source="Definitions of this product.",
)
REPRESENTATIVENESS = Method(
    definition="Whether those who answered are made up like those who were invited.",
    computed=(
        "Shares of departments and roles among respondents against those among the invited: one "
        "chi-square test of goodness of fit, and each group by its adjusted residual, corrected "
        "together; a share is marked only if it also differs by a tenth."
    ),
    unit="Shares and response rates, 0 to 100 %.",
    missing="Where the numbers invited are not known, or would tell of 1 to 4 people.",
    source="Pearson (1900); Haberman (1973); Benjamini and Hochberg (1995).",
)
SEGMENTS = Method(
    definition=(
        "People by drive and resistance: champions (drive high, resistance low), torn (both "
        "high), indifferent (both low), resisters (drive low, resistance high)."
    ),
    computed=(
        "High is above 3.0 on the scale of 1 to 5. Segments of fewer than five are counted "
        "together with the next smallest."
    ),
    unit="Share of the people placed in a segment, 0 to 100 %.",
    missing="Below 10 people; a session that misses a side is not placed.",
    source="Definition of this product.",
)
FLOWS = Method(
    definition="How people moved between the segments since the wave before.",
    computed=(
        "People who answered both waves, counted by their segment then and now; flows of fewer "
        "than five are withheld, with others, until none can be worked out."
    ),
    unit="People.",
    missing=(
        "Without an earlier wave or ids of respondents, below 10 people in both waves, and for "
        "parts of a survey."
    ),
    source="Counts; the rule of withholding is this product's (docs/privacy-argument.md).",
)
LIVE = Method(
    definition="What is coming in now, over the whole organisation.",
    computed="Counts of sessions and answers as they arrive; they move in steps of five.",
    unit="People, answers; seconds; 0 to 100 %.",
    missing="Counts below five read fewer than 5; an average time needs five people.",
    source="Counts.",
)
OPTIONS = Method(
    definition="What can be chosen in the filters.",
    computed="Surveys, periods, departments and roles that have groups of at least five.",
    unit="Names; no figures.",
    missing="What has too few answers to stand apart cannot be chosen.",
    source="Rules of this product (docs/privacy.md).",
)
