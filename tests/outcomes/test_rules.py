"""The verdict: what people asked for comes before what they did, what they did before silence."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.outcomes.models import Verdict
from app.outcomes.rules import Facts, Sign, decide

AT = datetime(2026, 11, 22, 10, tzinfo=UTC)
STOP, STAY = Sign("consent_withdrawn", AT), Sign("consent_granted", AT)
ANSWER, BUY, DEAD = (
    Sign("answer:nps", AT, "3"),
    Sign("purchase", AT, "12.00"),
    Sign("hard_bounce", AT, "email"),
)
SENT = Sign("delivered:invite", AT, "email")
OPEN, CLICK, LESS = (
    Sign("open:invite", AT),
    Sign("click:invite", AT),
    Sign("answer:consent", AT, "less_often (web)"),
)
RICH = Decimal("900")

CASES: list[tuple[dict[str, Any], str, str, tuple[Sign, ...]]] = [
    ({}, "undecided", "wave_under_way", ()),
    ({"delivered": [SENT]}, "undecided", "wave_under_way", (SENT,)),
    ({"wave_over": True}, "undecided", "never_reached", ()),
    ({"wave_over": True, "delivered": [SENT]}, "removable", "silent_to_the_end", (SENT,)),
    ({"dead_addresses": [DEAD], "addresses": 1}, "removable", "cannot_be_reached", (DEAD,)),
    ({"dead_addresses": [DEAD], "addresses": 2}, "undecided", "wave_under_way", ()),
    ({"dead_addresses": [DEAD], "addresses": 2, "wave_over": True}, "undecided", "never_reached", (DEAD,)),
    ({"dead_addresses": [DEAD], "addresses": 2, "wave_over": True, "delivered": [SENT]},
     "removable", "silent_to_the_end", (SENT,)),
    ({"answers": [ANSWER], "nps": 9}, "reengaged", "answered", (ANSWER,)),
    ({"answers": [ANSWER], "nps": 7}, "reengaged", "answered", (ANSWER,)),
    ({"answers": [ANSWER], "nps": 6}, "undecided", "unhappy_and_unsure", (ANSWER,)),
    ({"answers": [ANSWER], "nps": 6, "revenue": RICH}, "recover", "unhappy_but_valuable", (ANSWER,)),
    ({"answers": [ANSWER], "nps": 0, "revenue": RICH}, "recover", "unhappy_but_valuable", (ANSWER,)),
    ({"answers": [ANSWER], "nps": 9, "unhappy": True, "revenue": RICH}, "recover", "unhappy_but_valuable", (ANSWER,)),
    ({"answers": [ANSWER], "nps": 7, "revenue": RICH}, "reengaged", "answered", (ANSWER,)),
    ({"answers": [ANSWER], "unhappy": True}, "undecided", "unhappy_and_unsure", (ANSWER,)),
    ({"unhappy": True, "revenue": RICH}, "undecided", "wave_under_way", ()),
    ({"answers": [ANSWER], "nps": 2, "stayed": [STAY]}, "reengaged", "asked_to_stay", (STAY, ANSWER)),
    ({"answers": [ANSWER], "nps": 2, "stayed": [STAY], "revenue": RICH},
     "recover", "unhappy_but_valuable", (ANSWER, STAY)),
    ({"stayed": [STAY], "less": [LESS], "answers": [LESS]}, "newsletter", "wants_less_often", (LESS, STAY)),
    ({"stayed": [STAY], "less": [LESS], "acts": [BUY], "nps": 3}, "newsletter", "wants_less_often", (LESS, STAY, BUY)),
    ({"less": [LESS], "answers": [LESS]}, "reengaged", "answered", (LESS,)),
    ({"stayed": [STAY], "less": [LESS], "answers": [LESS], "nps": 3, "revenue": RICH},
     "recover", "unhappy_but_valuable", (LESS, STAY)),
    ({"stops": [STOP], "less": [LESS]}, "removable", "asked_to_stop", (STOP,)),
    ({"delivered": [SENT], "opened": [OPEN]}, "undecided", "wave_under_way", (SENT,)),
    ({"wave_over": True, "delivered": [SENT], "opened": [OPEN]}, "newsletter", "reads_without_answering", (OPEN,)),
    ({"wave_over": True, "delivered": [SENT], "opened": [OPEN], "warned": True},
     "removable", "silent_to_the_end", (SENT,)),
    ({"wave_over": True, "delivered": [SENT], "opened": [OPEN], "clicked": [CLICK], "warned": True},
     "newsletter", "reads_without_answering", (CLICK, OPEN)),
    ({"wave_over": True, "opened": [OPEN], "dead_addresses": [DEAD], "addresses": 1},
     "removable", "cannot_be_reached", (DEAD,)),
    ({"acts": [BUY]}, "reengaged", "came_back_unasked", (BUY,)),
    ({"acts": [BUY], "answers": [ANSWER], "nps": 2}, "reengaged", "came_back_unasked", (BUY, ANSWER)),
    ({"acts": [BUY], "stayed": [STAY]}, "reengaged", "asked_to_stay", (STAY,)),
    ({"acts": [BUY], "dead_addresses": [DEAD], "addresses": 1}, "reengaged", "came_back_unasked", (BUY,)),
    ({"answers": [ANSWER], "nps": 9, "dead_addresses": [DEAD], "addresses": 1, "wave_over": True},
     "reengaged", "answered", (ANSWER,)),
    ({"stops": [STOP], "answers": [ANSWER], "nps": 2, "revenue": RICH}, "removable", "asked_to_stop", (STOP,)),
]  # fmt: skip


@pytest.mark.parametrize(("given_facts", "verdict", "rule", "evidence"), CASES, ids=lambda one: str(one)[:40])
def test_the_strongest_rule_decides(
    given_facts: dict[str, Any], verdict: str, rule: str, evidence: tuple[Sign, ...]
) -> None:
    decision = decide(Facts(**({"wave_over": False} | given_facts)))
    assert (decision.verdict, decision.rule, decision.evidence) == (verdict, rule, evidence)


SIGNS = st.lists(
    st.builds(Sign, st.just("sign"), st.integers(0, 9).map(lambda n: AT + timedelta(hours=n))), max_size=2
)
FACTS = st.builds(
    Facts,
    wave_over=st.booleans(),
    stops=SIGNS,
    stayed=SIGNS,
    less=SIGNS,
    opened=SIGNS,
    clicked=SIGNS,
    warned=st.booleans(),
    answers=SIGNS,
    acts=SIGNS,
    dead_addresses=SIGNS,
    addresses=st.integers(0, 2),
    delivered=SIGNS,
    nps=st.none() | st.integers(0, 10),
    unhappy=st.booleans(),
    revenue=st.sampled_from([Decimal(0), RICH]),
)


@given(FACTS)
def test_whoever_says_stop_is_let_go_and_nobody_else_loses_a_sign_of_life(facts: Facts) -> None:
    assert decide(replace(facts, stops=[STOP])).verdict is Verdict.REMOVABLE
    alive = decide(replace(facts, stops=[], acts=[BUY]))
    assert alive.verdict in (Verdict.REENGAGED, Verdict.RECOVER, Verdict.NEWSLETTER)
    assert alive.verdict is not Verdict.NEWSLETTER or facts.less
    assert BUY in alive.evidence or STAY in alive.evidence or alive.rule == "asked_to_stay"


@given(FACTS)
def test_a_removable_contact_has_evidence(facts: Facts) -> None:
    decision = decide(facts)
    if decision.verdict is not Verdict.UNDECIDED:
        assert decision.evidence, decision.rule
