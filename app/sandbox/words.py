"""What contacts write, in Italian or English, so that understanding people is tested on how people write."""

import random
import re

from app.sandbox.personas import Kind, Persona

ITALIAN = re.compile(
    r"\b(?:ciao|gentile|da|il|la|le|di|che|per|non|con|una|un|sono|come|cosa|quanto|grazie|rispondi|voto|perch[eé]|anche|o)\b",
    re.I,
)
ENGLISH = re.compile(
    r"\b(?:hi|dear|the|to|of|you|your|we|and|for|from|with|how|what|why|thanks|reply|is|are|would|rate|or)\b",
    re.I,
)
NUMERALS = {
    "it": ["zero", "uno", "due", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove", "dieci"],
    "en": ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"],
}
REASONS: dict[str, dict[Kind, tuple[str, ...]]] = {
    "it": {
        Kind.DELIGHTED: (
            "Assistenza sempre veloce e gentile",
            "Mi trovo benissimo, prodotti ottimi e consegne puntuali",
            "Persone competenti, mi hanno sempre risolto il problema",
            "qualità ottima e un agente molto disponibile 👍",
        ),
        Kind.LUKEWARM: (
            "Buoni prodotti ma i prezzi sono un po' alti",
            "Tutto ok, però la consegna poteva essere più rapida",
            "Nella media, niente di speciale",
            "mi piacerebbe avere più offerte sui ricambi",
        ),
        Kind.ANGRY: (
            "Consegna in ritardo di tre settimane e nessuno risponde al telefono",
            "Assistenza pessima, ho dovuto chiamare cinque volte",
            "Prodotto arrivato rotto e mai rimborsato. Vergognoso.",
            "troppo caro e qualità scadente",
        ),
    },
    "en": {
        Kind.DELIGHTED: (
            "Great support, always quick to answer",
            "Excellent products and on-time deliveries",
            "Your people really know what they are doing",
            "love the quality, and our agent is super helpful 👍",
        ),
        Kind.LUKEWARM: (
            "Good products but a bit pricey",
            "It's fine, delivery could be faster though",
            "Average, nothing special",
            "would like more offers on spare parts",
        ),
        Kind.ANGRY: (
            "Delivery was three weeks late and nobody picks up the phone",
            "Terrible support, I had to call five times",
            "Product arrived broken and was never refunded. Shameful.",
            "too expensive and poor quality",
        ),
    },
}
STOPS = {
    "it": (
        "non scrivetemi più, grazie",
        "Toglietemi dalla lista per favore",
        "Basta messaggi, non mi interessa più",
    ),
    "en": (
        "please stop writing to me",
        "Take me off your list please",
        "no more messages, not interested anymore",
    ),
}
WRONG = {
    "it": (
        "ha sbagliato numero",
        "Ha sbagliato persona, non la conosco",
        "Non sono io, avete sbagliato contatto",
    ),
    "en": ("wrong number", "You have the wrong person", "That's not me, wrong contact"),
}


def guess_language(text: str) -> str:
    """`it` or `en`, whichever's common words are more."""
    return "it" if len(ITALIAN.findall(text)) >= len(ENGLISH.findall(text)) else "en"


def rating(throw: random.Random, score: int, lang: str, *, plain: bool = False) -> str:
    """A 0-10 score as somebody would type it; `plain` when they were asked again."""
    word = NUMERALS[lang][score]
    stars = max(1, round(score / 2))
    ways = {
        str(score): 55,
        f"direi un {score}" if lang == "it" else f"I'd say {score}": 14,
        word: 8,
        word.capitalize(): 3,
        f"{score}/10": 12,
        f"{score}!": 3,
        f"{score}, {'grazie' if lang == 'it' else 'thanks'}": 3,
        "⭐" * stars: 1 if score in (2, 4, 6, 8, 10) else 0,
        "boh" if lang == "it" else "dunno": 1,
    }
    said = throw.choices(list(ways), list(ways.values()))[0]
    return str(score) if plain else said


def reason(throw: random.Random, persona: Persona, lang: str) -> str:
    return throw.choice(REASONS[lang].get(persona.kind, REASONS[lang][Kind.LUKEWARM]))


def stop(throw: random.Random, lang: str) -> str:
    return throw.choice(STOPS[lang])


def wrong(throw: random.Random, lang: str, *, by_email: bool) -> str:
    """`by_email` leaves out what can only be said of a number."""
    return throw.choice(WRONG[lang][1:] if by_email else WRONG[lang])


def stay_or_leave(persona: Persona, lang: str) -> str:
    if lang == "it":
        return "resto" if persona.stays else "lascio"
    return "stay" if persona.stays else "leave"


def away(lang: str, until: str) -> str:
    """The text of an automatic answer; `until` is the return date as they would write it."""
    if lang == "it":
        return f"Sono fuori ufficio fino al {until}. Risponderò al mio rientro.\nPer urgenze: 02 5550199."
    return f"I am out of the office until {until} and will reply when I am back.\nUrgent? Call 020 7946 0199."
