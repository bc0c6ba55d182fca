"""Phone numbers as files and people write them, brought to E.164, with the kind of line they are."""

import re
from functools import cache
from typing import NamedTuple

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberDesc, PhoneNumberFormat, PhoneNumberType

from app.contacts.models import PhoneKind


class Phone(NamedTuple):
    """A number in E.164, its kind of line, and the country it belongs to (ISO 3166-1 alpha-2, if any)."""

    number: str
    kind: PhoneKind
    country: str | None


def read(cell: str, *, country: str, mobile: bool = False) -> Phone | None:
    """The number in `cell` as dialled from `country`; None when it can be none.

    `mobile` says that the column holds mobile numbers: it decides where the numbering plan does not
    (North America; ranges opened since the plan was published).
    """
    usual = _usual(cell, country)
    if usual:
        return usual
    return _by_the_book(cell, country, mobile=mobile)


def _by_the_book(cell: str, country: str, *, mobile: bool) -> Phone | None:
    """What the library says, which knows every way of writing every country's numbers, at ten times the cost."""
    try:
        number = phonenumbers.parse(cell, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    kind = phonenumbers.number_type(number)
    as_mobile = mobile and phonenumbers.is_possible_number_for_type(number, PhoneNumberType.MOBILE)
    if kind == PhoneNumberType.UNKNOWN and not as_mobile:
        return None
    return Phone(
        phonenumbers.format_number(number, PhoneNumberFormat.E164),
        _KINDS.get(kind, PhoneKind.LANDLINE) or (PhoneKind.MOBILE if mobile else PhoneKind.UNKNOWN),
        phonenumbers.region_code_for_number(number)
        or phonenumbers.region_code_for_country_code(number.country_code or 0),
    )


_KINDS = {
    PhoneNumberType.MOBILE: PhoneKind.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE: None,
    PhoneNumberType.UNKNOWN: None,
    PhoneNumberType.PERSONAL_NUMBER: None,
    PhoneNumberType.VOIP: None,
}


class _Lines(NamedTuple):
    """One country's numbering plan as patterns of national numbers (from the library's own metadata)."""

    code: str
    prefix: str
    """What is dialled before a national number at home and nowhere else; usually nothing or 0."""
    odd: re.Pattern[str]
    """Premium, toll-free and other numbers that are neither somebody's mobile nor their office."""
    fixed: re.Pattern[str]
    mobile: re.Pattern[str]


_WRITTEN = re.compile(r"(\+|00)?[ .]?([\d][\d ./()-]{5,20}\d)", re.A)
_BETWEEN = str.maketrans("", "", " ./()-")


def _usual(cell: str, country: str) -> Phone | None:
    """The number, where it is written plainly and is surely a mobile or surely a landline; else None."""
    written = _WRITTEN.fullmatch(cell)
    if not written or (written[1] == "00" and not _dials_00(country)):
        return None
    digits = written[2].translate(_BETWEEN)
    if written[1]:
        region = next((one for n in (1, 2, 3) if (one := _region_of(digits[:n]))), None)
        lines = _lines(region) if region else None
        if lines is None or (lines.prefix and digits[len(lines.code) :].startswith(lines.prefix)):
            return None
        national = digits[len(lines.code) :]
    else:
        region, lines, national = country, _lines(country), digits
        if lines is None or not national.startswith(lines.prefix):
            return None
        national = national[len(lines.prefix) :]
    if lines.odd.fullmatch(national):
        return None
    mobile, fixed = lines.mobile.fullmatch(national), lines.fixed.fullmatch(national)
    if bool(mobile) == bool(fixed):
        return None
    return Phone(f"+{lines.code}{national}", PhoneKind.MOBILE if mobile else PhoneKind.LANDLINE, region)


@cache
def _dials_00(region: str) -> bool:
    plan = PhoneMetadata.metadata_for_region(region)
    return plan is not None and plan.international_prefix == "00"


@cache
def _region_of(code: str) -> str | None:
    """The country of a calling code; of several that share one, the one that owns it."""
    shared = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(code) if code.isdigit() else 0)
    return shared[0] if shared and _lines(shared[0]) else None


@cache
def _lines(region: str) -> _Lines | None:
    """The plan of a country; None where only the library can tell (prefixes with rules, shared areas)."""
    plan = PhoneMetadata.metadata_for_region(region)
    prefix = plan.national_prefix_for_parsing or "" if plan else ""
    if (
        plan is None
        or prefix not in ("", "0")
        or plan.leading_digits
        or plan.same_mobile_and_fixed_line_pattern
    ):
        return None
    if plan.international_prefix != "00" or plan.country_code == 1:
        return None
    others = (
        plan.premium_rate, plan.toll_free, plan.shared_cost, plan.voip, plan.personal_number, plan.pager, plan.uan,
        plan.voicemail,
    )  # fmt: skip
    return _Lines(
        str(plan.country_code),
        prefix,
        re.compile("|".join(_pattern(one) for one in others if one) or "(?!)"),
        re.compile(_pattern(plan.fixed_line)),
        re.compile(_pattern(plan.mobile)),
    )


def _pattern(kind: PhoneNumberDesc | None) -> str:
    """Numbers of one kind, of the lengths it may have (-1 stands for none)."""
    if kind is None or not kind.national_number_pattern:
        return "(?!)"
    lengths = "|".join(f".{{{length}}}" for length in kind.possible_length if length > 0)
    return (
        f"(?={lengths}$)(?:{kind.national_number_pattern})"
        if lengths
        else f"(?:{kind.national_number_pattern})"
    )
