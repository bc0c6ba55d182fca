"""Every word of a page is said in both languages, and the catalogues hold nothing that no page says."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from app.accounts.models import Role
from app.engagement.dormancy import State as Dormancy
from app.engagement.models import Kind
from app.messages.models import State
from app.outcomes.models import Verdict
from app.runtime import Runtime
from app.translations import day, gettext, moment, number, percent
from app.waves.models import WaveState
from app.web.labels import LABELS
from tests.paths import ROOT

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

METHODS = [
    ("**.html", "jinja2.ext:babel_extract"),
    ("web/**.py", "python"),
    ("public/**.py", "python"),
    ("engagement/**.py", "python"),
    ("scoring/**.py", "python"),
    ("contacts/doubles_words.py", "python"),
    ("waves/forecast/concerns.py", "python"),
    ("waves/steering/reasons.py", "python"),
    ("waves/steering/unconfirmed.py", "python"),
    ("waves/triggers.py", "python"),
]
KEYWORDS = {"_": None, "ngettext": (1, 2), "N_": None, "say": None}


def said() -> Iterator[str | tuple[str, ...]]:
    for _file, _line, message, _comments, _context in extract_from_dir(
        ROOT / "app", METHODS, keywords=KEYWORDS
    ):
        yield message


def catalogue(lang: str) -> Catalog:
    with (ROOT / f"app/translations/{lang}.po").open("rb") as file:
        return read_po(file, locale=lang)


def forms(text: object) -> list[str]:
    return list(text) if isinstance(text, list | tuple) else [str(text)]


def test_italian_says_everything_and_nothing_else() -> None:
    italian = {tuple(forms(message.id)): forms(message.string) for message in catalogue("it") if message.id}
    wanted = {tuple(forms(message)) for message in said()}
    assert len(wanted) > 100, "the extraction itself must work"
    untranslated = [key for key in wanted if not all(italian.get(key, [""]))]
    stale = [key for key in italian if key not in wanted]
    assert (untranslated, stale) == ([], [])


@pytest.mark.parametrize("lang", ["it", "en"])
def test_a_translation_fills_in_the_same_values(lang: str) -> None:
    for message in catalogue(lang):
        if not message.id or message.fuzzy:
            assert not message.id, f"fuzzy: {message.id}"
            continue
        values = set(re.findall(r"%\((\w+)\)s", " ".join(forms(message.id))))
        for form in forms(message.string):
            assert set(re.findall(r"%\((\w+)\)s", form)) <= values, message.id


@pytest.mark.parametrize(
    "codes", [WaveState, Verdict, State, Kind, Dormancy, Role], ids=lambda codes: codes.__name__
)
def test_every_code_that_a_page_shows_has_a_name(codes: type[StrEnum]) -> None:
    assert [code for code in codes if code not in LABELS] == []


def test_text_nobody_translated_stays_english_and_an_unknown_language_too() -> None:
    assert gettext("it", "Waves") == "Ondate"
    assert gettext("it", "no such text") == "no such text"
    assert gettext("de", "Waves") == "Waves"


@ON_SQLITE
def test_numbers_and_times_are_written_as_the_reader_expects(rt: Runtime) -> None:
    at = datetime(2026, 8, 1, 22, 30, tzinfo=UTC)
    assert number("it", 12345.5) == "12.345,5"
    assert number("en", 12345.5) == "12,345.5"
    assert (percent("it", 1, 8), percent("en", 1, 8), percent("en", 1, 0)) == ("12,5%", "12.5%", "–")
    # Half past ten in the evening UTC is the next day in Rome.
    assert moment("it", at) == "2 ago 2026, 00:30"
    assert (day("en", at), day("en", None)) == ("Aug 2, 2026", "–")
