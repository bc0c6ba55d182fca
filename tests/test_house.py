"""The house rules: what every room keeps, the migrations, the examples, and what the README says of them."""

import ast
import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine
from sqlmodel import SQLModel

from app.channels.segments import segments
from app.runtime import SURVEYS_FOLDER
from app.settings import Settings
from app.surveys.check import check
from app.surveys.definition import load, load_all
from app.waves import definition
from tests.paths import ROOT

MODULES = sorted((ROOT / "app").rglob("*.py"))
ROOMS = sorted(path.name for path in (ROOT / "app").iterdir() if (path / "__init__.py").exists())
README = (ROOT / "README.md").read_text(encoding="utf-8")


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_module_opens_with_one_sentence(path: Path) -> None:
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    assert said.split("\n\n")[0].rstrip().endswith((".", "?")), "say why this module exists"


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_only_the_edges_commit(path: Path) -> None:
    if "sandbox" in path.parts:  # a world of its own, with its own memory
        return
    calls = re.findall(r"\.commit\(", path.read_text(encoding="utf-8"))
    assert not calls, "transactions end in app/db alone, opened by a route, a job or a command"


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_says_what_it_may_import(room: str) -> None:
    said = (
        ast.get_docstring(ast.parse((ROOT / "app" / room / "__init__.py").read_text(encoding="utf-8"))) or ""
    )
    assert len(said.splitlines()) >= 2 or room in ("sandbox", "cli"), "what lives here, imports, tables"
    assert f"`{room}/`" in README, "every room stands in the README's map"


def test_no_drawer_for_odds_and_ends() -> None:
    odd = {"utils", "helpers", "common", "service", "manager", "misc"}
    assert not [named(p) for p in MODULES if p.stem in odd - {"service"} or p.parent.name in odd]


@pytest.mark.parametrize("setting", sorted(Settings.model_fields))
def test_every_setting_stands_in_the_readme(setting: str) -> None:
    assert f"`{setting.upper()}`" in README


def test_the_migrations_head_equals_the_models(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, SQLModel.metadata) == []


def test_every_survey_file_is_good() -> None:
    surveys = load_all(SURVEYS_FOLDER)
    assert surveys
    for survey in surveys.values():
        assert check(survey, lambda text: segments(text).count) == []


@pytest.mark.parametrize("file", sorted((ROOT / "docs" / "examples").glob("wave*.yaml")), ids=named)
def test_every_example_wave_is_good(file: Path) -> None:
    made = definition.load(file)
    survey = load_all(SURVEYS_FOLDER)[made.survey]
    assert all(step.words in survey.emails for step in made.steps)


def test_every_example_survey_is_good() -> None:
    for file in (ROOT / "docs" / "examples").glob("*.yaml"):
        if "slug:" in file.read_text(encoding="utf-8"):
            assert load(file).slug == file.stem


def test_the_lock_file_names_no_host() -> None:
    assert not re.search(r"https?://|--index|--find-links", (ROOT / "requirements.lock").read_text())
