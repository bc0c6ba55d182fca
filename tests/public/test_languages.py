"""What a contact reads: every word in their language, and enough contrast to read it by day and by night."""

import itertools
import re

import pytest
from babel.messages.extract import extract_from_dir
from flask.testing import FlaskClient

from app.runtime import Runtime
from app.tokens import Purpose
from tests.paths import ROOT
from tests.waves.small_wave import launch_wave
from tests.web.test_translations import KEYWORDS, METHODS, catalogue, forms

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize("lang", ["de", "fr"])
def test_the_contacts_pages_are_translated_whole_and_nothing_else_is(lang: str) -> None:
    methods = [(pattern.removeprefix("public/"), how) for pattern, how in METHODS if pattern[0] in "*p"]
    wanted = {
        tuple(forms(message))
        for _file, _line, message, _comments, _context in extract_from_dir(
            ROOT / "app/public", methods, keywords=KEYWORDS
        )
    }
    held = {tuple(forms(message.id)): forms(message.string) for message in catalogue(lang) if message.id}
    assert len(wanted) > 50, "the extraction itself must work"
    assert {key for key in wanted if not all(held.get(key, [""]))} == set()
    assert held.keys() - wanted == set()
    for key, said in held.items():
        values = set(re.findall(r"%\((\w+)\)s", " ".join(key)))
        assert all(set(re.findall(r"%\((\w+)\)s", form)) == values for form in said), key


@ON_SQLITE
def test_the_ways_out_speak_four_languages_and_keep_the_one_chosen(rt: Runtime, reader: FlaskClient) -> None:
    wave = launch_wave(rt, ["ada"], language="de")
    link = wave.link(Purpose.PREFERENCES, "ada")
    assert "Keine E-Mails mehr" in reader.get(link).text, "the contact's own"
    unsubscribing = wave.link(Purpose.UNSUBSCRIBE, "ada")
    for lang, says in (
        ("it", "Niente più email"),
        ("en", "No more emails"),
        ("fr", "Ne plus recevoir d’e-mails"),
    ):
        shown = reader.get(f"{unsubscribing}?lang={lang}").text
        assert f'<html lang="{lang}">' in shown
        assert says in shown
    [action] = re.findall(r'action="([^"]+)"', shown)
    assert "Vous ne recevrez plus d’e-mails" in reader.post(action, data={"stop": "email"}).text
    lost = reader.get("/s/nothing", headers={"Accept-Language": "fr-CH"})
    assert (lost.status_code, "Il n’y a rien à cette adresse" in lost.text) == (404, True)


@ON_SQLITE
def test_when_the_database_is_away_a_person_gets_a_page(rt: Runtime, reader: FlaskClient) -> None:
    link = launch_wave(rt, ["ada"]).link(Purpose.SURVEY, "ada")
    with rt.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE conversations RENAME TO gone")
    away = reader.get(link, headers={"Accept-Language": "de"})
    assert (away.status_code, away.content_type) == (503, "text/html; charset=utf-8")
    assert "Das hat nicht geklappt" in away.text


def luminance(colour: str) -> float:
    """Relative luminance of a hex colour (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """From 1 to 21 (WCAG 2.2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_colours_can_be_told_apart_in_light_and_dark() -> None:
    css = (ROOT / "app/public/static/public.css").read_text("utf-8")
    schemes = [dict(re.findall(r"--([\w-]+): (#\w+);", line)) for line in re.findall(r":root \{.*", css)]
    assert len(schemes) == 2
    for scheme in schemes:
        for words, behind in itertools.product(
            ("ink", "quiet", "main", "alarm"), ("paper", "ground", "tint")
        ):
            assert contrast(scheme[words], scheme[behind]) >= 4.5, (words, behind)
        assert contrast(scheme["on-main"], scheme["main"]) >= 4.5
        for line, behind in itertools.product(("line", "star", "main"), ("paper", "tint")):
            assert contrast(scheme[line], scheme[behind]) >= 3, (line, behind)
