"""The command that says who has gone quiet."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import click

from app import runtime
from app.cli.base import Command, open_installation, print_json, print_pairs
from app.engagement import dormancy as quiet
from app.errors import BadInput


@click.command(cls=Command)
@click.option("--as-of", default="", help="An ISO time; a bare date is the end of that day. Default: now.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def dormancy(as_of: str, as_json: bool) -> None:
    """How many contacts are active, cooling, dormant, or never engaged."""
    opened = open_installation()
    at = read_as_of(as_of, opened.settings.zone) if as_of else opened.now()
    with runtime.reading() as db:
        counts: dict[str, Any] = {**quiet.count(db, at)}
    (print_json if as_json else print_pairs)(counts | {"as_of": at.isoformat()})


def read_as_of(word: str, zone: ZoneInfo) -> datetime:
    """An ISO time (without offset: in `zone`); a bare date is the end of that day. Raises BadInput."""
    try:
        if len(word) == 10:
            return datetime.combine(date.fromisoformat(word), time.max, zone)
        at = datetime.fromisoformat(word)
    except ValueError:
        raise BadInput(f"{word!r} is no ISO date or time", mend="Write one like 2026-11-01.") from None
    return at if at.tzinfo else at.replace(tzinfo=zone)
