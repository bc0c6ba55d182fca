"""Finding a contact and reading everything about them, page by page, without loss or repetition."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import runtime
from app.contacts.models import Contact
from app.db import Session, new_id
from app.engagement.models import Interaction
from app.errors import BadInput
from app.feedback.models import Rating
from app.messages.models import Message
from app.reports.contact import search
from app.reports.timeline import SOURCES, timeline
from app.runtime import Runtime
from tests.web.conftest import LogIn
from tests.web.story import Story

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


def names(page: str) -> list[str]:
    return re.findall(r'<div><a href="/contacts/[0-9a-f-]{36}">([^<]+)</a>', page)


FOUND = {
    "giulia": ["Giulia Ferraris"],
    "RINALDI cantina": ["Francesca Rinaldi"],
    "paolo.conti@example.com": ["Paolo Conti"],
    "333 123 4500": ["Giulia Ferraris"],
    "+39 333-1234502": ["Chiara Lo Bianco"],
    "müller": ["Àngel Müller-Brambilla"],
    "100%": [],
    "_": [],
    "<script>": [],
    "'; DROP TABLE contacts": [],
}


def test_contacts_are_found_by_any_words(as_role: LogIn, story: Story) -> None:
    client = as_role("viewer")
    for words, found in FOUND.items():
        page = client.get("/contacts", query_string={"q": words}).text
        assert names(page) == found, words
        assert "<script>" not in page


def test_pages_of_contacts_hold_everybody_once(as_role: LogIn, story: Story) -> None:
    client, seen, path = as_role("viewer"), [], "/contacts"
    while path:
        page = client.get(path).text
        seen += re.findall(r'<div><a href="/contacts/([0-9a-f-]{36})"', page)
        after = re.search(r'href="(/contacts\?after=[^"]+)" rel="next"', page)
        path = after[1] if after else ""
    assert len(seen) == len(set(seen)) == 68
    assert set(story.people) <= set(seen)


@ON_SQLITE
def test_the_next_page_keeps_the_words(as_role: LogIn, story: Story) -> None:
    client = as_role("viewer")
    page = client.get("/contacts?q=cliente").text
    more = re.search(r'href="(/contacts\?[^"]+)" rel="next"', page)
    assert more
    rest = names(client.get(more[1].replace("&amp;", "&")).text)
    assert len(rest) == 10
    assert all(name.startswith("Cliente") for name in rest)


@ON_SQLITE
def test_a_contact_is_shown_with_consent_verdict_and_evidence(as_role: LogIn, story: Story) -> None:
    client = as_role("viewer")
    happy = client.get(f"/contacts/{story.happy}").text
    assert "Assistenza rapidissima" in happy
    assert "Giulia, ci manchi" in happy, "the subject as this person got it"
    assert "a machine, not them" in happy
    assert "by two signs or more: 4 seconds after the delivery; 7 links of the email at once" in happy
    assert "not known whose" in happy
    assert "Nothing shows who it was" in happy
    assert "answered the survey" in happy
    assert "import from hubspot" in happy
    assert "€1,240.50" in happy
    gone = client.get(f"/contacts/{story.gone}").text
    assert "Do not write" in gone
    assert "asked to stop" in gone
    assert "Non scrivetemi più, grazie." in gone


@ON_SQLITE
def test_what_contacts_wrote_is_text_and_never_markup(as_role: LogIn, rt: Runtime) -> None:
    with runtime.session() as db:
        contact = Contact(
            first_name="<b>Eva</b>", attributes={"<i>": "<img src=x>"}, created_at=NOW, updated_at=NOW
        )
        db.add(contact)
        db.flush()
        said = "<script>alert(1)</script>"
        db.add(_message(contact.id, NOW, text=said, state="read", direction="in"))
    page = as_role("viewer").get(f"/contacts/{contact.id}").text
    assert "&lt;script&gt;" in page
    for evil in ("<b>Eva", "<img", "<i>", "<script>alert"):
        assert evil not in page


@ON_SQLITE
def test_a_damaged_place_in_the_timeline_is_refused_as_a_page(as_role: LogIn, story: Story) -> None:
    client = as_role("viewer")
    for place in ("x", "2026-01-01~answer~1", "2026-01-01T00:00:00+00:00~answer~x", "~~", "2026~nothing~1"):
        answer = client.get(f"/contacts/{story.happy}", query_string={"before": place})
        assert answer.status_code == 400, place
        assert "This cannot be understood" in answer.text


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(st.sampled_from(SOURCES), st.integers(0, 3)), max_size=25),
    size=st.integers(1, 7),
)
def test_pages_of_the_timeline_lose_and_repeat_nothing(
    rt: Runtime, rows: list[tuple[str, int]], size: int
) -> None:
    """Many lines share an instant here: the border between two pages cuts through them."""
    with runtime.session() as db:
        contact = Contact(created_at=NOW, updated_at=NOW)
        db.add(contact)
        db.flush()
        for source, seconds in rows:
            if source != "answer":  # needs a whole wave; answers are read as ratings are
                _add(db, source, contact.id, NOW + timedelta(seconds=seconds))
    with runtime.reading() as db:
        whole = [line.place for line in timeline(db, contact.id, limit=1000)]
        paged: list[str] = []
        while page := timeline(db, contact.id, paged[-1] if paged else None, size):
            assert len(page) <= size
            paged += [line.place for line in page]
    assert paged == whole
    assert len(set(whole)) == len(whole) == sum(source != "answer" for source, _ in rows)
    times = [place.partition("~")[0] for place in whole]
    assert times == sorted(times, reverse=True)


@ON_SQLITE
def test_signs_of_life_told_by_an_answer_are_not_told_twice(story: Story) -> None:
    with runtime.reading() as db:
        lines = timeline(db, story.happy)
    assert [line.what for line in lines if line.source == "interaction"].count("answer") == 0
    assert [line.value for line in lines if line.what == "nps"] == [9]
    assert [line.sentiment for line in lines if line.what == "text"] == ["positive"]


@ON_SQLITE
def test_a_place_is_only_ever_one_of_ours(rt: Runtime) -> None:
    with runtime.reading() as db, pytest.raises(BadInput):
        timeline(db, new_id(), "2026-01-01T00:00:00~answer~1")


@ON_SQLITE
def test_search_says_how_long_each_has_been_quiet(story: Story) -> None:
    with runtime.reading() as db:
        found = {line.contact.id: line.dormancy for line in search(db, "", now=runtime.now(), limit=100)}
    assert found[story.happy] == "active"
    assert list(found.values()).count("never_engaged") == 62


def _add(db: Session, source: str, contact_id: str, at: datetime) -> None:
    if source == "interaction":
        db.add(
            Interaction(
                contact_id=contact_id,
                kind="login",
                grade="act",
                human=True,
                at=at,
                source="crm",
                dedupe_key=new_id(),
            )
        )
    elif source == "message":
        db.add(_message(contact_id, at))
    else:
        db.add(Rating(contact_id=contact_id, kind="csat", value=4, source="crm", at=at, source_key=new_id()))


def _message(
    contact_id: str, at: datetime, *, text: str = "Ciao", state: str = "sent", direction: str = "out"
) -> Message:
    return Message(
        direction=direction,
        channel="sms",
        state=state,
        contact_id=contact_id,
        text=text,
        address="+393331234567",
        address_hash="",
        not_before=at,
        created_at=at,
    )
