"""Whether words say what somebody thinks of us: what only steers the conversation leaves no sentiment behind."""

import re
import unicodedata

from app.language.reading import Intent, Reading, Sentiment
from app.surveys.option_words import EMPTY, NO, YES
from app.surveys.options import exact_label
from app.surveys.survey import Kind, Question, Survey
from app.surveys.words import words_of, wordset

_STEERING = (
    EMPTY
    | YES
    | NO
    | wordset(
        # Skipping, staying and leaving, as the surveys teach it.
        "passo salto salta saltiamo skip pass next weiter uberspringen passe passer suivant suivante prossima avanti "
        "resto stay bleiben rester lascio leave gehen partir meno spesso less often seltener moins souvent "
        "temi topics themen sujets "
        # A yes in other words, and not to know.
        "certo certamente volentieri okay sure course einverstanden gern gerne klar volontiers bien accord accordo "
        "boh bho mah non so saprei lo dire niente nulla nessuna idea particolare ne dunno idk don know not any nothing "
        "keine ahnung weiss nicht nichts sais pas aucune idee rien jsp t n a "
        # Scores.
        "zero uno due tre quattro cinque sei sette otto nove dieci one two three four five six seven eight nine ten "
        "null eins zwei drei vier funf sechs sieben acht neun zehn un deux trois quatre cinq six sept huit neuf dix "
        "su out von sur stella stelle star stars stern sterne etoile etoiles punti points punkte"
    )
)
_CALM = (Intent.OUT_OF_OFFICE, Intent.WRONG_PERSON, Intent.UNSUBSCRIBE, Intent.LEAVE)
_ADDRESS = re.compile(r"\S+@\S+|https?://\S+|\bwww\.\S+")


def given(
    reading: Reading, text: str, *, question: Question | None = None, survey: Survey | None = None
) -> bool:
    """Whether an opinion is among these words. `question` is what they answer, `survey` the one they are in.

    A skip, a label, a number, a yes or no, "I do not know", contact data, a polite goodbye and a machine's words hold
    none; a goodbye that a person must look at is kept.
    """
    if reading.decided_by in _CALM:
        return reading.needs_review
    if not _tells(text) or (survey and _label(survey, text, reading.lang)):
        return False
    if question is None or question.kind is Kind.TEXT or reading.decided_by == "rating":
        return True
    # What names an option, a day or a person is calm, and a name may sound well.
    wanted = (
        (Sentiment.NEGATIVE,) if question.kind is Kind.CONTACT else (Sentiment.NEGATIVE, Sentiment.POSITIVE)
    )
    return reading.sentiment in wanted and bool(_telling(text) - _named(question))


def _tells(text: str) -> bool:
    return bool(_telling(text)) or any(unicodedata.category(letter) == "So" for letter in text)


def _telling(text: str) -> set[str]:
    words = words_of(_ADDRESS.sub(" ", text))
    return {word for word in words if word not in _STEERING and not word.isnumeric()}


def _label(survey: Survey, text: str, lang: str) -> bool:
    return any(exact_label(question, text, lang) for question in survey.questions.values())


def _named(question: Question) -> set[str]:
    """The words of its options."""
    return {word for one in question.options for label in one.label.values() for word in words_of(label)}
