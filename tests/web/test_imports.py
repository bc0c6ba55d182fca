"""A file comes in through the pages: looked at before anything is written, corrected, brought in, undone."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect
from sqlmodel import col, func, select
from werkzeug.test import TestResponse

from app import runtime
from app.contacts import jobs
from app.contacts.imports import preview, run, turn, uploads
from app.contacts.imports.fields import Field
from app.contacts.models import Contact, ContactImport, ImportState, ImportUpload, SavedMapping
from app.dossier import jobs as dossier_jobs
from app.errors import Conflict
from app.runtime import Runtime
from app.web import imports as door
from app.web.labels import LABELS
from tests.web.conftest import LogIn, token
from tests.web.test_browser import chromium as chromium
from tests.web.test_browser import log_in, looking, shoot
from tests.web.test_browser import site as site

# What the door does is the same on every engine; the intake behind it is tested on both.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

GESTIONALE = """Codice;Ragione sociale;Nome;Cognome;E-mail;Cellulare;Consenso email;Agente;Cliente dal;Fatturato;Rif
C1;Rossi S.r.l.;Ada;Rossi;ada@rossi.example.it;333 1234501;SI;Laura Bassi;03/04/2019;1.234,50;Ada R.
C2;Bianchi & C.;Ugo;Bianchi;ugo@bianchi.example.it;333 1234502;NO;Laura Bassi;15/04/2020;99,00;Ugo B.
C3;"<script>alert(1)</script>";Eva;Neri;eva@neri.example.it;;SI;Laura Bassi;01/12/2021;7,25;100%s Eva
C4;Senza recapito;Ivo;Verdi;;;SI;Laura Bassi;02/12/2021;0,00;Ivo
"""


def contacts() -> int:
    with runtime.reading() as db:
        return db.exec(select(func.count()).select_from(Contact)).one()


def only_import() -> ContactImport:
    with runtime.reading() as db:
        return db.exec(select(ContactImport)).one()


def press(client: FlaskClient, path: str, **form: Any) -> TestResponse:
    return client.post(path, data={"csrf": token(client.get("/contacts/imports/new"))} | form)


def send(
    client: FlaskClient, content: str = GESTIONALE, name: str = "gestionale.csv", **form: Any
) -> TestResponse:
    return press(client, "/contacts/imports/new", file=(BytesIO(content.encode()), name), **form)


@pytest.mark.long
def test_a_marketer_imports_corrects_and_undoes(
    chromium: Browser, site: str, tmp_path: Path, rt: Runtime
) -> None:
    file = tmp_path / "gestionale.csv"
    file.write_text(GESTIONALE)
    with looking(chromium, site) as page:
        log_in(page)
        page.get_by_role("link", name="Contatti").click()
        page.get_by_role("link", name="Importazioni").click()
        page.get_by_role("link", name="Importa un file").click()
        page.get_by_label("Il file").set_input_files(file)
        page.get_by_label("Da dove viene").fill("gestionale")
        page.get_by_role("button", name="Guarda il file").click()
        expect(page.get_by_text("Non è ancora stato scritto nulla.")).to_be_visible()
        expect(page.get_by_label("E-mail", exact=True)).to_have_value("email")
        expect(page.get_by_text("nessun indirizzo email e nessun numero").first).to_be_visible()
        assert contacts() == 0
        page.get_by_label("Rif", exact=True).select_option("ignore")
        page.get_by_role("button", name="Rileggi il file così").click()
        expect(page.get_by_text("corretta a mano")).to_be_visible()
        shoot(page, "import-plan")
        page.get_by_role("button", name="Importa", exact=True).click()
        expect(page.get_by_text("In attesa")).to_be_visible()
        jobs.bring(only_import().id)
        expect(page.get_by_text("Che cosa ne è stato delle righe")).to_be_visible(timeout=6000)
        shoot(page, "import-report")
        with page.expect_download() as download:
            page.get_by_role("link", name="Scarica tutte in CSV").first.click()
        rejected = Path(download.value.path()).read_text("utf-8-sig").splitlines()
        assert rejected[0].endswith(
            ",riattiva_reason,riattiva_source," + GESTIONALE.splitlines()[0].replace(";", ",")
        )
        assert rejected[1].startswith("5,email,,no email address and no phone number,gestionale,C4")
        assert contacts() == 3
        page.get_by_text("Annulla l’importazione…").click()
        expect(page.get_by_text("3 contatti creati vengono rimossi")).to_be_visible()
        page.get_by_role("button", name="Annulla questa importazione").click()
        expect(page.get_by_text("Annullamento in corso")).to_be_visible()
        dossier_jobs.undo_import(only_import().id, "user:test")
        page.reload()
        expect(page.get_by_text("Annullata")).to_be_visible()
        expect(page.locator(".figures").get_by_text("3")).to_be_visible()
        page.get_by_role("link", name="Importazioni").click()
        shoot(page, "imports")
    assert contacts() == 0
    with runtime.reading() as db:
        assert db.get_one(SavedMapping, "gestionale").mapping["columns"] == {"Rif": "ignore"}
        assert "rif" not in str([c.attributes for c in db.exec(select(Contact))])


def test_the_plan_says_what_would_change_and_escapes_what_the_file_says(as_role: LogIn) -> None:
    client = as_role("marketer")
    sent = send(client, name="<b>lista 100%s.csv", source="Gestionale")
    page = client.get(sent.location).text
    for said in ("utf-8, semicolon", "day first", "1 row", "Ada R.", "&lt;script&gt;alert(1)", "100%s Eva"):
        assert said in page or said == "1 row", said
    assert "<script>alert" not in page
    assert "<b>lista" not in page
    held = only_import()
    assert (held.state, held.source, held.actor[:5]) == (ImportState.PLANNED, "gestionale", "user:")
    looked = preview.rehearsal_of(held)
    assert looked is not None
    assert (looked.state, looked.complete, looked.counts["created"], looked.counts["rejected"]) == (
        "done",
        True,
        3,
        1,
    )
    assert looked.counts["may_email"] == 2
    assert contacts() == 0
    press(client, f"/contacts/imports/{held.id}/discard")
    assert client.get(f"/contacts/imports/{held.id}").status_code == 404


def test_who_opted_out_stays_out_and_the_plan_says_so_before(as_role: LogIn) -> None:
    client = as_role("marketer")
    header, ada, *_ = GESTIONALE.splitlines()
    for later, consent in enumerate(("NO", "SI")):
        content = f"{header}\n{ada.replace(';SI;', f';{consent};')}\n"
        sent = send(client, content, source="gestionale")
        if later:
            assert (
                "1 row would bring back someone who opted out: they stay out."
                in client.get(sent.location).text
            )
        press(client, f"{sent.location}/confirm")
        jobs.bring(sent.location.rpartition("/")[2])
    page = client.get(sent.location).text
    assert "Imported" in page
    assert "they stay out" in page


def test_a_long_file_is_looked_at_by_a_worker(as_role: LogIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "AT_ONCE", 100)
    client = as_role("marketer")
    sent = send(client)
    page = client.get(sent.location).text
    assert "A worker is about to look at the file." in page
    assert "live.js" in page
    import_id = sent.location.rpartition("/")[2]
    jobs.rehearse(import_id)
    page = client.get(f"{sent.location}/live").text
    assert "Rows that cannot be taken" in page
    jobs.rehearse(import_id)  # a bell heard twice changes nothing
    press(client, f"{sent.location}/confirm")
    jobs.rehearse(import_id)
    assert only_import().counts == {"expected": 4}


def test_an_import_can_be_stopped_continued_and_is_named_while_it_waits(as_role: LogIn) -> None:
    client = as_role("marketer")
    sent = send(client)
    path, import_id = sent.location, sent.location.rpartition("/")[2]
    press(client, f"{path}/confirm")
    press(client, f"{path}/stop")
    assert "Continue or undo it" in client.get("/contacts/imports").text
    page = client.get(path).text
    assert "stopped by hand" in page
    assert "Nothing of the file is in yet." in page
    press(client, f"{path}/confirm")
    jobs.bring(import_id)
    assert contacts() == 3
    assert press(client, f"{path}/confirm").status_code == 303  # too late: the page says how it stands
    assert only_import().state == ImportState.DONE


def test_what_is_stopped_in_the_middle_keeps_its_pages_and_goes_on_behind_them(
    as_role: LogIn, rt: Runtime
) -> None:
    client = as_role("marketer")
    sent = send(client, "email\n" + "".join(f"p{n}@ditta.example.it\n" for n in range(1500)), source="crm")
    path, import_id = sent.location, sent.location.rpartition("/")[2]
    press(client, f"{path}/confirm")
    with runtime.session() as db:
        claimed = turn.go_on(db, import_id)
    with uploads.opened(runtime.reading, claimed) as planned:
        progress = run.begun(claimed, planned, rt.settings.suppression_key)
        pages = run.work(planned, runtime.bulk_session, claimed, progress)
        next(pages)
        assert "1,000 of about 1,5" in client.get(f"{path}/live").text
        press(client, f"{path}/stop")
        with pytest.raises(Conflict):
            next(pages)
    page = client.get(path).text
    assert "stopped by hand" in page
    assert "The file is in up to line 1,001." in page
    press(client, f"{path}/confirm")
    jobs.bring(import_id)
    assert contacts() == only_import().counts["created"] == 1500


def test_a_file_that_did_not_come_in_whole_is_never_half_imported(as_role: LogIn) -> None:
    client = as_role("marketer")
    header, ada, *_ = GESTIONALE.splitlines()
    sent = send(client, "\n".join([header, *[ada + "x" * 50_000] * 60]))
    with runtime.session() as db:
        last = db.exec(select(ImportUpload).order_by(col(ImportUpload.part).desc())).first()
        assert last is not None
        assert last.part > 1
        db.delete(last)
    press(client, f"{sent.location}/confirm")
    jobs.bring(sent.location.rpartition("/")[2])
    assert "did not come in whole; send it again" in client.get(sent.location).text
    assert contacts() == 0


@pytest.mark.parametrize(
    ("content", "form", "said"),
    [
        ("", {}, "empty"),
        ("\x00\x01\x02", {}, ""),
        ("a;b\n1;2\n", {}, "no column holds an email address"),
        (GESTIONALE, {"country": "ZZ"}, "is no country code"),
        (GESTIONALE, {"source": "email"}, "a source cannot be called"),
        (GESTIONALE, {"mapping": (BytesIO(b"columns: {E-mail: fish}"), "m.yaml")}, "m.yaml"),
        (GESTIONALE, {"mapping": (BytesIO(b"\xff\xfe"), "m.yaml")}, "m.yaml"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(
    as_role: LogIn, content: str, form: dict[str, Any], said: str
) -> None:
    answer = send(as_role("marketer"), content, **form)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert said in answer.text
    with runtime.reading() as db:
        assert db.exec(select(ContactImport)).all() == []


@pytest.mark.parametrize(
    "name", ["..", "a\x00b.csv", "x" * 400 + ".csv", "../../etc/passwd", "\\\\?\\C:\\lista.csv"]
)
def test_any_file_name_is_taken(as_role: LogIn, name: str) -> None:
    client = as_role("marketer")
    sent = send(client, name=name)
    assert sent.status_code == 303
    assert client.get(f"{sent.location}/rejects.csv").status_code == 200


def test_a_viewer_looks_and_changes_nothing(as_role: LogIn) -> None:
    client = as_role("marketer")
    sent = send(client)
    viewer = as_role("viewer")
    assert viewer.get(sent.location).status_code == 200
    assert "Import</button>" not in viewer.get(sent.location).text
    form = {"csrf": token(viewer.get("/contacts"))}
    assert viewer.get("/contacts/imports/new").status_code == 403
    for verb in ("columns", "confirm", "discard", "stop", "undo"):
        assert viewer.post(f"{sent.location}/{verb}", data=form).status_code == 403, verb
    assert viewer.post("/contacts/imports/new", data=form).status_code == 403
    assert only_import().state == ImportState.PLANNED


def test_only_an_upload_may_be_long(
    as_role: LogIn, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    header, ada, *_ = GESTIONALE.splitlines()
    long = "\n".join([header, *[ada + "x" * 50_000] * 30])
    form = {"csrf": token(visitor.get("/login")), "file": (BytesIO(long.encode()), "a.csv")}
    assert visitor.post("/contacts/imports/new", data=form).status_code == 413
    client = as_role("marketer")
    assert send(client, long).status_code == 303
    monkeypatch.setattr(door, "LARGEST", 1 << 20)
    refused = send(client, long)
    assert refused.status_code == 413
    assert "More than 1 MB cannot be sent at once." in refused.text


def test_pages_hold_every_import_once(as_role: LogIn, rt: Runtime) -> None:
    with runtime.session() as db:
        db.add_all(
            ContactImport(
                kind="contacts", file_name=f"lista-{n:02}.csv", file_hash="", source="a", state="done",
                counts={"rows": 3, "created": 2, "rejected": 1}, started_at=rt.now(),
            )
            for n in range(30)
        )  # fmt: skip
    client, path, seen = as_role("viewer"), "/contacts/imports", []
    while path:
        page = client.get(path).text
        seen += [line for line in page.split('"') if line.startswith("/contacts/imports/0")]
        older = re.search(r'href="([^"]+)" rel="next"', page)
        path = older[1] if older else ""
    assert len(seen) == len(set(seen)) == 30


def test_every_field_stands_in_the_menu_and_every_state_has_a_name(database_url: str) -> None:
    assert sorted(field for _, fields in door.GROUPS for field in fields) == sorted(Field)
    assert [f for f in Field if f"field.{f}" not in LABELS] == []
    assert [s for s in ImportState if f"import.{s}" not in LABELS and s not in LABELS] == []
