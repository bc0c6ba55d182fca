"""Whatever is asked of the API, its description says what comes back: status, content type and shape, never a 5xx."""

from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import strategies as st
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.specs.openapi import checks

from app import runtime
from app.accounts import tokens
from app.api.openapi import DOCUMENT
from app.factory import create_app
from app.runtime import Runtime
from tests.fuzzing import EXAMPLES, Tally, fuzz
from tests.waves.small_wave import launch_wave

pytestmark = [
    pytest.mark.long,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

load_all_checks()
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
OPERATIONS = [(verb.upper(), path) for path, verbs in DOCUMENT["paths"].items() for verb in verbs]

_FIGURES = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
ODD = st.none() | st.text(max_size=8) | _FIGURES | st.lists(st.booleans(), max_size=2)
HEADER = "id;nome;email;cellulare;consenso email;data\n"
_CELLS = st.sampled_from(
    ["", "C1", "Ada", "ada@ditta.example", "+393471234567", "sì", '"', "=1+1", "\0", "31/02/26"]
)
_ROWS = st.lists(st.lists(_CELLS | st.text(max_size=8), min_size=3, max_size=7).map(";".join), max_size=4)
FILES = st.binary(max_size=200) | _ROWS.map(lambda rows: (HEADER + "\n".join(rows)).encode(errors="replace"))
KINDS = ("text/csv", "application/x-ndjson", "application/gzip", "application/zip")
for kind in KINDS:
    schemathesis.openapi.media_type(kind, FILES)


def object_of(**words: list[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """An object with some of these fields, each mostly with one of these words in it."""
    return st.fixed_dictionaries(
        {}, optional={name: st.sampled_from(some) | ODD for name, some in words.items()}
    )


ACTS = st.fixed_dictionaries(
    {
        "email": st.sampled_from(["ada@ditta.example", "ugo@ditta.example"]),
        "type": st.sampled_from(
            ["login", "purchase", "webinar", "review", "unsubscribe", "points", "nothing"]
        ),
        "at": st.sampled_from(["2026-01-05T10:00:00+01:00", "0001-01-01T00:00:00+14:00", "2026-01-05"]),
    }
)
MORE = object_of(
    phone=["+393471234567", "347 123 4567", "+39"],
    amount=["12.50", 12, -1, 1e300, 10**30, "", "NaN", True],
    value=["4,5", 7],
    stars=[5, 11, "4.5"],
    points=[100, 1e-9],
    currency=["EUR", "usd", "?", "€"],
    id=["e1", 1, 10**40],
    detail=["Mozilla/5.0", "a\0b", "\ud800"],
    source=["crm"],
)
PEOPLE = object_of(
    id=["C1", 7],
    email=["ada@ditta.example", "Ugo <ugo@ditta.example>", "ada@"],
    phone=["+393471234567", "347 123 4567", "+39"],
    language=["it", "xx"],
    consent_email=["yes", "no", True, "2026-01-05"],
    created_at=["2026-01-05T10:00:00Z", "31/02/2026"],
    company=[{"name": "Conti"}, "Conti\0Arredi", "\ud800"],
)
SOUND = {
    "POST /imports": st.fixed_dictionaries(
        {
            "body": FILES,
            "media_type": st.sampled_from(KINDS),
            "query": object_of(
                source=["prova"],
                dry_run=["true", "false"],
                confirm=["false"],
                country=["IT", "XX"],
                filename=["p.csv"],
            ).map(lambda query: {"source": "prova"} | query),
        }
    ),
    "POST /contacts": st.fixed_dictionaries(
        {
            "body": st.lists(PEOPLE, min_size=1, max_size=4),
            "query": st.just({"source": "prova", "country": "IT"}),
        }
    ),
    "POST /interactions": st.fixed_dictionaries(
        {
            "body": st.lists(
                st.builds(dict, ACTS) | st.builds(lambda a, b: a | b, ACTS, MORE), min_size=1, max_size=4
            ),
            "media_type": st.just("application/json"),
        }
    ),
}
"""Where the description alone lets nobody past the first look: requests that mean something there."""


def headers_of(bearer: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {bearer}"}


def brought(app: Flask, bearer: str) -> list[str]:
    """Imports in several states: planned, waiting and done."""
    client, headers = app.test_client(), headers_of(bearer)
    files = [f"{HEADER}C{n};Ada;ada{n}@ditta.example;+39;sì;\n" for n in range(4)]
    made = [
        client.post(
            f"/api/v1/imports?source=prova&confirm={'true' if n % 2 else 'false'}", data=file, headers=headers
        )
        for n, file in enumerate(files)
    ]
    listed = [{"id": "C1", "email": "ada@ditta.example"}, {"id": "C2", "email": "x"}]
    done = client.post("/api/v1/contacts?source=crm", json=listed, headers=headers).get_json()
    return [*(answer.get_json()["id"] for answer in made), done["import_id"]]


@pytest.mark.parametrize(("verb", "path"), OPERATIONS)
def test_every_answer_is_as_described(rt: Runtime, verb: str, path: str) -> None:
    wave, app = launch_wave(rt, ["ada"], ["ugo"]), create_app(rt)
    with runtime.session() as db:
        admin, viewer = (tokens.issue(db, role, role, rt.now()) for role in ("admin", "viewer"))
    here = {"import_id": st.sampled_from(brought(app, admin)), "wave_id": st.just(wave.id)}
    there = {name: known for name, known in here.items() if name in path}
    operation = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)[path][verb]
    sound = SOUND.get(
        f"{verb} {path}", st.fixed_dictionaries({"path_parameters": st.fixed_dictionaries(there)})
    )
    cases = st.one_of(
        sound.flatmap(lambda parts: operation.as_strategy(**parts)),
        *map(operation.as_strategy, schemathesis.GenerationMode),
    )
    tally = Tally(f"{verb} {path}")

    @fuzz(case=cases, bearer=st.sampled_from([admin] * 8 + [viewer, "none"]))
    def ask(case: Any, bearer: str) -> None:
        answer = case.call_and_validate(checks=CHECKS, headers=headers_of(bearer))
        tally.met[answer.status_code] += 1

    ask()
    tally.tell()
    assert tally.met.total() >= EXAMPLES
    assert any(status < 400 for status in tally.met), "nothing but refusals proves little"
