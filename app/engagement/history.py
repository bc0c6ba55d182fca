"""Importing what contacts did elsewhere: opens, purchases, log-ins, and the stops they said there."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from app.contacts.imports import run as imports
from app.contacts.imports import turn
from app.contacts.imports.run import Result
from app.contacts.imports.turn import Transaction
from app.contacts.models import ImportFinding
from app.db import insert_all
from app.engagement import bulk, dormancy, evidence, reader, sends, stops
from app.engagement.columns import History as History
from app.engagement.columns import plan as plan
from app.engagement.evidence_rules import HUMAN_SIGNS
from app.engagement.models import Kind
from app.engagement.rows import Event, dedupe_key
from app.files import apart
from app.files.findings import Findings, Problem

SOURCE = "import:interactions"
_OUTCOMES = ("rows", "added", "unchanged", "rejected")


def run(
    history: History,
    transaction: Transaction,
    *,
    hash_key: str,
    now: datetime,
    rejects: Path,
    tick: Callable[[int], None] = lambda _: None,
) -> Result:
    """Import the history, one transaction per page; what is there already is unchanged.

    After any end, running it again goes on behind the last page. Raises Conflict while another import runs.
    """
    table, terms = history.table, history.terms
    with transaction() as db:
        held = {"country": terms.country, "zone": terms.zone.key}
        claimed = turn.claim(db, "interactions", table, SOURCE, now, terms=held)
    counts, after = Counter(claimed.counts), claimed.line
    done = False
    try:
        with apart.pages(table.file, reader.read, history, SOURCE, after, now) as read:
            for page in read:
                with transaction() as db:
                    _take(db, claimed.id, page, counts, hash_key=hash_key, now=now)
                    turn.beat(db, claimed.id, imports.tally(counts, _OUTCOMES), page[-1][0])
                tick(counts["rows"])
        with transaction() as db:
            turn.finish(db, claimed.id, imports.tally(counts, _OUTCOMES), now)
            found = Findings(rejects, table.header, SOURCE)
            path, _ = imports.write_findings(db, claimed.id, found)
        done = True
    finally:
        if not done:
            turn.give_up(transaction, claimed.id)
    return Result(claimed.id, imports.tally(counts, _OUTCOMES), resumed_after=after, rejects_path=path)


def _take(
    db: Session,
    import_id: str,
    page: Sequence[reader.Read],
    counts: Counter[str],
    *,
    hash_key: str,
    now: datetime,
) -> None:
    contacts = bulk.people(db, {name for read in page for name in read[1]})
    prepared, special, rejected = [], [], []
    for line, names, row, event, problem, cells in page:
        contact_id = None
        for name in names:
            if contact_id := contacts.get(name):
                break
        if contact_id is None:
            nobody = "nobody in the contacts has this address or key"
            rejected.append(_finding(import_id, line, problem or Problem("contact", names[0], nobody), cells))
        elif event is None:
            prepared.append((contact_id, row))
        else:
            special.append((contact_id, row, event))
    added = keep(db, prepared, special, source=SOURCE, hash_key=hash_key, now=now)
    insert_all(db, ImportFinding, rejected)
    known = len(prepared) + len(special)
    counts.update(rows=len(page), added=added, unchanged=known - added, rejected=len(rejected))


def keep(
    db: Session,
    prepared: Sequence[tuple[str, Any]],
    special: Sequence[tuple[str, Any, Event]],
    *,
    source: str,
    hash_key: str,
    now: datetime,
) -> int:
    """Write what these contacts did and see who is less quiet for it; returns how many were new.

    `special` are the rows where more is to be done: stops to obey, and what was sent to them.
    """
    stopping = [(contact_id, event) for contact_id, _, event in special if event.kind is not Kind.SENT]
    sent = [(id_, dedupe_key(event), event.at) for id_, _, event in special if event.kind is Kind.SENT]
    others = [(contact_id, row) for contact_id, row, event in special if event.kind is not Kind.SENT]
    added = bulk.add(db, [*prepared, *others]) + sends.told(db, sent)
    if added:
        human, kind = (bulk.Prepared._fields.index(name) for name in ("human", "kind"))
        awake = {id_ for id_, row in prepared if row[human]} | {id_ for id_, *_ in sent}
        evidence.vouch(db, {id_ for id_, row in prepared if row[kind] in HUMAN_SIGNS})
        dormancy.recompute_for(db, awake, added=True)
    stops.obey(db, stopping, hash_key=hash_key, source=source, now=now)
    return added


def special(event: Event) -> bool:
    """Whether writing its row is not all there is to do for an event."""
    return event.kind is Kind.SENT or event.kind in stops.KINDS


def _finding(import_id: str, line: int, problem: Problem, cells: str) -> dict[str, Any]:
    return {
        "import_id": import_id,
        "kind": "reject",
        "line": line,
        "field": problem.field,
        "value": problem.value,
        "reason": problem.reason,
        "cells": cells.split(reader.APART),
    }
