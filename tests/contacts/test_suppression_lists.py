"""Lists of stops from every tool are read whole: reasons and dates by the row, and none is lifted by another."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app import runtime
from app.channels.base import ChannelError
from app.channels.sendgrid import SendGrid
from app.cli.consents import contacts as command
from app.contacts import blocklist, consent, provider_lists, stop_lists, suppression
from app.contacts.addresses import address_hash
from app.contacts.models import ConsentState, Contact, ContactKey, PhoneKind, Suppression
from app.contacts.stop_lists import Entry
from app.contacts.suppression import Stop
from app.runtime import Runtime
from tests.channels.provider import answer, provider
from tests.contacts.importing import KEY
from tests.contacts.test_commands import call, home
from tests.sandbox.conftest import Start, product, start

__all__ = ["home", "product", "start"]
ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2026, 11, 1, 9, tzinfo=UTC)
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

UNSUBSCRIBED, COMPLAINT, BOUNCE = "unsubscribed", "complaint", "hard_bounce"
FILES = Path(__file__).parent / "stop_lists"
# File -> (address, reason, day in Rome) of every entry, then how many rows were left out and how many rejected.
LISTS: dict[str, tuple[list[tuple[str, str, str | None]], int, int]] = {
    "suppression_unsubscribes.csv": ([("a@x.example", UNSUBSCRIBED, "2015-10-01")], 0, 0),
    "suppression_bounces.csv": (
        [("a@x.example", BOUNCE, "2015-10-01"), ("b@x.example", BOUNCE, "2015-10-01")],
        0,
        0,
    ),
    "suppression_blocks.csv": ([], 1, 0),
    "suppression_spam_reports.csv": ([("a@x.example", COMPLAINT, "2015-10-01")], 0, 0),
    "suppression_invalid_emails.csv": ([("a@x.example", BOUNCE, "2015-10-01")], 0, 0),
    "unsubscribed_members_export_9f.csv": (
        [("a@x.example", UNSUBSCRIBED, "2024-03-05"), ("b@x.example", COMPLAINT, "2024-03-06")],
        0,
        0,
    ),
    "cleaned_members_export_9f.csv": ([("a@x.example", BOUNCE, "2024-03-05")], 0, 0),
    "brevo_blocklisted.csv": (
        [
            ("a@x.example", UNSUBSCRIBED, "2024-03-05"),
            ("b@x.example", BOUNCE, "2024-03-06"),
            ("c@x.example", COMPLAINT, "2024-03-07"),
            ("d@x.example", UNSUBSCRIBED, None),
        ],
        0,
        0,
    ),
    "exclusion-list.csv": (
        [("a@x.example", UNSUBSCRIBED, "2024-03-15"), ("b@x.example", UNSUBSCRIBED, "2024-12-02")],
        0,
        0,
    ),
    "hubspot.csv": ([("a@x.example", UNSUBSCRIBED, None), ("b@x.example", BOUNCE, None)], 1, 0),
    "twilio_optouts.csv": (
        [
            ("+393471234567", UNSUBSCRIBED, "2024-03-05"),
            ("+393471234568", UNSUBSCRIBED, "2024-03-06"),
            ("+393471234569", UNSUBSCRIBED, "2024-03-07"),
        ],
        0,
        0,
    ),
    "lista.txt": (
        [
            ("a@x.example", "manual", None),
            ("+393471234567", "manual", None),
            ("b@x.example", "manual", None),
            ("+393471234568", "manual", None),
        ],
        0,
        1,
    ),
    "due.csv": ([("a@x.example", UNSUBSCRIBED, None), ("+393471234567", UNSUBSCRIBED, None)], 0, 0),
}


@pytest.mark.parametrize("name", LISTS)
def test_each_tools_list_is_read(name: str) -> None:
    found, left_out, rejected = LISTS[name]
    reading, entries = stop_lists.entries(FILES / name, reason=None, country="IT", zone=ROME, now=NOW)
    told = [
        (one.address, one.reason, one.at.astimezone(ROME).date().isoformat() if one.at else None)
        for one in entries
    ]
    assert told == found
    assert (reading.left_out, reading.rejected) == (left_out, rejected)


def test_every_list_of_the_folder_is_tried() -> None:
    assert {file.name for file in FILES.iterdir()} == set(LISTS)


def test_the_command_counts_by_reason_and_names_what_it_rejects(home: Path) -> None:
    (home / "stop.csv").write_text(
        "email,reason\na@uno.example,spam\nb@uno.example,\nnobody,\nB@uno.example,\n"
    )
    counts = {"suppressed": 2, "already": 0, "rejected": 1, "left_out": 0, "rows": 4}
    counts["reasons"] = {"complaint": 1, "unsubscribed": 1}  # type: ignore[assignment]
    rejects = [{"line": 4, "value": "nobody", "reason": "no address in this row"}]
    told = {**counts, "rejects": rejects}
    assert call(command, "suppress", "stop.csv", "--dry-run") == {**told, "dry_run": True}
    assert call(command, "suppress", "stop.csv") == {**told, "dry_run": False}
    assert call(command, "suppress", "stop.csv")["already"] == 2


def person(db: Any, name: str) -> Contact:
    contact = Contact(
        email=f"{name}@uno.example", email_key=f"{name}@uno.example", phone=f"+3934712345{ord(name[0])}",
        phone_kind=PhoneKind.MOBILE, created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    db.add(contact)
    db.flush()
    return contact


def take(rt: Runtime, *entries: Entry, now: datetime = NOW) -> None:
    with runtime.session() as db:
        blocklist.suppress(db, entries, source="list:prova", hash_key=KEY, now=now)


def test_what_a_person_said_elsewhere_stands_in_their_ledger_once(rt: Runtime) -> None:
    with runtime.session() as db:
        ada, bea, cleo = (person(db, name) for name in ("ada", "bea", "cleo"))
        db.add(ContactKey(source="email", key="ada@casa.example", contact_id=ada.id))
    entries = (
        Entry(2, "email", "ada@casa.example", "complaint", NOW - timedelta(days=9), "reason: spam"),
        Entry(3, "email", "bea@uno.example", "unsubscribed", None, ""),
        Entry(4, "email", "cleo@uno.example", "hard_bounce", None, ""),
    )
    for later in range(3):
        take(rt, *entries, now=NOW + timedelta(days=later))
    with runtime.reading() as db:
        assert consent.present(db, ada.id) == {"email": "withdrawn", "sms": "withdrawn"}
        assert consent.present(db, bea.id) == {"email": "withdrawn"}
        assert consent.present(db, cleo.id) == {}, "a dead address says nothing about the person"
        lines = db.query(consent.Consent).all()
        stops = {(row.channel, row.address_hash): row.reason for row in db.query(Suppression)}
    assert len(lines) == 3
    assert lines[0].wording == "reason: spam"
    hashes = [
        ("email", "ada@casa.example"), ("email", "ada@uno.example"), ("sms", str(ada.phone)),
    ]  # fmt: skip
    assert {stops[channel, address_hash(KEY, channel, one)] for channel, one in hashes} == {"complaint"}
    assert len(stops) == 5


def test_a_list_neither_lifts_nor_outdates_an_opt_in(rt: Runtime) -> None:
    pair = ("email", address_hash(KEY, "email", "ada@uno.example"))
    with runtime.session() as db:
        ada = person(db, "ada")
        suppression.suppress(db, [pair], reason="keyword", source="sms", at=NOW - timedelta(days=30))
        consent.opt_in(
            db, ada.id, [pair], at=NOW - timedelta(days=20), recorded_at=NOW, source="web", wording="Sì", evidence={}
        )  # fmt: skip
    take(rt, Entry(2, "email", "ada@uno.example", "unsubscribed", NOW - timedelta(days=25), ""))
    with runtime.reading() as db:
        assert suppression.suppressed(db, [pair]) == set(), "they opted in after that"
        (line,) = [one for one in db.query(consent.Consent) if one.state == ConsentState.GRANTED]
        assert line.evidence["lifted"][0]["reason"] == "keyword"
    take(rt, Entry(2, "email", "ada@uno.example", "unsubscribed", NOW - timedelta(days=10), ""))
    with runtime.reading() as db:
        assert suppression.suppressed(db, [pair]) == {pair}
        assert consent.present(db, ada.id) == {"email": "withdrawn"}


def test_an_undated_complaint_makes_an_older_stop_last(rt: Runtime) -> None:
    pair = ("email", "h" * 32)
    with runtime.session() as db:
        suppression.suppress(db, [pair], reason="keyword", source="sms", at=NOW - timedelta(days=30))
        suppression.add_undated(db, [Stop(*pair, "unsubscribed", "import:crm", NOW)])
        assert [row.reason for row in suppression.held(db, [pair])] == ["keyword"]
        suppression.add_undated(db, [Stop(*pair, "complaint", "import:crm", NOW)])
        suppression.add_undated(db, [Stop(*pair, "hard_bounce", "import:crm", NOW)])
    with runtime.session() as db:
        (row,) = suppression.held(db, [pair])
        assert (row.reason, row.at) == ("complaint", NOW - timedelta(days=30))
        assert suppression.lift(db, *pair, at=NOW, keep=suppression.LASTING) is None
        assert suppression.lift(db, *pair, at=NOW, by="sms") is not None
        suppression.add_undated(db, [Stop(*pair, "complaint", "import:crm", NOW)])
        assert suppression.held(db, [pair]) == [], "who proves no time proves nothing against a later opt-in"
        assert [one.lifted_by for one in suppression.history(db, [pair])] == ["sms"]


@ON_SQLITE
def test_the_providers_own_lists_come_home(rt: Runtime, start: Start) -> None:
    sandbox = start()
    with sqlite3.connect(sandbox.config.data / "sandbox.sqlite3") as db:
        rows = [("unsubscribes", f"u{n}@x.example", "", 1_700_000_000.0 + n) for n in range(1203)]
        rows += [("bounces", "b@x.example", "550 5.1.1", 1.7e9), ("spam_reports", "s@x.example", "", 1.7e9)]
        rows += [("blocks", "k@x.example", "451", 1.7e9), ("groups", "g@x.example", "", 1.7e9)]
        rows += [("invalid_emails", "i@x.example", "unknown domain", 1.7e9)]
        db.executemany("INSERT INTO suppressions VALUES (?, ?, ?, ?)", rows)
    client = SendGrid(sandbox.config.sendgrid_api_key, sandbox.url)

    def pull(*, only_new: bool = True, write: bool = True) -> dict[str, int]:
        return provider_lists.pull(
            client, runtime.session, hash_key=KEY, now=NOW, actor="prova", only_new=only_new, write=write
        )  # fmt: skip

    assert pull(write=False)["suppressed"] == 1207
    first = pull()
    assert (first["suppressed"], first["list.unsubscribes"], first["reason.complaint"]) == (1207, 1203, 1)
    again = pull()
    assert (again["suppressed"], again["list.unsubscribes"], again["list.groups"]) == (0, 0, 1)
    assert pull(only_new=False)["already"] == 1207
    with runtime.reading() as db:
        row = db.query(Suppression).filter_by(reason="complaint").one()
        assert (row.source, row.at) == ("sendgrid:spam_reports", datetime.fromtimestamp(1.7e9, UTC))


def test_a_key_without_the_right_to_read_lists_is_said() -> None:
    with provider(answer(403, {"errors": [{"message": "access forbidden", "field": None}]})) as refusing:
        pages = SendGrid("SG.x", refusing.url).listed("bounces")
        with pytest.raises(ChannelError, match="access forbidden"):
            list(pages)
