"""What the facts of a verdict are gathered from."""

import pytest

from app import runtime
from app.intake import replies
from app.outcomes.models import Outcome
from app.runtime import Runtime
from tests.waves.small_wave import launch_wave


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("told", "verdict"), [({"revenue": 12000.5}, "recover"), ({}, "undecided")])
def test_an_unhappy_customer_whose_purchases_only_the_crm_tells_of_is_to_be_recovered(
    rt: Runtime, told: dict[str, float], verdict: str
) -> None:
    wave = launch_wave(rt, ["ada"])
    with runtime.session() as db:
        db.add(wave.contacts["ada"])
        wave.contacts["ada"].attributes = told
    with runtime.session() as db:
        replies.submit(db, wave.conversations["ada"].id, "nps", "2", evidence={})
    with runtime.reading() as db:
        assert db.get_one(Outcome, (wave.id, wave.contacts["ada"].id)).verdict == verdict
