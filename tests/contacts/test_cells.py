"""What cells mean: the rules people rely on without knowing them."""

import pytest

from app.contacts import phones
from app.contacts.identity import is_role, names_agree
from app.contacts.models import PhoneKind


@pytest.mark.parametrize(
    ("cell", "number", "kind"),
    [
        ("363-6487649", "+393636487649", PhoneKind.MOBILE),
        ("00393213769092", "+393213769092", PhoneKind.MOBILE),
        ("+39 386 6085470", "+393866085470", PhoneKind.MOBILE),
        ("383/9684240", "+393839684240", PhoneKind.MOBILE),
        ("02 9096990", "+39029096990", PhoneKind.LANDLINE),
        ("00447549922789", "+447549922789", PhoneKind.MOBILE),
    ],
)
def test_phones_as_people_write_them(cell: str, number: str, kind: PhoneKind) -> None:
    phone = phones.read(cell, country="IT", mobile=True)
    assert phone is not None
    assert (phone.number, phone.kind) == (number, kind)


@pytest.mark.parametrize("cell", ["abc", "12", "", "+", "999999999999999999"])
def test_no_phones(cell: str) -> None:
    assert phones.read(cell, country="IT") is None


@pytest.mark.parametrize(
    ("mine", "theirs", "same"),
    [
        (("Etta", "Bulzoni"), ("Etta", "Bulzonu"), True),
        (("Guy", "Hill"), ("Guy", "Hili"), True),
        (("M.", "Rossi"), ("Mario", "Rossi"), True),
        (("", "Rossi"), ("Mario", "Rossi"), True),
        (("Gian Luca", "D'Alò"), ("Gian", "D'Alo"), True),
        (("Mario", "Rossi"), ("Maria", "Rossi"), False),
        (("Paolo", "Bianchi"), ("Paolo", "Verdi"), False),
    ],
)
def test_names(mine: tuple[str, str], theirs: tuple[str, str], same: bool) -> None:
    assert names_agree(mine, theirs) is same
    assert names_agree(theirs, mine) is same


def test_an_office_is_no_person() -> None:
    assert all(is_role(f"{name}@ditta.example") for name in ("info", "amministrazione", "pec", "noreply"))
    assert not is_role("carla.info@ditta.example")
