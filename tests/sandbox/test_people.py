"""The contacts: each kind of person does, over the wire, what such a person does."""

import email
import json
from collections import Counter
from collections.abc import Callable
from email import policy
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.formparser import parse_form_data
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Response

from app.sandbox import browser, phones, words
from app.sandbox.personas import WEIGHTS, Kind, Persona, gateway_of, persona_of
from app.sandbox.world import open_world
from tests.sandbox.conftest import Product, Start, Taken
from tests.sandbox.test_sendgrid import distinct, mail, send
from tests.sandbox.test_twilio import OURS, client

SEED = 5
RATE = "Ciao, da 0 a 10 quanto ci consiglieresti? Rispondi con un numero"
WHY = "Grazie! Qual è il motivo del tuo voto?"
STAY = "Vuoi restare in contatto? Rispondi RESTO oppure LASCIO"
THANKS = "Grazie, a presto!"


def someone(pattern: str, fits: Callable[[Persona], bool]) -> str:
    return next(a for a in (pattern.format(n=n) for n in range(200, 9000)) if fits(persona_of(SEED, a)))


def reader(fits: Callable[[Persona], bool]) -> str:
    return someone("p{n}@uno.example", lambda p: fits(p) and not p.scanned and not p.proxied)


def survey_mail(product: Product, address: str, **changes: Any) -> dict[str, Any]:
    """An Italian invite with a row of rating links and RFC 8058's headers."""
    row = "".join(f'<a href="{product.url}/s/tok?score={n}&amp;c=1">{n}</a>' for n in range(11))
    html = f"<p>Ciao, quanto ci consiglieresti?</p>{row}<a href='{product.url}/p/tok'>non ricevere più</a>"
    text = "Ciao, quanto ci consiglieresti da 0 a 10? Rispondi a questa mail per dircelo."
    headers = {
        "List-Unsubscribe": f"<{product.url}/u/-t->",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    body = mail(address, reply_to={"email": "reply+-t-@in.acme.example"}, **changes)
    body["content"] = [{"type": "text/plain", "value": text}, {"type": "text/html", "value": html}]
    body["personalizations"][0] |= {"headers": headers, "substitutions": {"-t-": "tok"}}
    return body


def parse_reply(taken: Taken) -> tuple[dict[str, str], EmailMessage]:
    builder = EnvironBuilder(method="POST", data=taken.body, content_type=taken.headers["Content-Type"])
    _, form, _ = parse_form_data(builder.get_environ())
    message = email.message_from_bytes(
        form["email"].encode("utf-8", "surrogateescape"), policy=policy.default
    )
    assert isinstance(message, EmailMessage)
    return form.to_dict(), message


def test_a_delighted_reader_clicks_their_score_and_walks_the_form(start: Start, product: Product) -> None:
    person = reader(lambda p: p.kind is Kind.DELIGHTED and not p.writes and p.stays)
    score = persona_of(SEED, person).score
    pages = {
        "GET": '<form method="post" action="/s/next"><input type="hidden" name="csrf" value="k">'
        + "".join(f'<button name="answer" value="{n}">{n}</button>' for n in range(11))
        + "</form><form method='post' action='/p/tok'><button>Cancella</button></form>",
        "why": '<form method="POST"><input type="hidden" name="q" value="w">'
        '<textarea name="answer"></textarea>'
        "</form>",
        "stay": '<form method="post"><input type="radio" name="answer" value="leave">'
        '<input type="radio" name="answer" value="stay"><button>Avanti</button></form>',
    }
    turns = iter(["why", "stay", ""])

    def answer(taken: Taken) -> Response:
        if not taken.target.startswith("/s/"):
            return Response(status=204)
        page = pages["GET"] if taken.method == "GET" else pages.get(next(turns), "<p>Grazie</p>")
        response = Response(page, mimetype="text/html")
        response.set_cookie("walk", "1", path="/")
        return response

    product.answer = answer
    send(start(silent=False, seed=SEED), survey_mail(product, person))
    visit, rated, why, stay = product.waits_for("/s/", 4)[:4]
    assert visit.target == f"/s/tok?score={score}&c=1"
    assert rated.form == {"csrf": "k", "answer": str(score)}
    assert why.form["answer"] in words.REASONS["it"][Kind.DELIGHTED]
    assert stay.form["answer"] == "stay"
    assert "walk=1" in stay.headers["Cookie"]
    assert not product.waits_for("/p/", 0)
    kinds = Counter(event["event"] for event in distinct(product, 4))
    assert kinds == Counter(["processed", "delivered", "open", "click"])


def test_a_writer_replies_with_a_number_words_and_the_quoted_email(start: Start, product: Product) -> None:
    person = reader(lambda p: p.kind is Kind.ANGRY and p.writes and p.charset == "iso-8859-1")
    send(start(silent=False, seed=SEED), survey_mail(product, person))
    (taken,) = product.waits_for("/inbound")
    form, message = parse_reply(taken)
    assert json.loads(form["envelope"]) == {"to": ["reply+tok@in.acme.example"], "from": person}
    body = message.get_content()
    assert body.splitlines()[0] == str(persona_of(SEED, person).score)
    assert "quanto ci consiglieresti" in body
    assert "geopod" in message["In-Reply-To"]
    assert message["Message-ID"]


def test_one_who_wants_out_presses_one_click(start: Start, product: Product) -> None:
    person = reader(lambda p: p.kind is Kind.STOPS)
    send(start(silent=False, seed=SEED), survey_mail(product, person))
    (taken,) = product.waits_for("/u/tok")
    assert (taken.method, taken.form) == ("POST", {"List-Unsubscribe": "One-Click"})


@pytest.mark.parametrize("kind", [Kind.STOPS_IN_WORDS, Kind.WRONG_PERSON])
def test_one_who_asks_in_words_replies_so(start: Start, product: Product, kind: Kind) -> None:
    person = reader(lambda p: p.kind is kind)
    send(start(silent=False, seed=SEED), survey_mail(product, person))
    _, message = parse_reply(product.waits_for("/inbound")[0])
    said = message.get_content().splitlines()[0]
    assert said in {Kind.STOPS_IN_WORDS: words.STOPS, Kind.WRONG_PERSON: words.WRONG}[kind]["it"]


def test_an_absent_one_answers_automatically(start: Start, product: Product) -> None:
    person = reader(lambda p: p.kind is Kind.AWAY)
    send(start(silent=False, seed=SEED), survey_mail(product, person))
    form, message = parse_reply(product.waits_for("/inbound")[0])
    assert message["Auto-Submitted"] == "auto-replied"
    assert json.loads(form["envelope"])["from"] == ""
    assert "fuori ufficio fino al" in message.get_content()


def test_a_dead_mailbox_bounces_and_is_dropped_the_next_time(start: Start, product: Product) -> None:
    person = reader(lambda p: p.kind is Kind.GONE)
    sandbox = start(silent=False, seed=SEED)
    send(sandbox, survey_mail(product, person))
    events = distinct(product, 2)
    assert {(event["event"], event.get("type")) for event in events} == {
        ("processed", None),
        ("bounce", "bounce"),
    }
    send(sandbox, survey_mail(product, person))
    dropped = [event for event in distinct(product, 3) if event["event"] == "dropped"]
    assert [event["reason"] for event in dropped] == ["Bounced Address"]


def test_a_scanner_follows_every_link_submits_forms_as_they_stand_and_a_proxy_opens(
    start: Start, product: Product
) -> None:
    person = someone(
        "p{n}@uno.example", lambda p: p.kind is Kind.SILENT and p.scanned and p.proxied and not p.opens
    )
    form = (
        '<form method="post"><input type="hidden" name="k" value="v"><input type="radio" name="answer" value="1">'
        '<input type="radio" name="answer" value="9" checked><textarea name="note"></textarea>'
        '<button name="go" value="1">Avanti</button></form>'
    )
    product.answer = lambda _: Response(form, mimetype="text/html")
    send(start(silent=False, seed=SEED), survey_mail(product, person))
    visits = [*product.waits_for("/s/", 24), *product.waits_for("/p/", 4), *product.waits_for("/u/", 2)]
    assert Counter(visit.method for visit in visits) == {"GET": 13, "HEAD": 13, "POST": 4}
    posted = [visit for visit in visits if visit.method == "POST"]
    assert [visit.form for visit in posted] == [{}, {"k": "v", "answer": "9", "note": ""}] * 2
    assert not [visit for visit in posted if visit.target.startswith("/u/")], (
        "the header's link is looked at only"
    )
    (agent,) = {visit.headers["User-Agent"] for visit in visits}
    assert agent == (browser.CHROME if gateway_of(SEED, person).disguised else browser.SCANNER)
    opens = [event for event in distinct(product, 15) if event["event"] == "open"]
    assert [event["sg_machine_open"] for event in opens] == [True]


@pytest.mark.parametrize(("kind", "type_"), [(Kind.LOGS_IN, "login"), (Kind.BUYS, "purchase")])
def test_unasked_acts_come_through_the_api(start: Start, product: Product, kind: Kind, type_: str) -> None:
    person = reader(lambda p: p.kind is kind)
    sandbox = start(silent=False, seed=SEED, api_url=f"{product.url}/api/v1", api_token="tok-1")
    send(sandbox, survey_mail(product, person))
    (taken,) = product.waits_for("/api/v1/interactions")
    (done,) = json.loads(taken.body)["interactions"]
    assert (done["email"], done["type"]) == (person, type_)
    assert taken.headers["Authorization"] == "Bearer tok-1"
    assert ("value" in done) == (kind is Kind.BUYS)


def test_a_text_conversation_runs_to_its_end(start: Start, product: Product) -> None:
    person = someone("+39333000{n}", lambda p: p.kind is Kind.ANGRY and not p.stays)
    texts = client(start(silent=False, seed=SEED)).messages
    said = []
    for turn, body in enumerate((RATE, WHY, STAY), start=1):
        texts.create(to=person, from_=OURS, body=body)
        said.append(product.waits_for("/messages", turn)[-1].form["Body"])
    texts.create(to=person, from_=OURS, body=THANKS)
    assert said[1] in words.REASONS["it"][Kind.ANGRY]
    assert said[2] == "lascio"
    assert said[0]
    assert len(product.waits_for("/messages", 3)) == 3


def test_an_unknown_handset_is_undelivered_with_its_code(start: Start, product: Product) -> None:
    person = someone("+39333000{n}", lambda p: p.kind is Kind.GONE)
    texts = client(start(silent=False, seed=SEED)).messages
    texts.create(to=person, from_=OURS, body=RATE, status_callback=f"{product.url}/status")
    last = {one.form["MessageStatus"]: one.form for one in product.waits_for("/status", 2)}
    assert last["undelivered"]["ErrorCode"] in ("30005", "30006")


def test_people_are_the_same_for_a_seed_and_spread_as_weighted() -> None:
    people = [persona_of(1, f"p{n}@uno.example") for n in range(4000)]
    assert people == [persona_of(1, f" P{n}@UNO.example") for n in range(4000)]
    share = Counter(person.kind for person in people)
    assert abs(share[Kind.SILENT] / 4000 - WEIGHTS[Kind.SILENT] / 100) < 0.03
    assert set(share) == set(Kind)


@given(st.text(max_size=200))
def test_no_page_breaks_the_browser(html: str) -> None:
    browser.links(html)
    browser.survey_form(f"<form method=post>{html}</form>")
    assert words.guess_language(html) in ("it", "en")


def test_rating_links_need_a_scale() -> None:
    urls = [f"https://a.example/s?u=7&score={n}" for n in range(11)]
    assert browser.rating_links(urls)[9] == urls[9]
    assert browser.rating_links(["https://a.example/?page=2", "https://a.example/?v=3"]) == {}


@pytest.mark.parametrize(
    ("body", "asks"),
    [
        (RATE, True),
        ("On a scale from 0 to 10, how likely are you?", True),
        ("Chiudiamo il 10/10", False),
        (WHY, False),
    ],
)
def test_a_rating_question_is_known_by_its_scale(body: str, asks: bool) -> None:
    assert bool(phones.RATING.search(body)) is asks


def test_nobody_follows_a_link_out_of_this_machine(start: Start, product: Product) -> None:
    person = someone("p{n}@uno.example", lambda p: p.kind is Kind.SILENT and p.scanned and not p.proxied)
    body = survey_mail(product, person)
    outside = "http://elsewhere.example/"
    body["content"][1]["value"] = f'<a href="{outside}">x</a><a href="{product.url}/s/here">y</a>'
    sandbox = start(silent=False, seed=SEED)
    send(sandbox, body)
    product.waits_for("/s/here", 2)
    world = open_world(sandbox.config)
    assert world.reaches(f"{product.url}/s/here")
    assert not world.reaches(outside)
    world.memory.close()
