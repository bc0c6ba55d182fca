"""Warnings and SMS lengths: what `riattiva surveys check` tells about a survey that loads."""

import pytest

from app.channels.segments import segments
from app.surveys.check import check
from app.surveys.definition import load_all, parse
from app.surveys.problems import BadSurvey, Severity
from tests.paths import ROOT

TEXT = (ROOT / "surveys" / "riattivazione.yaml").read_text(encoding="utf-8")


def _count(text: str) -> int:
    return segments(text).count


def test_the_surveys_we_ship_have_nothing_to_mend() -> None:
    for survey in load_all(ROOT / "surveys").values():
        assert [str(problem) for problem in check(survey, _count)] == []


def test_only_a_consent_question_asks_for_a_confirmation() -> None:
    good = TEXT.replace("    kind: consent\n", "    kind: consent\n    double_opt_in: true\n")
    assert parse(good, "").questions["consent"].double_opt_in
    with pytest.raises(BadSurvey, match="only a consent question"):
        parse(TEXT.replace("    kind: nps\n", "    kind: nps\n    double_opt_in: true\n"), "")


def test_a_text_too_long_for_sms_is_an_error_at_its_line() -> None:
    text = TEXT.replace("Che bello, grazie!", "Che bello, grazie! " + "Davvero tanto. " * 40)
    (problem,) = check(parse(text, ""), _count)
    assert problem.severity is Severity.ERROR
    assert "SMS segments" in problem.text
    assert problem.line == text[: text.index("Che bello")].count("\n") + 1


def test_one_emoji_makes_a_long_text_too_long() -> None:
    text = TEXT.replace(
        "Ultima domanda: restiamo in contatto?", "Ultima domanda \U0001f60a restiamo in contatto?"
    )
    assert [problem.severity for problem in check(parse(text, ""), _count)] == [Severity.ERROR]


def test_a_gap_in_the_scores_and_a_spare_language_are_warnings() -> None:
    text = TEXT.replace("{from: 7, to: 8,", "{from: 8, to: 8,")
    text = text.replace("closing:\n", 'closing:\n  de: "Danke."\n')
    problems = check(parse(text, ""))
    assert [problem.severity for problem in problems] == [Severity.WARNING, Severity.WARNING]
    assert "no branch takes 7" in problems[0].text
    assert "does not speak `de`" in problems[1].text
