"""A file that was launched before is not launched again without a word."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from app import runtime
from app.cli.main import main
from app.contacts.models import Contact
from app.db import table_of
from app.runtime import Runtime
from app.waves.models import Wave

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


def _waves() -> list[str]:
    with runtime.reading() as db:
        return list(db.scalars(table_of(Wave).select().with_only_columns(table_of(Wave).c.id)))
