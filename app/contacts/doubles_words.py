"""The reasons for a pair in words; whoever shows them looks the texts up in the catalogue."""

from collections.abc import Callable, Sequence

from app.translations import N_

TEXTS = {
    "same_email": N_("Same email address: %(one)s"),
    "same_mailbox": N_("The same mailbox, written in two ways: %(one)s and %(other)s"),
    "same_role_email": N_("Same office address: %(one)s"),
    "email_domain_typo": N_("Email addresses that differ by a slip in the domain: %(one)s and %(other)s"),
    "email_typo": N_("Email addresses that differ by a slip: %(one)s and %(other)s"),
    "same_local": N_("The same name before the @: %(one)s and %(other)s"),
    "same_domain": N_("Email addresses at the same company: %(one)s and %(other)s"),
    "same_mobile": N_("Same mobile number: %(one)s"),
    "same_landline": N_("Same landline: %(one)s"),
    "name_same": N_("Same name: %(one)s"),
    "name_swapped": N_("First and last name swapped: %(one)s and %(other)s"),
    "name_short": N_("One first name is short for the other: %(one)s and %(other)s"),
    "name_typo": N_("Names that differ by a slip: %(one)s and %(other)s"),
    "name_initial": N_("An initial for the name: %(one)s and %(other)s"),
    "name_part": N_("One first name is part of the other: %(one)s and %(other)s"),
    "name_missing": N_("One name is not complete: %(one)s and %(other)s"),
    "surname_double": N_("One surname stands within the other: %(one)s and %(other)s"),
    "surname_other": N_("Same first name, another surname: %(one)s and %(other)s"),
    "name_other": N_("But another name: %(one)s and %(other)s"),
    "same_company": N_("Same company: %(one)s"),
    "company_alike": N_("Company names much alike: %(one)s and %(other)s"),
    "other_company": N_("But another company: %(one)s and %(other)s"),
    "same_street": N_("Same street: %(one)s"),
    "same_postcode": N_("Same postcode: %(one)s"),
    "same_city": N_("Same town: %(one)s"),
    "same_province": N_("Same province: %(one)s"),
    "same_birth": N_("Same date of birth: %(one)s"),
    "other_birth": N_("But another date of birth: %(one)s and %(other)s"),
    "same_tax_code": N_("Same tax code: %(one)s"),
    "other_tax_code": N_("But another tax code: %(one)s and %(other)s"),
    "same_job": N_("Same role: %(one)s"),
    "same_row": N_("One record of %(one)s names both"),
}


def in_words(reasons: Sequence[Sequence[str]], translate: Callable[..., str]) -> list[str]:
    """Each reason as a sentence; `translate` takes the text and its values and gives it in the reader's language."""
    return [
        translate(TEXTS[code], one=one or "–", other=other or "–")
        for code, one, other in reasons
        if code in TEXTS
    ]


def english(text: str, **values: str) -> str:
    """The text itself, with its values."""
    return text % values
