"""Golden conversations: replies go in, the texts and answers must be those of the file."""

from pathlib import Path

import pytest
import yaml

from app.surveys.definition import load
from tests.paths import ROOT
from tests.surveys.stories import FILES, play


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name.removesuffix(".yaml"))
def test_conversation_goes_as_written(path: Path) -> None:
    survey = load(ROOT / "surveys" / f"{path.name.split('.')[0]}.yaml")
    story = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert play(survey, story) == story["turns"]


def test_there_are_stories_in_both_languages() -> None:
    languages = [yaml.safe_load(path.read_text(encoding="utf-8"))["lang"] for path in FILES]
    assert languages.count("it") >= 5
    assert languages.count("en") >= 5
