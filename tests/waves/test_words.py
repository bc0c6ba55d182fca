"""What a wave says by email: variants and conditions give letters of their own, and what cannot be said is refused."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
import yaml
from sqlmodel import select

from app import runtime
from app.contacts import consent
from app.contacts.models import ConsentState, Contact
from app.errors import BadInput
from app.messages import letters_check
from app.messages.models import Content, Message
from app.runtime import SURVEYS_FOLDER, Runtime
from app.surveys.definition import BadSurvey, parse
from app.surveys.survey import Layout, Survey
from app.waves import batches, launch, words
from app.waves.definition import Definition, from_source

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

METAL = {"text": "Novità per le officine.", "when": {"attribute": "settore", "is": ["Meccanica"]}}
FOOD = {
    "text": "Novità per le cucine.",
    "when": {"attribute": "settore", "is": ["Alimentare", "Ristorazione"]},
}


def survey(*more: Mapping[str, Any]) -> Survey:
    """riattivazione, with these paragraphs at the end of its Italian invitation."""
    source = yaml.safe_load((SURVEYS_FOLDER / "riattivazione.yaml").read_text("utf-8"))
    source["emails"]["invite"]["it"]["body"] += more
    return parse(yaml.safe_dump(source, allow_unicode=True), "riattivazione.yaml")


def definition(**more: Any) -> Definition:
    steps = [{"name": "invite", "channels": ["email"]}]
    return from_source(
        {"name": "W", "survey": "riattivazione", "segment": {"company": ["x"]}, "steps": steps} | more
    )


def freeze(rt: Runtime, of: Definition, what: Survey) -> tuple[dict[str, dict[str, str]], dict[str, Content]]:
    with runtime.session() as db:
        frozen = words.freeze(db, rt.settings, of, what)
        return frozen, {content.id: content for content in db.exec(select(Content))}


def test_a_paragraph_goes_to_those_it_is_for(rt: Runtime) -> None:
    asked, of = survey(METAL, FOOD), definition()
    frozen, contents = freeze(rt, of, asked)
    assert len(frozen["invite"]) == 3 + 3, "three faces in Italian, and one in each other language"
    for trade, reads in (
        ("meccanica ", "officine"),
        ("Ristorazione", "cucine"),
        ("Legno", None),
        (None, None),
    ):
        face = words.face_of(asked, of.steps[0], "it", {"settore": trade})
        letter = contents[words.content_of(frozen, "invite", None, "it", face)]
        for word in ("officine", "cucine"):
            assert (word in letter.text) == (word in letter.html) == (word == reads)


def test_each_variant_says_its_own_and_shares_the_rest(rt: Runtime) -> None:
    of = definition(
        steps=[
            {"name": "invite", "channels": ["email"]},
            {"name": "last_call", "after": "9 days", "only": "no_answer"},
        ],
        variants=[
            {"name": "a", "share": 40},
            {"name": "b", "share": 30, "subject": {"it": "Ciao {first_name}, ci sei?"}},
            {"name": "c", "share": 30, "email": "reminder"},
        ],
        opens=True,
    )
    a, b, c = of.variants
    frozen, contents = freeze(rt, of, survey())
    assert set(frozen) == {"invite", "invite/b", "invite/c", "last_call"}

    def subject(variant: Any, language: str, step: str = "invite") -> str:
        return contents[words.content_of(frozen, step, variant, language)].subject

    assert subject(b, "it") == "Ciao-rv_sp_first_name-, ci sei?"
    assert subject(b, "de") == subject(a, "de"), "where it has no words of its own it says what all say"
    assert subject(c, "en") == "We are only missing your score"
    assert len({subject(variant, "it", "last_call") for variant in of.variants}) == 1
    assert all(content.opens for content in contents.values())


def test_a_large_layout_is_warned_about_and_sent(rt: Runtime) -> None:
    needed = (
        "{{ organisation }} {{ postal_address }} {{ survey_url }} {{ preferences_url }} {{ privacy_url }}"
    )
    large = Layout("riattivazione.html", needed + "<p>.</p>" * 15_000)
    asked = replace(survey(), layout=large)
    assert "Gmail cuts off" in str(letters_check.problems(asked, rt.settings)[0])
    with runtime.session() as db:
        words.refuse_unsayable(db, rt.settings, definition(), asked)


def test_opens_are_tracked_only_where_the_wave_says_so(rt: Runtime) -> None:
    assert not any(content.opens for content in freeze(rt, definition(), survey())[1].values())


@pytest.mark.parametrize(
    ("more", "asked", "says"),
    [
        (
            {"variants": [{"name": "a", "share": 100, "subject": {"xx": "Hei"}}]},
            survey(),
            "the survey speaks it, en",
        ),
        (
            {"variants": [{"name": "a", "share": 100, "subject": {"it": "{nome}"}}]},
            survey(),
            "{nome} cannot be filled",
        ),
        (
            {"variants": [{"name": "a", "share": 100, "email": "congedo"}]},
            survey(),
            "there is no email 'congedo'",
        ),
        ({}, survey(METAL), "no contact has an attribute `settore`"),
        (
            {},
            replace(survey(), layout=Layout("riattivazione.html", "<p>{{ ciao }}</p>")),
            "`ciao` is not known",
        ),
    ],
)
def test_what_cannot_be_said_is_refused_at_launch(
    rt: Runtime, more: dict[str, Any], asked: Survey, says: str
) -> None:
    rt.surveys["riattivazione"] = asked
    with runtime.session() as db, pytest.raises(BadInput) as refused:
        launch.launch(db, rt, definition(**more), by="prova", now=rt.now())
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ([METAL], "one paragraph must be for everybody"),
        (
            ["Ciao", {"text": "Grazie", "when": {"answer": "nps", "from": 0, "to": 6}}],
            "nothing is answered yet",
        ),
        (
            ["Ciao", {"text": "Grazie", "when": {"attribute": "x", "is": [str(n) for n in range(64)]}}],
            "65 different",
        ),
        (["Ciao", {"text": "{nome}", "when": {"attribute": "x", "is": ["y"]}}], "{nome} cannot be filled"),
        (["Ciao", {"text": "Grazie"}], "`when` is missing"),
    ],
)
def test_conditions_that_cannot_be_are_told_with_the_survey(rt: Runtime, body: list[Any], says: str) -> None:
    source = yaml.safe_load((SURVEYS_FOLDER / "riattivazione.yaml").read_text("utf-8"))
    source["emails"]["invite"]["it"]["body"] = body
    with pytest.raises(BadSurvey) as refused:
        parse(yaml.safe_dump(source, allow_unicode=True), "riattivazione.yaml")
    assert says in str(refused.value)


def test_people_get_the_letter_of_their_trade(rt: Runtime) -> None:
    rt.surveys["riattivazione"] = survey(METAL, FOOD)
    now, people = rt.now(), [person("ada", "Meccanica", rt), person("ugo", "Legno", rt)]
    with runtime.session() as db:
        db.add_all(people)
        db.flush()
        for one in people:
            consent.record(
                db, one.id, ["email"], ConsentState.GRANTED, at=now, recorded_at=now, source="import:crm"
            )
        asked = definition(segment={"company": ["Prova"]}, control=0)
        wave = launch.launch(db, rt, asked, by="prova", now=now)
        batches.plan_page(db, rt, wave.id, now=now)
    with runtime.reading() as db:
        read = {
            message.address: db.get_one(Content, message.content_id).text
            for message in db.exec(select(Message).where(Message.group_id == wave.id))
        }
    assert "officine" in read["ada@ditta.example"]
    assert "officine" not in read["ugo@ditta.example"]


def person(name: str, trade: str, rt: Runtime) -> Contact:
    address = f"{name}@ditta.example"
    return Contact(
        email=address,
        email_key=address,
        company="Prova",
        language="it",
        attributes={"settore": trade},
        created_at=rt.now(),
        updated_at=rt.now(),
    )
