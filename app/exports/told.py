"""What an export tells: one row per contact, with the evidence of its verdict or of what was stopped, page by page."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.contacts.addresses import hashes
from app.contacts.models import Contact, ContactKey, Owner, Suppression
from app.db import Session
from app.errors import BadInput
from app.feedback.models import Rating
from app.outcomes.decide import evidence_text
from app.outcomes.models import Outcome, Verdict
from app.waves.models import Wave

WHAT = (*(str(verdict) for verdict in Verdict), "suppressed", "all")
PAGE = 500
NEVER_REACHED = "never_reached"
"""The rule of a wave that did not get through to the contact."""
COLUMNS = (
    "contact_id",
    "source_keys",
    "email",
    "phone",
    "first_name",
    "last_name",
    "company",
    "language",
    "owner",
    "outcome",
    "rule",
    "decided_at",
    "wave",
    "nps",
    "evidence",
)


def rows(db: Session, what: str, *, wave_id: str | None, suppression_key: str) -> Iterator[Mapping[str, Any]]:
    """The rows of one export by COLUMNS: texts, whole numbers, aware times, None; raises BadInput for one we do not
    know."""
    if what not in WHAT:
        raise BadInput(f"{what!r} is no export", mend=f"Choose one of {', '.join(WHAT)}.")
    return _suppressed(db, suppression_key) if what == "suppressed" else _verdicts(db, what, wave_id)


def _verdicts(db: Session, what: str, wave_id: str | None) -> Iterator[Mapping[str, Any]]:
    """One row per contact: the verdict of this wave, or of the latest wave they were in."""
    statement = (
        select(Contact, Outcome, col(Wave.name), col(Owner.name))
        .join(Outcome, col(Outcome.contact_id) == col(Contact.id))
        .join(Wave, col(Wave.id) == col(Outcome.wave_id))
        .outerjoin(Owner, col(Owner.id) == col(Contact.owner_id))
    )
    if wave_id:
        statement = statement.where(col(Outcome.wave_id) == wave_id)
    else:
        # Wave ids grow with time (UUIDv7). A wave that never reached them says nothing anew.
        other = aliased(Outcome)
        better = (col(other.rule) != NEVER_REACHED) & (
            (col(other.wave_id) > col(Outcome.wave_id)) | (col(Outcome.rule) == NEVER_REACHED)
        )
        newer_silence = (col(other.wave_id) > col(Outcome.wave_id)) & (col(Outcome.rule) == NEVER_REACHED)
        statement = statement.where(
            ~exists(
                select(col(other.wave_id)).where(
                    col(other.contact_id) == col(Contact.id), better | newer_silence
                )
            )
        )
    if what != "all":
        statement = statement.where(col(Outcome.verdict) == what)
    for page in _pages(db, statement):
        ids = [row[0].id for row in page]
        keys, scores = _keys(db, ids), _scores(db, ids)
        for contact, outcome, wave, owner in page:
            yield _person(contact, owner, keys) | {
                "outcome": outcome.verdict,
                "rule": outcome.rule,
                "decided_at": outcome.decided_at,
                "wave": wave,
                "nps": scores.get(contact.id),
                "evidence": evidence_text(outcome.evidence),
            }


def _suppressed(db: Session, suppression_key: str) -> Iterator[Mapping[str, Any]]:
    """Contacts of whom an address must not be written to, with why and since when."""
    statement = select(Contact, col(Owner.name)).outerjoin(Owner, col(Owner.id) == col(Contact.owner_id))
    for page in _pages(db, statement):
        hashed = {
            contact.id: list(hashes(suppression_key, contact.email, contact.phone)) for contact, _ in page
        }
        wanted = [address for pairs in hashed.values() for _, address in pairs]
        stopped = {
            (stop.channel, stop.address_hash): stop
            for stop in db.scalars(
                select(Suppression)
                .where(col(Suppression.address_hash).in_(wanted))
                .where(col(Suppression.lifted_at).is_(None))
            )
        }
        keys = _keys(db, [contact.id for contact, _ in page])
        for contact, owner in page:
            stops = [stopped[pair] for pair in hashed[contact.id] if pair in stopped]
            if stops:
                yield _person(contact, owner, keys) | {
                    "outcome": "suppressed",
                    "rule": ", ".join(sorted({stop.reason for stop in stops})),
                    "decided_at": min(stop.at for stop in stops),
                    "wave": None,
                    "nps": None,
                    "evidence": "; ".join(
                        f"{stop.at:%Y-%m-%dT%H:%M} {stop.channel} {stop.reason} ({stop.source})"
                        for stop in stops
                    ),
                }


def _pages(db: Session, statement: Select[*tuple[Any, ...]]) -> Iterator[list[Any]]:
    last = None
    while True:
        page = statement.order_by(col(Contact.id)).limit(PAGE)
        if last:
            page = page.where(col(Contact.id) > last)
        rows = list(db.execute(page))
        if not rows:
            return
        yield rows
        last = rows[-1][0].id
        db.expunge_all()


def _person(contact: Contact, owner: str | None, keys: Mapping[str, str]) -> dict[str, Any]:
    return {
        "contact_id": contact.id,
        "source_keys": keys.get(contact.id, ""),
        "email": contact.email,
        "phone": contact.phone,
        "first_name": contact.first_name,
        "last_name": contact.last_name,
        "company": contact.company,
        "language": contact.language,
        "owner": owner,
    }


def _keys(db: Session, ids: list[str]) -> dict[str, str]:
    """contact id -> `source:key` of every source that knows them."""
    found: dict[str, list[str]] = {}
    for key in db.scalars(select(ContactKey).where(col(ContactKey.contact_id).in_(ids))):
        found.setdefault(key.contact_id, []).append(f"{key.source}:{key.key}")
    return {contact_id: " ".join(sorted(names)) for contact_id, names in found.items()}


def _scores(db: Session, ids: list[str]) -> dict[str, int]:
    """contact id -> the latest NPS they gave."""
    statement = (
        select(col(Rating.contact_id), col(Rating.value))
        .where(col(Rating.contact_id).in_(ids), col(Rating.kind) == "nps")
        .order_by(col(Rating.at))
    )
    return dict(db.execute(statement).all())
