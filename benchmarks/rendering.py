"""Laying out an email against the bare compiled template, and the letter of one reader against the same."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from app import runtime
from app.db import new_id
from app.messages import letters, letters_layout
from app.messages.letters import Words
from app.settings import Settings
from app.surveys.definition import load
from app.surveys.survey import Layout
from benchmarks.harness import Figures, in_turns, rate

DEFAULT = 2_000
EXAMPLE = Path(__file__).resolve().parent.parent / "docs" / "examples" / "riattivazione.mjml"
PERSONAL = {
    "first_name": "Mariantonietta",
    "last_name": "D'Àngelo",
    "company": "Rossi & figli",
    "owner": "Bianchi",
}


def measure(engine: str, *, runs: int, rows: int = DEFAULT) -> Figures:
    """Emails laid out per second (HTML and text), over bare renders of the same two templates with facts at hand."""
    survey = load(runtime.SURVEYS_FOLDER / "riattivazione.yaml")
    made, said = _settings(), survey.emails["invite"]["it"]
    words = letters.words_of(survey, said, "it")
    plain, rich = letters.facts(made, words, "it", html=False), letters.facts(made, words, "it")
    html, text = letters_layout.built_in("html"), letters_layout.built_in("txt")
    figures = in_turns(
        "rendering",
        engine,
        "emails/s",
        "",
        ours=lambda: _ours(made, list(_news(words, rows))),
        ceiling=lambda: rate(rows, lambda: _each(rows, lambda: (html.render(rich), text.render(plain)))),
        runs=runs,
    )
    method = (
        f"{rows} times the invitation of riattivazione ({len(html.render(rich).encode())} bytes of HTML), sandboxed, "
        "compiled once; ours: its words escaped and tagged (subject and first paragraph new each time), both parts "
        "rendered, headers; "
        "ceiling: the same two compiled templates rendered with all that at hand. No database. A wave lays out each "
        f"email once: what a recipient costs is the values of its tags, {_values(made, words, rows):.0f}/s. "
        f"A layout in MJML: {_compiled(made, words, rows):.0f}/s"
    )
    return Figures(**{**asdict(figures), "method": method})


def _laid_out(made: Settings, words: Words, layout: Layout | None = None) -> letters.Letter:
    return letters.lay_out(made, words, "it", list_id="riattivazione.bench.example", layout=layout)


def _ours(made: Settings, told: Sequence[Words]) -> float:
    def all_of_them() -> None:
        for words in told:
            _laid_out(made, words)

    return rate(len(told), all_of_them)


def _news(words: Words, rows: int) -> Iterator[Words]:
    """The same email with another subject and a first paragraph of its own each time."""
    for _ in range(rows):
        told = f"Ciao {{first_name}}, {new_id()}"
        yield replace(words, subject=told, paragraphs=(told, *words.paragraphs[1:]))


def _values(made: Settings, words: Words, rows: int) -> float:
    letter = _laid_out(made, words)
    whole, one = letter.subject + letter.text + letter.html, new_id()
    keys = made.secret_keys

    def told() -> dict[str, str]:
        return letters.personal(whole, PERSONAL) | letters.links(keys, whole, one, one)

    return rate(rows, lambda: _each(rows, told))


def _compiled(made: Settings, words: Words, rows: int) -> float:
    layout = Layout("riattivazione.mjml", EXAMPLE.read_text("utf-8"))
    return rate(rows // 10, lambda: _each(rows // 10, lambda: _laid_out(made, words, layout)))


def _each(times: int, work: Any) -> None:
    for _ in range(times):
        work()


def _settings() -> Settings:
    return Settings(
        secret_keys=["k" * 32],
        public_url="https://sondaggi.bench.example",
        organisation_name="Officine Aurora",
        postal_address="Via Roma 1, 10121 Torino",
        privacy_url="https://bench.example/privacy",
        sendgrid_from_email="noi@bench.example",
    )
