"""A file that was launched before is not launched again without a word."""

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update
from sqlmodel import select

from app import runtime
from app.cli.main import main
from app.contacts import consent
from app.contacts.models import ConsentState, Contact
from app.db import table_of
from app.runtime import Runtime
from app.waves import batches
from app.waves.models import Arm, Wave, WaveMember

FILE = """\
name: Autunno
survey: riattivazione
segment: {email: {known: true}}
steps: [{name: invite}]
repeat: {every: week}
"""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_same_file_again(rt: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", rt.settings.database)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    with runtime.session() as db:
        db.add(Contact(email="ada@ditta.example", created_at=rt.now(), updated_at=rt.now()))
    file = tmp_path / "onda.yaml"
    file.write_text(FILE, encoding="utf-8")

    def run(*words: str, answer: str = "", code: int = 0) -> str:
        done = CliRunner().invoke(main, ["waves", *words], input=answer)
        assert done.exit_code == code, done.output
        return done.output

    first = json.loads(run("launch", str(file), "--json"))["wave_id"]
    file.write_text(f"# nothing else\n{FILE}", encoding="utf-8")
    said = run("launch", str(file), "--json", code=2)
    assert f"as wave {first}, which is running. Pass --yes to launch it again." in said
    assert "Launch it again? [y/N]" in run("launch", str(file), answer="n\n", code=2)
    assert "Launched Autunno" in run("launch", str(file), answer="y\n")
    assert "Launched Autunno" in run("launch", str(file), "--yes")
    with runtime.session() as db:
        long_ago = rt.now() - timedelta(days=31)
        db.execute(update(table_of(Wave)).values(launched_at=long_ago))
    run("launch", str(file), "--json", code=2)
    for wave_id in _waves():
        assert "not repeated any more" in run("end-repeat", wave_id)
    run("end-repeat", first, code=2)
    run("launch", str(file), "--json")
    run("cancel", max(_waves()), "--yes")
    run("launch", str(file), "--json")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_plan_is_launched_as_it_was_counted_and_once(rt: Runtime, tmp_path: Path) -> None:
    with runtime.session() as db:
        for number in range(40):
            held = Contact(email=f"p{number}@ditta.example", created_at=rt.now(), updated_at=rt.now())
            db.add(held)
            db.flush()
            known = {"at": rt.now(), "recorded_at": rt.now(), "source": "import:crm"}
            consent.record(db, held.id, ["email"], ConsentState.GRANTED, **known)
    file = tmp_path / "onda.yaml"
    variants = "variants: [{name: a, share: 50}, {name: b, share: 50, subject: {it: Ci manchi}}]\n"
    file.write_text(
        FILE.replace("steps: [{name: invite}]\n", "steps: [{name: invite}]\n" + variants), "utf-8"
    )
    env = {"DATA_DIR": str(rt.settings.data_dir), "DATABASE_URL": rt.settings.database}

    def run(*words: str) -> Result:
        return CliRunner().invoke(main, ["waves", *words], env=env)

    assert "--planned " in run("plan", str(file)).output
    found = json.loads(run("plan", str(file), "--json").output)
    planned = found["wave_id"]
    told = run("launch", str(file), "--planned", planned, "--json")
    assert json.loads(told.output)["wave_id"] == planned
    with runtime.session() as db:
        batches.plan_page(db, runtime.current(), planned, now=rt.now())
        treated = select(WaveMember.variant).where(
            WaveMember.wave_id == planned, WaveMember.arm == Arm.TREATED
        )
        drawn = Counter(db.exec(treated))
    assert drawn == {name: counts["email"] for name, counts in found["steps"][0]["by_variant"].items()}
    again = run("launch", str(file), "--planned", planned, "--yes")
    assert (again.exit_code, "launched already" in again.stderr) == (2, True)
    for wrong in ("autunno", "01900000-0000-7000-8000-000000000000"):
        assert run("launch", str(file), "--planned", wrong, "--yes").exit_code == 2


def _waves() -> list[str]:
    with runtime.reading() as db:
        return list(db.scalars(table_of(Wave).select().with_only_columns(table_of(Wave).c.id)))
