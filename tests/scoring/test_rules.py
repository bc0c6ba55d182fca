"""The rules alone: more of a good fact never lowers a score, more of a bad one never raises it."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.scoring.card import BAD, BY_THEMSELVES, Card, Fact
from app.scoring.rules import Bounds, Known, Stage, judge
from tests.scoring.people import NOW

CARD = Card()
BOUNDS = Bounds(
    "EUR", 100, {"recency": [20_000, 20_200, 20_400, 20_600], "frequency": [2, 3, 4], "monetary": [10, 99]}
)
amounts = st.integers(0, 60)
known = st.dictionaries(st.sampled_from(list(Fact)), amounts.filter(bool), max_size=len(Fact)).map(
    lambda held: {
        fact: Known(fact, 4 * n, n, NOW - timedelta(days=n * 20), total=n * 7) for fact, n in held.items()
    }
)


@given(known, st.sampled_from(list(Fact)), st.integers(1, 9))
def test_more_of_a_fact_moves_the_score_one_way(held: dict[str, Known], fact: Fact, more: int) -> None:
    before = held.get(fact)
    n = (before.count if before else 0) + more
    grown = Known(fact, 4 * n, n, NOW, total=n * 7)
    then, now = (judge(list(facts.values()), CARD, BOUNDS, NOW) for facts in (held, held | {fact: grown}))
    assert 0 <= now.value <= 100
    if fact in BAD:
        assert now.value <= then.value
        assert (now.part("risk") or 0) >= (then.part("risk") or 0)
    else:
        assert now.value >= then.value
        assert (now.part("risk") or 0) == (then.part("risk") or 0)


@given(known)
def test_the_parts_add_up_to_the_value_and_every_reason_is_dated(held: dict[str, Known]) -> None:
    made = judge(list(held.values()), CARD, BOUNDS, NOW)
    assert made.value == int(min(max(round(sum(part.points for part in made.parts), 2), 0), 100))
    if (made.part("risk") or 0) >= CARD.stages["at_risk"]:
        assert made.stage is Stage.AT_RISK
    for part in made.parts:
        assert part.reasons == () or part.newest == max(why.newest for why in part.reasons)


def test_every_fact_has_a_place_on_the_scorecard() -> None:
    """A fact that gives nothing anywhere would be known for nothing."""
    placed = {*CARD.engagement, *CARD.satisfaction, *CARD.advocacy, *CARD.risk}
    assert set(Fact) - placed == {"purchases", "orders", "turnover", "bought_on"}
    assert set(CARD.risk) == BAD
    assert not BAD & {*CARD.advocacy}
    assert BY_THEMSELVES.isdisjoint({"complaints", "bounces"})
