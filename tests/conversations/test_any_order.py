"""Whatever a contact does, on whichever device, and whatever comes between: the walk stays true."""

import os

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from app import runtime
from app.channels.base import Channel
from app.conversations.models import ConversationState
from app.messages.models import Message
from app.runtime import Runtime
from tests.conversations.talk import Talk, asked, later, sweeps

WORDS = [
    "8",
    "3",
    "non saprei",
    "Sempre gentili",
    "no scusa, 7",
    "4",
    "domani",
    "ok",
    "STOP",
    "START",
    "AIUTO",
    "👍🏽",
]
HELP = "Officine Aurora (prova): rispondi"
PAGE = [("nps", "9"), ("nps", "2"), ("why", "Il banco"), ("stars", "5"), ("visit", "2099-01-31"), ("why", "")]
DEEDS = st.one_of(
    st.tuples(st.just("texts"), st.sampled_from(WORDS)),
    st.tuples(st.just("mails"), st.sampled_from(WORDS[:7])),
    st.tuples(st.just("page"), st.sampled_from(PAGE)),
    st.tuples(st.just("hands over"), st.none()),
    st.tuples(st.just("hours pass"), st.sampled_from([0.01, 1, 30, 120])),
)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@settings(
    max_examples=int(os.environ.get("TALKS", "5")),
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(deeds=st.lists(DEEDS, min_size=4, max_size=14))
@example(deeds=[("texts", "STOP"), ("page", ("why", ""))])
def test_a_walk_stays_true(rt: Runtime, deeds: list[tuple[str, object]]) -> None:
    talk = asked(rt)
    for deed, what in deeds:
        do(talk, deed, what)
        holds(talk)
    walk, kept = talk.now().walk, dict(talk.given())
    assert {name: kept[name] for name in walk.get("answers", {})} == walk.get("answers", {})


def do(talk: Talk, deed: str, what: object) -> None:
    if deed == "texts":
        talk.texts(str(what))
    elif deed == "mails":
        talk.mails(str(what))
    elif deed == "page":
        assert isinstance(what, tuple)
        assert talk.answers_on_the_page(*what) in (303, 422)
    elif deed == "hands over":
        for channel in Channel:
            talk.hands_over(channel)
    else:
        assert isinstance(what, int | float)
        later(hours=what)
        sweeps()


def holds(talk: Talk) -> None:
    """One question at most waits to leave, no more texts than allowed were said, and none after a stop."""
    conversation = talk.now()
    ours = [message for message in talk.outbox() if message.state != "withdrawn"]
    walked = [message for message in ours if not message.text.startswith(HELP)]
    assert len(walked) <= 7
    waiting = [message for message in walked if message.state in ("queued", "claimed")]
    assert len([message for message in waiting if message.step == "conversation"]) <= 1
    assert len([message for message in ours if message.step == "silence"]) <= 1
    if conversation.state == ConversationState.STOPPED:
        assert waiting == []
    with runtime.reading() as db:
        unread = select(Message).where(Message.direction == "in", col(Message.state) != "read")
        assert db.exec(unread).all() == []
