"""What people write, read as the answer to each kind of question."""

from datetime import date
from typing import Any

import pytest

from app.surveys.definition import load
from app.surveys.survey import Kind, Option, Question, When, Whose
from app.surveys.understand import skips, understand
from tests.paths import ROOT

TODAY = date(2026, 11, 22)  # a Sunday
EVERYTHING = load(ROOT / "tests" / "surveys" / "files" / "everything.yaml")


def _question(kind: Kind, options: dict[str, str] | None = None, lang: str = "it", **more: Any) -> Question:
    labelled = tuple(Option(value, {lang: label}) for value, label in (options or {}).items())
    return Question("q", kind, {lang: "?"}, {}, labelled, (), "end", {lang: "?"}, 2, **more)


def _read(question: Question, text: str, lang: str = "it") -> Any:
    return understand(question, text, lang=lang, channel="sms", today=TODAY).value


TOPICS = {"prices": "Prezzi", "news": "Novità di prodotto", "events": "Eventi e fiere"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 e 3", ("prices", "events")), ("1,3", ("prices", "events")), ("13", ("prices", "events")),
        ("3 1", ("prices", "events")), ("prezzi e eventi", ("prices", "events")),
        ("solo i prezzi grazie", ("prices",)), ("eventi e fiere", ("events",)), ("fiere", ("events",)),
        ("le novita", ("news",)), ("la prima e la seconda", ("prices", "news")),
        ("tutte", ("prices", "news", "events")), ("tutto tranne i prezzi", ("news", "events")),
        ("nessuna", ()), ("niente grazie", ()), ("no", ()), ("non i prezzi", None), ("boh", None),
        ("4", None), ("1 e 4", None), ("\U0001f44d", None), ("novitta di prodotto", ("news",)),
        ("uno e due", ("prices", "news")), ("la prima e l'ultima", ("prices", "events")),
    ],
)  # fmt: skip
def test_several_options_are_named_in_many_ways(text: str, value: tuple[str, ...] | None) -> None:
    assert _read(_question(Kind.CHOICES, TOPICS, at_least=0), text) == value


def test_too_many_or_too_few_options_are_no_answer() -> None:
    two = _question(Kind.CHOICES, TOPICS, at_least=2, at_most=2)
    assert [_read(two, text) for text in ("1", "1 2", "tutte", "nessuna")] == [
        None,
        ("prices", "news"),
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("lang", "text", "value"),
    [
        ("it", "sì", "yes"), ("it", "certo, volentieri", "yes"), ("it", "no grazie", "no"),
        ("it", "forse", "perhaps"),
        ("it", "no, adesso se ne occupa una collega", "no"), ("it", "no problem", "yes"),
        ("it", "si vedrà", None), ("it", "Si, ci sarò", "yes"), ("de", "ja sehr gern", "yes"),
        ("fr", "oui avec plaisir", "yes"), ("en", "yes I'd love to", "yes"), ("it", "no ma forse dopo", None),
        ("it", "purtroppo non posso", "no"), ("it", "VENGO!", "yes"), ("it", "non vengo", "no"),
        ("it", "non lo so", None),
        ("it", "la prima", "yes"), ("it", "3", "perhaps"), ("en", "maybe", "perhaps"),
        ("en", "yes please", "yes"),
        ("de", "ja, gern", "yes"), ("de", "nein danke", "no"), ("de", "vielleicht", "perhaps"),
        ("fr", "oui volontiers", "yes"), ("fr", "non merci", "no"), ("fr", "peut-être", "perhaps"),
    ],
)  # fmt: skip
def test_a_plain_yes_or_no_answers_in_any_language(lang: str, text: str, value: str | None) -> None:
    question = _question(Kind.CHOICE, {"yes": "VENGO", "no": "NON POSSO", "perhaps": "VEDIAMO"}, lang)
    assert _read(question, text, lang) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("sabato", "sat"), ("il 13", "sat"), ("giovedì va bene", "thu"), ("marzo", None), ("sabbato", "sat")],
)
def test_a_word_that_only_one_label_has_decides(text: str, value: str | None) -> None:
    question = _question(Kind.CHOICE, {"thu": "giovedì 11 marzo", "sat": "sabato 13 marzo"})
    assert _read(question, text) == value


CONSENT = {"stay": "RESTO", "less_often": "MENO SPESSO", "topics": "SOLO ALCUNI TEMI", "leave": "LASCIO"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("resto", "stay"), ("2", "less_often"), ("meno spesso per favore", "less_often"),
        ("meno mail", "less_often"),
        ("solo alcuni temi", "topics"), ("sì, ma meno spesso", "less_often"),
        ("LASCIO, troppi messaggi", "leave"),
        ("lascio o resto?", None), ("resto?", "stay"), ("no grazie", "leave"), ("d'accordo", "stay"),
        ("meglio di no", "leave"), ("certo che sì", "stay"), ("sì, ma solo via email", None), ("magari", None),
        ("non saprei", None), ("toglietemi dalla lista", "leave"), ("ok", None), ("ok volentieri", "stay"),
    ],
)  # fmt: skip
def test_consent_in_four_shades(text: str, value: str | None) -> None:
    assert _read(_question(Kind.CONSENT, CONSENT), text) == value


@pytest.mark.parametrize(
    ("lang", "stay", "leave", "text", "value"),
    [
        ("en", "STAY", "LEAVE", "not sure", None), ("en", "STAY", "LEAVE", "i'd rather not", "leave"),
        ("en", "STAY", "LEAVE", "of course", "stay"), ("de", "BLEIBEN", "GEHEN", "ich bleibe", "stay"),
        ("de", "BLEIBEN", "GEHEN", "lieber nicht", "leave"), ("fr", "RESTER", "PARTIR", "je reste", "stay"),
        ("fr", "RESTER", "PARTIR", "bien sûr", "stay"), ("fr", "RESTER", "PARTIR", "plutôt non", "leave"),
    ],
)  # fmt: skip
def test_consent_in_other_languages(lang: str, stay: str, leave: str, text: str, value: str | None) -> None:
    assert _read(_question(Kind.CONSENT, {"stay": stay, "leave": leave}, lang), text, lang) == value


@pytest.mark.parametrize(
    ("lang", "text", "value"),
    [
        ("it", "12", 12), ("it", "siamo una dozzina", 12), ("it", "cinquecento", 500), ("it", "1.500", None),
        ("it", "2,5", 2), ("it", "tre persone", 3), ("it", "nessuno", 0), ("it", "vengo da solo", 0),
        ("it", "boh", None),
        ("en", "twenty-five", 25), ("en", "just me", 0), ("de", "einundzwanzig", 21),
        ("de", "zu zweit", None),
        ("fr", "quatre-vingt-dix", 90), ("fr", "une vingtaine", 20), ("it", "-3", None),
        ("it", "2 o 3", None),
    ],
)  # fmt: skip
def test_a_number_in_digits_and_words(lang: str, text: str, value: int | None) -> None:
    assert _read(_question(Kind.NUMBER, minimum=0, maximum=1000), text, lang) == value


def test_a_number_that_need_not_be_whole() -> None:
    assert _read(_question(Kind.NUMBER, whole=False), "2,5") == 2.5
    assert _read(_question(Kind.NUMBER, whole=False, minimum=1), "1.500") == 1500
    assert _read(_question(Kind.NUMBER, minimum=1), "vengo da solo") == 1


@pytest.mark.parametrize(
    ("lang", "text", "value"),
    [
        ("it", "3 dicembre", "2026-12-03"), ("it", "03/12", "2026-12-03"), ("it", "3/12/26", "2026-12-03"),
        ("it", "domani", "2026-11-23"), ("it", "lunedì prossimo", "2026-11-23"),
        ("it", "fra due settimane", "2026-12-06"),
        ("it", "ieri", None), ("it", "31/02", None), ("it", "il 3 o il 4 dicembre", None),
        ("it", "boh", None),
        ("en", "next Friday", "2026-11-27"), ("en", "December 3rd", "2026-12-03"),
        ("de", "3. Dezember", "2026-12-03"), ("de", "übermorgen", "2026-11-24"),
        ("fr", "le 1er décembre", "2026-12-01"), ("fr", "dans une semaine", "2026-11-29"),
        ("it", "Risposta automatica: sono fuori ufficio fino al 24 dicembre", None),
    ],
)  # fmt: skip
def test_a_day_to_come(lang: str, text: str, value: str | None) -> None:
    assert _read(_question(Kind.DATE, when=When.FUTURE), text, lang) == value


def test_a_day_gone_by() -> None:
    past = _question(Kind.DATE, when=When.PAST)
    assert [_read(past, text) for text in ("3 maggio", "venerdì", "domani")] == [
        "2026-05-03",
        "2026-11-20",
        None,
    ]


OURS = ("name", "email", "phone", "company")


@pytest.mark.parametrize(
    ("of", "text", "value"),
    [
        (Whose.SELF, "OK", {}), (Whose.SELF, "tutto giusto, grazie", {}), (Whose.SELF, "Confermo!", {}),
        (Whose.SELF, "sì", {}),
        (Whose.SELF, "all correct thanks", {}), (Whose.SELF, "stimmt", {}), (Whose.SELF, "c'est bon", {}),
        (Whose.SELF, "no", None),
        (Whose.SELF, "la nuova mail è anna.verdi@ferro.it", {"email": "anna.verdi@ferro.it"}),
        (Whose.SELF, "+39 345 123 4567", {"phone": "+39 345 123 4567"}),
        (Whose.SELF, "mail a@b.it e cell 345.1234567.", {"email": "a@b.it", "phone": "345.1234567"}),
        (Whose.SELF, "ora lavoro per Tecnoferro Srl", {"company": "Tecnoferro Srl"}),
        (Whose.SELF, "il 3 dicembre", None),
        (Whose.SUCCESSOR, "Paola Verdi, paola@ferro.it", {"name": "Paola Verdi", "email": "paola@ferro.it"}),
        (Whose.SUCCESSOR, "scrivete a Paola Verdi 0522 123456", {"name": "Paola Verdi", "phone": "0522 123456"}),
        (Whose.SUCCESSOR, "ora c'è Paola Verdi", {"name": "Paola Verdi"}),
        (Whose.SUCCESSOR, "please ask for John Smith at john@x.com", {"name": "John Smith", "email": "john@x.com"}),
        (Whose.SUCCESSOR, "Frau Müller, mueller@firma.de", {"name": "Müller", "email": "mueller@firma.de"}),
        (Whose.SUCCESSOR, "You could try Paul Black, p@x.org", {"name": "Paul Black", "email": "p@x.org"}),
        (Whose.SUCCESSOR, "Provate con Paola Verdi 333 7654321", {"name": "Paola Verdi", "phone": "333 7654321"}),
        (Whose.SUCCESSOR, "Mme Claire Dupont", {"name": "Claire Dupont"}),
        (Whose.SUCCESSOR, "paola.verdi@ferro.it", {"email": "paola.verdi@ferro.it"}),
        (Whose.SUCCESSOR, "non saprei proprio a chi", None), (Whose.SUCCESSOR, "OK", None),
    ],
)  # fmt: skip
def test_contact_data_are_taken_out_of_a_sentence(of: Whose, text: str, value: dict[str, str] | None) -> None:
    assert _read(_question(Kind.CONTACT, of=of, fields=OURS), text) == value


def test_a_wish_may_mean_an_option() -> None:
    question = EVERYTHING.questions["in_charge"]
    assert _read(question, "avete sbagliato persona") == "no"
    assert _read(question, "no") == "no"
    assert _read(question, "si sono sempre io") == "yes"


@pytest.mark.parametrize("text", ["passo", "Skip.", "weiter", "je passe", "SALTA"])
def test_a_question_may_be_passed_over(text: str) -> None:
    assert skips(EVERYTHING.questions["why"], text)
    assert skips(EVERYTHING.questions["score"], text)
    assert not skips(EVERYTHING.questions["consent"], text)
