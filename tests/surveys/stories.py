"""Plays the golden conversations; `python -m tests.surveys.stories` writes anew what came out of them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from app.surveys import engine
from app.surveys.definition import Survey, from_source, load_all
from tests.paths import ROOT

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*.*.yaml"))


def play(survey: Survey, story: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The turns of a story with what really came out; survey and state pass through JSON before each turn."""
    values, stored, turns = story["values"], "", []
    for turn in story["turns"]:
        survey = from_source(json.loads(json.dumps(survey.source)))
        state = engine.State.from_json(json.loads(stored)) if stored else None
        given = turn["in"]
        out: list[dict[str, Any]] = []
        try:
            if state is None:
                step = engine.start(survey, lang=story["lang"], channel=story["channel"], values=values)
            elif isinstance(given, str):
                step = engine.receive(survey, state, given, channel="sms", values=values)
            else:
                ((question, value),) = given.items()
                step = engine.submit(survey, state, question, value, channel="web", values=values)
            stored = json.dumps(step.state.to_json())
            out += [_shown(effect) for effect in step.effects]
        except engine.BadAnswer as error:
            out.append({"refused": str(error)})
        if isinstance(given, dict):
            out.append(_page(survey, engine.State.from_json(json.loads(stored)), values))
        turns.append({"in": given, "out": out})
    return turns


def _page(survey: Survey, state: engine.State, values: Mapping[str, str]) -> dict[str, Any]:
    prompt = engine.prompt(survey, state, channel="web", values=values)
    if prompt is None:
        return {"page": engine.closing(survey, state, values)}
    return {"page": prompt.text, "step": f"{prompt.step}/{prompt.of}", "question": prompt.question}


def _shown(effect: engine.Effect) -> dict[str, Any]:
    match effect:
        case engine.Ask():
            return {"ask": effect.question, "text": effect.text}
        case engine.Say():
            return {"say": effect.text}
        case engine.Answered():
            return {"answered": effect.question, "value": effect.value, "text": effect.text}
        case engine.Consent():
            return {"consent": "granted" if effect.granted else "withdrawn", "wording": effect.wording}
        case engine.Alert():
            return {"alert": effect.reason}
        case engine.Ended():
            return {"ended": effect.how}


def _write() -> None:
    surveys = load_all(ROOT / "surveys")
    for path in FILES:
        story = yaml.safe_load(path.read_text(encoding="utf-8"))
        story["turns"] = play(surveys[path.name.split(".")[0]], story)
        text = yaml.safe_dump(story, sort_keys=False, allow_unicode=True, width=110)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    _write()
