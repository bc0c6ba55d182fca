"""Histories of other systems: each thing once, machines told from people, stops obeyed."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import delete, select

from app import runtime
from app.contacts import find
from app.contacts.imports.run import Result
from app.contacts.models import Consent
from app.engagement import dormancy, history, reader
from app.engagement.find import timeline
from app.engagement.models import Dormancy, Interaction, Kind
from app.engagement.rows import money
from app.engagement.words import grade_of, is_hard_bounce, kind_of, says_machine
from app.errors import BadInput
from app.runtime import Runtime
from tests.contacts.importing import KEY, ROME, bring, consents, one, suppressions, write

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

CONTACT = "Codice;E-mail;Cellulare;Nome;Cognome;Consenso marketing;Consenso SMS\n"
ADA = CONTACT + "C1;ada@uno.example;3866085470;Ada;Uno;S;S\n"
HEAD = "email,type,occurred_at,value,detail\n"


def load(folder: Path, content: str) -> Result:
    planned = history.plan(write(folder, content, "interactions.csv"), country="IT", zone=ROME)
    return history.run(
        planned, runtime.session, hash_key=KEY, now=runtime.now(), rejects=folder / "rejects.csv"
    )


def kept() -> list[tuple[str, str, bool]]:
    with runtime.reading() as db:
        found = db.exec(
            select(Interaction.kind, Interaction.grade, Interaction.human).order_by(Interaction.id)
        )  # type: ignore[arg-type]
        return [tuple(row) for row in found]  # type: ignore[misc]


@ON_SQLITE
def test_people_are_told_from_machines(rt: Runtime, tmp_path: Path) -> None:
    bring(tmp_path, ADA)
    rows = (
        "ada@uno.example,email_open,2026-01-01T10:00:00+00:00,,machine\n"
        "ADA@uno.example,email_open,2026-01-02T10:00:00+00:00,,\n"
        "+393866085470,reply,2026-01-03T10:00:00+00:00,,\n"
        "C1,purchase,2026-01-04T10:00:00+00:00,1433.47,\n"
        "ada@uno.example,page_view,2026-01-05T10:00:00+00:00,,/prodotti/machine\n"
        "ada@uno.example,email_bounce,2026-01-06T10:00:00+00:00,,soft: 452 4.2.2 mailbox full\n"
    )
    result = load(tmp_path, HEAD + rows)
    assert result.counts == {"rows": 6, "added": 6, "unchanged": 0, "rejected": 0}
    assert kept() == [
        ("open", "machine_open", False),
        ("open", "open", True),
        ("reply", "reply", True),
        ("purchase", "act", True),
        ("page_view", "click", True),
        ("bounce", "none", False),
    ]
    assert suppressions() == [], "a full mailbox is no stop"
    with runtime.reading() as db:
        newest, *_, oldest = timeline(db, one().id, limit=6)
        earlier = timeline(db, one().id, limit=1, before=newest.at)
        amounts = [float(seen.amount) for seen in timeline(db, one().id) if seen.amount]
        assert (newest.kind, earlier[0].kind, oldest.kind) == (Kind.BOUNCE, Kind.PAGE_VIEW, Kind.OPEN)
        assert amounts == [1433.47]


@ON_SQLITE
def test_what_cannot_be_used_is_rejected_with_its_reason(rt: Runtime, tmp_path: Path) -> None:
    bring(tmp_path, ADA)
    rows = (
        "nobody@due.example,email_open,2026-01-01T10:00:00+00:00,,\n"
        "ada@uno.example,telepathy,2026-01-01T10:00:00+00:00,,\n"
        "ada@uno.example,login,31/02/2026,,\n"
        "ada@uno.example,login,2999-01-01,,\n"
        "ada@uno.example,purchase,2026-01-01,much,\n"
        ",login,2026-01-01,,\n"
    )
    result = load(tmp_path, HEAD + rows)
    assert (result.counts["added"], result.counts["rejected"]) == (0, 6)
    assert result.rejects_path is not None
    with Path(result.rejects_path).open(encoding="utf-8-sig", newline="") as file:
        fields = {int(row["riattiva_line"]): row["riattiva_field"] for row in csv.DictReader(file)}
    assert fields == {2: "contact", 3: "type", 4: "occurred_at", 5: "occurred_at", 6: "value", 7: "contact"}


def test_stops_said_elsewhere_are_stops_here(rt: Runtime, tmp_path: Path) -> None:
    people = CONTACT + "".join(f"C{n};p{n}@uno.example;386608547{n};N{n}a;C{n}b;S;S\n" for n in range(3))
    bring(tmp_path, people)
    rows = (
        "p0@uno.example,unsubscribe,2026-01-01T10:00:00+00:00,,\n"
        "p1@uno.example,spam_report,2026-01-01T10:00:00+00:00,,\n"
        "p2@uno.example,email_bounce,2026-01-01T10:00:00+00:00,,hard: 550 5.1.1 user unknown\n"
    )
    load(tmp_path, HEAD + rows)
    load(tmp_path, HEAD + rows)
    with runtime.reading() as db:
        held = [find.one(db, f"p{n}@uno.example", country="IT") for n in range(3)]
        lines = len(db.exec(select(Consent).where(Consent.source == history.SOURCE)).all())
        db.expunge_all()
    assert [consents(contact) for contact in held] == [
        {"email": "withdrawn", "sms": "granted"},
        {"email": "withdrawn", "sms": "withdrawn"},
        {"email": "granted", "sms": "granted"},
    ]
    assert lines == 3
    assert suppressions() == [
        ("email", "complaint"),
        ("email", "hard_bounce"),
        ("email", "unsubscribed"),
        ("sms", "complaint"),
    ]


event = st.tuples(
    st.sampled_from(["email_open", "email_click", "login", "purchase", "unsubscribe"]), st.integers(1, 4)
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.lists(event, min_size=1, max_size=10), order=st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_changes_the_timeline(  # type: ignore[no-untyped-def]
    rt: Runtime, tmp_path: Path, drawn: list[tuple[str, int]], order
) -> None:
    bring(tmp_path, ADA)
    rows = [f"ada@uno.example,{kind},2026-01-0{day}T10:00:00+00:00,,\n" for kind, day in drawn]
    shuffled = list(rows)
    order.shuffle(shuffled)
    seen = []
    for given_rows in (rows, shuffled, rows + shuffled):
        with runtime.session() as db:
            db.execute(delete(Interaction))
        counts = load(tmp_path, HEAD + "".join(given_rows)).counts
        assert counts["added"] == len(set(rows))
        assert counts["added"] + counts["unchanged"] == counts["rows"]
        seen.append(sorted(kept()))
    assert seen[0] == seen[1] == seen[2]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("email,type\na@b.example,login\n", "occurred_at"),
        ("nome;note\nx;y\n", "email, phone or key"),
        (HEAD, "no rows"),
    ],
)
def test_a_file_without_person_type_or_time_is_refused(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        history.plan(write(tmp_path, content), country="IT", zone=ROME)


@pytest.mark.parametrize(
    ("word", "kind", "machine"),
    [
        ("email_open", Kind.OPEN, False),
        ("Email Clicked", Kind.CLICK, False),
        ("machine_open", Kind.OPEN, True),
        ("Acquisto", Kind.PURCHASE, False),
        ("loyalty_redeemed", Kind.POINTS, False),
        ("Spam report", Kind.COMPLAINT, False),
        ("Reclamo spam", Kind.COMPLAINT, False),
        ("group_unsubscribe", Kind.UNSUBSCRIBE, False),
        ("Iscrizione annullata", Kind.UNSUBSCRIBE, False),
    ],
)
def test_words_of_other_systems(word: str, kind: Kind, machine: bool) -> None:
    assert kind_of(word) == (kind, machine)


def test_machines_bounces_and_pages_about_machines() -> None:
    assert says_machine("machine")
    assert not says_machine("/prodotti/machine")
    assert grade_of(Kind.CLICK, by_machine=True) == "machine_click"
    assert is_hard_bounce("", "550 5.1.1 unknown")
    assert is_hard_bounce("", "hard")
    assert not is_hard_bounce("", "soft: 452 4.2.2 full")
    assert not is_hard_bounce("", "soft: 552 too large for now")


def test_a_contact_whose_address_changed_is_found_by_both(rt: Runtime, tmp_path: Path) -> None:
    bring(tmp_path, ADA)
    bring(tmp_path, ADA.replace("ada@uno", "ada@nuova"))
    rows = "ada@uno.example,login,2026-01-01,,\nada@nuova.example,login,2026-01-02,,\n"
    assert load(tmp_path, HEAD + rows).counts["added"] == 2
    with runtime.reading() as db:
        state = dormancy.of_contact(db, one().id, datetime(2026, 2, 1, tzinfo=UTC))
    assert state == (dormancy.State.ACTIVE, datetime(2026, 1, 1, 23, tzinfo=UTC))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_money_stars_ids_and_sends_as_other_tools_write_them(rt: Runtime, tmp_path: Path) -> None:
    bring(tmp_path, ADA)
    rows = (
        "Id;E-mail;Cellulare;Tipo;Data;Importo;Valuta;Stelle;Testo;Ordine\n"
        '1;ada@uno.example;;Acquisto;13/01/2026 10:00;"1.234,50";;;;O-1\n'
        "2;ada@uno.example;;Acquisto;13/01/2026 10:00;1.234,50;;;;O-2\n"
        "3;ada@uno.example;;Acquisto;14/01/2026 10:00;EUR 120,00;;;;\n"
        "4;;386 608 5470;Acquisto;14/01/2026 11:00;1.200 $;;;;\n"
        "5;ada@uno.example;;Acquisto;14/01/2026 12:00;10;chf;;;\n"
        "6;ada@uno.example;;Recensione;15/01/2026;;;4/5;Tutto bene;\n"
        "6;ada@uno.example;;Recensione;15/01/2026;;;4/5;Tutto bene;\n"
        "7;ada@uno.example;;Email inviata;16/01/2026 09:00;;;;;\n"
        "8;ada@uno.example;;Recensione;16/01/2026;;;un sacco;;\n"
    )
    assert load(tmp_path, rows).counts == {"rows": 9, "added": 7, "unchanged": 1, "rejected": 1}
    assert load(tmp_path, rows).counts == {"rows": 9, "added": 0, "unchanged": 8, "rejected": 1}
    with runtime.reading() as db:
        told = [(str(seen.amount), seen.currency, seen.detail) for seen in timeline(db, one().id)]
        assert db.get_one(Dormancy, one().id).sends_since == 1
    assert told == [
        ("4.00", None, "Tutto bene"),
        ("10.00", "CHF", ""),
        ("1200.00", "USD", ""),
        ("120.00", "EUR", ""),
        ("1234.50", "EUR", "O-2"),
        ("1234.50", "EUR", "O-1"),
    ]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_customers_number_is_no_id_of_an_event(rt: Runtime, tmp_path: Path) -> None:
    bring(tmp_path, ADA)
    rows = "id,email,type,date\n" + "".join(f"77,ada@uno.example,login,2026-01-0{day}\n" for day in (1, 2, 3))
    assert load(tmp_path, rows).counts["added"] == 3


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_interrupted_import_is_finished_behind_its_last_page(
    rt: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(tmp_path, ADA)
    monkeypatch.setattr(reader, "PAGE", 2)
    rows = HEAD + "".join(f"ada@uno.example,login,2026-01-0{day},,\n" for day in range(1, 7)) + "x,login,,,\n"
    planned = history.plan(write(tmp_path, rows, "interactions.csv"), country="IT", zone=ROME)

    def killed(done: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    rejects = tmp_path / "rejects.csv"
    with pytest.raises(KeyboardInterrupt):
        history.run(planned, runtime.session, hash_key=KEY, now=runtime.now(), rejects=rejects, tick=killed)
    result = load(tmp_path, rows)
    assert (result.resumed_after, len(kept())) == (5, 6)
    assert result.counts == {"rows": 7, "added": 6, "unchanged": 0, "rejected": 1}


@pytest.mark.parametrize(
    ("cell", "comma", "amount", "currency"),
    [
        ("€ 1.200", True, "1200", "EUR"),
        ("1,234.50 USD", False, "1234.5", "USD"),
        ("-12,5", True, "-12.5", ""),
        ("12 pezzi belli", True, None, ""),
        ("1e5", False, None, ""),
        ("9" * 14, False, None, ""),
    ],
)
def test_amounts_as_people_write_them(cell: str, comma: bool, amount: str | None, currency: str) -> None:
    found, said = money(cell, decimal_comma=comma)
    assert (None if found is None else str(found.normalize().__format__("f")), said) == (amount, currency)
