"""Looking before leaping: how many a rule selects, ten of them, and how many of them may be written to."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, literal, select

from app.channels.base import Channel
from app.contacts import consent
from app.contacts.addresses import address_hash
from app.contacts.models import Contact, PhoneKind, Suppression
from app.db import Session, table_of
from app.engagement import policies
from app.engagement.dormancy import Policy
from app.segments import membership, saved, sql
from app.segments.membership import Rule
from app.segments.models import Segment
from app.segments.problems import BadRule

SAMPLE = 10
_SEEN = 1_000
"""So many of the oldest and of the newest contacts say what attributes there are, when a name is misspelt."""
_contacts, _suppressions = table_of(Contact), table_of(Suppression)


@dataclass(frozen=True, slots=True)
class Sampled:
    """One of those selected."""

    id: str
    name: str
    company: str
    dormancy: str


@dataclass(frozen=True, slots=True)
class Preview:
    """How many are selected and, of them, reachable: by channel and by any; `warnings` are about the rule."""

    count: int
    reachable: Mapping[str, int]
    sample: Sequence[Sampled]
    warnings: Sequence[str]


def preview(db: Session, rule: Rule, *, as_of: datetime, policy: Policy, hash_key: str) -> Preview:
    """Whom an expanded rule selects now (`as_of` is the present); raises BadRule. Nobody is held in memory."""
    chosen = membership.members(rule, as_of=as_of, policy=policy, kept=policies.kept_up(db))
    return Preview(
        count=count(db, rule, as_of=as_of, policy=policy),
        reachable=_reachable(db, chosen, hash_key),
        sample=_sample(db, chosen),
        warnings=_unknown_attributes(db, rule),
    )


def count(db: Session, rule: Rule, *, as_of: datetime, policy: Policy) -> int:
    """How many the rule selects now (`as_of` is the present)."""
    chosen = membership.members(rule, as_of=as_of, policy=policy, kept=policies.kept_up(db))
    return int(db.execute(select(func.count()).select_from(chosen.subquery())).scalar_one())


def count_saved(db: Session, held: Segment, *, as_of: datetime, policy: Policy) -> int | None:
    """How many a saved segment selects now; None for a rule that meanwhile fits no more."""
    try:
        return count(db, saved.expand(db, held.rule), as_of=as_of, policy=policy)
    except BadRule:
        return None


def _sample(db: Session, chosen: Select[str, str]) -> list[Sampled]:
    """The newest of them."""
    held = chosen.add_columns(
        *(_contacts.c[name] for name in ("first_name", "last_name", "email", "phone", "company"))
    )
    rows = db.execute(held.order_by(_contacts.c.id.desc()).limit(SAMPLE))
    return [
        Sampled(
            row.id,
            " ".join(filter(None, (row.first_name, row.last_name))) or row.email or row.phone or "",
            row.company or "",
            row.state,
        )
        for row in rows
    ]


def _reachable(db: Session, chosen: Select[str, str], hash_key: str) -> dict[str, int]:
    """Of those selected, who has an address, recorded consent for it and no suppression: what a wave asks too."""
    mobile = case((_contacts.c.phone_kind == PhoneKind.MOBILE, _contacts.c.phone))
    addresses = {Channel.EMAIL: _contacts.c.email_key, Channel.SMS: mobile}
    open_to = [
        case((consent.granted_to(_contacts.c.id, literal(str(channel))), address)).label(str(channel))
        for channel, address in addresses.items()
    ]
    stopped = {
        (row.channel, row.address_hash)
        for row in db.execute(
            select(_suppressions.c.channel, _suppressions.c.address_hash)
            .where(_suppressions.c.lifted_at.is_(None))
            .execution_options(yield_per=5_000)
        )
    }
    found = dict.fromkeys([*map(str, Channel), "any"], 0)
    held = chosen.with_only_columns(*open_to).subquery()
    either = held.c[str(Channel.EMAIL)].is_not(None) | held.c[str(Channel.SMS)].is_not(None)
    for row in db.execute(select(held).where(either).execution_options(yield_per=5_000)):
        reached = [
            str(channel)
            for channel, address in zip(addresses, row, strict=True)
            if address
            and (not stopped or (str(channel), address_hash(hash_key, channel, address)) not in stopped)
        ]
        for name in (*reached, *(["any"] if reached else [])):
            found[name] += 1
    return found


def _unknown_attributes(db: Session, rule: Rule) -> list[str]:
    """Attributes that no contact has: most likely misspelt, and the rule cannot know."""
    asked = _attributes(rule)
    if not asked:
        return []
    some = select(_contacts.c.attributes).limit(_SEEN)
    ends = (some.order_by(_contacts.c.id), some.order_by(_contacts.c.id.desc()))
    known = sorted({name for seen in ends for row in db.execute(seen) for name in row.attributes})
    warnings = []
    for name in sorted(asked - set(known)):
        held = sql.items_of(_contacts.c.attributes, name)
        if db.execute(select(_contacts.c.id).where(select(1).select_from(held).exists()).limit(1)).first():
            continue
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(known[:30]) or 'none'}"
        warnings.append(f"no contact has an attribute {name!r}: {hint}")
    return warnings


def _attributes(part: Any) -> set[str]:
    if isinstance(part, list):
        return {name for one in part for name in _attributes(one)}
    if not isinstance(part, Mapping):
        return set()
    found = {str(key).partition(".")[2] for key in part if str(key).startswith("attributes.")}
    if isinstance(part.get("attributes"), Mapping):
        found |= set(part["attributes"])
    return found | {name for key in ("all", "any", "not", "segment") for name in _attributes(part.get(key))}
