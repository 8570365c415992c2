"""What the cards of voice recordings say, and never say without what it rests on."""

import pytest

from components.widgets import WIDGETS
from components.widgets.voice_recordings import length, lines
from data.queries.results import VoiceRow, VoicesAnswer
from tests.support.spoken import voices

NUMBERS, BARS = WIDGETS["voice-recordings"], WIDGETS["voice-distribution"]


def test_accuracy_is_labelled_by_its_basis() -> None:
    answer = voices(respondents=200)
    assert lines(answer) == [
        "1 min 17 s long on average", "transcripts 94 % accurate (checked against reference texts)",
    ]  # fmt: skip
    guessed = answer.model_copy(update={"accuracy_basis": "transcriber_confidence"})
    assert "the transcriber's own estimate" in NUMBERS.summary(guessed, NUMBERS.options())
    assert "200 people" in NUMBERS.summary(guessed, NUMBERS.options())
    assert "None" not in NUMBERS.headline(VoicesAnswer(recordings=1), NUMBERS.options())


@pytest.mark.parametrize(("seconds", "said"), [(0, "0 s"), (59, "59 s"), (60, "1 min 0 s")])
def test_lengths(seconds: float, said: str) -> None:
    assert length(VoicesAnswer(mean_seconds=seconds)) == said


@pytest.mark.parametrize("by", ["quality", "language", "sentiment"])
def test_every_distribution_is_drawn_whole(by: str) -> None:
    answer, options = voices(), BARS.chosen({"by": by})
    rows = getattr(answer, by)
    assert [bar.x[0] for bar in BARS.figure(answer, options).data] == [r.recordings for r in rows]
    assert f"Of {sum(row.recordings for row in rows)} recordings" in BARS.summary(answer, options)


def test_what_is_not_known_is_no_headline() -> None:
    rows = tuple(VoiceRow(category=c, recordings=n) for c, n in (("not_analysed", 90), ("", 10)))
    answer = voices().model_copy(update={"sentiment": rows})
    assert BARS.headline(answer, BARS.options()) == "Voice recordings by sentiment"


def test_shares_in_headlines_are_of_what_is_known() -> None:
    """60 of 180 analysed, not of 240; 120 of 238 in English."""
    assert BARS.headline(voices(), BARS.options()) == "33 % of analysed recordings are positive"
    by_language = BARS.chosen({"by": "language"})
    assert BARS.headline(voices(), by_language) == "50 % of voice recordings are in English"
    assert "Klingon 120" in BARS.summary(voices(("Klingon",)), by_language)


def test_words_of_the_file_are_never_markup() -> None:
    answer = voices(("<b>en</b>", "<i>" * 60))
    drawn = BARS.figure(answer, BARS.chosen({"by": "language"}))
    said = [note.text for note in drawn.layout.annotations]
    said += [bar.hovertext[0] for bar in drawn.data]
    assert not [text for text in said if "<b>en" in text or "<i>" in text]


def test_the_table_has_every_figure_with_its_basis() -> None:
    rows = voices().table().rows
    assert ("Recordings", "All", 238, None) in rows
    assert ("Transcript accuracy 0-1", "checked against reference texts", None, 0.94) in rows
    assert ("Language", "Others together", 7, None) in rows
    assert len(VoicesAnswer().table().rows) == 1
