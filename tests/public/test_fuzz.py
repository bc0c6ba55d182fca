"""Odd links, methods, queries and fields at the contact's pages: a page comes back, never an error of ours."""

import string
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import strategies as st

from app import runtime, tokens
from app.factory import create_app
from app.runtime import Runtime
from app.tokens import Purpose
from tests.fuzzing import Tally, fuzz
from tests.public.conftest import every_kind
from tests.waves.small_wave import SmallWave, launch_wave

pytestmark = [
    pytest.mark.long,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

KNOWN = {200, 303, 404, 405, 413, 422}
"""What a contact's page answers; HEAD and OPTIONS too."""
DOORS = [purpose for purpose in Purpose if purpose is not Purpose.SETUP]
LONG = st.just(70_000).map(lambda size: "x" * size)
TEXT = (
    LONG | st.text(max_size=20) | st.sampled_from(["", "\0", "\ud800", "9" * 400, "../../etc", "1e999", "-0"])
)


def quoted(text: str) -> str:
    """As it stands in an address, half characters too."""
    return quote(text, safe="", errors="surrogatepass")


def encoded(pairs: list[tuple[str, str]]) -> bytes:
    """A form as it is sent."""
    return "&".join(f"{quoted(name)}={quoted(value)}" for name, value in pairs).encode()


def links(wave: SmallWave) -> st.SearchStrategy[str]:
    """Half lead somewhere, in the end or the wrong way; the others were damaged on their way, or made up."""
    keys = runtime.current().settings.secret_keys
    ids = [one.id for held in (wave.conversations, wave.messages, wave.contacts) for one in held.values()]
    sound = st.builds(
        lambda door, purpose, id_: f"/{door}/{tokens.make(keys, purpose, id_)}",
        *(st.sampled_from(DOORS),) * 2,
        st.sampled_from(ids),
    )
    good = st.sampled_from([wave.link(door, name) for door in DOORS for name in wave.messages])
    cut = st.builds(lambda link, at, more: link[:at] + more, good, st.integers(4, 60), TEXT)
    other = st.builds(
        lambda door, ids: f"/{door}/{tokens.make(keys, door, *ids)}",
        st.sampled_from(DOORS),
        st.lists(st.sampled_from([*ids, "", "x", "0" * 32]), min_size=1, max_size=3),
    )
    short = st.text(string.ascii_letters + string.digits, min_size=tokens.SHORT, max_size=tokens.SHORT)
    made_up = st.builds(lambda door, token: f"/{door}/{token}", st.sampled_from(DOORS), short | TEXT)
    return good | good | sound | cut | other | made_up


def fields(wave: SmallWave) -> st.SearchStrategy[list[tuple[str, str]]]:
    """A form or a query: names and values that mean something to some page, and some that mean nothing to any."""
    survey = next(iter(runtime.current().surveys.values()))
    words = {option.value for question in survey.questions.values() for option in question.options}
    known: dict[str, list[str]] = {
        "question": [*survey.questions, "none"],
        "answer": sorted({*words, "9", "0", "-1", "2031-12-03", "31/12/2031", "ada@nuova.example"}),
        "email": ["ada@nuova.example", "@"],
        "phone": ["+393471234567", "12"],
        "name": ["Ugo Neri"],
        "lang": ["it", "de", "xx"],
        "switch": ["en", "xx"],
        "stop": ["email", "sms", "all", "none"],
        "confirm": ["yes", "no"],
        "shown": ["a.b.c", ".", "x|y.AAAA.BBBB"],
        "q": [*survey.questions, "none"],
        "a": ["9", "metal", "none"],
        "go": ["1"],
        "skip": ["1"],
        "same": ["1"],
    }
    one = st.sampled_from(sorted(known)).flatmap(
        lambda name: st.tuples(st.just(name), st.sampled_from(known[name]) | TEXT)
    )
    whole = st.builds(
        lambda question, answer: [("question", question), ("answer", answer), ("go", "1")],
        *(st.sampled_from(known[name]) for name in ("question", "answer")),
    )
    return whole | st.lists(one | st.tuples(TEXT, TEXT), max_size=6)


def test_whatever_is_asked_of_a_contacts_page_it_answers(rt: Runtime) -> None:
    rt.surveys["riattivazione"] = every_kind()
    wave, tally = launch_wave(rt, ["ada", "eva", "ida"], ["ugo", "leo"]), Tally("contacts' pages")
    app = create_app(rt)
    app.config["PROPAGATE_EXCEPTIONS"] = True  # what would become a 500 fails here with its own traceback
    client = app.test_client(use_cookies=False)

    @fuzz(
        share=5,
        method=st.sampled_from(["GET"] * 4 + ["POST"] * 8 + ["HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"]),
        link=links(wave),
        query=fields(wave),
        form=fields(wave) | st.binary(max_size=40),
        kind=st.sampled_from(
            ["application/x-www-form-urlencoded"] * 6 + ["multipart/form-data; boundary=x", "text/odd"]
        ),
        headers=st.fixed_dictionaries(
            {},
            optional={
                name: st.text(string.printable.strip(), max_size=12)
                for name in ("Accept-Language", "User-Agent")
            },
        ),
    )
    def ask(method: str, link: str, query: Any, form: Any, kind: str, headers: dict[str, str]) -> None:
        body = form if isinstance(form, bytes) else encoded(form)
        path = quote(link, errors="surrogatepass")
        answer = client.open(
            f"{path}?{encoded(query).decode()}", method=method, data=body, content_type=kind, headers=headers
        )
        tally.met[answer.status_code] += 1
        # Routing itself mends doubled or missing slashes with a 308.
        assert answer.status_code in KNOWN | {308}, answer.text

    ask()
    tally.tell()
    assert {200, 404, 405} < set(tally.met), "too tame to prove anything"
    assert tally.met[303] + tally.met[422] > 0, "no form got as far as its answer"
