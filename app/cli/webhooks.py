"""`riattiva webhooks`: how the providers' doors stand, what was set aside there, and reading posts once more."""

from dataclasses import asdict
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import click

from app import runtime
from app.cli.base import Command, Group, console, open_installation, print_json, print_pairs
from app.errors import BadInput, NotFound
from app.intake import aside, expand, spool, standing
from app.intake.doors import PROVIDERS, Door, Health, Trouble, last_error, worst
from app.intake.models import RawEvent, Route

_as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
_door = click.option(
    "--door", type=click.Choice([route.value for route in Route]), help="Only what came through this door."
)


@click.group(cls=Group)
def webhooks() -> None:
    """What the providers post: how it goes, what could not be read, and reading it again."""


@webhooks.command(cls=Command)
@_as_json
def status(as_json: bool) -> None:
    """How each door stands: accepted, refused, waiting and for how long, set aside, and the last error."""
    rt = open_installation()
    now = rt.now()
    with runtime.reading() as db:
        doors = standing.doors(db, now)
    if as_json:
        providers = {
            name: _provider([doors[route] for route in routes]) for name, routes in PROVIDERS.items()
        }
        said = [_plain(door) for door in doors.values()]
        print_json({"as_of": now, "providers": providers, "doors": said, "spooled": spool.held()})
        return
    for name, routes in PROVIDERS.items():
        own = [doors[route] for route in routes]
        click.echo(f"{name}: {worst(own)}{_trouble(last_error(own))}")
        for door in own:
            _print(door)
    if spooled := spool.held():
        click.echo(f"{spooled} posts wait on disk: the database was away when they came")


@webhooks.command(cls=Command)
@click.option(
    "--show", "shown", type=int, metavar="ID", help="One of them with its body, which holds contacts' data."
)
@_door
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="At most so many."
)
@_as_json
def quarantine(shown: int | None, door: str | None, limit: int, as_json: bool) -> None:
    """What could not be read and was set aside, newest first, each with the reason."""
    open_installation()
    with runtime.reading() as db:
        if shown is not None:
            _show(aside.one(db, shown), as_json)
            return
        found = aside.newest(db, door=door, limit=limit)
    if as_json:
        print_json([one._asdict() for one in found])
        return
    for one in found:
        part = f" (one event of {one.part_of})" if one.part_of else ""
        click.echo(f"{one.id:>9}  {one.received_at:%Y-%m-%d %H:%M}  {one.door:<16}  {one.reason}{part}")
    if not found:
        click.echo("nothing is set aside")


@webhooks.command(cls=Command)
@click.option("--id", "raw_id", type=int, metavar="ID", help="Only this post, as `quarantine` names it.")
@_door
@click.option("--since", help="Only what was accepted since then: an ISO time, or a date.")
@click.option(
    "--expanded", is_flag=True, help="Also what was read already, from the raw bytes that are kept."
)
@_as_json
def replay(raw_id: int | None, door: str | None, since: str | None, expanded: bool, as_json: bool) -> None:
    """Read once more what was set aside, once its cause is mended.

    Nothing that stands is changed by it: what was read already is known event by event. It comes after all that
    is new; the workers read it, so `riattiva up` must be running.
    """
    rt = open_installation()
    accepted = _moment(since, rt.settings.zone) if since else None
    count, after = 0, 0
    while True:
        with runtime.reading() as db:
            ids = aside.choose(db, raw_id=raw_id, door=door, since=accepted, expanded=expanded, after=after)
        if not ids:
            break
        with runtime.session() as db:
            count += expand.replay(db, ids)
        after = ids[-1]
    if raw_id is not None and not count:
        raise NotFound(f"nothing with the id {raw_id} is set aside; --expanded takes what was read, too")
    if as_json:
        print_json({"posts": count})
        return
    click.echo(f"{count} posts will be read again" if count != 1 else "1 post will be read again")


def _provider(doors: list[Door]) -> dict[str, Any]:
    trouble = last_error(doors)
    return {"health": worst(doors), "last_error": trouble._asdict() if trouble else None}


def _plain(door: Door) -> dict[str, Any]:
    trouble = door.last_error
    own = {"provider": door.provider, "health": door.health}
    return asdict(door) | own | {"last_error": trouble._asdict() if trouble else None}


def _trouble(trouble: Trouble | None) -> str:
    if trouble is None:
        return ""
    return (
        f"; last error {trouble.at:%Y-%m-%d %H:%M} UTC at {trouble.door}: {trouble.what} ({trouble.reason})"
    )


def _print(door: Door) -> None:
    last = f", last post {door.last_at:%Y-%m-%d %H:%M} UTC" if door.last_at else ""
    click.echo(f" {door.door}: {door.health}{last}")
    if door.health is Health.SILENT:
        return
    rates = (
        f"{door.accepted_last_day} in a day, {door.accepted_last_hour} in an hour, {door.per_minute} a minute"
    )
    lag = f", the oldest for {door.lag_seconds:.0f} s" if door.waiting else ""
    pairs = {
        "accepted": f"{door.accepted} ({rates} now)",
        "posted twice": door.duplicates,
        "refused": _sum(door.refused),
        "expanded": door.expanded,
        "waiting": f"{door.waiting}{lag}" + (f", {door.again} to be read again" if door.again else ""),
        "quarantined": door.quarantined,
        "events": f"{door.events}, {door.events_repeated} known before, {door.events_foreign} foreign",
        "unknown event types": _sum(door.events_unknown),
    }
    print_pairs({name: said for name, said in pairs.items() if said != 0})


def _sum(reasons: dict[str, int]) -> str | int:
    told = ", ".join(f"{name} {n}" for name, n in sorted(reasons.items(), key=lambda one: -one[1]))
    return f"{sum(reasons.values())} ({told})" if reasons else 0


def _show(raw: RawEvent, as_json: bool) -> None:
    facts = raw.model_dump(exclude={"body", "digest", "state"})
    body = raw.body.decode("utf-8", "backslashreplace")
    if as_json:
        print_json(facts | {"body": body})
        return
    print_pairs(facts)
    console.print("the body follows on standard output; it holds contacts' data", highlight=False)
    # Anybody may have written this: nothing in it may steer the terminal.
    click.echo("".join(c if c.isprintable() or c in "\n\t" else f"\\x{ord(c):02x}" for c in body))


def _moment(word: str, zone: ZoneInfo) -> datetime:
    try:
        at = (
            datetime.fromisoformat(word)
            if len(word) > 10
            else datetime.combine(date.fromisoformat(word), time())
        )
    except ValueError:
        raise BadInput(
            f"{word!r} is no ISO date or time", where="--since", mend="Write one like 2026-11-01."
        ) from None
    return at if at.tzinfo else at.replace(tzinfo=zone)
