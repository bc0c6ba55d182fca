"""How a reply sounds: the built-in model's words, and a stronger model in its place."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import invalidate_caches
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app.language import models
from app.language.onnx import Transformer, class_order, open_model
from app.language.reading import Reply, Sentiment, read, read_many
from app.language.sentiment import BUILT_IN

CASES = {
    "it": {
        "negative": """ottimo, la terza volta in un mese che si rompe
complimenti davvero, tre settimane per una vite
bella roba, il rinnovo costa il doppio 👏
sì sì, bravissimi, infatti sono ancora al freddo
grandi!!! altro pacco disperso
Con la presente si lamenta il mancato riscontro alla nostra del 3 u.s.
nun funziona gnente, so tre mesi che aspetto
NON FUNZIONA NIENTE
servizio pesimo
non sono per niente soddisfatto
bravi ma il tecnico non si è mai presentato
allora io ho chiamato lunedì mi hanno detto mercoledì e siamo al venerdì dopo e ancora nessuno
maleducatissimi
ottimo, ancora un pacco rotto
complimenti per aver perso il mio ordine
siamo clienti da spennare""",
        "positive": """non posso lamentarmi
mai avuto un problema
dieci anni che siamo clienti, mai un problema
zero errori, fattura arrivata subito
un po' cari ma ne vale la pena
nulla da ridire
all'inizio ero scettico ma mi sono dovuto ricredere
prodotto buonissimo, spedizione velocissima
m'avete risolto un problemone in mezza giornata
daje, siete er top
Desidero esprimere il mio vivo apprezzamento per la professionalità del personale""",
        "neutral": """ho cambiato azienda
buona giornata a voi
niente di speciale
Gentile cliente, il contratto scade a giugno
penso di passare giovedì
senza infamia e senza lode
vediamo più avanti""",
    },
    "en": {
        "negative": """brilliant, third time this month the boiler has died
great job losing my order
Great, another late delivery. Just what I needed.
Wow, fantastic job losing my order twice
lovely touch, charging me double 👏
not happy at all
I am writing to complain about the lack of response to my letter
nobody turned up
good at first but it never worked again
terible service
PRICES THROUGH THE ROOF""",
        "positive": """couldn't be happier
never had a problem
can't fault you
bit pricey but worth every penny
Great, another perfect delivery
great job fixing my boiler
not bad at all
no complaints
fitter turned up bang on time and cleaned up after himself""",
        "neutral": """changed jobs
have a great day
neither good nor bad
the contract is up in June
Kind regards and best wishes""",
    },
    "de": {
        "negative": "nicht zufrieden\nDie Lieferung kam zu spät\nwunderbar, wieder drei Wochen gewartet",
        "positive": "sehr zufrieden, gerne wieder\nwunderbar, wieder alles pünktlich",
    },
    "fr": {
        "negative": "pas du tout satisfait\nc'est une honte\nsuper, encore une livraison perdue",
        "positive": "très bien, je recommande\nsuper, encore une livraison parfaite",
    },
}


@pytest.mark.parametrize(
    ("lang", "told", "text"),
    [
        (lang, told, text)
        for lang, by_label in CASES.items()
        for told, texts in by_label.items()
        for text in texts.split("\n")
    ],
)
def test_tone_is_heard_as_people_mean_it(lang: str, told: str, text: str) -> None:
    reading = read(text, lang=lang)
    assert reading.sentiment == told, reading.score
    assert (reading.score > 0.3) == (told == "positive")
    assert (reading.score < -0.3) == (told == "negative")


def test_a_batch_is_scored_in_order_and_sums_to_one() -> None:
    texts, langs = ["ottimo servizio", "terrible service", "😡", "Der Service"], ["it", "en", "de", "de"]
    scores = BUILT_IN.score(texts, langs)
    assert [max(range(3), key=lambda place, s=score: s[place]) for score in scores] == [2, 0, 0, 1]  # type: ignore[misc]
    assert all(abs(sum(score) - 1) < 1e-9 for score in scores)
    assert [one.score for one in read_many([Reply(*pair) for pair in zip(texts, langs, strict=True)])] == [
        read(text, lang=lang).score for text, lang in zip(texts, langs, strict=True)
    ]


def test_what_a_language_of_few_words_leaves_open_goes_before_a_person() -> None:
    assert read("Ihr habt meine Rechnung an die alte Adresse geschickt", lang="de").needs_review
    assert not read("sehr zufrieden, gerne wieder", lang="de").needs_review


@pytest.mark.parametrize(
    "name", ["italian", "english", "italian_phrases", "english_phrases", "german", "french"]
)
def test_every_term_of_the_lexicons_can_be_met(name: str) -> None:
    """A phrase begins with a word and needs two; a valence stands in [-4, 4]; none is written twice."""
    lines = (files("app.language") / f"{name}.tsv").read_text("utf-8").splitlines()
    terms = [line.split("\t") for line in lines if not line.startswith("#")]
    for term, valence in terms:
        needed = [part for part in term.split() if part[0] != "[" and part != "..3"]
        assert {char for char in term if char.isupper()} <= {"N"}, term
        assert -4 <= float(valence) <= 4
        assert len(term.split()) == 1 or (len(needed) > 1 and term.split()[0] == needed[0] != "_"), term
    assert len({term for term, _ in terms}) == len(terms)


@pytest.fixture
def chosen() -> Iterator[None]:
    yield
    models.choose(models.BUILT_IN)


PLUG = """
class Model:
    version = "parrot 1"

    def __init__(self, folder):
        if folder is None:
            raise ValueError("no folder")
        self.mood = (folder / "mood").read_text()

    def score(self, texts, langs):
        if self.mood == "broken":
            raise RuntimeError(texts[0])
        if self.mood == "nonsense":
            return [(2.0, 0.0, 0.0) for _ in texts]
        return [(0.1, 0.1, 0.8) if "bello" in text else (0.1, 0.8, 0.1) for text in texts]
"""


@pytest.fixture
def plug(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chosen: None) -> Path:
    """An installed package with an entry point of its own, and the folder it reads."""
    (tmp_path / "parrot_model.py").write_text(PLUG)
    info = tmp_path / "parrot_model-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: parrot-model\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[{models.GROUP}]\nparrot = parrot_model:Model\n")
    (tmp_path / "mood").write_text("good")
    monkeypatch.syspath_prepend(tmp_path)
    invalidate_caches()
    return tmp_path


def test_a_plugged_in_model_judges_in_place_of_the_built_in_one(plug: Path) -> None:
    models.choose("parrot", plug)
    one, other, rated = read_many([Reply("orribile ma bello"), Reply("pessimo"), Reply("2", scale=10)])
    assert (one.sentiment, one.score, one.confidence) == (Sentiment.POSITIVE, 0.7, 0.8)
    assert other.sentiment is Sentiment.NEUTRAL
    assert (rated.sentiment, rated.decided_by) == (Sentiment.NEGATIVE, "rating")
    assert "parrot 1" in one.versions


@pytest.mark.parametrize("mood", ["broken", "nonsense"])
def test_a_model_that_fails_is_replaced_and_the_log_holds_no_words(
    plug: Path, mood: str, caplog: pytest.LogCaptureFixture
) -> None:
    (plug / "mood").write_text(mood)
    models.choose("parrot", plug)
    with caplog.at_level(logging.WARNING):
        readings = [read("servizio pessimo, sono Anna Verdi") for _ in range(3)]
    assert {reading.sentiment for reading in readings} == {Sentiment.NEGATIVE}
    assert "lexicon" in readings[0].versions
    assert len(caplog.records) == 1
    assert "Verdi" not in caplog.text


@pytest.mark.parametrize(
    ("name", "folder"), [("parrot", None), ("nobody", None), ("onnx", None), ("onnx", Path("/no"))]
)
def test_a_model_that_cannot_be_opened_is_replaced(
    plug: Path, name: str, folder: Path | None, caplog: pytest.LogCaptureFixture
) -> None:
    models.choose(name, folder)
    assert [read("servizio pessimo").sentiment for _ in range(2)] == [Sentiment.NEGATIVE] * 2
    assert len(caplog.records) == 1
    assert "built-in" in caplog.text


@dataclass
class Session:
    """Stands for onnxruntime's session: the logits are what a text's length makes them."""

    asked: list[tuple[str, ...]]

    def get_inputs(self) -> list[SimpleNamespace]:
        return [SimpleNamespace(name="input_ids"), SimpleNamespace(name="attention_mask")]

    def run(self, _: None, given: dict[str, Any]) -> list[list[list[float]]]:
        self.asked.append(tuple(given))
        return [[[float(row[0]), 0.0, 700.0 if row[0] > 4 else 0.0] for row in given["input_ids"]]]


def test_a_transformers_logits_become_probabilities_in_our_order() -> None:
    session = Session([])

    def encode(texts: list[str]) -> tuple[list[list[int]], list[list[int]], list[list[int]]]:
        return [[len(text)] for text in texts], [[1] for _ in texts], [[0] for _ in texts]

    order = class_order({"id2label": {"0": "POSITIVE", "1": "Neutral", "2": "negative"}})
    model = Transformer(session, encode, order, "onnx x", lambda rows: rows)
    scores = model.score(["a", "much longer"] + ["b"] * 40, ["it"] * 42)
    assert len(scores) == 42
    assert scores[0] == pytest.approx((0.2119, 0.2119, 0.5761), abs=1e-4)
    assert scores[1][0] == pytest.approx(1)
    assert session.asked == [("input_ids", "attention_mask")] * 2


def test_a_classifier_of_other_classes_is_refused() -> None:
    assert class_order({"id2label": {str(n): f"LABEL_{n}" for n in range(3)}}) == (0, 1, 2)
    for labels in ({}, {"0": "1 star", "1": "2 stars"}, {"0": "joy", "1": "neutral", "2": "anger"}):
        with pytest.raises(ValueError, match="config"):
            class_order({"id2label": labels})
    with pytest.raises(ValueError, match="SENTIMENT_MODEL_DIR"):
        open_model(None)
