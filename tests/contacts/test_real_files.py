"""The sample exports of a gestionale and of HubSpot, and their history, from first byte to last count."""

from pathlib import Path

import pytest

from app import runtime
from app.contacts import find
from app.contacts.imports import run as imports
from app.contacts.imports.plan import plan
from app.engagement import dormancy, history
from app.runtime import Runtime
from tests.contacts.importing import KEY, ROME, outcome, people, take
from tests.paths import SHARED

DATA = SHARED / "data"
needs_samples = pytest.mark.skipif(not (DATA / "gestionale.csv").exists(), reason="no sample data here")


def bring_file(name: str, folder: Path) -> imports.Result:
    return take(plan(DATA / name, country="IT", zone=ROME), folder)


@pytest.mark.long
@needs_samples
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # 15 s; the smaller ones run on both
def test_two_crms_and_their_history_end_as_people(rt: Runtime, tmp_path: Path) -> None:
    first = bring_file("gestionale.csv", tmp_path)
    # 420 planted doubles and the four short or long rows repeat somebody; 64 rows hold no address at all.
    assert outcome(first) == {"created": 8096, "merged": 424, "rejected": 64}
    second = bring_file("hubspot.csv", tmp_path)
    assert outcome(second) == {"created": 4000, "updated": 600}
    assert outcome(bring_file("gestionale.csv", tmp_path)) == {"unchanged": 8520, "rejected": 64}
    with runtime.reading() as db:
        etta = find.one(db, "00393602136127", country="IT")
        assert etta.email == "etta.bulzoni@valiersagnellispa.example"
        assert find.one(db, "etta.bulzoni@valiersagnellispa.exmaple", country="IT").id == etta.id
        assert find.one(db, "C900390", country="IT").id == etta.id
    emails = [contact.email_key for contact in people() if contact.email_key]
    assert len(emails) == len(set(emails))
    understand_the_history(tmp_path)


def understand_the_history(tmp_path: Path) -> None:
    with (DATA / "interactions.csv").open(encoding="utf-8") as file:
        head = [next(file) for _ in range(4001)]
    (tmp_path / "part.csv").write_text("".join(head), encoding="utf-8")
    planned = history.plan(tmp_path / "part.csv", country="IT", zone=ROME)
    result = history.run(
        planned, runtime.session, hash_key=KEY, now=runtime.now(), rejects=tmp_path / "rejects.csv"
    )
    assert result.counts["added"] + result.counts["rejected"] == result.counts["rows"] == 4000
    assert result.counts["added"] > 2000
    with runtime.reading() as db:
        assert sum(dormancy.count(db, runtime.now()).values()) == len(people())
