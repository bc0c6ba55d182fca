"""The commands that make users and tokens, as an operator types them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app import runtime
from app.accounts import tokens, users
from app.cli.users import users as command


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    return CliRunner()


def add(run: CliRunner, *words: str, password: str = "una frase che ricordo\n") -> Result:
    return run.invoke(command, ["add", *words, "--password-stdin"], input=password)


def test_a_user_added_here_logs_in(run: CliRunner) -> None:
    assert add(run, "Anna@Example.com", "--role", "admin").exit_code == 0
    with runtime.reading() as db:
        assert users.authenticate(db, "anna@example.com", "una frase che ricordo")
    listed = json.loads(run.invoke(command, ["list", "--json"]).stdout)
    assert [(user["email"], user["role"]) for user in listed] == [("anna@example.com", "admin")]


@pytest.mark.parametrize(
    ("words", "password", "said"),
    [
        (["anna@example.com", "--role", "boss"], "una frase lunga", "boss"),
        (["anna@example.com"], "una frase lunga", "--role"),
        (["anna", "--role", "viewer"], "una frase lunga", "email"),
        (["anna@example.com", "--role", "viewer"], "corta", "10 characters"),
    ],
)
def test_bad_input_is_one_clear_line(run: CliRunner, words: list[str], password: str, said: str) -> None:
    result = add(run, *words, password=password)
    assert result.exit_code == 2
    assert said in result.output
    assert "Traceback" not in result.output


def test_nobody_types_a_password_into_a_pipe_by_accident(run: CliRunner) -> None:
    result = run.invoke(command, ["add", "anna@example.com", "--role", "viewer"], input="una frase lunga\n")
    assert result.exit_code == 2
    assert "--password-stdin" in result.output


def test_a_token_is_shown_once_and_can_be_revoked(run: CliRunner) -> None:
    secret = run.invoke(command, ["tokens", "issue", "crm", "--role", "viewer"]).stdout.strip()
    with runtime.reading() as db:
        assert tokens.check(db, secret)
    assert "crm" in run.invoke(command, ["tokens", "list"]).stdout
    assert secret not in run.invoke(command, ["tokens", "list"]).stdout
    assert run.invoke(command, ["tokens", "revoke", "crm"]).exit_code == 0
    with runtime.reading() as db:
        assert tokens.check(db, secret) is None
    assert run.invoke(command, ["tokens", "revoke", "crm"]).exit_code == 2
