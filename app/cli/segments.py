"""`riattiva segments`: rules kept under a name, and whom a rule selects before anybody is written to."""

from dataclasses import asdict
from pathlib import Path

import click

from app import runtime
from app.cli.base import Command, Group, open_installation, print_json, print_pairs
from app.engagement import policies
from app.segments import preview as looking
from app.segments import saved

BY = "user:cli"
_as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")


@click.group(cls=Group)
def segments() -> None:
    """Rules that select contacts: save them, and see whom they select."""


@segments.command("list", cls=Command)
@_as_json
def list_(as_json: bool) -> None:
    """The saved segments, and how many contacts each selects now."""
    rt = open_installation()
    with runtime.reading() as db:
        policy = policies.present(db)
        found = [
            {
                "name": held.name,
                "count": looking.count_saved(db, held, as_of=rt.now(), policy=policy),
                "updated_at": held.updated_at,
                "rule": held.rule,
            }
            for held in saved.every(db)
        ]
    if as_json:
        print_json(found)
        return
    width = max((len(str(one["name"])) for one in found), default=0)
    for one in found:
        click.echo(
            f"{one['name']:<{width}}  {one['count'] if one['count'] is not None else 'fits no more':>9}"
        )


@segments.command(cls=Command)
@click.argument("rule", metavar="NAME-OR-RULE")
@_as_json
def preview(rule: str, as_json: bool) -> None:
    """Whom a saved segment, a YAML or JSON file, or a rule like 'dormancy: dormant' selects now."""
    rt = open_installation()
    with runtime.reading() as db:
        policy = policies.present(db)
        written = saved.understand(db, rule)
        whole = saved.check(db, written, as_of=rt.now(), policy=policy)
        seen = looking.preview(db, whole, as_of=rt.now(), policy=policy, hash_key=rt.settings.suppression_key)
    if as_json:
        print_json(asdict(seen) | {"rule": written.rule})
        return
    for warning in seen.warnings:
        click.echo(f"warning: {warning}", err=True)
    reached = {f"reachable by {name}": count for name, count in seen.reachable.items()}
    print_pairs({"contacts": seen.count, **reached})
    for one in seen.sample:
        click.echo(f"    {one.name}  {one.company}  ({one.dormancy.replace('_', ' ')})")


@segments.command(cls=Command)
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def save(name: str, file: Path) -> None:
    """Keep the rule in FILE under NAME, in place of what it said before."""
    rt = open_installation()
    with runtime.session() as db:
        written = saved.from_file(file)
        held = saved.save(db, name, written, by=BY, now=rt.now(), policy=policies.present(db))
    click.echo(f"Saved {held.name}.")


@segments.command(cls=Command)
@click.argument("name")
def remove(name: str) -> None:
    """Forget a saved segment; waves that were launched with it keep its rule."""
    rt = open_installation()
    with runtime.session() as db:
        saved.remove(db, name, by=BY, now=rt.now())
    click.echo(f"Removed {name}.")
