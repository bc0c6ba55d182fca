"""What a contact wants is found in many words, and not found where the words only look like it."""

import time

import pytest

from app.language.corrections import corrects
from app.language.intents import Wants, find_intents
from app.language.normal import normalise
from app.language.phrases.notation import Phrases
from app.language.vocabulary import Intent


def wants(text: str) -> Wants:
    return find_intents(text, normalise(text))


def intents(text: str) -> set[Intent]:
    return {span.intent for span in wants(text).spans}


@pytest.mark.parametrize(
    "text",
    [
        # Italian: polite, formal, blunt, in dialect, mistyped, dictated, within an answer, for somebody else
        "per cortesia depennate il sottoscritto dai vostri elenchi", "non ho più piacere di ricevere le vostre mail",
        "Ai sensi del GDPR chiedo la cancellazione dei miei dati", "Con la presente revoco il consenso",
        "mi oppongo al trattamento dei miei dati per finalità di marketing", "BASTA MESSAGGI", "ora basta",
        "A guagliù, nun me scrivite cchiù", "levateme da 'sta lista", "disicrivetemi subbito", "cancellatmi",
        "non mi interessa più niente toglietemi", "6 e non scrivetemi più", "7 però basta messaggi",
        "mio marito non vuole più le vostre mail", "non serve che continuiate a mandarmi sondaggi",
        "ho già scritto stop due volte", "i messaggi non li voglio", "potete evitare di scrivermi?",
        "l'abbonamento va bene ma non\nscrivetemi\npiù", "no more emails please, cancellatemi",
        # English
        "kindly take my details off your files", "I no longer wish to receive your emails", "pack it in",
        "Under Article 17 of the UK GDPR I request erasure of my personal data", "dont txt me again",
        "my husband doesn't want your texts any more", "the texts, though, need to stop", "unsubcribe",
        "6 and don't write to me again", "I'd be obliged if you struck me off", "how many more times, STOP",
        # German and French
        "Bitte keine Nachrichten mehr", "löschen Sie meine Daten", "Nehmen Sie mich aus dem Verteiler", "STOPP",
        "ne m'écrivez plus", "désinscrivez-moi", "arrêtez de m'envoyer des messages", "laissez-moi tranquille",
    ],
)  # fmt: skip
def test_an_opt_out_is_heard(text: str) -> None:
    assert Intent.UNSUBSCRIBE in intents(text)


@pytest.mark.parametrize(
    "text",
    [
        "annullate l'ordine 4412", "vorrei annullare l'appuntamento di martedì", "basta un clic ed è tutto fatto",
        "basta chiamare e risolvono subito", "10 e basta", "non riesco a dire stop ai vostri dolci",
        "non mi avete mai deluso", "non mandatelo prima di lunedì", "nessuna comunicazione del ritardo",
        "non chiamatemi la mattina, richiamatemi dopo le 15", "mi togliete un peso ogni volta, bravissimi",
        "non esitate a contattarmi", "mi basta un messaggio quando il pezzo è pronto", "non mi scrivete da mesi",
        "please cancel my order", "I can't stop recommending you", "you never call me back", "fine thanks",
        "don't hesitate to contact me", "the bus stop outside your shop is handy", "7, end of", "good enough",
        "I never got any of your emails", "don't call before noon, ring me after 2", "please stop by tomorrow",
        "bitte die Bestellung löschen", "annulez ma commande",
    ],
)  # fmt: skip
def test_what_only_looks_like_an_opt_out_is_none(text: str) -> None:
    assert Intent.UNSUBSCRIBE not in intents(text)


@pytest.mark.parametrize(
    "text",
    ["non vorrei essere cancellato", "non voglio smettere di ricevere la newsletter", "don't stop sending it to me",
     "please don't take me off the list", "bitte nicht abmelden", "ne me désinscrivez pas"],
)  # fmt: skip
def test_who_asks_to_be_kept_is_kept(text: str) -> None:
    assert intents(text) == {Intent.STAY}


@pytest.mark.parametrize(
    "text",
    ["perché non mi cancellate?", "se continuate così cancellatemi", "6 stop",
     "le mail sì, gli sms non mandatemeli", "Consegna in ritardo, merce rotta. Basta."],
)  # fmt: skip
def test_an_ambiguous_opt_out_is_honoured_and_put_before_a_person(text: str) -> None:
    said = wants(text)
    assert Intent.UNSUBSCRIBE in {span.intent for span in said.spans}
    assert said.doubtful


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("grazie di tutto ma cancellatemi pure", {Intent.UNSUBSCRIBE, Intent.THANKS}),
        ("STOP grazie", {Intent.UNSUBSCRIBE}),
        ("no grazie", {Intent.LEAVE}),
        ("thanks for nothing", set()),
        ("come faccio a disiscrivermi?", {Intent.UNSUBSCRIBE, Intent.QUESTION}),
        ("mi può richiamare domani mattina?", {Intent.CALLBACK}),
        ("avete ancora il ricambio? se sì chiamatemi", {Intent.CALLBACK, Intent.QUESTION}),
        (
            "aspetto il rimborso da tre mesi e mi mandate i sondaggi? toglietemi",
            {Intent.UNSUBSCRIBE, Intent.COMPLAINT},
        ),
        ("fuck off and stop texting me", {Intent.UNSUBSCRIBE, Intent.ABUSE}),
        ("Mr Brown retired, you've got the stores here", {Intent.WRONG_PERSON}),
        (
            "I'm on annual leave until Monday. Please contact sales@example.com, thanks",
            {Intent.OUT_OF_OFFICE},
        ),
        ("il tornio va bene, il resto anche", set()),
        ("8, va bene?", set()),
        ("Mi avete addebitato due volte il canone", {Intent.COMPLAINT}),
        ("non siete dei ladri, anzi", set()),
    ],
)
def test_several_intents_hold_at_once_or_explain_each_other(text: str, told: set[Intent]) -> None:
    assert intents(text) == told


@pytest.mark.parametrize(
    "text",
    ["no scusa, 7", "anzi 8", "volevo dire la 2", "I meant 7", "sorry, 9 not 6", "8 scusa", "no, 7", "correggo: 7",
     "mi sono sbagliata, era 8", "Actually, the second one", "non 6 ma 9", "ich meinte 7", "je voulais dire 7"],
)  # fmt: skip
def test_an_open_correction_is_heard(text: str) -> None:
    assert corrects(text)


@pytest.mark.parametrize(
    "text",
    ["7", "scusate il ritardo, 8", "it was actually quite good", "no grazie", "no problem", "rather slow delivery",
     "sorry I was busy all week with the moving and the kids"],
)  # fmt: skip
def test_what_only_looks_like_a_correction_is_none(text: str) -> None:
    assert not corrects(text)


def test_a_phrase_stands_for_all_its_wordings() -> None:
    phrases = Phrases(["remov* [please] {the|my} <DATA>|it !later"], {"DATA": "number|e_?mail"})
    found = ["remove it", "removing, please, the my e-mail", "removed my\nnumber"]
    assert all(list(phrases.find(text)) for text in found)
    assert not any(
        list(phrases.find(text)) for text in ["remove it later", "remove", "re-move it", "my number"]
    )


@pytest.mark.parametrize(
    "piece", ["never you ", "da da da ", "? ", "non voglio piu ", "di non ", "tre ", ", "]
)
def test_adversarial_texts_are_read_in_bounded_time(piece: str) -> None:
    text = (piece * 8000)[:8000]
    began = time.perf_counter()
    wants(text)
    assert time.perf_counter() - began < 2
