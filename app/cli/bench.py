"""The command that runs a benchmark of this checkout."""

import importlib
import sys
from dataclasses import asdict
from inspect import signature
from pathlib import Path
from typing import Any

import click

from app.cli.base import Command, print_json, print_pairs
from app.errors import BadInput

_CHECKOUT = Path(__file__).resolve().parents[2]


@click.command(cls=Command)
@click.argument("name")
@click.option(
    "--engine", type=click.Choice(["sqlite", "postgres", "both"]), default="sqlite", show_default=True
)
@click.option("--rows", type=click.IntRange(min=1), help="How many rows; each benchmark has its own default.")
@click.option("--runs", type=click.IntRange(min=1), default=3, show_default=True)
@click.option(
    "--file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Your own history, for a benchmark that judges by one (send-time).",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def bench(name: str, engine: str, rows: int | None, runs: int, file: Path | None, as_json: bool) -> None:
    """Measure our speed against the bare ceiling, in the same run: a ratio, with its method."""
    folder = _CHECKOUT / "benchmarks"
    known = sorted(file.stem for file in folder.glob("[a-z]*.py") if file.stem != "harness")
    name = name.replace("-", "_")
    if name not in known:
        raise BadInput(f"there is no benchmark {name!r}", mend=f"Known here: {', '.join(known) or 'none'}.")
    sys.path.insert(0, str(_CHECKOUT))
    module = importlib.import_module(f"benchmarks.{name}")
    engines = ["sqlite", "postgres"] if engine == "both" else [engine]
    sized: dict[str, Any] = {"rows": rows} if rows else {}
    if file is not None:
        if "file" not in signature(module.measure).parameters:
            raise BadInput(f"the benchmark {name!r} takes no file", mend="Leave --file out.")
        sized["file"] = file
    found = [asdict(module.measure(one, runs=runs, **sized)) for one in engines]
    if as_json:
        print_json(found if len(found) > 1 else found[0])
        return
    for figures in found:
        if hasattr(module, "report"):
            click.echo(module.report(figures))
        else:
            print_pairs(figures)
