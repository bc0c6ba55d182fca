"""What texts cost: the list we ship, the installation's own, and the country a number belongs to."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from app.errors import BadInput
from app.waves import costs


def test_the_list_has_prices_in_euros_and_dollars(tmp_path: Path) -> None:
    euros = costs.prices(tmp_path)
    assert (euros.currency, euros.own) == ("EUR", False)
    assert euros.of("IT") < euros.of("ZW") == euros.other
    assert costs.prices(tmp_path, "USD").currency == "USD"
    assert euros.plain()["IT"] == str(euros.of("IT"))
    assert euros.plain()[""] == str(euros.other)


def test_the_installations_own_prices_win(tmp_path: Path) -> None:
    own = "as_of: 2027-01-15\nprices:\n  CHF: {CH: 0.07, NO: 0.06, other: '0.2'}\n"
    (tmp_path / costs.OWN_FILE).write_text(own, "utf-8")
    found = costs.prices(tmp_path)
    assert (found.currency, found.as_of, found.own) == ("CHF", date(2027, 1, 15), True)
    assert (found.of("CH"), found.of("NO"), found.of("IT")) == (
        Decimal("0.07"),
        Decimal("0.06"),
        Decimal("0.2"),
    )
    with pytest.raises(BadInput, match="no SMS prices in EUR"):
        costs.prices(tmp_path, "EUR")


@pytest.mark.parametrize(
    "wrong", ["", "prices: {EUR: {IT: 1}}", "as_of: 2027-01-01\nprices: {EUR: {IT: dear, other: 1}}", "a: ["]
)
def test_a_file_that_is_no_price_list_says_how_to_write_one(tmp_path: Path, wrong: str) -> None:
    (tmp_path / costs.OWN_FILE).write_text(wrong, "utf-8")
    with pytest.raises(BadInput, match=r"no list of prices.*as_of"):
        costs.prices(tmp_path)


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+393471234567", "IT"),
        ("+4915112345678", "DE"),
        ("+447400123456", "GB"),
        ("+447624512345", "IM"),
        ("+14165550123", "CA"),
        ("+12125550123", "US"),
        ("+999123", ""),
        ("no number", ""),
    ],
)
def test_a_number_tells_its_country(number: str, country: str) -> None:
    assert costs.country_of(number) == country
