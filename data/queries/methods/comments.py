"""Methods of what people wrote or said."""

from data.queries.method import Method

TERMS = Method(
    definition="Words and pairs of words that several people wrote.",
    computed="Distinct authors of each term, per language, without stop words.",
    unit="People.",
    missing="Terms of fewer than five authors; parts of a survey.",
    source="Counts.",
)
THEMES = Method(
    definition="What groups of comments are about, for each force and language.",
    computed=(
        "TF-IDF of words and pairs of words, parted into themes by non-negative matrix "
        "factorisation; how many, by how well their leading terms go together. Sentiment by VADER, "
        "for English. Scores of those who speak of a theme are tested against the others."
    ),
    unit="Share of authors, 0 to 100 %; sentiment -1 to 1; scores 1 to 5.",
    missing=(
        "Themes of fewer than 10 authors, terms of fewer than 5, parts of a survey; sentiment of "
        "other languages is not analysed."
    ),
    source=(
        "Lee and Seung (1999), NMF; Bouma (2009) and Röder et al. (2015), coherence; Hutto and "
        "Gilbert (2014), VADER."
    ),
)
COMMENTS = Method(
    definition="What people wrote about a theme, in their own words.",
    computed=(
        "Comments of the theme in a shuffled order, without who, when and where; names, addresses "
        "and numbers are taken out."
    ),
    unit="Texts; no figures.",
    missing="Of themes with fewer than 10 authors.",
    source="Rules of this product (docs/privacy.md).",
)
VOICES = Method(
    definition="Recordings: how many, how long, how well written down, in which moods.",
    computed=(
        "Mean duration over people, each counted once. Accuracy is 1 minus the mean word error "
        "rate where a reference text exists, else the mean confidence the transcriber gave. Only "
        "recordings that were processed count."
    ),
    unit="People and recordings; seconds; accuracy and shares 0 to 100 %.",
    missing=(
        "Below 10 people; categories of fewer than five are counted together; parts of a survey."
    ),
    source="Word error rate: Levenshtein (1966); Hutto and Gilbert (2014), VADER.",
)
