"""The commands that say who has gone quiet, and by which policy."""

import json
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
import yaml

from app import runtime
from app.cli.base import Command, Group, console, open_installation, print_json, print_pairs, progress
from app.engagement import dormancy as quiet
from app.engagement import keep, policies, rhythm
from app.engagement import policy as rules
from app.errors import BadInput, RiattivaError
from app.runtime import Runtime

_FILE = click.Path(path_type=Path)
_as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")


class _Counting(Group):
    """A group that is a command by itself: its known errors are one clear line, too."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except RiattivaError as error:
            console.print(f"[red]riattiva:[/red] {error}", highlight=False, soft_wrap=True, markup=True)
            ctx.exit(2)


@click.group(cls=_Counting, invoke_without_command=True)
@click.option("--as-of", default="", help="An ISO time; a bare date is the end of that day. Default: now.")
@click.option("--policy", "file", type=_FILE, help="Count by this policy file instead of the one in force.")
@_as_json
@click.pass_context
def dormancy(ctx: click.Context, as_of: str, file: Path | None, as_json: bool) -> None:
    """How many contacts are active, cooling, dormant, or never engaged."""
    if ctx.invoked_subcommand:
        return
    opened = open_installation()
    at = read_as_of(as_of, opened.settings.zone) if as_of else opened.now()
    given = policies.from_file(file) if file else None
    with runtime.reading() as db:
        counts: dict[str, Any] = _count(db, at, given, replay=bool(as_of))
    (print_json if as_json else print_pairs)(counts | {"as_of": at.isoformat()})


@dormancy.group("policy", cls=Group)
def policy() -> None:
    """The rules by which quiet becomes cooling and dormant."""


@policy.command("show", cls=Command)
@_as_json
def show(as_json: bool) -> None:
    """The policy in force."""
    open_installation()
    with runtime.reading() as db:
        held = rules.document(policies.present(db))
    print_json(held) if as_json else click.echo(
        yaml.safe_dump(json.loads(json.dumps(held)), sort_keys=False, allow_unicode=True)
    )


@policy.command("set", cls=Command)
@click.argument("file", type=_FILE)
@_as_json
def set_policy(file: Path, as_json: bool) -> None:
    """Put a policy file in force, and bring everybody's dormancy to it. Killed, it is finished by the workers."""
    opened = open_installation()
    given = policies.from_file(file)
    with runtime.session() as db:
        settled = rhythm.settled(db, given, opened.now())
        policies.set_(db, settled, now=opened.now(), actor="user:command line")
    done = _pass(opened)
    with runtime.reading() as db:
        counts = quiet.count_kept(db, opened.now())
    told = {"policy": rules.document(settled), "recomputed": done, **counts}
    print_json(told) if as_json else print_pairs(told | {"policy": settled.basis})


@policy.command("measure", cls=Command)
@click.option("--attribute", default="", help="Measure each value of this attribute, too (settore).")
@_as_json
def measure(attribute: str, as_json: bool) -> None:
    """The usual days between two signs of life, as the data have it: what `basis: measured` would use."""
    opened = open_installation()
    with runtime.reading() as db:
        held = policies.present(db)
        asked = rules.Policy(attribute=attribute or held.attribute, signals=held.signals)
        found = rhythm.measure(db, asked, opened.now())
    lines = [
        {
            "group": line.group,
            "days": round(line.days, 1),
            "contacts": line.contacts,
            "gaps": line.pairs,
            "enough": line.pairs >= rhythm.LEAST_PAIRS,
        }
        for line in found
    ]
    if as_json:
        print_json(lines)
        return
    for line in lines:
        few = "" if line["enough"] else f", too few to count (at least {rhythm.LEAST_PAIRS})"
        who = line["group"] or "everybody"
        click.echo(
            f"{who}: {line['days']} days, from {line['gaps']} gaps of {line['contacts']} contacts{few}"
        )


def read_as_of(word: str, zone: ZoneInfo) -> datetime:
    """An ISO time (without offset: in `zone`); a bare date is the end of that day. Raises BadInput."""
    try:
        at = (
            datetime.combine(date.fromisoformat(word), time.max)
            if len(word) == 10
            else datetime.fromisoformat(word)
        )
    except ValueError:
        raise BadInput(f"{word!r} is no ISO date or time", mend="Write one like 2026-11-01.") from None
    if not 1970 <= at.year <= 9000:
        raise BadInput(f"{word!r} is no time that contacts lived in", mend="Write one like 2026-11-01.")
    return at if at.tzinfo else at.replace(tzinfo=zone)


def _count(db: Any, at: datetime, given: rules.Policy | None, *, replay: bool) -> dict[str, int]:
    """From the kept table where it says what is asked for, else derived anew from what happened."""
    if given is None and not replay and policies.kept_up(db):
        return quiet.count_kept(db, at)
    return quiet.count(db, at, rhythm.settled(db, given, at) if given else policies.present(db))


def _pass(opened: Runtime) -> int:
    done = 0
    with progress() as bars:
        task = bars.add_task("Contacts", total=None)
        while True:
            with runtime.session() as db:
                page = keep.page(db, now=opened.now())
            done += page
            bars.update(task, completed=done)
            if page < keep.PAGE:
                return done
