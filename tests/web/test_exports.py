"""Results as files: what a marketer takes along, and that the journal keeps it."""

import csv
import io

import pytest
from openpyxl import load_workbook
from sqlmodel import select

from app import runtime
from app.journal.models import Entry
from app.runtime import Runtime
from tests.exports.test_files import judged
from tests.web.conftest import LogIn, token

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_marketer_takes_results_along_and_the_journal_keeps_it(as_role: LogIn, rt: Runtime) -> None:
    wave, other = judged(rt, first_name="=1+1"), judged(rt, "newsletter")
    client = as_role("marketer")
    page = client.get(f"/exports?wave={wave.id}")
    assert f'value="{wave.id}" selected' in page.text
    assert f"/exports?wave={wave.id}" in client.get(f"/waves/{wave.id}").text
    form = {"csrf": token(page), "what": "all", "wave": wave.id}
    taken = client.post("/exports", data=form | {"format": "xlsx"})
    assert "all-" in taken.headers["Content-Disposition"]
    assert taken.mimetype.endswith("spreadsheetml.sheet")
    sheet = load_workbook(io.BytesIO(taken.data))["all"]
    assert [(row[0], row[4]) for row in sheet.iter_rows(min_row=2, values_only=True)] == [
        (wave.contacts["ada"].id, "=1+1")
    ]
    taken = client.post("/exports", data=form | {"format": "csv", "wave": "", "what": "newsletter"})
    (row,) = csv.DictReader(io.StringIO(taken.data.decode("utf-8-sig")))
    assert (row["contact_id"], row["outcome"]) == (other.contacts["ada"].id, "newsletter")
    with runtime.reading() as db:
        kept = db.exec(select(Entry).where(Entry.verb == "exported").order_by(Entry.id)).all()
    assert [(one.subject_id, one.facts) for one in kept] == [
        (wave.id, {"what": "all", "format": "xlsx", "rows": 1}),
        ("", {"what": "newsletter", "format": "csv", "rows": 1}),
    ]


def test_what_there_is_not_is_refused_and_who_may_only_look_takes_nothing(
    as_role: LogIn, rt: Runtime
) -> None:
    wave = judged(rt)
    client = as_role("marketer")
    form = {"csrf": token(client.get("/exports")), "what": "all", "wave": "", "format": "csv"}
    for wrong, status in (({"format": "pdf"}, 400), ({"what": "x"}, 400), ({"wave": "x"}, 404)):
        assert client.post("/exports", data=form | wrong).status_code == status
    viewer = as_role("viewer")
    assert "/exports" not in viewer.get(f"/waves/{wave.id}").text
    assert viewer.get("/exports").status_code == 403
    form["csrf"] = token(viewer.get("/"))
    assert viewer.post("/exports", data=form).status_code == 403
