"""`riattiva surveys`: check survey files and talk one through in the terminal."""

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import click

from app import settings
from app.channels.segments import segments
from app.cli.base import Command, Group, console
from app.cli.trying import Met, as_form, met_first, typed_stop
from app.errors import BadInput
from app.messages import letters_check
from app.runtime import SURVEYS_FOLDER
from app.settings import Settings
from app.surveys import engine
from app.surveys.check import check as check_survey
from app.surveys.check.lengths import longest
from app.surveys.definition import BadSurvey, load, load_all
from app.surveys.document import line_of
from app.surveys.engine import Ask, BadAnswer, Effect, Say, State, Step
from app.surveys.survey import Kind, Survey

SAMPLE = {
    "first_name": "Giulia",
    "last_name": "Rossi",
    "company": "Rossi Srl",
    "organisation": "Officine Aurora",
    "owner": "Marco Bianchi",
}
_SKIP = "-"
_HOW = {
    Kind.CHOICES: "values or labels with commas between them",
    Kind.CONTACT: "email=…, phone=…, or ok",
    Kind.DATE: "2026-12-31",
}


@click.group(cls=Group)
def surveys() -> None:
    """Check surveys and try them out."""


@surveys.command(cls=Command)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--verbose", "-v", is_flag=True, help="Also name the longest SMS of each language.")
@click.option("--host", help="Our own domain, for links in texts.  [default: that of PUBLIC_URL]")
def check(paths: tuple[Path, ...], verbose: bool, host: str | None) -> None:
    """Check survey files (all of surveys/ when none is named): every problem with its line."""
    bad, ours = 0, _our_host() if host is None else host
    for path in paths or tuple(sorted(SURVEYS_FOLDER.glob("*.yaml"))):
        survey = None
        try:
            survey = load(path)
            problems = check_survey(survey, _segments, where=str(path), host=ours)
            problems += letters_check.problems(survey, _settings())
        except BadSurvey as error:
            problems = list(error.problems)
        for problem in problems:
            click.echo(f"{problem.severity}: {problem}")
        bad += sum(problem.severity == "error" for problem in problems)
        if not problems:
            click.echo(f"{path}: good")
        if survey and verbose:
            _longest(survey)
    if bad:
        raise BadInput(f"{bad} to mend", mend="Each line is named above.")


def _segments(text: str) -> int:
    return segments(text).count


def _settings() -> Settings:
    """Those of the installation, or as they are without one."""
    try:
        return settings.load()
    except BadInput:
        return Settings.model_construct()


def _our_host() -> str:
    """The host of PUBLIC_URL; empty where others cannot reach it, so that no link is ours."""
    host = urlsplit(_settings().public_url).hostname or ""
    return "" if host in ("127.0.0.1", "localhost", "::1") else host


def _longest(survey: Survey) -> None:
    for one in longest(survey, _segments):
        size = f"{one.characters} characters, {one.segments} SMS"
        click.echo(f"  longest in {one.lang}: {size} (line {line_of(survey.lines, one.path)})")


@surveys.command("try", cls=Command)
@click.argument("survey", metavar="SLUG|FILE")
@click.option("--channel", type=click.Choice(["sms", "web"]), default="sms", show_default=True)
@click.option("--lang", default="it", show_default=True)
@click.option(
    "--attribute", "attributes", multiple=True, metavar="NAME=VALUE", help="An attribute of the contact."
)
def try_(survey: str, channel: str, lang: str, attributes: tuple[str, ...]) -> None:
    """Talk a survey through, as a contact would see it; nothing is stored. An empty line ends it.

    Stop and help words and plain opt-outs come before the survey, as they do live. On the web "-" passes a
    question over.
    """
    chosen = _chosen(survey)
    named = dict(pair.split("=", 1) for pair in attributes if "=" in pair)
    step = engine.start(chosen, lang=lang, channel=channel, values=SAMPLE, attributes=named)
    _show(step, chosen, channel)
    while not step.state.done and (said := _said()):
        met = met_first(said, lang=lang, organisation=SAMPLE["organisation"]) if channel == "sms" else None
        if met is None:
            try:
                step = _answer(chosen, step.state, said, channel)
            except BadAnswer as error:
                click.echo(f"  ! {error.what}")
                continue
            met = typed_stop(step) if channel == "web" else None
            _show(step, chosen, channel if met is None else "")
        if met is not None and _ends(met):
            return


def _said() -> str:
    """What is typed next; empty at the end of the input."""
    try:
        return str(click.prompt("you", default="", show_default=False))
    except click.Abort:
        click.echo("\n(end of input: a contact who says no more leaves the question open)")
        return ""


def _ends(met: Met) -> bool:
    _tell(met.told)
    if met.answer:
        click.echo(f"  < {met.answer}   [{segments(met.answer).count} SMS]")
    return met.ends


def _chosen(name: str) -> Survey:
    """The survey of this slug, or of a file that is not in surveys/ yet."""
    if Path(name).suffix == ".yaml":
        return load(Path(name))
    known = load_all(SURVEYS_FOLDER)
    if name not in known:
        raise BadInput(
            f"there is no survey {name!r}", mend=f"Known: {', '.join(sorted(known))}, or a .yaml file."
        )
    return known[name]


def _answer(survey: Survey, state: State, said: str, channel: str) -> Step:
    today = datetime.now(UTC).date()
    page = engine.prompt(survey, state, channel=channel, values=SAMPLE)
    if channel == "sms" or page is None:
        return engine.receive(survey, state, said, channel=channel, values=SAMPLE, today=today)
    value = None if said == _SKIP else as_form(page, said)
    return engine.submit(survey, state, page.question, value, channel=channel, values=SAMPLE, today=today)


def _show(step: Step, survey: Survey, channel: str) -> None:
    for effect in step.effects:
        if not isinstance(effect, Ask | Say):
            _tell(_told(effect))
        elif channel == "sms":
            click.echo(f"  < {effect.text}   [{segments(effect.text).count} SMS]")
    if channel == "web":
        _show_page(survey, step.state)


def _tell(what: str) -> None:
    console.print(f"    {what}", style="dim", highlight=False, markup=False, soft_wrap=True)


def _show_page(survey: Survey, state: State) -> None:
    page = engine.prompt(survey, state, channel="web", values=SAMPLE)
    if page is None:
        click.echo(f"  < {engine.closing(survey, state, SAMPLE)}")
        return
    options = "  ".join(
        f"[{value}] {label}" if value != label else f"[{value}]" for value, label in page.options
    )
    click.echo(f"  < ({page.step}/{page.of}) {page.text}")
    if shown := options or ", ".join(page.fields):
        click.echo(f"    {shown}")
    if page.kind in _HOW:
        _tell(f"({_HOW[page.kind]})")


def _told(effect: Effect) -> str:
    """An effect in one line, without what a reading holds in detail."""
    if isinstance(effect, engine.Answered):
        tone = f", {effect.reading.sentiment}" if effect.reading else ""
        return f"{'amended' if effect.amends else 'answered'} {effect.question}: {effect.value!r}{tone}"
    return str(effect)
