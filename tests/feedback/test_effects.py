"""What a survey's effects leave behind: attributes, tags, corrected data, alerts; twice the same as once."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlmodel import col, select

from app import runtime
from app.contacts import consent, edits, find, suppression, undo
from app.contacts.addresses import address_hash
from app.contacts.models import Contact, ContactEdit, PhoneKind
from app.conversations import walks
from app.db import Session
from app.engagement import policies
from app.intake import effects
from app.journal.models import Entry
from app.runtime import Runtime
from app.segments import membership
from app.surveys.steps import Alert, CallRequested, Consent, Correction, Effect, SetAttribute, Tag
from tests.contacts.importing import KEY, bring, one
from tests.waves.small_wave import SmallWave, launch_wave

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def carried_out(wave: SmallWave, name: str, told: Sequence[Effect]) -> None:
    """The survey engine decided this in the person's conversation."""
    with runtime.session() as db:
        walk = walks.open_walk(db, wave.conversations[name].id)
        assert walk
        effects.carry_out(db, walk, told, source="web", at=runtime.now(), evidence={})


def now_known(db: Session, wave: SmallWave, name: str) -> Contact:
    return db.get_one(Contact, wave.contacts[name].id)


def alerts(db: Session, contact_id: str) -> list[str]:
    rows = db.exec(select(Entry).where(Entry.subject_id == contact_id, Entry.verb == "alert"))
    return sorted(row.facts["reason"] for row in rows)


def test_what_they_say_of_themselves_becomes_theirs_once(rt: Runtime) -> None:
    wave = launch_wave(rt, ["ada", "bea"])
    told = [
        SetAttribute("topics", ["vino", "olio"]),
        SetAttribute("dipendenti", 12),
        Tag("promoter"),
        Tag("Promoter"),
        Tag("vip"),
        CallRequested(),
        Alert("happy"),
        Alert("happy"),
        Consent(True, "Restiamo in contatto?", "consent", decision="less_often"),
    ]
    for _ in range(2):
        carried_out(wave, "ada", told)
    with runtime.reading() as db:
        ada = now_known(db, wave, "ada")
        assert ada.attributes == {
            "topics": ["vino", "olio"], "dipendenti": 12, "tags": ["promoter", "vip"], "frequency": "less_often",
        }  # fmt: skip
        assert alerts(db, ada.id) == ["call_requested", "happy"]
        edits = db.exec(
            select(ContactEdit).where(ContactEdit.contact_id == ada.id).order_by(col(ContactEdit.id))
        ).all()
        assert [list(edit.fields) for edit in edits] == [
            ["attributes.topics"], ["attributes.dipendenti"], ["attributes.tags"], ["attributes.tags"],
            ["attributes.frequency"],
        ]  # fmt: skip
        assert {(edit.source, edit.conversation_id) for edit in edits} == {
            ("survey", wave.conversations["ada"].id)
        }
        for rule in (
            {"tags": {"contains": "prom"}},
            {"topics": "olio"},
            {"attributes": {"dipendenti": {"at_least": 10}}},
        ):
            selected = membership.members(rule, as_of=rt.now(), policy=policies.present(db))
            assert [row[0] for row in db.execute(selected)] == [ada.id], rule
        assert consent.present(db, ada.id) == {"email": "granted", "sms": "granted"}
    undone = [Consent(True, "Restiamo in contatto?", "consent", decision="stay"), Tag("vip", held=False)]
    carried_out(wave, "ada", undone)
    with runtime.reading() as db:
        attributes = now_known(db, wave, "ada").attributes
        assert "frequency" not in attributes
        assert attributes["tags"] == ["promoter"]


def test_corrected_data_are_taken_over_and_the_old_address_still_finds_them(rt: Runtime) -> None:
    wave = launch_wave(rt, ["ada", "bea"])
    ada, key = wave.contacts["ada"], rt.settings.suppression_key
    old_email, old_phone = str(ada.email), str(ada.phone)
    new = f"Ada.Nuova.{wave.id[-6:]}@Ditta.example"
    with runtime.session() as db:
        stopped = [("email", address_hash(key, "email", old_email))]
        suppression.suppress(db, stopped, reason="one_click", source="one_click", at=rt.now())
    given = {"email": new, "phone": "348 765 4321", "name": "Ada Bianchi", "company": "Nuova S.r.l."}
    carried_out(wave, "ada", [Correction("dati", "self", given)])
    with runtime.reading() as db:
        held = now_known(db, wave, "ada")
        assert (held.email, held.email_key, held.phone) == (new, new.lower(), "+393487654321")
        assert (held.first_name, held.last_name, held.company) == ("Ada", "Bianchi", "Nuova S.r.l.")
        for name in (old_email, old_phone, new, "3487654321"):
            assert find.one(db, name, country="IT").id == ada.id, name
        assert find.ids_at(db, phone=old_phone) == [ada.id]
        # Their stop follows to the new address; the consent is the person's and stays.
        assert suppression.suppressed(db, [("email", address_hash(key, "email", new))])
        assert consent.present(db, ada.id) == {"email": "granted", "sms": "granted"}
        (edit,) = db.exec(select(ContactEdit).where(ContactEdit.contact_id == ada.id)).all()
        assert edit.fields["email_key"] == [old_email, new.lower()]
        assert edit.fields["phone"] == [old_phone, "+393487654321"]
        assert alerts(db, ada.id) == []


@ON_SQLITE
def test_what_cannot_be_taken_over_is_told_to_the_owner_and_changes_nothing(rt: Runtime) -> None:
    wave = launch_wave(rt, ["ada", "bea"])
    ada, bea = wave.contacts["ada"], wave.contacts["bea"]
    for given in (
        {"email": str(bea.email).upper(), "phone": "12"},
        {"email": "ada at ditta", "phone": str(bea.phone)},
        {"email": str(ada.email)},
    ):
        carried_out(wave, "ada", [Correction("dati", "self", given)])
    successor = {"name": "Luca Neri", "email": "luca@ditta.example"}
    carried_out(wave, "ada", [Correction("chi", "successor", successor)])
    with runtime.reading() as db:
        held = now_known(db, wave, "ada")
        assert (held.email, held.phone, held.first_name) == (ada.email, ada.phone, "Ada")
        assert now_known(db, wave, "bea").email == bea.email
        assert alerts(db, ada.id) == ["address_taken", "bad_email", "bad_phone", "successor"]
        assert find.by_names(db, ["luca@ditta.example"]) == {}, "nobody gets a contact out of another's words"
        facts = db.exec(select(Entry.facts).where(Entry.verb == "alert")).all()
        assert not [one for one in facts if "@" in str(one) or "Neri" in str(one)]


@ON_SQLITE
def test_an_office_line_does_not_take_the_mobiles_place(rt: Runtime) -> None:
    wave = launch_wave(rt, [], ["ada"])
    carried_out(wave, "ada", [Correction("dati", "self", {"phone": "02 1234 5678"})])
    with runtime.reading() as db:
        held = now_known(db, wave, "ada")
        assert (held.phone, held.phone_kind) == (wave.contacts["ada"].phone, PhoneKind.MOBILE)
        assert held.attributes == {"landline": "+390212345678"}


@ON_SQLITE
def test_the_crms_next_export_does_not_bring_the_old_address_back(rt: Runtime, tmp_path: Path) -> None:
    rows = "Codice;Nome;Cognome;E-mail;Cellulare\nC1;Ada;Neri;{};3471234567\n"
    bring(tmp_path, rows.format("ada.vecchia@ditta.example"))
    with runtime.session() as db:
        ada = find.hold(db, one().id)
        assert ada
        said = edits.Said("survey", None, rt.now())
        given = {"email": "ada.nuova@ditta.example"}
        assert edits.correct(db, ada, given, said, hash_key=KEY, country="IT") == []
    bring(tmp_path, rows.format("ada.vecchia@ditta.example"))
    assert one().email == "ada.nuova@ditta.example", "the file only repeats what the contact corrected"
    bring(tmp_path, rows.format("ada.terza@ditta.example"))
    assert one().email == "ada.terza@ditta.example", "this is news"


@ON_SQLITE
def test_undoing_an_import_leaves_what_the_contact_corrected_since(rt: Runtime, tmp_path: Path) -> None:
    rows = "Codice;Nome;Cognome;E-mail\nC1;Ada;Neri;{}\n"
    bring(tmp_path, rows.format("ada.prima@ditta.example"))
    second = bring(tmp_path, rows.format("ada.seconda@ditta.example"))
    with runtime.session() as db:
        ada = find.hold(db, one().id)
        assert ada
        said, given = edits.Said("survey", None, rt.now()), {"email": "ada.terza@ditta.example"}
        edits.correct(db, ada, given, said, hash_key=KEY, country="IT")
    undo.undo(runtime.session, second.import_id, hash_key=KEY, now=rt.now(), actor="user:prova")
    with runtime.reading() as db:
        assert one().email == "ada.terza@ditta.example"
        for name in ("prima", "seconda", "terza"):
            assert find.one(db, f"ada.{name}@ditta.example", country="IT").id == ada.id, name


def test_of_two_who_claim_one_address_at_the_same_moment_one_gets_it(rt: Runtime) -> None:
    wave = launch_wave(rt, ["ada", "bea"])
    together = Barrier(2)

    def claim(name: str) -> None:
        together.wait()
        carried_out(wave, name, [Correction("dati", "self", {"email": f"nuova@{wave.id[-6:]}.example.it"})])

    with ThreadPoolExecutor() as two:
        list(two.map(claim, ("ada", "bea")))
    with runtime.reading() as db:
        people = [now_known(db, wave, name) for name in ("ada", "bea")]
        assert sorted(str(one.email).startswith("nuova@") for one in people) == [False, True]
        assert sorted(alerts(db, one.id) for one in people) == [[], ["address_taken"]]
