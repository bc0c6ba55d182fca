"""The score at the doors: the command in words and as JSON, the contact page, and a scorecard file."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from app import runtime
from app.cli.main import main
from app.errors import BadInput
from app.runtime import Runtime
from app.scoring import weights
from app.scoring.card import Card
from tests.paths import ROOT
from tests.scoring.people import NOW, did, person
from tests.web.conftest import LogIn, as_role, visitor  # noqa: F401


def run(*words: str) -> str:
    result = CliRunner().invoke(main, ["score", *words])
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_command_the_page_and_the_weights(
    rt: Runtime,
    as_role: LogIn,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("RIATTIVA_NOW", NOW.isoformat())
    monkeypatch.setenv("DATA_DIR", str(rt.settings.data_dir))
    monkeypatch.setenv("DATABASE_URL", rt.engine.url.render_as_string(hide_password=False))
    with runtime.session() as db:
        vlogger = person(
            db, did("review", 30, 5, detail="Video (42.000 iscritti)"), did("purchase", 900, 20, "EUR")
        )
    assert json.loads(run("recompute", "--json"))["scored"] == 1
    told = json.loads(run(vlogger, "--json"))
    assert told["stage"] == "advocate"
    assert told["parts"]["advocacy"]["value"] == 50
    assert told["parts"]["advocacy"]["at"][:10] == "2026-10-02"
    assert "pubblico: 1 (+50 punti" in told["parts"]["advocacy"]["why"][0]
    assert "Sostenitore" in run(vlogger)
    assert json.loads(run("--json"))["stages"]["advocate"] == 1
    page = as_role("viewer").get(f"/contacts/{vlogger}").text
    assert "Advocate" in page
    assert "good reviews before an audience of their own: 1 (+50 points, latest Oct 2, 2026)" in page
    file = tmp_path / "weights.yaml"
    file.write_text("weights: {advocacy: 0}\nadvocacy: {public_praise: 10}\n")
    run("weights", "set", str(file))
    run("recompute", vlogger)
    changed = json.loads(run(vlogger, "--json"))
    assert changed["parts"]["advocacy"]["value"] == 10
    assert changed["value"] < told["value"]
    assert "advocacy: 0" in run("weights", "show")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("wieghts: {}", "Did you mean weights"),
        ("weights: {risk: 101}", "weights.risk"),
        ("risk: {complaint: 5}", "Did you mean complaints"),
        ("risk: {complaints: {points: -5}}", "risk.complaints.points"),
        ("advocacy: {complaints: 5}", "'complaints' is not known here"),
        ("ageing: {fresh_days: 900}", "fresh_days is more than old_days"),
        ("attributes: {audience: 3}", "attributes.audience"),
        ("currency: euros", "no currency"),
        ("weights: 3", "weights"),
        ("- 1", "name: value"),
        ("a: [", "no YAML"),
    ],
)
def test_a_wrong_scorecard_is_refused_at_its_place(tmp_path: Path, written: str, said: str) -> None:
    file = tmp_path / "weights.yaml"
    file.write_text(written)
    with pytest.raises(BadInput, match=said):
        weights.load(file)


def test_the_example_and_the_default_are_read_back_as_they_are() -> None:
    assert weights.card_of(weights.load(ROOT / "docs/examples/scoring.yaml")) != Card()
    assert weights.card_of(weights.as_written(Card())) == Card()
