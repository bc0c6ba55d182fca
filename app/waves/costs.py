"""What texts cost: the price of one SMS part by country, from a dated list that the installation may replace."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import phonenumbers
import yaml

from app.errors import BadInput

OWN_FILE = "sms_prices.yaml"
"""Under DATA_DIR: the installation's own prices."""
OTHER = "other"
LIST = Path(__file__).parent / "costs.yaml"
_SHAPE = "Write `as_of:` (a day) and `prices:` with {currency: {country: price, other: price}}."
_TELLING = 9
"""Characters of an E.164 number within which its country shows, islands that share a calling code included."""


@dataclass(frozen=True, slots=True)
class Prices:
    """What one SMS part costs in one currency; `own` tells the installation's prices from the list that we ship."""

    currency: str
    as_of: date
    own: bool
    by_country: Mapping[str, Decimal]
    other: Decimal

    def of(self, country: str) -> Decimal:
        return self.by_country.get(country, self.other)

    def plain(self) -> dict[str, str]:
        """As a message group keeps them: country -> price, `""` for any other."""
        return {country: str(price) for country, price in self.by_country.items()} | {"": str(self.other)}


def prices(data_dir: Path, currency: str | None = None) -> Prices:
    """The prices in this currency, or in the first one of the file; raises BadInput."""
    file, lists = _lists(data_dir)
    chosen = currency or next(iter(lists), "")
    if chosen not in lists:
        known = ", ".join(lists) or "none"
        mend = f"Known: {known}. Write yours into {data_dir / OWN_FILE}."
        raise BadInput(f"there are no SMS prices in {chosen or 'any currency'}", where=str(file), mend=mend)
    return lists[chosen]


def currency_of(data_dir: Path, plain: Mapping[str, str]) -> str | None:
    """In which currency these prices (`Prices.plain`) are; None when the file says no more what it said then."""
    _, lists = _lists(data_dir)
    return next((name for name, listed in lists.items() if listed.plain() == plain), None)


def _lists(data_dir: Path) -> tuple[Path, dict[str, Prices]]:
    """The file of prices that counts, and what it says: currency -> prices, in its order; raises BadInput."""
    own = data_dir / OWN_FILE
    file = own if own.is_file() else LIST
    try:
        given = yaml.safe_load(file.read_text(encoding="utf-8"))
        lists = {str(name): _amounts(listed) for name, listed in given["prices"].items()}
        as_of = date.fromisoformat(str(given["as_of"]))
    except (
        OSError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        InvalidOperation,
        yaml.YAMLError,
    ) as error:
        why = " ".join(str(error).split())
        raise BadInput(f"this is no list of prices ({why})", where=str(file), mend=_SHAPE) from None
    return file, {
        name: Prices(name, as_of, file == own, amounts, amounts.pop(OTHER)) for name, amounts in lists.items()
    }


@dataclass(frozen=True, slots=True)
class CountryCost:
    """What the texts to one country (ISO 3166-1, `""` for unknown) cost over all steps."""

    country: str
    texts: int
    parts: int
    unicode: int
    """Texts with characters outside GSM-7."""
    price: Decimal
    """Of one part."""
    cost: Decimal


def by_country(parts: Mapping[tuple[str, str, int], int], prices: Prices | None) -> list[CountryCost]:
    """What texts cost, the dearest country first; `parts`: country, encoding, SMS parts -> texts. Without prices
    they cost nothing.
    """
    texts, counted, unicode = Counter[str](), Counter[str](), Counter[str]()
    for (country, encoding, size), count in parts.items():
        texts[country] += count
        counted[country] += count * size
        unicode[country] += count * (encoding == "UCS-2")
    lines = []
    for country, count in texts.items():
        price, number = prices.of(country) if prices else Decimal(0), counted[country]
        lines.append(CountryCost(country, count, number, unicode[country], price, price * number))
    return sorted(lines, key=lambda line: (-line.cost, line.country))


def total(lines: Sequence[CountryCost]) -> Decimal:
    return sum((line.cost for line in lines), Decimal(0))


def country_of(number: str) -> str:
    """The country (ISO 3166-1 alpha-2) of a number in E.164, `""` where none can be told."""
    beginning = number[:_TELLING]
    if beginning not in _known:
        _known[beginning] = _country(number)
    return _known[beginning]


_known: dict[str, str] = {}


def _country(number: str) -> str:
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number)) or ""
    except phonenumbers.NumberParseException:
        return ""


def _amounts(listed: Mapping[Any, Any]) -> dict[str, Decimal]:
    """Country, or `other`, -> price; a YAML that says `NO:` means Norway."""
    found = {"NO" if name is False else str(name): Decimal(str(price)) for name, price in listed.items()}
    if OTHER not in found or any(price < 0 or not price.is_finite() for price in found.values()):
        raise ValueError(f"no price of 0 or more for `{OTHER}`")
    return found
