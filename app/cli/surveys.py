"""`riattiva surveys`: check survey files and talk one through in the terminal."""

from pathlib import Path

import click

from app.channels.segments import segments
from app.cli.base import Command, Group, console
from app.errors import BadInput
from app.runtime import SURVEYS_FOLDER
from app.surveys import engine
from app.surveys.check import check as check_survey
from app.surveys.definition import BadSurvey, load, load_all
from app.surveys.engine import Ask, BadAnswer, Effect, Say, State
from app.surveys.survey import Survey

SAMPLE = {
    "first_name": "Giulia",
    "last_name": "Rossi",
    "company": "Rossi Srl",
    "organisation": "Officine Aurora",
    "owner": "Marco Bianchi",
}


@click.group(cls=Group)
def surveys() -> None:
    """Check surveys and try them out."""


@surveys.command(cls=Command)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
def check(paths: tuple[Path, ...]) -> None:
    """Check survey files (all of surveys/ when none is named): every problem with its line."""
    bad = 0
    for path in paths or tuple(sorted(SURVEYS_FOLDER.glob("*.yaml"))):
        try:
            survey = load(path)
            problems = check_survey(survey, lambda text: segments(text).count, where=str(path))
        except BadSurvey as error:
            problems = list(error.problems)
        for problem in problems:
            click.echo(f"{problem.severity}: {problem}")
        bad += sum(problem.severity == "error" for problem in problems)
        if not problems:
            click.echo(f"{path}: good")
    if bad:
        raise BadInput(f"{bad} to mend", mend="Each line is named above.")


@surveys.command("try", cls=Command)
@click.argument("slug")
@click.option("--channel", type=click.Choice(["sms", "web"]), default="sms", show_default=True)
@click.option("--lang", default="it", show_default=True)
def try_(slug: str, channel: str, lang: str) -> None:
    """Talk a survey through, as a contact would see it; nothing is stored. An empty line ends it."""
    known = load_all(SURVEYS_FOLDER)
    if slug not in known:
        raise BadInput(f"there is no survey {slug!r}", mend=f"Known: {', '.join(sorted(known))}.")
    survey = known[slug]
    step = engine.start(survey, lang=lang, channel=channel, values=SAMPLE)
    _show(step.effects, survey, step.state, channel)
    state = step.state
    while not state.done:
        said = click.prompt("you", default="", show_default=False)
        if not said:
            return
        try:
            if channel == "web" and state.question:
                step = engine.submit(survey, state, state.question, said, channel=channel, values=SAMPLE)
            else:
                step = engine.receive(survey, state, said, channel=channel, values=SAMPLE)
        except BadAnswer as error:
            click.echo(f"  ! {error.what}")
            continue
        state = step.state
        _show(step.effects, survey, state, channel)


def _show(effects: tuple[Effect, ...], survey: Survey, state: State, channel: str) -> None:
    for effect in effects:
        if isinstance(effect, Ask | Say):
            if channel == "sms":
                click.echo(f"  < {effect.text}   [{segments(effect.text).count} SMS]")
        else:
            console.print(f"    {effect}", style="dim", highlight=False, markup=False)
    if channel == "web":
        prompt = engine.prompt(survey, state, channel=channel, values=SAMPLE)
        text = prompt.text if prompt else engine.closing(survey, state, SAMPLE)
        options = "  ".join(f"[{value}]" for value, _ in prompt.options) if prompt else ""
        click.echo(f"  < {text} {options}")
