"""Phone numbers as files and people write them, brought to E.164, with the kind of line they are."""

from typing import NamedTuple

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

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
