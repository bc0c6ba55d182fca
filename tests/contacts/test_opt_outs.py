"""What mailing tools say of subscribers in their own words is heard: a stop is never a mere attribute."""

from pathlib import Path

import pytest

from app import runtime
from app.contacts import find
from app.runtime import Runtime
from tests.contacts.importing import bring, consents, one, outcome, people, suppressions

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

WITHDRAWN, GRANTED = {"email": "withdrawn"}, {"email": "granted"}
STOPPED, BOUNCED = [("email", "unsubscribed")], [("email", "hard_bounce")]


@pytest.mark.parametrize(
    ("header", "value", "state", "stops"),
    [
        ("Status", "Unsubscribed", WITHDRAWN, STOPPED),
        ("Status", "Blocklisted", WITHDRAWN, STOPPED),
        ("Stato", "Disiscritto", WITHDRAWN, STOPPED),
        ("Status", "Complained", WITHDRAWN | {"sms": "withdrawn"}, [("email", "complaint")]),
        ("Status", "Bounced", {}, BOUNCED),
        ("Status", "Cleaned", {}, BOUNCED),
        ("Stato", "Rimbalzato", {}, BOUNCED),
        ("Person - Marketing status", "Bounced", {}, BOUNCED),
        ("CLEAN_TIME", "2024-01-05 10:00:00", {}, BOUNCED),
        ("Blacklist", "True", WITHDRAWN, STOPPED),
        ("is_blacklisted", "True", WITHDRAWN, STOPPED),
        ("Email opt out", "true", WITHDRAWN, STOPPED),
        ("Email opt out", "opted out", WITHDRAWN, STOPPED),
        ("Newsletter", "disiscritto", WITHDRAWN, STOPPED),
        ("marketing_opt_in", "no", WITHDRAWN, []),
        ("marketing_opt_in", "yes", GRANTED, []),
        ("Status", "Subscribed", GRANTED, []),
        ("Subscription status", "Active", GRANTED, []),
        ("is_blacklisted", "False", {}, []),
        ("Status", "Unconfirmed", {}, []),
        ("Stato", "Attivo", {}, []),
        ("Iscrizione annullata a tutte le e-mail", "Vero", WITHDRAWN, STOPPED),
        ("Status", "User unsubscribed", WITHDRAWN, STOPPED),
        ("Persona - Stato di marketing", "Iscrizione annullata", WITHDRAWN, STOPPED),
        ("Rifiuta newsletter", "x", WITHDRAWN, STOPPED),
        ("Do Not Contact", "1", WITHDRAWN | {"sms": "withdrawn"}, STOPPED),
        ("Opt-out email/SMS", "Sì", WITHDRAWN | {"sms": "withdrawn"}, STOPPED),
        ("Email Suppressions", "['HARD_BOUNCE']", {}, BOUNCED),
        ("Email Suppressions", "[]", {}, []),
        ("Motivo mancato recapito", "Utente sconosciuto", {}, BOUNCED),
        ("GDPR", "Opted-out", WITHDRAWN, STOPPED),
        ("Status", "Not unsubscribed", {}, []),
        ("Esente", "Escluso IVA", {}, []),
        ("Invio newsletter", "No", WITHDRAWN, []),
    ],
)
@ON_SQLITE
def test_a_status_is_read_by_its_value(
    rt: Runtime, tmp_path: Path, header: str, value: str, state: dict[str, str], stops: list[tuple[str, str]]
) -> None:
    bring(tmp_path, f"Email,{header}\na@uno.example,{value}\n")
    assert consents(one()) == state
    assert suppressions() == stops


@ON_SQLITE
def test_active_is_a_yes_where_the_column_speaks_of_subscriptions(rt: Runtime, tmp_path: Path) -> None:
    rows = (
        "a@uno.example,Active\nb@uno.example,Unsubscribed\nc@uno.example,Bounced\nd@uno.example,Unconfirmed\n"
    )
    result = bring(tmp_path, "Email,Status\n" + rows)
    assert [consents(contact) for contact in people()] == [GRANTED, WITHDRAWN, {}, {}]
    assert suppressions() == [("email", "hard_bounce"), ("email", "unsubscribed")]
    assert people()[3].attributes == {"status": "Unconfirmed"}
    assert (result.counts["may_email"], result.counts["may_sms"], result.counts["warnings"]) == (1, 0, 0)


@ON_SQLITE
def test_active_is_no_yes_beside_a_permission_that_waits(rt: Runtime, tmp_path: Path) -> None:
    rows = "a@uno.example,Active,Awaiting confirmation\nb@uno.example,Active,Express\n"
    bring(tmp_path, "Email,Email status,Email permission status\n" + rows)
    assert [consents(contact) for contact in people()] == [{}, GRANTED]


@ON_SQLITE
def test_a_column_nobody_foresaw_tells_stops_and_proves_no_yes(rt: Runtime, tmp_path: Path) -> None:
    rows = "a@uno.example,Attivo,Attivo\nb@uno.example,Blacklist,Disiscritto\n"
    bring(tmp_path, "Email,Situazione,Stato SMS\n" + rows)
    assert [consents(contact) for contact in people()] == [{}, WITHDRAWN | {"sms": "withdrawn"}]


@ON_SQLITE
def test_an_opt_out_far_down_a_column_of_customers_is_heard(rt: Runtime, tmp_path: Path) -> None:
    rows = "".join(f"p{n}@uno.example,Cliente\n" for n in range(2100))
    bring(tmp_path, f"Email,Stato\n{rows}z@uno.example,Disiscritto\n")
    assert consents(people()[-1]) == WITHDRAWN
    assert suppressions() == STOPPED


def test_who_may_be_written_to_is_counted_after_the_whole_file(rt: Runtime, tmp_path: Path) -> None:
    head = "Codice;E-mail;Cellulare;Consenso marketing;Consenso SMS;Disiscritto\n"
    rows = (
        "C1;a@uno.example;3866085470;S;S;\n"
        "C2;b@uno.example;02 9096990;S;S;\n"  # a landline takes no SMS
        "C3;c@uno.example;3866085471;S;;\n"
        "C4;d@uno.example;;S;;S\n"
        "C5;e@uno.example;;N;;\n"
        "C6;f@uno.example;;S;;\n"
        "C7;f@uno.example;;N;;\n"  # the same person says no
    )
    first, again = bring(tmp_path, head + rows), bring(tmp_path, head + rows)
    assert (first.counts["may_email"], first.counts["may_sms"]) == (3, 1)
    assert (again.counts["may_email"], again.counts["may_sms"]) == (3, 1)


def test_the_first_good_email_is_the_address_and_the_others_find_the_person(
    rt: Runtime, tmp_path: Path
) -> None:
    head = "Person - Name,Person - Email - Work,Person - Email - Home,Person - Email - Other\n"
    rows = "Ada Uno,,ada@casa.example,ada@altro.example\nBea Due,b@@x,bea@casa.example,\nCleo Tre,c@x.example,,\n"
    result = bring(tmp_path, head + rows, "pipedrive.csv")
    assert outcome(result) == {"created": 3}
    assert [p.email for p in people()] == ["ada@casa.example", "bea@casa.example", "c@x.example"]
    with runtime.reading() as db:
        assert find.one(db, "ada@altro.example", country="IT").email == "ada@casa.example"


@ON_SQLITE
def test_numbered_columns_are_second_addresses(rt: Runtime, tmp_path: Path) -> None:
    bring(tmp_path, "Nome;Email;Email 2;Telefono 2\nAda;;ada@casa.example;3866085470\n")
    assert (one().email, one().phone) == ("ada@casa.example", "+393866085470")


@ON_SQLITE
def test_a_repeated_header_loses_nothing_and_is_said(rt: Runtime, tmp_path: Path) -> None:
    result = bring(tmp_path, "Email;Nome;Nome;Nota;Nota\na@x.example;Ada;Bea;x;y\nb@x.example;;Cleo;x;\n")
    first, second = people()
    assert (first.first_name, second.first_name) == ("Ada", "Cleo")
    assert first.attributes == {"nome_2": "Bea", "nota": "x", "nota_2": "y"}
    assert result.counts["warnings"] == 2
    assert result.warnings_path is not None
    noted = Path(result.warnings_path).read_text("utf-8-sig")
    assert "Nome (column 3)" in noted
    assert "nota_2" in noted
