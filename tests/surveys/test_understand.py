"""What a free reply means for the question that was asked."""

from datetime import date

import pytest

from app.surveys.definition import load, parse
from app.surveys.understand import understand
from tests.paths import ROOT

TODAY = date(2026, 11, 22)
FILE = ROOT / "tests" / "surveys" / "files" / "riattivazione.yaml"
SURVEY = load(FILE)
CHOICE = parse(
    FILE.read_text(encoding="utf-8")
    .replace("  - id: why_high\n    kind: text", "  - id: why_high\n    kind: choice")
    .replace(
        "di più di noi?\"\n      en: \"That is lovely to hear, thank you! "
        "What do you like most about us?\"\n",
        "di più? {options}\"\n      en: \"What do you like most? {options}\"\n"
        "    reask: {it: \"Quale? {options}\", en: \"Which? {options}\"}\n"
        "    options:\n"
        "      - {value: price, label: {it: Prezzo, en: Price}}\n"
        "      - {value: quality, label: {it: Prezzo e qualità, en: Price and quality}}\n"
        "      - {value: people, label: {it: Le persone, en: The people}}\n",
    ),
    "",
)  # fmt: skip

CONSENT: dict[str, str | None] = {
    "RESTO": "stay", "resto.": "stay", "resto volentieri": "stay", "1": "stay", "1)": "stay", "sì": "stay",
    "si grazie": "stay", "STAY": "stay", "la 1": "stay", "LASCIO": "leave", "lascio!": "leave", "2": "leave",
    "no": "leave", "No, grazie": "leave", "leave": "leave", "preferisco di no": "leave", "3": None, "0": None,
    "boh": None,
    "": None, "sì certo": "stay", "ok": None, "non lascio": "stay",
    "non resto": "leave", "12": None, "forse": None, "\U0001f937": None,
}  # fmt: skip


@pytest.mark.parametrize(("text", "value"), CONSENT.items())
def test_consent_is_understood_only_when_it_is_clear(text: str, value: str | None) -> None:
    assert understand(SURVEY.questions["consent"], text, lang="it", channel="sms", today=TODAY).value == value


@pytest.mark.parametrize(
    ("lang", "text", "value"),
    [
        ("it", "sì certo, continuate pure a tempestarmi", None),
        ("it", "bravi bravi, continuate così che i clienti scappano", None),
        ("it", "resto, ma siete pessimi", None),
        ("it", "come no, resto", None),
        ("it", "ah certo, resto per altre consegne in ritardo", None),
        ("it", "resto se abbassate i prezzi", None),
        ("it", "forse resto", None),
        ("en", "sure, keep spamming me, I just love it", None),
        ("en", "keep sending them, my junk folder is hungry", None),
        ("en", "yeah right, I'll stay", None),
        ("en", "unsubscribe? no way", None),
        ("it", "continuate pure a scrivermi", "stay"),
        ("it", "sì, mi fa piacere ricevere le vostre offerte", "stay"),
        ("it", "resto ma non troppi messaggi", "stay"),
        ("en", "yes please, keep sending me your emails", "stay"),
        ("en", "stay, I love your shop", "stay"),
        ("it", "lascio, mi avete tempestato", "leave"),
    ],
)
def test_mockery_complaints_and_conditions_are_no_consent(lang: str, text: str, value: str | None) -> None:
    assert understand(SURVEY.questions["consent"], text, lang=lang, channel="sms", today=TODAY).value == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", "price"), ("prezzo", "price"), ("2", "quality"), ("prezzo e qualita", "quality"),
        ("direi le persone", "people"),
        ("persone!", "people"), ("il prezzo e le persone", None), ("the people", "people"),
        ("non il prezzo", None), ("4", None), ("tutto", None),
    ],
)  # fmt: skip
def test_a_choice_is_taken_by_number_or_label(text: str, value: str | None) -> None:
    assert (
        understand(CHOICE.questions["why_high"], text, lang="it", channel="sms", today=TODAY).value == value
    )


@pytest.mark.parametrize(
    ("text", "value", "rest"),
    [
        ("6, consegne lente", 6, "consegne lente"),
        ("8 ma consegne lente", 8, "ma consegne lente"),
        ("8", 8, ""),
        ("0", 0, ""),
        ("8, grazie mille", 8, ""),
        ("8/10", 8, ""),
        ("10 e lode", 10, ""),
        ("otto e mezzo", 8, ""),
        ("direi un 8 perché siete veloci ma cari", 8, "siete veloci ma cari"),
        ("Prodotti ottimi davvero, direi 9", 9, "Prodotti ottimi davvero"),
        ("4. Late deliveries, rude staff", 4, "Late deliveries, rude staff"),
        ("Bravi tutti, 9, ma cari assai", 9, "Bravi tutti, ma cari assai"),
        ("11", None, ""),
        ("chiamatemi domani alle 10", None, ""),
    ],
)
def test_a_rating_is_told_from_the_words_around_it(text: str, value: int | None, rest: str) -> None:
    understood = understand(SURVEY.questions["nps"], text, lang="it", channel="sms", today=TODAY)
    assert (understood.value, understood.rest) == (value, rest)


INVITATION = load(ROOT / "surveys" / "invito-evento.yaml").questions["coming"]
REASON = load(ROOT / "surveys" / "riconquista.yaml").questions["reason"]


@pytest.mark.parametrize(
    ("lang", "text", "value"),
    [
        ("en", "cant make it sorry", "no"), ("en", "sorry but we can’t make it", "no"),
        ("en", "not sure I can make it", None), ("en", "can't wait!", None), ("en", "I'm not busy", None),
        ("it", "non riesco a venire", "no"), ("it", "mi dispiace ma ho già un impegno", "no"),
        ("it", "non so se riesco a venire", None), ("it", "non posso mancare!", None),
        ("it", "non ci sono problemi", None), ("it", "non vedo l'ora", None),
        ("fr", "je ne peux pas venir", "no"), ("fr", "pas dispo", "no"),
        ("fr", "je ne sais pas si je peux venir", None), ("de", "bin verhindert", "no"),
    ],
)  # fmt: skip
def test_who_cannot_come_refuses_without_a_no(lang: str, text: str, value: str | None) -> None:
    assert understand(INVITATION, text, lang=lang, channel="sms", today=TODAY).value == value


@pytest.mark.parametrize(
    ("lang", "text", "value"),
    [
        ("it", "la seconda, l'autista era maleducato", "service"),
        ("en", "the second one, your driver was rude", "service"),
        ("it", "la 2 perché l'autista era maleducato", "service"),
        ("de", "die zweite, der Fahrer war unhöflich", "service"),
        ("it", "la seconda volta era rotto", None),
        ("it", "2 consegne in ritardo", None),
        ("it", "la seconda, anzi la terza", None),
        ("it", "la seconda, i prezzi", None),
        ("it", "prima, tutto bene", None),
    ],
)
def test_an_option_is_pointed_at_before_its_reason(lang: str, text: str, value: str | None) -> None:
    assert understand(REASON, text, lang=lang, channel="sms", today=TODAY).value == value
