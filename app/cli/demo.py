"""`riattiva demo`: the whole story on embedded parts, sample CRM data and the sandbox's people."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.live import Live
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from app import runtime
from app.cli.base import Command, console
from app.cli.service import ROOT, Service, running
from app.contacts.imports import run as imports
from app.contacts.imports.plan import plan
from app.engagement import dormancy, history
from app.errors import BadInput, NotAvailable
from app.exports import files
from app.intake.find import states
from app.intake.models import RawState
from app.reports import books, wave
from app.waves import definition, launch
from app.waves.models import WaveState

FOLDER = Path("demo-data")
MARK = "made-by-riattiva-demo"
WAVE = ROOT / "docs" / "examples" / "wave-demo.yaml"
SPEED = 60.0
"""A minute of the sandbox's people takes a second."""
LAST_WORD = 20.0
"""Seconds the providers get, after the end of the wave, to say what became of the last messages."""
WRITTEN_FOR = 2_000
"""Contacts the wave file's seconds suit on two cores."""
LIMIT = 600.0
"""Seconds after which the story is given up, for as many contacts; it takes about one minute."""
EXPORTED = ("reengaged", "removable", "newsletter", "recover", "undecided", "suppressed")


@click.command(cls=Command)
@click.option("--contacts", type=click.IntRange(20, 1_000_000), default=2_000, show_default=True)
@click.option(
    "--json", "json_path", type=click.Path(path_type=Path, dir_okay=False), help="figures for programs"
)
def demo(contacts: int, json_path: Path | None) -> None:
    """Import, find who is dormant, write to them, hear their answers, decide, export: in about a minute."""
    folder = _fresh_folder()
    say = console.print
    say(f"[bold]1 Sample CRM[/bold]: about {contacts} contacts and their history, Italian and English, dirty")
    _sample(folder, contacts)
    with running(folder, port=_port(), sandbox_speed=SPEED) as service:
        say("[bold]2 Import[/bold]")
        imported = _import(service, folder)
        with runtime.reading() as db:
            quiet = dormancy.count(db, service.rt.now())
        say(f"[bold]3 Dormancy[/bold]: {_counts(quiet)}")
        wave_id = _launch(service, contacts)
        figures = _follow(service, wave_id, LIMIT * max(1.0, contacts / WRITTEN_FOR))
        exports = _export(service, wave_id)
        with runtime.reading() as db:
            balance = books.balance(db, wave_id, _bill(folder))
        figures |= {
            "dormancy": quiet,
            "imported": imported,
            "sandbox_accepted": balance.accepted,
            "duplicates": balance.duplicates,
            "missing": balance.missing,
            "unaccounted": balance.unaccounted,
            "balanced": balance.balanced,
            "exports": {name: str(path) for name, path in exports.items()},
        }
    _summary(figures, folder)
    if json_path is not None:
        json_path.parent.mkdir(parents=True, exist_ok=True)
        json_path.write_text(json.dumps(figures, ensure_ascii=False, indent=2, default=str), encoding="utf-8")
    if not balance.balanced or figures["quarantined"]:
        raise NotAvailable(
            f"the books do not balance: {asdict(balance)}, {figures['quarantined']} posts set aside"
        )


def _fresh_folder() -> Path:
    """The demo's own folder, emptied; a folder with somebody's real data is refused."""
    folder = Path(os.environ.get("DATA_DIR") or FOLDER)
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            raise BadInput(
                "holds data that no demo made", where=str(folder), mend="Set DATA_DIR to another folder."
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text("riattiva demo empties this folder each time it runs\n")
    # The demo must not reach a real provider or database, whatever the environment says.
    for name in [name for name in os.environ if name.startswith(("SENDGRID_", "TWILIO_"))]:
        del os.environ[name]
    return folder


def _sample(folder: Path, contacts: int) -> None:
    argv = [
        sys.executable,
        "-m",
        "app.sandbox.crm",
        "--out",
        str(folder / "crm"),
        "--contacts",
        str(contacts),
    ]
    argv += ["--as-of", time.strftime("%Y-%m-%d", time.gmtime())]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotAvailable(f"the sample could not be made: {done.stderr.strip()[-500:]}")


def _import(service: Service, folder: Path) -> dict[str, int]:
    rt, rejects = service.rt, folder / "rejects"
    given: dict[str, Any] = {"hash_key": rt.settings.suppression_key, "now": rt.now()}
    country, zone = rt.settings.default_country, rt.settings.zone
    people = plan(folder / "crm" / "gestionale.csv", country=country, zone=zone)
    done = imports.run(people, runtime.session, rejects=rejects / "contacts.csv", **given)
    console.print(f"  contacts: {_counts(done.counts)}")
    events = history.plan(folder / "crm" / "interactions.csv", country=country, zone=zone)
    kept = history.run(events, runtime.session, rejects=rejects / "interactions.csv", **given)
    console.print(f"  history: {_counts(kept.counts)}")
    return done.counts


def _stretched(contacts: int) -> definition.Definition:
    """The demo's wave file; for more contacts than it is written for, its seconds grow with them."""
    source = dict(definition.load(WAVE).source)
    factor = max(1.0, contacts / WRITTEN_FOR)

    def longer(text: str) -> str:
        return f"{definition.duration(text).total_seconds() * factor:.0f} seconds"

    source["answers_until"] = longer(source["answers_until"])
    source["steps"] = [
        step | ({"after": longer(step["after"])} if "after" in step else {}) for step in source["steps"]
    ]
    return definition.from_source(source)


def _launch(service: Service, contacts: int) -> str:
    made = _stretched(contacts)
    with runtime.session() as db:
        launched = launch.launch(db, service.rt, made, by="user:demo", now=service.rt.now())
    console.print(f"[bold]4 Wave[/bold] {launched.name!r} launched: email and SMS out, people answer")
    console.print(f"  watch them: {service.sandbox_url}", highlight=False)
    return launched.id


def _follow(service: Service, wave_id: str, limit: float) -> dict[str, Any]:
    """Show the wave until it has ended, every webhook is read and every verdict is given."""
    started, over_since = time.monotonic(), None
    bars = _Bars()
    with Live(bars.shown, console=console, refresh_per_second=4, transient=True):
        for figures in _figures(wave_id):
            bars.show(figures)
            service.children.look()
            if figures["state"] == WaveState.PAUSED:
                raise NotAvailable(f"the wave paused itself: {figures['reason']}")
            if over_since is None and _over(figures):
                over_since = time.monotonic()
            late = over_since is not None and time.monotonic() - over_since > LAST_WORD
            if over_since is not None and (late or not figures["on_the_way"]):
                return figures
            if time.monotonic() - started > limit:
                raise NotAvailable(
                    f"the wave did not end within {limit:.0f} s; see {service.rt.settings.data_dir}/logs"
                )
    raise AssertionError("the figures never end")


def _figures(wave_id: str) -> Iterator[dict[str, Any]]:
    while True:
        with runtime.reading() as db:
            raw = states(db)
            unread, aside = raw.get(RawState.NEW, 0), raw.get(RawState.QUARANTINED, 0)
            yield wave.status(db, wave_id) | {"unread": unread, "quarantined": aside}
        time.sleep(0.5)


def _over(figures: dict[str, Any]) -> bool:
    with runtime.reading() as db:
        decided = wave.decided(db, figures["wave_id"])
    return figures["state"] == WaveState.FINISHED and not figures["unread"] and decided == figures["treated"]


class _Bars:
    """The live picture: one bar a stage, all out of the treated contacts."""

    STAGES = ("planned", "accepted", "delivered", "answered", "opted_out", "reengaged", "removable")

    def __init__(self) -> None:
        columns = (
            TextColumn("  {task.description:<11}"),
            BarColumn(40),
            TextColumn("{task.completed:>6.0f}"),
        )
        self.shown = Progress(*columns, TimeElapsedColumn(), console=console)
        self.tasks: dict[str, TaskID] = {
            name: self.shown.add_task(name.replace("_", " "), total=None) for name in self.STAGES
        }

    def show(self, figures: dict[str, Any]) -> None:
        for name, task in self.tasks.items():
            self.shown.update(task, total=max(figures["planned"], 1), completed=figures[name])


def _export(service: Service, wave_id: str) -> dict[str, Path]:
    written = {}
    for what in EXPORTED:
        path = files.default_path(service.rt.settings.data_dir, what, "csv")
        with runtime.reading() as db:
            files.save(
                db,
                path,
                what,
                wave_id=wave_id,
                file_format="csv",
                suppression_key=service.rt.settings.suppression_key,
            )
        written[what] = path
    return written


def _bill(folder: Path) -> Iterator[str]:
    """Our ids of what the sandbox accepted, by its own account: one line a message."""
    with (folder / "sandbox" / "accepted.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            custom = json.loads(line)["custom"]
            yield str(custom.get("w_message") or custom.get("m"))


def _summary(figures: dict[str, Any], folder: Path) -> None:
    nps, mood = figures["nps"], figures["sentiment"]
    table = Table(title="What the wave brought", title_justify="left", show_header=False, box=None)
    score = "no answers" if nps["score"] is None else f"{nps['score']:+d}"
    lines = {
        "selected": f"{figures['selected']}  ({figures['control']} held out as control, "
        f"{sum(figures['left_out'].values())} may not be written to)",
        "sent": f"{figures['accepted']}  messages  ({figures['conversation_messages']} within conversations, "
        f"{figures['withdrawn']} taken back in time)",
        "delivered": f"{figures['delivered']}  ({figures['failed']} failed, {figures['unconfirmed']} unconfirmed)",
        "answered": f"{figures['answered']} people",
        "NPS": f"{score}  ({nps['promoters']} promoters, {nps['passives']} passives, {nps['detractors']} detractors)",
        "sentiment": f"{mood['positive']} positive, {mood['neutral']} neutral, {mood['negative']} negative",
        "opt-outs": str(figures["opted_out"]),
        "re-engaged": str(figures["reengaged"]),
        "removable": str(figures["removable"]),
        "newsletter": f"{figures['outcomes']['newsletter']}  (set aside into the generic list)",
        "to recover": f"{figures['outcomes']['recover']}  (unhappy but valuable: to their owner)",
        "undecided": str(figures["outcomes"]["undecided"]),
        "books": f"{figures['sandbox_accepted']} accepted by the provider, {figures['duplicates']} twice, "
        f"{figures['missing']} missing",
    }
    for name, value in lines.items():
        table.add_row(f"[bold]{name}[/bold]", value)
    out = type(console)()
    out.print(table, highlight=False)
    for name, path in figures["exports"].items():
        out.print(f"  {name}: {path}", highlight=False, soft_wrap=True)
    out.print(
        f"Open the dashboard on the same data:  DATA_DIR={folder} .venv/bin/riattiva up", highlight=False
    )


def _counts(counts: dict[str, Any]) -> str:
    return ", ".join(f"{value} {name.replace('_', ' ')}" for name, value in counts.items())


def _port() -> int:
    """The port of `riattiva up`, so that the links in the demo's emails work there; another when it is taken."""
    for port in (8000, 0):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise NotAvailable("no port is free on 127.0.0.1")
