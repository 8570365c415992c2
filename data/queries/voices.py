"""Voice recordings: how many, how long, how well transcribed, in which languages and moods."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select

from data.analysis import gate
from data.analysis.voices import OTHER, Figure, accuracy
from data.db.tables import survey_voices
from data.queries import methods
from data.queries.cells import of_organization
from data.queries.figures import origin, without
from data.queries.question import Asked, Question
from data.queries.results import AccuracyBasis, State, VoiceRow, VoicesAnswer
from data.queries.segments import survey_wide, wide_notes

NO_RECORDINGS = "There are no voice recordings, or too few people made one."
TOO_FEW = "Fewer than {n} people made a recording."

Found = Row[Any, Any, Any, Any, Any]
Rows = Sequence[Found]

_MOODS = ("positive", "neutral", "negative", "not_analysed", OTHER)


def _voices(asked: Asked) -> VoicesAnswer:
    """What do the voice recordings amount to?"""
    if refusal := survey_wide(asked, "Figures of voice recordings"):
        return VoicesAnswer(**refusal)
    v = survey_voices.c
    statement = (
        select(v.figure, v.category, v.recordings, v.respondents, v.value)
        .where(*of_organization(asked.organization, survey_voices), v.survey_id == asked.wave.id)
        .order_by((v.category == OTHER), v.recordings.desc(), v.category)
    )
    rows = asked.connection.execute(statement).all()
    base = _one(rows, Figure.RECORDINGS, 0)
    if base is None:
        return VoicesAnswer(**without(asked, State.EMPTY, NO_RECORDINGS))
    smallest = max(asked.wave.thresholds.detail, gate.FEW)
    if base.respondents < smallest:
        return VoicesAnswer(**without(asked, State.SUPPRESSED, TOO_FEW.format(n=smallest)))
    return _answer(asked, rows, base, smallest)


def _answer(asked: Asked, rows: Rows, base: Found, smallest: int) -> VoicesAnswer:
    seconds = _one(rows, Figure.DURATION, smallest)
    share, basis = _accuracy(rows, smallest)
    least = asked.wave.thresholds.group
    moods = _distribution(rows, Figure.SENTIMENT, least)
    return VoicesAnswer(
        **{**origin(asked), "respondents": base.respondents, "notes": wide_notes(asked)},
        recordings=base.recordings,
        mean_seconds=None if seconds is None else gate.rounded(seconds.value, 1.0),
        accuracy=None if share is None else gate.rounded(share, 0.01),
        accuracy_basis=basis,
        quality=_distribution(rows, Figure.QUALITY, least),
        language=_distribution(rows, Figure.LANGUAGE, least),
        sentiment=tuple(sorted(moods, key=lambda row: _MOODS.index(row.category))),
    )


def _accuracy(rows: Rows, smallest: int) -> tuple[float | None, AccuracyBasis | None]:
    """Checked words where enough people have a reference, else what the transcriber thought."""
    if words := _one(rows, Figure.WORDS, smallest):
        return accuracy(words.value), "word_error_rate"
    if confidence := _one(rows, Figure.CONFIDENCE, smallest):
        return confidence.value, "transcriber_confidence"
    return None, None


def _one(rows: Rows, figure: Figure, smallest: int) -> Found | None:
    found = (row for row in rows if row.figure == figure and row.respondents >= smallest)
    return next(found, None)


def _distribution(rows: Rows, figure: Figure, least: int) -> tuple[VoiceRow, ...]:
    """The categories; none where only the rest is left, or one is under a raised threshold.

    Leaving out just that one would tell it, as the total less the others.
    """
    mine = [row for row in rows if row.figure == figure]
    if any(row.respondents < least for row in mine) or all(row.category == OTHER for row in mine):
        return ()
    return tuple(VoiceRow(category=row.category, recordings=row.recordings) for row in mine)


voices = Question("voices", VoicesAnswer, _voices, methods.VOICES)
