"""Carrier keywords count only as the whole message."""

import pytest

from app.language.keywords import carrier_keyword, own_keyword


@pytest.mark.parametrize(
    ("text", "word"),
    [("STOP", "stop"), (" stop\n", "stop"), ("OptOut", "stop"), ("Revoke", "stop"), ("yes", "start"),
     ("UNSTOP", "start"),
     ("info", "help"), ("stop please", None), ("STOP.", None), ("OPT OUT", None), ("sì", None), ("", None)],
)  # fmt: skip
def test_what_the_carrier_does_by_itself(text: str, word: str | None) -> None:
    assert carrier_keyword(text) == word


@pytest.mark.parametrize(
    ("text", "word"),
    [("basta", "stop"), ("STOP!", "stop"), ("Cancellami.", "stop"), ("aiuto", "help"), ("basta così", None),
     ("sto", None), ("Stopp", "stop"), ("ABMELDEN", "stop"), ("Arrêt!", "stop"), ("désabo", "stop"),
     ("Löschen", "stop"), ("Hilfe", "help"), ("AIDE", "help"), ("arrêt de bus", None), ("", None)],
)  # fmt: skip
def test_those_of_our_languages(text: str, word: str | None) -> None:
    assert own_keyword(text) == word
