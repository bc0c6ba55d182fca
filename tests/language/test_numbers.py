"""Numbers as people write them, in four languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.language.numbers import find_number


@pytest.mark.parametrize(
    ("lang", "text", "number"),
    [
        ("it", "12", 12), ("it", "circa 50 dipendenti", 50), ("it", "1.500", 1500),
        ("it", "1.500,50", 1500.5),
        ("it", "2,5", 2.5), ("en", "1,500 people", 1500), ("en", "2.5", 2.5), ("it", "10 mila", 10_000),
        ("it", "10k", 10_000),
        ("it", "una dozzina", 12), ("it", "mezza dozzina", 6), ("it", "un paio", 2),
        ("it", "cinquecento", 500),
        ("it", "centoventotto", 128), ("it", "duemilacinquecento", 2500), ("it", "ventuno", 21),
        ("it", "un milione", 10**6),
        ("it", "una persona", 1), ("it", "nessuno", 0), ("it", "siamo in sei", 6),
        ("en", "a couple", 2), ("en", "one hundred and twenty", 120), ("en", "half a dozen", 6),
        ("de", "fünfhundert", 500), ("de", "zweitausend", 2000), ("de", "dreißig", 30),
        ("de", "ein Dutzend", 12),
        ("fr", "cinq cents", 500), ("fr", "quatre-vingt-dix-sept", 97), ("fr", "vingt et un", 21),
        ("fr", "une vingtaine", 20),
        ("it", "tra 10 e 20", 15), ("it", "10-20", 15), ("it", "siamo in 3, 2 adulti e 1 bambino", 3),
        ("it", "3 o 4", None), ("it", "-3", None), ("it", "boh", None), ("it", "", None),
        ("it", "grazie, ci sentiamo", None),
    ],
)  # fmt: skip
def test_the_number_of_a_reply(lang: str, text: str, number: float | None) -> None:
    assert find_number(text, lang) == number


@given(st.text(max_size=40), st.sampled_from(["it", "en", "de", "fr", "xx"]))
def test_any_text_gives_a_number_or_none(text: str, lang: str) -> None:
    number = find_number(text, lang)
    assert number is None or number >= 0


@given(st.integers(0, 999_999))
def test_written_digits_are_read_back(number: int) -> None:
    assert find_number(str(number)) == number
    assert find_number(f"{number:,}".replace(",", "."), "it") == number
