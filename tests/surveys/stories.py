"""Plays the golden conversations: replies in, texts, answers and pages out."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from app.language.replies import strip_reply
from app.surveys import engine
from app.surveys.definition import Survey, from_source
from app.surveys.engine import State, Timing
from app.surveys.steps import plain

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*.*.yaml"))
TODAY = date(2026, 11, 23)
"""The day on which all stories happen, a Monday."""


def slug_of(path: Path) -> str:
    """The survey a story is about: what stands before the first point of its name."""
    return path.name.split(".")[0]


def read_story(path: Path) -> dict[str, Any]:
    """The story as written; a bare `yes` or `no` in it would be true or false, so they stand in quotes."""
    story: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return story


def write_story(path: Path, story: Mapping[str, Any]) -> None:
    """The story with long texts as blocks, which are read as people would read them."""
    text = yaml.dump(story, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
    path.write_text(text, encoding="utf-8")


def play(survey: Survey, story: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The turns of a story with what really came out.

    The survey is as a wave froze it; the state is stored as JSON and read again between turns.

    A turn's `in` is "start", a reply as written, or {question: value} pressed on the page. Beside it may
    stand `channel` (sms or email, where it is not the story's), `timing` (early, crossing), `late` (the
    conversation had expired), `full` (quotas with no place left) and `lang` (the page's language switch).
    """
    stored, turns = "", []
    survey = from_source(json.loads(json.dumps(survey.source)))
    for turn in story["turns"]:
        out: list[dict[str, Any]] = []
        try:
            step = _step(survey, stored, story, turn)
            stored = json.dumps(step.state.to_json())
            out += [_shown(effect) for effect in step.effects]
        except engine.BadAnswer as error:
            out.append({"refused": error.what})
        if isinstance(turn["in"], dict):
            out.append(_page(survey, _state(stored, turn), story["values"]))
        turns.append({**turn, "out": json.loads(json.dumps(out))})
    return turns


def _step(survey: Survey, stored: str, story: Mapping[str, Any], turn: Mapping[str, Any]) -> engine.Step:
    given, values = turn["in"], story["values"]
    if not stored:
        assert given == "start"
        attributes = story.get("attributes", {})
        return engine.start(
            survey, lang=story["lang"], channel=story["channel"], values=values, attributes=attributes
        )
    state = _state(stored, turn)
    late, full = turn.get("late", False), turn.get("full", ())
    if isinstance(given, dict):
        ((question, value),) = given.items()
        return engine.submit(
            survey, state, question, value, channel="web", values=values, today=TODAY, late=late, full=full
        )
    channel = turn.get("channel", story["channel"])
    return engine.receive(
        survey,
        state,
        strip_reply(given, state.lang) if channel == "email" else given,
        channel=channel,
        values=values,
        today=TODAY,
        timing=Timing(turn.get("timing", "answering")),
        late=late,
        full=full,
    )


def _state(stored: str, turn: Mapping[str, Any]) -> State:
    state = State.from_json(json.loads(stored))
    return replace(state, lang=turn.get("lang", state.lang))


def _page(survey: Survey, state: State, values: Mapping[str, str]) -> dict[str, Any]:
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
            amends = {"amends": True} if effect.amends else {}
            return {"answered": effect.question, "value": plain(effect.value), "text": effect.text, **amends}
        case engine.Consent():
            return {"consent": effect.decision, "granted": effect.granted, "wording": effect.wording}
        case engine.Alert():
            return {"alert": effect.reason}
        case engine.Tag():
            return {"tag": effect.name}
        case engine.SetAttribute():
            return {"set": effect.name, "value": effect.value}
        case engine.CallRequested():
            return {"call": "requested"}
        case engine.Correction():
            return {"correction": effect.question, "of": effect.of, "fields": dict(effect.fields)}
        case engine.QuotaTaken():
            return {"quota": effect.id}
        case engine.Ended():
            return {"ended": effect.how}


class _Dumper(yaml.SafeDumper):
    """YAML as a person would write it: lists indented, texts of several lines as blocks."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _text)
