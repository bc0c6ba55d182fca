"""Expanding the events of a wave just sent, against a bare executemany of the rows they leave."""

import random
import secrets
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

import orjson
from sqlalchemy import func, select, update

from app import runtime
from app.db import among, insert_all, table_of
from app.engagement.models import Interaction
from app.intake import accept, expand
from app.intake.models import RawEvent, RawState, Route
from app.messages.models import Message, Receipt, State
from app.runtime import Runtime
from benchmarks._wave import fill, launched, settle
from benchmarks.harness import Figures, in_turns, installation, rate
from benchmarks.waves import plan

DEFAULT = 20_000
BODY = 100
"""Events of a post."""
PAGE = 2_000
"""Rows of one bare transaction that is as large as ours may be."""
_UNDONE = {
    "sqlite": ", in transactions that a power cut may undo and that are then done again",
    "postgres": "",
}
WARM = 500
EMAILS_A_SECOND = 1_000
_PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"


def measure(engine: str, *, runs: int, rows: int = DEFAULT) -> Figures:
    """Events per second from the raw posts to receipts, message states, timeline and suppressions."""
    alone: list[float] = []
    large: list[float] = []
    runtime.collect_seldom()
    found = in_turns(
        "expansion",
        engine,
        "events/s",
        f"a wave of {rows} emails just sent at {EMAILS_A_SECOND} a second, and what SendGrid posts about it in the "
        f"order of time, {BODY} events a body: all processed, 97 % delivered, 2 % bounced for good, 1 % deferred; a "
        "third opened (half of those by machines), 4 % clicked. Ceiling: the driver's own executemany of all the "
        "rows they leave, made ready (receipts, states, timeline, tallies, suppressions), each post a durable "
        "transaction. Ours: reads the posts and does "
        f"everything that follows from them{_UNDONE[engine]}, on a database of its own, after "
        f"{WARM} emails more that are not counted (a worker compiles statements and patterns once in its life). "
        "Both with a worker's garbage collection",
        ours=lambda: _ours(engine, rows),
        ceiling=lambda: _bare(engine, rows, alone, large),
        runs=runs,
    )
    receipts, paged = median(alone), median(large)
    more = (
        f"; the receipts alone, each post a transaction too: {receipts:,.0f} events/s, of which ours is "
        f"{found.ours / receipts:.3f}; in transactions of {PAGE}: {paged:,.0f} events/s, of which ours is "
        f"{found.ours / paged:.3f}"
    )
    return replace(found, method=found.method + more)


def _ours(engine: str, rows: int) -> float:
    with _sent(engine, rows + WARM) as rt:
        ids = _ids()
        warm = len(_posted(rt, ids[:WARM]))
        _expand()
        told = len(_posted(rt, ids[WARM:]))
        measured = rate(told, _expand)
        assert _count(Receipt) == told + warm, "every event left its receipt"
        assert not _count(RawEvent, RawEvent.state != RawState.EXPANDED)
        assert _count(Message, Message.state == State.DELIVERED) > 0.9 * _count(Message)
        assert _count(Interaction, Interaction.kind == "open") > 0.2 * _count(Message)
        return measured


def _bare(engine: str, rows: int, alone: list[float], large: list[float]) -> float:
    """Events per second of everything which expanding them wrote, a post a transaction; `alone` gets that of their
    receipts, `large` that of these in larger transactions."""
    with _sent(engine, rows) as rt:
        order = {key: place for place, key in enumerate(_posted(rt, _ids()))}
        told = len(order)
        _expand()
        with rt.engine.connect() as connection:
            written = {
                name: [
                    dict(row)
                    for row in connection.exec_driver_sql(f"SELECT * FROM {these} ORDER BY id").mappings()
                ]
                for name, these in _WRITTEN.items()
            }
            states = connection.exec_driver_sql("SELECT state, delivered_at, id FROM messages").all()
        assert len(written["receipts"]) == told
        for name, key in _KEYS.items():
            written[name].sort(key=lambda row: order[row[key].partition(":")[2]])
        mark = "?" if engine == "sqlite" else "%s"
        inserts = [_insertion(name, found, mark) for name, found in written.items() if found]
        climb = f"UPDATE messages SET state = {mark}, delivered_at = {mark} WHERE id = {mark}"
        everything = [*inserts, (climb, [tuple(row) for row in states])]
        posts = -(-told // BODY)

        def bare(done: Sequence[tuple[str, list[Any]]], transactions: int, *, durable: bool = True) -> float:
            _undo(rt)
            return rate(told, lambda: _write(rt, done, transactions, durable))

        large.append(bare(inserts[:1], -(-told // PAGE), durable=False))
        alone.append(bare(inserts[:1], posts))
        return bare(everything, posts)


def _undo(rt: Runtime) -> None:
    """As if nothing had been expanded."""
    with runtime.bulk_session() as db:
        for these in _WRITTEN.values():
            db.connection().exec_driver_sql(f"DELETE FROM {these}")
        db.connection().exec_driver_sql("UPDATE messages SET state = 'accepted', delivered_at = NULL")
    settle(rt)


_WRITTEN = {
    "receipts": "receipts",
    "interactions": "interactions WHERE message_id IS NOT NULL",
    "tally_notes": "tally_notes",
    "suppressions": "suppressions",
}
"""Table -> which of its rows."""
_KEYS = {"receipts": "event_key", "interactions": "dedupe_key"}
"""Table -> the column that ends with the id of the event: rows are written in the order in which they were told."""


def _insertion(table: str, rows: Sequence[dict[str, Any]], mark: str) -> tuple[str, list[Any]]:
    """The statement and the rows as the driver takes them."""
    names = [name for name in rows[0] if name != "id"]
    statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(mark for _ in names)})"
    return statement, [tuple(_plain(row[name]) for name in names) for row in rows]


def _plain(value: Any) -> Any:
    return orjson.dumps(value).decode() if isinstance(value, dict | list) else value


def _write(rt: Runtime, done: Sequence[tuple[str, list[Any]]], transactions: int, durable: bool) -> None:
    """Do these statements with nothing around them, an equal share of their rows in each transaction."""
    with closing(rt.engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        sqlite = rt.engine.dialect.name == "sqlite"
        if sqlite:
            cursor.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
            cursor.execute("PRAGMA cache_size=-65536")
        shares = [(statement, _shares(rows, transactions)) for statement, rows in done]
        for number in range(transactions):
            if sqlite:
                cursor.execute("BEGIN IMMEDIATE")
            for statement, share in shares:
                if share[number]:
                    cursor.executemany(statement, share[number])
            connection.commit()


def _shares(rows: Sequence[Any], parts: int) -> list[Sequence[Any]]:
    ends = [len(rows) * number // parts for number in range(parts + 1)]
    return [rows[start:end] for start, end in pairwise(ends)]


@contextmanager
def _sent(engine: str, rows: int) -> Iterator[Runtime]:
    """A wave whose emails the provider has taken, a thousand a request."""
    with installation(engine) as rt:
        fill(rt, rows)
        plan(rt, launched(rt))
        table, ids = table_of(Message), _ids()
        start = rt.now()
        for number in range(0, len(ids), 1_000):
            at = start + timedelta(seconds=number / EMAILS_A_SECOND)
            taken = {"state": State.ACCEPTED, "provider_id": secrets.token_urlsafe(16), "called_at": at}
            with runtime.bulk_session() as db:
                ours = update(table).where(table.c.id.in_(ids[number : number + 1_000]))
                db.execute(ours.values(accepted_at=at + timedelta(seconds=1), **taken))
        settle(rt)
        yield rt


def _ids() -> list[str]:
    """Of all messages, as they left."""
    table = table_of(Message)
    with runtime.reading() as db:
        return list(db.scalars(select(table.c.id).order_by(table.c.id)))


def _expand() -> None:
    while expand.expand_next(Route.SENDGRID_EVENTS):
        pass


def _posted(rt: Runtime, ids: Sequence[str]) -> list[str]:
    """Have SendGrid's posts about these messages wait to be expanded; returns the ids of their events, as told."""
    table = table_of(Message)
    with runtime.reading() as db:
        sent = select(table.c.id, table.c.address, table.c.provider_id, table.c.called_at)
        these = db.execute(sent.where(among(db, table.c.id, ids)).order_by(table.c.id))
        luck = random.Random(6)
        events = sorted((one for row in these for one in _story(luck, row)), key=lambda one: one[0])
    bodies = [events[start : start + BODY] for start in range(0, len(events), BODY)]
    posts = [
        accept.post(
            Route.SENDGRID_EVENTS,
            orjson.dumps([event for _, event in body]),
            content_type="application/json",
            now=rt.now(),
        )
        for body in bodies
    ]
    with runtime.bulk_session() as db:
        insert_all(db, RawEvent, [accept.row(one, RawState.NEW) for one in posts])
    return [event["sg_event_id"] for _, event in events]


def _story(luck: random.Random, row: Any) -> Iterator[tuple[datetime, dict[str, Any]]]:
    """What happens to one email, each with its time and in SendGrid's own shape."""
    ids = {"email": row.address, "w_message": row.id, "category": ["riattiva"]}
    ids |= {"sg_message_id": f"{row.provider_id}.recvd-5f54b5d587-pczjm-1-67BADEEA-6.0"}
    smtp = {"smtp-id": f"<{row.provider_id}@geopod-ismtpd-7>"}
    server = {"ip": "168.245.72.205", "tls": 1}
    reader = {"ip": f"93.44.{luck.randrange(256)}.{luck.randrange(256)}", "useragent": _PHONE}
    at = row.called_at + timedelta(seconds=luck.uniform(0.2, 2))

    def told(**said: Any) -> tuple[datetime, dict[str, Any]]:
        stamp = {"timestamp": int(at.timestamp()), "sg_event_id": secrets.token_urlsafe(33)}
        return at, {**ids, **stamp, **said}

    yield told(event="processed", **smtp)
    at += timedelta(seconds=luck.uniform(0.5, 10))
    fate = luck.random()
    if fate < 0.02:
        reason = "550 5.1.1 The email account that you tried to reach does not exist"
        yield told(event="bounce", type="bounce", status="5.1.1", reason=reason, **smtp, **server)
        return
    if fate < 0.03:
        yield told(event="deferred", response="451 4.7.1 try again later", attempt="1", **smtp)
        return
    yield told(
        event="delivered", response="250 2.0.0 OK 1461095248 m143si2210036ioe.159 - gsmtp", **smtp, **server
    )
    fate = luck.random()
    if fate < 0.17:
        at += timedelta(seconds=luck.uniform(1, 20))
        yield told(event="open", sg_machine_open=True, sg_content_type="html", **reader)
    elif fate < 0.34:
        at += timedelta(seconds=luck.expovariate(1 / 3600))
        yield told(event="open", sg_machine_open=False, sg_content_type="html", **reader)
        if fate < 0.21:
            at += timedelta(seconds=luck.uniform(3, 60))
            offset = {"index": 0, "type": "html"}
            yield told(event="click", url="https://riattiva.example/s/abc", url_offset=offset, **reader)


def _count(model: Any, *conditions: Any) -> int:
    with runtime.reading() as db:
        return int(db.execute(select(func.count()).select_from(model).where(*conditions)).scalar_one())
