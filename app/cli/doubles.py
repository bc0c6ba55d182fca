"""Commands about contacts who may be one person: find, look, merge, tell apart, undo."""

from typing import Any

import click

from app import runtime
from app.cli.base import Command, Group, open_installation, print_json, print_pairs, progress
from app.cli.contacts import contacts
from app.contacts import doubles as pairs
from app.contacts.doubles_words import english, in_words
from app.contacts.models import Contact, Double, DoubleState
from app.db import Session
from app.dossier import merge as merging
from app.dossier.models import Merge
from app.dossier.settle import settle
from app.errors import RiattivaError
from app.runtime import Runtime

ACTOR = "user:command line"
_as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
_limit = click.option(
    "--limit", type=click.IntRange(min=1), default=50, show_default=True, help="At most so many."
)


@contacts.group("doubles", cls=Group, invoke_without_command=True)
@_limit
@_as_json
@click.pass_context
def doubles(ctx: click.Context, limit: int, as_json: bool) -> None:
    """Contacts who may be one person. Without more words: the list of those a person should look at."""
    if ctx.invoked_subcommand is None:
        try:
            _list(limit, as_json)
        except RiattivaError as error:
            raise click.UsageError(str(error)) from error


@doubles.command("list", cls=Command)
@_limit
@_as_json
def listed(limit: int, as_json: bool) -> None:
    """The pairs a person should look at, the surest first. Whoever is new or changed is compared before."""
    _list(limit, as_json)


@doubles.command("find", cls=Command)
@_as_json
def find(as_json: bool) -> None:
    """Compare whoever is new or changed; merge what is certain, and list what is doubtful."""
    opened = open_installation()
    counts = _settle(opened)
    with runtime.reading() as db:
        told = counts | {"to_review": pairs.count(db)[DoubleState.OPEN]}
    (print_json if as_json else print_pairs)(told)


@doubles.command("merge", cls=Command)
@click.argument("pair_id", metavar="ID")
@_as_json
def merge(pair_id: str, as_json: bool) -> None:
    """They are one person: merge the two contacts of a pair. It can be undone."""
    opened = open_installation()
    with runtime.session() as db:
        merge_id = merging.merge_pair(
            db, pair_id, hash_key=opened.settings.suppression_key, at=opened.now(), actor=ACTOR
        )
        kept = merging.get(db, merge_id).keep_id
    told = {"merge_id": merge_id, "contact_id": kept}
    (print_json if as_json else print_pairs)(told)


@doubles.command("reject", cls=Command)
@click.argument("pair_id", metavar="ID")
@_as_json
def reject(pair_id: str, as_json: bool) -> None:
    """They are two people: this pair is never proposed again."""
    opened = open_installation()
    with runtime.session() as db:
        pairs.reject(db, pair_id, by=ACTOR, now=opened.now())
    (print_json if as_json else print_pairs)({"id": pair_id, "state": DoubleState.REJECTED})


@doubles.command("merges", cls=Command)
@_limit
@_as_json
def merges(limit: int, as_json: bool) -> None:
    """What was merged, the newest first, with what was not kept."""
    open_installation()
    with runtime.reading() as db:
        told = [_merge(one) for one in merging.newest(db, limit=limit)]
    if as_json:
        print_json(told)
        return
    for one in told:
        undone = "  undone" if one["undone_at"] else ""
        click.echo(
            f"{one['id']}  {one['at']:%Y-%m-%d %H:%M}  {one['kept']} <- {one['gone']}  {one['actor']}{undone}"
        )


@contacts.command("unmerge", cls=Command)
@click.argument("merge_id")
@_as_json
def unmerge(merge_id: str, as_json: bool) -> None:
    """Make two contacts again of a merge. Opt-outs stand for both; what happened since stays with the kept one."""
    opened = open_installation()
    with runtime.session() as db:
        keep, back = merging.unmerge(
            db, merge_id, hash_key=opened.settings.suppression_key, at=opened.now(), actor=ACTOR
        )
    (print_json if as_json else print_pairs)({"kept": keep, "back": back})


def _settle(opened: Runtime) -> dict[str, Any]:
    with progress() as bars:
        task = bars.add_task("Comparing contacts", total=None)
        counts, _ = settle(
            runtime.session,
            hash_key=opened.settings.suppression_key,
            now=opened.now(),
            tick=lambda done: bars.update(task, completed=done),
        )
    return dict(counts)


def _list(limit: int, as_json: bool) -> None:
    opened = open_installation()
    _settle(opened)
    with runtime.reading() as db:
        counts = pairs.count(db)
        found = [_pair(db, pair) for pair in pairs.listed(db, limit=limit)]
    if as_json:
        print_json({**counts, "pairs": found})
        return
    for pair in found:
        click.echo(f"{pair['id']}  {pair['score']:.0%}")
        for side in ("one", "other"):
            click.echo(
                "  " + ", ".join(str(value) for name, value in pair[side].items() if value and name != "id")
            )
        for reason in pair["reasons"]:
            click.echo(f"    {reason['text']}")
    click.echo(f"{counts[DoubleState.OPEN]} to look at; `riattiva contacts doubles merge|reject ID` decides.")


def _pair(db: Session, pair: Double) -> dict[str, Any]:
    words = in_words(pair.reasons, english)
    return {
        "id": pair.id,
        "score": pair.score,
        "state": pair.state,
        "reasons": [
            {"code": code, "text": text} for (code, *_), text in zip(pair.reasons, words, strict=False)
        ],
        "one": _known(db, pair.one),
        "other": _known(db, pair.other),
    }


def _known(db: Session, contact_id: str) -> dict[str, Any]:
    held = db.get(Contact, contact_id)
    names = ("email", "phone", "first_name", "last_name", "company")
    return {"id": contact_id} | ({name: getattr(held, name) for name in names} if held else {})


def _merge(one: Merge) -> dict[str, Any]:
    def named(row: dict[str, Any]) -> str:
        parts = [part for part in (row["first_name"], row["last_name"]) if part]
        return " ".join(parts) or row["email"] or row["phone"] or row["id"]

    return {
        "id": one.id,
        "at": one.at,
        "actor": one.actor,
        "contact_id": one.keep_id,
        "merged_id": one.gone_id,
        "kept": named(one.snapshot["keep"]),
        "gone": named(one.snapshot["gone"]),
        "lost": one.snapshot["lost"],
        "undone_at": one.undone_at,
    }
