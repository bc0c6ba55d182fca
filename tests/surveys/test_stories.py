"""Golden conversations: replies go in, the texts and answers must be those of the file."""

from collections import Counter
from pathlib import Path

import pytest

from app.channels.segments import segments
from app.surveys.check import check
from app.surveys.definition import load_all
from app.surveys.survey import Kind
from tests.paths import ROOT
from tests.surveys.stories import FILES, play, read_story, slug_of, write_story

SURVEYS = load_all(ROOT / "surveys")
LANGUAGES = ("it", "en", "de", "fr")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name.removesuffix(".yaml"))
def test_conversation_goes_as_written(path: Path, request: pytest.FixtureRequest) -> None:
    story = read_story(path)
    turns = play(SURVEYS[slug_of(path)], story)
    if request.config.getoption("--update"):
        write_story(path, {**story, "turns": turns})
    else:
        assert turns == story["turns"]


def test_there_are_stories_for_every_survey_language_and_channel() -> None:
    stories = {path: read_story(path) for path in FILES}
    assert len(stories) >= 60
    spoken = Counter(story["lang"] for story in stories.values())
    assert all(spoken[lang] >= 6 for lang in LANGUAGES), spoken
    told = Counter(map(slug_of, stories))
    assert all(told[slug] >= 6 for slug in SURVEYS), told
    ways = Counter(way for story in stories.values() for way in _ways(story))
    assert all(ways[way] >= 6 for way in ("sms", "web", "email", "changing")), ways


def _ways(story: dict[str, object]) -> set[object]:
    turns = story["turns"]
    assert isinstance(turns, list)
    ways = {
        "web" if isinstance(turn["in"], dict) else turn.get("channel", story["channel"])
        for turn in turns
        if turn["in"] != "start"
    }
    return ways | ({"changing"} if len(ways | {story["channel"]}) > 1 else set())


def test_six_surveys_ship_in_four_languages_without_error_or_warning() -> None:
    assert sorted(SURVEYS) == [
        "aggiornamento-dati",
        "invito-evento",
        "nps-perche",
        "riattivazione",
        "riconquista",
        "ultima-chiamata",
    ]
    for survey in SURVEYS.values():
        assert survey.languages == LANGUAGES
        assert check(survey, lambda text: segments(text).count) == []
        assert set(survey.emails) == {"invite", "reminder", "last_call"}
    kinds = {question.kind for survey in SURVEYS.values() for question in survey.questions.values()}
    assert kinds == set(Kind)
