"""What cells mean: the rules people rely on without knowing them."""

from zoneinfo import ZoneInfo

import pytest

from app.files import cells

ROME = ZoneInfo("Europe/Rome")


@pytest.mark.parametrize(
    ("cell", "comma", "value"),
    [
        ("11.501,01", True, 11501.01),
        ("11.501,01 €", False, 11501.01),
        ("1,234.50", True, 1234.5),
        ("1.234", True, 1234),
        ("1.234", False, 1.234),
        ("5", True, 5),
        ("-3,5", True, -3.5),
        ("1.2.3", True, None),
        ("abc", True, None),
        ("12/3", True, None),
    ],
)
def test_amounts(cell: str, comma: bool, value: float | None) -> None:
    assert cells.number(cell, decimal_comma=comma) == value


@pytest.mark.parametrize(
    ("cell", "iso"),
    [
        ("22/11/2024", "2024-11-21T23:00:00+00:00"),
        ("2021-05-13 03:51", "2021-05-13T01:51:00+00:00"),
        ("2026-03-07T12:00:00+00:00", "2026-03-07T12:00:00+00:00"),
        ("5.1.24 3:05 PM", "2024-01-05T14:05:00+00:00"),
        ("2020-01-01 10:00 UTC", "2020-01-01T10:00:00+00:00"),
        ("March 5, 2021", "2021-03-04T23:00:00+00:00"),
        ("5 Mar 2021", "2021-03-04T23:00:00+00:00"),
        ("5 marzo 2021", "2021-03-04T23:00:00+00:00"),
        ("5-Mar-2021 10:30", "2021-03-05T09:30:00+00:00"),
        ("Fri, 5 Mar 2021", "2021-03-04T23:00:00+00:00"),
        ("1º gennaio 2021", "2020-12-31T23:00:00+00:00"),
        ("31 febbraio 2021", None),
        ("5 fiori 2021", None),
        ("31/02/2021", None),
        ("00/00/0000", None),
        ("2021-13-01", None),
        ("ieri", None),
    ],
)
def test_dates(cell: str, iso: str | None) -> None:
    at = cells.moment(cell, day_first=True, zone=ROME)
    assert (at.isoformat() if at else None) == iso


@pytest.mark.parametrize("cell", ["S", "SI", "Sì", "1", "true", "Yes", "x", "opt-in", "subscribed"])
def test_a_yes(cell: str) -> None:
    assert cells.yes_no(cell) is True


@pytest.mark.parametrize("cell", ["N", "NO", "0", "false", "unsubscribed", "opt-out"])
def test_a_no(cell: str) -> None:
    assert cells.yes_no(cell) is False


@pytest.mark.parametrize("cell", ["", "forse", "da chiedere", "?", "-"])
def test_anything_else_is_no_answer(cell: str) -> None:
    assert cells.yes_no(cell) is None


def test_languages_and_countries_by_any_name() -> None:
    given = ["IT", "Italiano", "en-GB", "Tedesco", "deutsch", "klingoniano?"]
    assert [cells.language(one) for one in given] == ["it", "it", "en", "de", "de", None]
    assert [cells.country(one) for one in ["Italy", "Italia", "DE", "UK", "Germania", "Marte"]] == [
        "IT", "IT", "DE", "GB", "DE", None,
    ]  # fmt: skip
    assert cells.zone_of("IT") == "Europe/Rome"
