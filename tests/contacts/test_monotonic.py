"""Whatever happens after a stop, in whatever order: only the contact's own later opt-in ends it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import runtime
from app.channels.base import EventKind
from app.contacts import blocklist, consent, declarations, find, suppression, undo
from app.contacts.addresses import address_hash
from app.contacts.imports import run as imports
from app.contacts.imports.plan import plan
from app.contacts.models import Contact, Declaration
from app.contacts.stop_lists import Entry
from app.db import new_id
from app.errors import RiattivaError
from app.intake import stops
from app.messages import outbox
from app.messages.models import Message
from app.runtime import Runtime
from tests.contacts.importing import ROME, write
from tests.never_twice.story import reports, says

STATEMENT = "Raccolti in fiera nel 2024, con modulo cartaceo firmato."
OPT_INS = ("start", "stay")
DAY = timedelta(days=1)


class World:
    """One person with an email and a mobile, and what may happen around them."""

    def __init__(self, rt: Runtime, folder: Path) -> None:
        self.rt, self.folder, self.key = rt, folder, rt.settings.suppression_key
        mark = new_id()[-12:]
        self.name, self.email = f"Ada{mark}", f"ada.{mark}@x.example"
        self.other, self.phone = f"altra.{mark}@x.example", f"+39347{int(mark[-8:], 16) % 10**7:07d}"
        self.source = f"crm{mark}"
        self.imports = [self.file("", "")]
        with runtime.session() as db:
            content = outbox.freeze(db, "email", "it", text="Ciao")  # type: ignore[arg-type]
            self.message = new_id()
            row = {
                "id": self.message, "channel": "email", "contact_id": self.ids()[0], "content_id": content,
                "address": self.email, "address_hash": address_hash(self.key, "email", self.email),
                "not_before": rt.now() + 900 * DAY, "created_at": rt.now(),
            }  # fmt: skip
            outbox.put(db, [row])

    def ids(self) -> list[str]:
        with runtime.reading() as db:
            emails = [id_ for one in (self.email, self.other) for id_ in find.ids_at(db, email=one)]
            return sorted({*emails, *find.ids_at(db, phone=self.phone)})

    def file(self, said: str, dated: str, *, address: str = "", source: str = "") -> str:
        head = "Nome;Cognome;Email;Cellulare;Consenso marketing;Consenso SMS;Data consenso\n"
        row = f"Ada;{self.name};{address or self.email};{self.phone};{said};{said};{dated}\n"
        done = imports.run(
            plan(write(self.folder, head + row), source=source or self.source, country="IT", zone=ROME),
            runtime.session,
            hash_key=self.key,
            now=self.rt.now(),
            rejects=self.folder / "rejects.csv",
        )
        return str(done.import_id)

    def contact(self) -> Contact:
        with runtime.reading() as db:
            return db.get_one(Contact, self.ids()[0])

    def stop(self) -> None:
        contact = self.contact()
        with runtime.session() as db:
            every = find.every_address(db, contact, self.key)
            now = self.rt.now()
            stops.stop(
                db, contact, every, reason="left", source="web", wording="Basta", at=now, now=now, evidence={}
            )

    def provider(self, kind: EventKind) -> None:
        with runtime.reading() as db:
            message = db.get_one(Message, self.message)
        reports("sendgrid", kind, message, "")

    def listed(self, reason: str, days: int | None) -> None:
        at = self.rt.now() - days * DAY if days is not None else None
        with runtime.session() as db:
            entry = Entry(1, "email", self.email, reason, at, "")
            blocklist.suppress(db, [entry], source="list:x", hash_key=self.key, now=self.rt.now())

    def declare(self) -> None:
        with runtime.session() as db:
            made = declarations.declare(
                db, self.source, statement=STATEMENT, by="M", basis="consent", actor="p", at=self.rt.now()
            )
            declarations.apply_page(db, made.id, now=self.rt.now())

    def undeclare(self) -> None:
        with runtime.session() as db:
            for made in db.query(Declaration).filter_by(source=self.source, withdrawn_at=None):
                declarations.withdraw(db, made.id, actor="p", at=self.rt.now())

    def undo(self) -> None:
        if len(self.imports) > 1:
            undo.undo(runtime.session, self.imports.pop(), hash_key=self.key, now=self.rt.now(), actor="p")

    def stay(self) -> None:
        contact, now = self.contact(), self.rt.now()
        with runtime.session() as db:
            every = find.every_address(db, contact, self.key)
            consent.opt_in(
                db, contact.id, every, at=now, recorded_at=now, source="web", wording="Sì", evidence={},
                keep=suppression.LASTING,
            )  # fmt: skip

    def open(self) -> set[str]:
        """(channel:address) of every address of theirs that may be written to now."""
        found = set()
        with runtime.reading() as db:
            for contact in db.query(Contact).filter(Contact.id.in_(self.ids())):  # type: ignore[attr-defined]
                granted = [c for c, state in consent.present(db, contact.id).items() if state == "granted"]
                for channel, address in (("email", contact.email), ("sms", contact.phone)):
                    pair = (channel, address_hash(self.key, channel, address or ""))
                    if channel in granted and address and not suppression.suppressed(db, [pair]):
                        found.add(channel)
        return found

    def shut(self) -> set[str]:
        """Channels on which somebody's no stands: in the ledger, or against every address of the person."""
        shut = set()
        with runtime.reading() as db:
            for contact in db.query(Contact).filter(Contact.id.in_(self.ids())):  # type: ignore[attr-defined]
                said = consent.present(db, contact.id)
                for channel in ("email", "sms"):
                    own = [pair for pair in find.every_address(db, contact, self.key) if pair[0] == channel]
                    stopped = own and suppression.suppressed(db, own) == set(own)
                    if said.get(channel) == "withdrawn" or stopped:
                        shut.add(channel)
        return shut


ACTS: dict[str, Callable[[World], object]] = {
    "yes": lambda w: w.imports.append(w.file("S", "")),
    "dated yes": lambda w: w.imports.append(w.file("S", "31/12/2099", source=f"{w.source}b")),
    "old yes": lambda w: w.imports.append(w.file("S", "01/02/2019")),
    "no": lambda w: w.imports.append(w.file("N", "", source=f"{w.source}c")),
    "silent": lambda w: w.imports.append(w.file("", "", source=f"{w.source}b")),
    "another address": lambda w: w.imports.append(w.file("S", "", address=w.other, source=f"{w.source}d")),
    "undo": World.undo,
    "unsubscribed": lambda w: w.provider(EventKind.UNSUBSCRIBED),
    "resubscribed": lambda w: w.provider(EventKind.RESUBSCRIBED),
    "complained": lambda w: w.provider(EventKind.COMPLAINED),
    "listed": lambda w: w.listed("unsubscribed", None),
    "listed long ago": lambda w: w.listed("complaint", 400),
    "declared": World.declare,
    "undeclared": World.undeclare,
    "stop": World.stop,
    "STOP": lambda w: says(w.contact(), "STOP"),
    "start": lambda w: says(w.contact(), "START"),
    "stay": World.stay,
}
"""What may happen; only those in OPT_INS are the contact's own yes."""


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=st.lists(st.sampled_from(sorted(ACTS)), min_size=4, max_size=7))
def test_a_stop_ends_only_with_the_contacts_own_later_opt_in(
    rt: Runtime, tmp_path: Path, told: list[str]
) -> None:
    world = World(rt, tmp_path)
    shut: set[str] = set()
    for act in told:
        try:
            ACTS[act](world)
        except RiattivaError:
            continue  # a second declaration, or an undo of what is gone
        if act in OPT_INS:
            shut = world.shut()
            continue
        assert not world.open() & shut, f"{act} reopened {shut}"
        shut |= world.shut()
