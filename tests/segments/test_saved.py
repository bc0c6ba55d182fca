"""Keeping rules under a name: by command and page, made of one another, frozen into the wave that used them."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlmodel import col, select

from app import runtime
from app.cli.main import main
from app.contacts import consent, suppression
from app.contacts.addresses import address_hash
from app.contacts.models import ConsentState, Contact
from app.engagement.dormancy import Policy
from app.errors import BadInput, Conflict
from app.runtime import Runtime
from app.segments import preview, saved, written
from app.waves import batches, definition, launch
from app.waves.models import Wave, WaveMember
from tests.paths import ROOT
from tests.web.conftest import LogIn, as_role, token, visitor

__all__ = ["as_role", "visitor"]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
BY = "user:prova"
EXAMPLE = ROOT / "docs" / "examples" / "segment.yaml"


def add(*people: dict[str, Any]) -> list[Contact]:
    now = runtime.now()
    made = [Contact(created_at=now, updated_at=now, **one) for one in people]
    with runtime.session() as db:
        db.add_all(made)
    return made


def keep(name: str, text: str) -> None:
    with runtime.session() as db:
        saved.save(db, name, written.read(text), by=BY, now=runtime.now(), policy=Policy())


def names(rule: Any) -> set[str | None]:
    with runtime.reading() as db:
        chosen = saved.expand(db, rule)
        seen = preview.preview(db, chosen, as_of=runtime.now(), policy=Policy(), hash_key="k")
    return {one.name for one in seen.sample}


def test_segments_are_made_of_segments_but_never_of_themselves(rt: Runtime) -> None:
    add(
        *(
            {"first_name": name, "language": lang}
            for name, lang in (("Anna", "it"), ("Ben", "en"), ("Carl", "de"))
        )
    )
    keep("Italiani", "language: it")
    keep("Inglesi", "language: en")
    keep("Noti", "segment: [Italiani, Inglesi]  # either")
    keep("Altri", "not: {segment: Noti}")
    assert names("Noti") == {"Anna", "Ben"}
    assert names({"any": [{"segment": "Altri"}, {"first_name": "anna"}]}) == {"Anna", "Carl"}
    keep("Italiani", "language: [it, de]")
    assert names("Altri") == set()
    with pytest.raises(BadInput, match="Italiani > Altri > Noti > Italiani"):
        keep("Italiani", "all:\n  - segment: Altri")
    with pytest.raises(BadInput, match="there is no segment 'Italini': did you mean 'Italiani'"):
        names({"segment": "Italini"})
    with runtime.session() as db, pytest.raises(Conflict, match="'Altri'"):
        saved.remove(db, "Noti", by=BY, now=runtime.now())
    with runtime.session() as db:
        saved.remove(db, "Altri", by=BY, now=runtime.now())
        saved.remove(db, "Noti", by=BY, now=runtime.now())
        assert [one.name for one in saved.every(db)] == ["Inglesi", "Italiani"]


def test_a_preview_counts_those_who_may_be_written_to(rt: Runtime) -> None:
    people = add(*({"first_name": f"P{n}", "email": f"p{n}@x.example", "email_key": f"p{n}@x.example",
                    "phone": f"+39333000000{n}", "phone_kind": "landline" if n == 1 else "mobile",
                    "attributes": {"settore": "Edilizia"}} for n in range(4)))  # fmt: skip
    with runtime.session() as db:
        for person in people[:3]:
            consent.record(db, person.id, ["email", "sms"], ConsentState.GRANTED, at=rt.now(), recorded_at=rt.now(),
                           source="web")  # fmt: skip
        stop = ("email", address_hash("k", "email", "p0@x.example"))
        suppression.suppress(db, [stop], reason="complaint", source="x", at=rt.now())
    with runtime.reading() as db:
        rule = {"attributes": {"settore": {"known": True}, "setore": {"known": False}}}
        seen = preview.preview(db, rule, as_of=rt.now(), policy=Policy(), hash_key="k")
    assert (seen.count, seen.reachable) == (4, {"email": 2, "sms": 2, "any": 3})
    assert [one.name for one in seen.sample] == ["P3", "P2", "P1", "P0"]
    assert seen.warnings == ["no contact has an attribute 'setore': did you mean 'settore'?"]


def test_a_launched_wave_keeps_the_rule_it_was_launched_with(rt: Runtime) -> None:
    add({"first_name": "Anna", "language": "it"}, {"first_name": "Ben", "language": "en"})
    keep("Chi", "language: it")
    text = (ROOT / "docs/examples/wave.yaml").read_text(encoding="utf-8")
    start, end = text.index("segment:"), text.index("control:")
    wave = definition.parse(text[:start] + "segment: Chi\n" + text[end:], "onda.yaml")
    with runtime.session() as db:
        wave_id = launch.launch(db, rt, wave, by=BY, now=rt.now()).id
    keep("Chi", "language: en")
    with runtime.session() as db:
        saved.remove(db, "Chi", by=BY, now=rt.now())
        batches.plan_page(db, rt, wave_id, now=rt.now())
        assert db.get_one(Wave, wave_id).definition["segment"] == {"segment": {"language": "it"}}
        members = select(Contact.first_name).join(WaveMember, col(WaveMember.contact_id) == col(Contact.id))
        assert db.exec(members).all() == ["Anna"]
    with pytest.raises(BadInput, match=r"onda.yaml:\d+: segment: all\[1\].lingua: 'lingua' is no field"):
        definition.parse(text[:start] + "segment:\n  all:\n    - lingua: it\n" + text[end:], "onda.yaml")


def test_the_commands_save_list_preview_and_remove(
    rt: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", rt.settings.database)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    add({"first_name": "Anna", "language": "it"})

    def run(*words: str, code: int = 0) -> str:
        done = CliRunner().invoke(main, ["segments", *words])
        assert done.exit_code == code, done.output
        return done.output

    assert run("save", "In letargo", str(EXAMPLE)) == "Saved In letargo.\n"
    (listed,) = json.loads(run("list", "--json"))
    assert (listed["name"], listed["count"]) == ("In letargo", 0)
    assert "In letargo" in run("list")
    for given in ("In letargo", str(EXAMPLE)):
        assert json.loads(run("preview", given, "--json"))["count"] == 0
    for given in ("language: it", '{"language": ["it"]}'):
        seen = json.loads(run("preview", given, "--json"))
        assert (seen["count"], seen["sample"][0]["name"]) == (1, "Anna")
    assert "Anna" in run("preview", "language: it")
    assert "did you mean 'In letargo'" in run("preview", "In letarg", code=2)
    assert "there is no such file" in run("preview", "manca.yaml", code=2)
    assert "Did you mean `language`" in run("preview", "lingua: it", code=2)
    run("remove", "In letargo")
    assert json.loads(run("list", "--json")) == []


def test_the_page_shows_whom_a_rule_selects_and_keeps_it(rt: Runtime, as_role: LogIn) -> None:
    add({"first_name": "Anna", "language": "it"}, {"first_name": "<b>Ben</b>", "language": "en"})
    client = as_role("marketer")
    form = {"csrf": token(client.get("/segments/new")), "name": "Inglesi", "text": "language: en"}
    seen = client.post("/segments/new", data=form | {"do": "preview"})
    assert seen.status_code == 200
    assert "1 contact" in seen.text
    assert "&lt;b&gt;Ben&lt;/b&gt;" in seen.text
    assert "No segment has been saved yet" in client.get("/segments").text
    wrong = client.post("/segments/new", data=form | {"do": "save", "text": "language: en\nlingua: it\n"})
    assert wrong.status_code == 422
    assert "Line 2: lingua: &#39;lingua&#39; is no field" in wrong.text
    assert client.post("/segments/new", data=form | {"do": "save"}).status_code == 303
    page = client.get("/segments").text
    assert "Inglesi" in page
    assert "1 contact" in page
    again = client.post("/segments/new", data=form | {"do": "save"})
    assert (again.status_code, "of this name already" in again.text) == (422, True)
    (path,) = {line.split('"')[1] for line in page.splitlines() if 'href="/segments/0' in line and "Inglesi" in line
               for line in [line[line.index("href"):]]}  # fmt: skip
    form["text"] = "language: [en, it]"
    assert client.post(path, data=form | {"do": "save"}).status_code == 303
    assert "2 contacts" in client.get(path).text
    assert client.post(f"{path}/remove", data={"csrf": "x"}).status_code == 403
    assert client.post(f"{path}/remove", data=form).status_code == 303
    assert client.get(path).status_code == 404


def test_a_viewer_may_look_but_not_keep(rt: Runtime, as_role: LogIn) -> None:
    client = as_role("viewer")
    form = {"csrf": token(client.get("/segments/new")), "name": "X", "text": "language: en"}
    assert client.post("/segments/new", data=form | {"do": "preview"}).status_code == 200
    assert client.post("/segments/new", data=form | {"do": "save"}).status_code == 403
