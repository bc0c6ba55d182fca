"""Doubles: who is proposed, who is merged, who never is; and what the commands and the review list do with them."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlmodel import select

from app import runtime
from app.cli.main import main
from app.contacts import doubles, find
from app.contacts.doubles_likeness import company_words, compare, domains_alike, look
from app.contacts.identity import is_role, names_agree, strangers
from app.contacts.models import Contact, ContactBlock, Double, DoubleState, PhoneKind
from app.contacts.names import Given, likeness
from app.db import new_id
from app.dossier import jobs
from app.dossier.settle import settle
from app.runtime import Runtime
from tests.contacts import doubles_labelled as labelled
from tests.contacts.importing import KEY, bring, people

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ONE_PERSON: dict[str, tuple[Given, Given]] = {
    "name_same": (("Nicolò", "D'Amico"), ("NICOLO", "Damico")),
    "name_swapped": (("Mario", "Rossi"), ("Rossi", "Mario")),
    "name_short": (("Beppe", "Bianchi"), ("Giuseppe", "Bianchi")),
    "name_typo": (("Etta", "Bulzonu"), ("Etta", "Bulzoni")),
    "name_initial": (("G.", "Verdi"), ("Beppe", "Verdi")),
    "name_part": (("Anna Maria", "Neri"), ("Anna", "Neri")),
    "surname_double": (("Anna", "Rossi Bianchi"), ("Anna", "Rossi")),
}


@pytest.mark.parametrize("code", ONE_PERSON)
def test_names_of_one_person(code: str) -> None:
    mine, theirs = ONE_PERSON[code]
    assert likeness(mine, theirs).code == likeness(theirs, mine).code == code
    assert names_agree(mine, theirs)
    assert not strangers(mine, theirs)


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (("Mario", "Rossi"), ("Maria", "Rossi")),
        (("Marco", "Rossi"), ("Mario", "Rossi")),
        (("Marta", "Conti"), ("Mara", "Conti")),
        (("Luca", "Ferri"), ("Paolo", "Ferri")),
        (("Anna", "Rossi"), ("Anna", "Verdi")),
    ],
)
def test_names_of_two_people(mine: Given, theirs: Given) -> None:
    assert not names_agree(mine, theirs)


def test_companies_addresses_and_offices_are_read_as_people_do() -> None:
    assert company_words("Rossi & Figli S.n.c. di Rossi Mario & C.") == company_words("ROSSI FIGLI SNC")
    assert company_words("Acme S.p.A.") == company_words("acme ltd") == ("acme",)
    assert domains_alike("gmial.com", "gmail.com")
    assert domains_alike("libero.ti", "libero.it")
    assert not domains_alike("rossi.it", "bianchi.it")
    assert is_role("info2@ditta.it")
    assert is_role("acquisti-nord@ditta.it")
    assert not is_role("infante@ditta.it")


@on_sqlite
@pytest.mark.parametrize("files", [1, 2])
def test_labelled_doubles_are_found_and_look_alikes_left_alone(
    rt: Runtime, tmp_path: Path, files: int
) -> None:
    found = labelled.measure(tmp_path, seed=11 + files, size=390, files=files)
    assert found.recall(labelled.SHARING, merged_only=True) >= 0.95
    assert found.recall(labelled.REST, merged_only=False) >= 0.8
    assert found.false_share < 0.01


def person(**given: Any) -> Contact:
    now = runtime.now()
    email, phone = given.pop("email", None), given.pop("phone", None)
    held = Contact(
        id=new_id(), email=email, email_key=email, phone=phone, created_at=now, updated_at=now,
        phone_kind=PhoneKind.MOBILE if (phone or "").startswith("+393") else PhoneKind.LANDLINE, **given,
    )  # fmt: skip
    with runtime.session() as db:
        db.add(held)
    return held


@on_sqlite
def test_the_sweep_finds_and_merges(rt: Runtime) -> None:
    one = {"first_name": "Ada", "last_name": "Bruni", "phone": "+393471234567"}
    older, newer = person(**one, email="ada@bruni.it"), person(**one, email="ada.bruni@posta.it")
    jobs.settle()
    with runtime.reading() as db:
        assert find.one(db, "ada.bruni@posta.it", country="IT").id == older.id
        assert db.get(Contact, newer.id) is None


def searched() -> dict[str, int]:
    counts, done = settle(runtime.session, hash_key=KEY, now=runtime.now())
    assert done
    return dict(counts)


def pairs(state: DoubleState = DoubleState.OPEN) -> list[tuple[set[str], set[str]]]:
    """Of every pair in this state the ids and the codes of the reasons."""
    with runtime.reading() as db:
        return [({d.one, d.other}, {r[0] for r in d.reasons}) for d in doubles.listed(db, state)]


def test_searching_again_changes_nothing_and_a_change_is_looked_at_again(rt: Runtime) -> None:
    ada = person(first_name="Ada", last_name="Bruni", company="Bruni Srl", email="ada@bruni.it")
    other = person(first_name="Ada", last_name="Brunni", company="BRUNI S.R.L.", phone="+393471234567")
    assert searched()["looked"] == 2
    assert pairs() == [({ada.id, other.id}, {"name_typo", "same_company"})] or pairs() == [
        ({ada.id, other.id}, {"name_same", "same_company"})
    ]
    assert searched() == {"looked": 0, "compared": 0, "doubtful": 0, "merged": 0}
    with runtime.session() as db:
        held = db.get_one(Contact, other.id)
        held.first_name, held.updated_at = "Piero", held.updated_at + timedelta(seconds=1)
    assert searched()["looked"] == 1
    assert pairs() == [], "they look alike no more"
    with runtime.session() as db:
        doubles.forget(db, ada.id)
        doubles.forget(db, other.id)
        assert db.exec(select(ContactBlock)).all() == []


@on_sqlite
def test_a_landline_or_an_office_address_is_never_proof(rt: Runtime) -> None:
    one = {"first_name": "Ada", "last_name": "Bruni", "phone": "+390212345678", "email": "info@bruni.it"}
    mine, theirs = person(**one), person(**one)
    boss = person(first_name="Ugo", last_name="Bruni", phone="+390212345678", email="info@bruni.it")
    assert searched()["merged"] == 0
    ((ids, reasons),) = pairs()
    assert ids == {mine.id, theirs.id}
    assert boss.id not in ids
    assert reasons >= {"same_landline", "same_role_email"}


@on_sqlite
def test_an_equal_mobile_with_another_name_is_a_question(rt: Runtime) -> None:
    father = person(first_name="Giovanni", last_name="Bruni", phone="+393471234567")
    son = person(first_name="Luca", last_name="Bruni", phone="+393471234567")
    assert searched()["merged"] == 0
    assert pairs() == [({father.id, son.id}, {"same_mobile", "name_other"})]


@on_sqlite
def test_an_order_is_carried_out_unless_a_person_said_two(rt: Runtime) -> None:
    people_ = [person(first_name=name, last_name="X", email=f"{name}@x.it") for name in ("ada", "bea", "cia")]
    ada, bea, cia = (one.id for one in people_)
    now = runtime.now()
    with runtime.session() as db:
        doubles.note_certain(db, [(ada, bea)], [["same_row", "", ""]], now)
        held = doubles.listed(db, DoubleState.CERTAIN)[0]
        doubles.reject(db, held.id, by="user:prova", now=now)
        doubles.note_certain(db, [(bea, ada), (bea, cia), (cia, cia)], [["same_row", "", ""]], now)
    assert searched()["merged"] == 1
    with runtime.reading() as db:
        assert {one.id for one in db.exec(select(Contact))} == {ada, bea}
        told = {(d.one, d.other): d.state for d in db.exec(select(Double))}
    assert told == {(ada, bea): DoubleState.REJECTED, (bea, cia): DoubleState.MERGED}


@on_sqlite
def test_whoever_was_told_apart_stays_apart_after_a_merge(rt: Runtime) -> None:
    """Ada is not Bea; Cia turns out to be Bea: so Ada is not Cia either, whatever the records say later."""
    one = {"first_name": "Ada", "last_name": "Bruni", "company": "Bruni"}
    ada, bea, cia = (person(**one, email=f"ada{n}@posta{n}.it") for n in range(3))
    searched()
    with runtime.session() as db:
        by_ids = {(d.one, d.other): d.id for d in doubles.listed(db)}
        doubles.reject(db, by_ids[ada.id, bea.id], by="user:prova", now=runtime.now())
        doubles.note_certain(db, [(bea.id, cia.id)], [], runtime.now())
        doubles.decide(
            db, db.get_one(Double, by_ids[bea.id, cia.id]), DoubleState.CERTAIN, by="x", now=runtime.now()
        )
    searched()
    assert pairs() == []
    assert len(people()) == 2


@on_sqlite
def test_the_commands_list_merge_reject_and_undo(
    rt: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(tmp_path, "Nome,Cognome,E-mail,Ragione sociale\nAda,Bruni,ada@bruni.it,Bruni Srl\n"
        "Ada,Bruni,a.bruni@posta.it,BRUNI S.r.l.\nUgo,Neri,ugo@neri.it,Neri\nUgho,Neri,ugo@neri.ti,\n")  # fmt: skip
    monkeypatch.setenv("DATABASE_URL", rt.settings.database)
    monkeypatch.setenv("DATA_DIR", str(rt.settings.data_dir))

    def run(*words: str, code: int = 0) -> Any:
        done = CliRunner().invoke(main, ["contacts", *words, "--json"])
        assert done.exit_code == code, done.output
        return json.loads(done.stdout) if not code else done.stderr

    told = run("doubles")
    assert told["open"] == 2
    first, second = told["pairs"]
    assert first["one"]["email"]
    assert "Same company: " in str(told)
    merged = run("doubles", "merge", first["id"])
    assert run("doubles", "reject", second["id"])["state"] == "rejected"
    assert run("doubles", "list")["pairs"] == []
    assert len(people()) == 3
    assert run("show", first["other"]["id"])["id"] == merged["contact_id"]
    assert run("unmerge", merged["merge_id"])["kept"] == merged["contact_id"]
    assert len(people()) == 4
    assert run("doubles", "find")["to_review"] == 0, "a pair that was parted is not proposed again"
    assert [one["id"] for one in run("doubles", "merges")] == [merged["merge_id"]]
    assert "undone" in run("unmerge", merged["merge_id"], code=2)
    run("doubles", "merge", "nonsense", code=2)


def test_a_verdict_names_its_reasons() -> None:
    def seen(**given: Any) -> Any:
        row = dict.fromkeys(
            ("email_key", "phone", "phone_kind", "first_name", "last_name", "company", "job_title")
        )
        return look(row | {"id": new_id(), "attributes": {}} | given, [])

    ada = seen(first_name="Ada", last_name="Bruni", email_key="ada.bruni@gmail.com")
    same_box = compare(ada, seen(first_name="Ada", last_name="Bruni", email_key="adabruni+x@gmail.com"))
    assert (same_box.certain, same_box.reasons[0][0]) == (True, "same_mailbox")
    slip = compare(ada, seen(email_key="ada.bruni@gmial.com"))
    assert (slip.certain, slip.reasons[0][0]) == (False, "email_domain_typo")
    assert slip.score >= 0.5
    born = {"data_nascita": "1980-01-01"}, {"data_nascita": "2010-05-05"}
    one = {"first_name": "Ugo", "last_name": "Neri", "phone": "+393471234567", "phone_kind": "mobile"}
    father, son = (seen(**one, attributes=facts) for facts in born)
    assert not compare(father, son).certain
