"""Days as people write them, in four languages."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.language.dates import Side, find_date

TODAY = date(2026, 11, 22)  # a Sunday


@pytest.mark.parametrize(
    ("text", "side", "day"),
    [
        ("3 dicembre", "future", "2026-12-03"), ("03/12", "future", "2026-12-03"),
        ("3/12/26", "any", "2026-12-03"),
        ("3.12.2026", "any", "2026-12-03"), ("2026-12-03", "any", "2026-12-03"),
        ("12/25", "future", "2026-12-25"),
        ("domani", "any", "2026-11-23"), ("lunedì prossimo", "future", "2026-11-23"),
        ("domenica", "future", "2026-11-29"),
        ("domenica", "past", "2026-11-15"), ("venerdì scorso", "any", "2026-11-20"),
        ("lunedì 7 dicembre", "any", "2026-12-07"),
        ("fra due settimane", "future", "2026-12-06"), ("due settimane fa", "past", "2026-11-08"),
        ("tra un mese", "any", "2026-12-22"),
        ("il 15", "future", "2026-12-15"), ("il 15", "past", "2026-11-15"),
        ("fine febbraio", "future", "2027-02-28"),
        ("3/5", "past", "2026-05-03"), ("3/5", "future", "2027-05-03"), ("3/5", "any", "2027-05-03"),
        ("3/5/75", "any", "1975-05-03"),
        ("29 febbraio", "future", "2028-02-29"), ("verrei il 3 dicembre alle 18", "future", "2026-12-03"),
        ("next Friday", "future", "2026-11-27"), ("December 3", "future", "2026-12-03"),
        ("3rd of December 2026", "any", "2026-12-03"),
        ("in 3 days", "any", "2026-11-25"), ("end of February", "future", "2027-02-28"),
        ("3. Dezember", "future", "2026-12-03"), ("nächsten Freitag", "future", "2026-11-27"),
        ("vor drei Tagen", "past", "2026-11-19"),
        ("übermorgen", "any", "2026-11-24"), ("guten Morgen", "any", None),
        ("le 1er décembre", "future", "2026-12-01"),
        ("après-demain", "any", "2026-11-24"), ("il y a deux semaines", "past", "2026-11-08"),
        ("mercoledì 9", "future", "2026-12-09"), ("lunedì alle 9", "future", "2026-11-23"),
        ("3 o 4 dicembre", "future", None), ("dal 3 al 5 dicembre", "future", None), ("31/02", "any", None),
        ("alle 15:30", "any", None), ("ho 2 figli", "any", None), ("boh", "any", None),
        ("a gennaio", "future", None),
    ],
)  # fmt: skip
def test_the_day_of_a_reply(text: str, side: Side, day: str | None) -> None:
    found = find_date(text, TODAY, side)
    assert (found.isoformat() if found else None) == day


@given(st.text(max_size=40), st.dates(), st.sampled_from(["future", "past", "any"]))
def test_any_text_names_a_day_or_none(text: str, today: date, side: Side) -> None:
    found = find_date(text, today, side)
    assert found is None or isinstance(found, date)


@given(st.dates(date(2000, 1, 1), date(2040, 12, 31)))
def test_written_days_are_read_back(day: date) -> None:
    assert find_date(f"{day:%d/%m/%Y}", TODAY) == day
    assert find_date(day.isoformat(), TODAY) == day
