"""The short way of reading a phone number says what the library says."""

import phonenumbers
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat

from app.contacts import phones

COUNTRIES = ["IT", "GB", "FR", "DE", "ES", "CH", "US", "NL", "PT", "SM", "VA", "AT"]


@st.composite
def written(draw: st.DrawFn) -> str:
    """A number as people write it: a real one of some country, or any digits, with or without prefix."""
    region = draw(st.sampled_from(COUNTRIES))
    kind = draw(
        st.sampled_from([phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE])
    )
    example = phonenumbers.example_number_for_type(region, kind)
    if example is None or draw(st.booleans()):
        digits = draw(st.text("0123456789", min_size=4, max_size=14))
        return draw(st.sampled_from(["", "+", "00", "+39", "0039", "+44", "+49 0", "0", "3"])) + digits
    form = draw(
        st.sampled_from([PhoneNumberFormat.E164, PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.NATIONAL])
    )
    shown = phonenumbers.format_number(example, form)
    tail = draw(st.text("0123456789", min_size=0, max_size=4))
    return (shown[: len(shown) - len(tail)] + tail).replace("+", draw(st.sampled_from(["+", "00"])))


@given(cell=written(), country=st.sampled_from(COUNTRIES), mobile=st.booleans())
def test_the_short_way_agrees_with_the_library(cell: str, country: str, mobile: bool) -> None:
    short = phones._usual(cell, country)
    if short is not None:
        assert short == phones._by_the_book(cell, country, mobile=mobile)


def test_the_usual_numbers_take_the_short_way() -> None:
    for cell in ("+39 347 1234567", "3471234567", "02 12345678", "0039-347/1234567"):
        assert phones._usual(cell, "IT") is not None
