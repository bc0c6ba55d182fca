"""The dormancy commands as a marketer types them."""

from pathlib import Path

from click.testing import CliRunner

from app.cli.dormancy import dormancy
from app.cli.imports import contacts, interactions
from tests.contacts.importing import write
from tests.contacts.test_commands import ROWS, call
from tests.contacts.test_commands import home as home


def test_a_policy_is_tried_set_shown_and_refused(home: Path) -> None:
    call(contacts, "import", str(write(home, ROWS)))
    history = "email,type,occurred_at\nada@uno.example,purchase,2026-01-01T12:00:00Z\n"
    call(interactions, "import", str(write(home, history, "i.csv")))
    slow = str(write(home, "overrides: {attribute: settore, values: {Tessile: 3000}}\n", "slow.yaml"))
    assert call(dormancy, "--policy", slow)["active"] == 1
    assert call(dormancy)["active"] == 0, "trying changes nothing"
    done = call(dormancy, "policy", "set", slow)
    assert (done["active"], done["recomputed"]) == (1, 1)
    assert call(dormancy)["active"] == 1
    assert call(dormancy, "policy", "show")["overrides"]["values"] == {"Tessile": 3000}
    assert "- answer\n" in CliRunner().invoke(dormancy, ["policy", "show"]).output
    assert "3.000" in call(contacts, "show", "ada@uno.example")["dormancy_reason"]
    assert call(dormancy, "policy", "measure", "--attribute", "settore") == []
    for words in (
        ["--policy", "nowhere.yaml"],
        ["policy", "set", str(write(home, "basis: x\n", "bad.yaml"))],
    ):
        refused = CliRunner().invoke(dormancy, words)
        assert refused.exit_code == 2
