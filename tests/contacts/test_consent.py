"""Who may be written to follows from the whole ledger; declarations speak for the unknown, and never for a no."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import literal, select
from sqlmodel import col

from app import runtime
from app.cli.consents import contacts as command
from app.contacts import consent, declarations
from app.contacts import jobs as contact_jobs
from app.contacts.models import ConsentState, Contact, Declaration, VoidedAct
from app.db import new_id
from app.errors import BadInput, Conflict
from app.journal.models import Entry
from app.runtime import Runtime
from tests.contacts.importing import bring, consents, one, people
from tests.contacts.test_commands import call, home

__all__ = ["home"]
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
BORN = datetime(2026, 1, 1, tzinfo=UTC)
STATEMENT = "Raccolti in fiera nel 2024, con modulo cartaceo firmato."
GRANTED, WITHDRAWN, REQUESTED = ConsentState.GRANTED, ConsentState.WITHDRAWN, ConsentState.REQUESTED

LINES = st.lists(
    st.tuples(
        st.sampled_from([GRANTED, WITHDRAWN, REQUESTED]),
        st.sampled_from(["import:crm", "declaration:crm", "web", "sms", "provider"]),
        st.integers(0, 3),
        st.sampled_from(["", "valid", "void"]),
    ),
    max_size=6,
)


def expected(lines: list[tuple[ConsentState, str, int, str]]) -> str:
    """The rule in plain words, over the lines of one channel."""
    no = [at for state, _, at, _ in lines if state is WITHDRAWN]
    yes = [(source, at) for state, source, at, act in lines if state is GRANTED and act != "void"]
    if any(not no or (source in ("web", "sms") and at > max(no)) for source, at in yes):
        return "granted"
    return "withdrawn" if no else "unknown"


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=LINES)
def test_the_present_state_follows_from_all_lines_and_is_what_sending_sees(
    rt: Runtime, lines: list[tuple[ConsentState, str, int, str]]
) -> None:
    acts = {"": None, "valid": new_id(), "void": new_id()}
    with runtime.session() as db:
        contact = Contact(created_at=BORN, updated_at=BORN)
        db.add_all([contact, VoidedAct(id=str(acts["void"]), at=BORN, actor="prova")])
        db.flush()
        consent.append(
            db,
            [
                {
                    "contact_id": contact.id, "channel": "email", "state": state, "basis": "consent",
                    "at": BORN + timedelta(days=at), "recorded_at": BORN, "source": source, "wording": "",
                    "evidence": {}, "act_id": acts[act],
                }
                for state, source, at, act in lines
            ],
        )  # fmt: skip
        said = consent.present(db, contact.id).get("email", "unknown")
        may = select(consent.granted_to(col(Contact.id), literal("email"))).where(
            col(Contact.id) == contact.id
        )
        sent = db.execute(may).scalar_one()
        db.rollback()
    assert said == expected(lines)
    assert bool(sent) is (said == "granted")


@ON_SQLITE
@pytest.mark.parametrize(
    ("basis", "state"),
    [
        ("Legitimate interest – existing customer", "granted"),
        ("Interesse legittimo", "granted"),
        ("Performance of a contract", "granted"),
        ("Soft spam, art. 130 c. 4", "granted"),
        ("Art. 6(1)(f) GDPR", "granted"),
        ("Not applicable", None),
        ("Obbligo di legge", None),
        ("Nessun consenso", None),
        ("Consenso da chiedere", None),
        ("Consent withdrawn", "withdrawn"),
    ],
)
def test_a_recorded_basis_permits_email_and_never_a_text(
    rt: Runtime, tmp_path: Path, basis: str, state: str | None
) -> None:
    row = f"ada@uno.example;3866085470;{basis}\n"
    bring(tmp_path, "Email;Cellulare;Legal basis for processing contact's data\n" + row)
    assert consents(one()) == ({"email": state} if state else {})


FILE = (
    "Codice;Email;Cellulare;Consenso marketing\n"
    "1;si@uno.example;3866085470;S\n2;no@uno.example;;N\n3;boh@uno.example;3866085471;\n4;;3866085472;\n"
)


def states() -> dict[str | None, str]:
    return {contact.email: consents(contact).get("email", "unknown") for contact in people()}


def declared(source: str = "gestionale", **changes: Any) -> str:
    words = {"statement": STATEMENT, "by": "Maria Bo", "basis": "consent", "actor": "user:prova"}
    with runtime.session() as db:
        made = declarations.declare(db, source, **{**words, **changes}, at=runtime.now())
    contact_jobs.declare(made.id)
    return made.id


def test_a_declaration_speaks_for_the_unknown_until_it_is_withdrawn(rt: Runtime, tmp_path: Path) -> None:
    bring(tmp_path, FILE)
    before = states()
    made = declared()
    contact_jobs.sweep()
    assert states() == {**before, "boh@uno.example": "granted"}
    assert "sms" not in consents(next(one for one in people() if one.email == "boh@uno.example"))
    with runtime.reading() as db:
        assert db.get_one(Declaration, made).contacts == 1
        (standing,) = declarations.standings(db)
        assert (standing.contacts, standing.consented, standing.declared) == (3, 1, 1)
        assert (standing.refused, standing.unknown) == (1, 0)
        entry = db.query(Entry).filter(Entry.verb == "declared").one()
        assert (entry.facts["statement"], entry.facts["by"]) == (STATEMENT, "Maria Bo")
    with runtime.session() as db, pytest.raises(Conflict, match="Maria Bo declared this"):
        declarations.declare(
            db, "gestionale", statement=STATEMENT, by="X", basis="consent", actor="p", at=rt.now()
        )
    # A later import of the source: its new unknown contacts are spoken for, a no among them is not.
    bring(tmp_path, "Codice;Email;Consenso marketing\n5;nuovo@uno.example;\n6;mai@uno.example;N\n")
    with runtime.session() as db:
        declarations.extend(db, "gestionale", [contact.id for contact in people()], rt.now())
        assert declarations.extend(db, "altrove", [contact.id for contact in people()], rt.now()) == 0
    assert states()["nuovo@uno.example"] == "granted"
    assert states()["mai@uno.example"] == "withdrawn"
    # A no beats it, even one that is older.
    bring(tmp_path, "Codice;Email;Disiscritto il\n3;boh@uno.example;01/02/2020\n")
    assert states()["boh@uno.example"] == "withdrawn"
    with runtime.session() as db:
        declarations.withdraw(db, made, actor="user:prova", at=rt.now())
    assert states()["nuovo@uno.example"] == "unknown"
    assert states()["si@uno.example"] == "granted"
    with runtime.session() as db, pytest.raises(Conflict, match="withdrawn before"):
        declarations.withdraw(db, made, actor="user:prova", at=rt.now())
    assert declared() != made, "another may be made"
    assert states()["nuovo@uno.example"] == "granted"


@ON_SQLITE
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"source": "fiera"}, "Known: gestionale"),
        ({"statement": "  ok  "}, "written statement"),
        ({"by": " "}, "name of who makes it"),
        ({"basis": "because"}, "no basis"),
    ],
)
def test_a_declaration_lacks_nothing(rt: Runtime, tmp_path: Path, changes: dict[str, str], said: str) -> None:
    bring(tmp_path, FILE)
    with pytest.raises(BadInput, match=said):
        declared(**changes)


def test_the_commands_declare_prove_and_take_back(home: Path) -> None:
    (home / "gestionale.csv").write_text(FILE)
    call(command, "import", "gestionale.csv")
    (home / "testo.txt").write_text(STATEMENT)
    words = ("declare", "gestionale", "--statement", "testo.txt", "--by", "Maria Bo")
    assert call(command, *words, "--dry-run")["contacts"] == 1
    assert call(command, "sources")["declarations"] == []
    made = call(command, *words)
    assert (made["contacts"], made["basis"]) == (1, "consent")
    call(command, "suppress", "boh@uno.example", "--reason", "asked")
    proof = call(command, "consent", "boh@uno.example")
    (line,) = proof["ledger"]
    assert proof["consent"] == {"email": "granted", "sms": "unknown"}
    assert (line["counts"], line["source"], line["basis"]) == (
        True,
        "declaration:gestionale",
        "declared: consent",
    )
    assert line["declaration"]["statement"] == STATEMENT
    assert line["evidence"]["by"] == "Maria Bo"
    (stop,) = proof["suppressions"]
    assert (stop["address"], stop["reason"], stop["lifted_at"]) == ("boh@uno.example", "asked", None)
    call(command, "undeclare", made["id"])
    (line,) = call(command, "consent", "boh@uno.example")["ledger"]
    assert (line["counts"], "taken back" in line["because"]) == (False, True)
    told = CliRunner().invoke(command, ["consent", "boh@uno.example"], catch_exceptions=False).stdout
    assert "does not count" in told
    assert STATEMENT in told
    assert json.loads(json.dumps(call(command, "sources")))["sources"][0]["unknown"] == 1
