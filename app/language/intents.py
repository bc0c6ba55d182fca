"""Finds what a contact wants, several wishes at once, and the words that prove each."""

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

from app.language import learnt
from app.language.normal import Normal
from app.language.opt_outs import find_opt_out, governed, negated
from app.language.phrases import people, troubles_en, troubles_it, wishes
from app.language.phrases.notation import Phrases, Place, merged, word_prefixes
from app.language.rating import Found
from app.language.vocabulary import Intent, Span

Places = dict[Intent, list[Place]]

LEARNT = ("it", "en")  # languages of the replies that the model was learnt from
_ONE_WORD = re.compile(r"\W*\w*\W*")  # it says no more than a phrase knows of it
_FEW_WORDS = re.compile(r"\W*(?:\w+\W+){0,2}\w*\W*")
_PLAIN = 1.0  # log odds from which the model is heard beside the phrases in three words
_NONE = -0.4  # log odds below which a phrase is not believed
_SURE = 2.0  # log odds from which an opt-out needs no person's eyes
_LOW, _MIDDLE = 0.6, 0.85  # of the scale's maximum


@dataclass(frozen=True, slots=True)
class Wants:
    """The spans in order of place; `doubtful` when an opt-out needs a person's eyes.

    `certain` when the whole message is nothing but an order to stop, or scorns the thought of it.
    """

    spans: tuple[Span, ...]
    doubtful: bool
    certain: bool = False


@cache
def _phrases() -> Mapping[Intent, Phrases]:
    return {
        Intent.STAY: Phrases(wishes.STAY),
        Intent.LEAVE: Phrases(wishes.LEAVE),
        Intent.CALLBACK: Phrases(wishes.CALLBACK),
        Intent.QUESTION: Phrases(wishes.QUESTION),
        Intent.COMPLAINT: Phrases(
            troubles_it.COMPLAINT + troubles_en.COMPLAINT, troubles_it.SETS | troubles_en.SETS
        ),
        Intent.WRONG_PERSON: Phrases(people.WRONG_PERSON),
        Intent.OUT_OF_OFFICE: Phrases(people.OUT_OF_OFFICE),
        Intent.THANKS: Phrases(people.THANKS),
        Intent.ABUSE: Phrases(people.ABUSE),
    }


_NEGATABLE = {Intent.COMPLAINT, Intent.CALLBACK, Intent.STAY, Intent.ABUSE, Intent.LEAVE}
_NEGATION = re.compile(
    r"(?:non|nn|nun|mai|nessun\w?|no|not|never|nobody|noone|nothing|dont|didnt|hasnt|havent|wont|doesnt|"
    r"senza|without)\b"
)
# "Il resto": after an article stands no verb.
_NOUN = re.compile(r"\b(?:il|del|al|nel|dal|sul)\s$")
_TAG = re.compile(
    r"\b(?:vero|no|ok|okay|eh|chiaro|capito|intesi|understood|yeah|huh|innit|clear|giusto|va bene|nevvero|"
    r"siamo capiti|got it|capite)\W*$"
)
_ASKS = re.compile(
    r"\b(?:quando|dove|quanto|quanti|come (?:posso|faccio|mai)|a chi|chi devo|when|where|how (?:do|can|"
    r"much|long)|who (?:do|can|should)|which|potete dirmi|can you)\b"
)
_NOT_BY_NAME = re.compile(
    r"\b(?:[Nn]on sono(?: [Ii]l| [Ll]a)?|I['’]?m not|I am not|[Tt]his is(?:n['’]t|"
    r" not)) [A-Z][a-z]{2,}\b(?! ?[?])"
)
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
# Thanks that belong to a request or take themselves back.
_NOT_THANKS = re.compile(r"\b(?:no|nein|non),? $|\b(?:e|ed|anche) tante $")
_NOT_THANKED = re.compile(
    r"\W{1,2}(?:per niente|for nothing|al cavolo|al caz\w*|di niente|a dio|god|a voi ho|to you\b|"
    r"in advance|in anticipo|anticipatamente|"
    r"fur nichts|pour rien|per (?:l'|la |la sua |la vostra )(?:cortese |gentile )?(?:attenzione|"
    r"collaborazione|cortesia|comprensione|risposta)|"
    r"for your (?:time|attention|understanding|cooperation|co-operation|consideration|prompt|help in this|"
    r"assistance in this)|al cielo|lo stesso|comunque|all the same|anyway|but no|ma no\b|no\b)"
)
_GIVEN_FOR = re.compile(
    r"\W{1,2}(?:per|di|a |al|x|for|to|ma|but|pero|che|fur|pour|mais|tutt|infinite|dal|from)"
)


def find_intents(
    given: str, normal: Normal, found: Found | None = None, channel: str = "sms", lang: str = "it"
) -> Wants:
    """Every intent in `given`, each with its evidence; several may hold at once.

    A message that is nothing but an order to stop is certain. Of all else the learnt model decides, to which
    the phrases that fired are the strongest of its features; where no phrase tells the place, it gives one.
    `found` is the rating that the reply gives, `channel` how it came, `lang` its language.
    """
    said = by_phrases(given, normal)
    if said.certain or lang not in LEARNT or _ONE_WORD.fullmatch(normal.text):
        return said
    scores = learnt.scores(normal.text, hints(said, found, channel, lang))
    heard = decide(scores, {span.intent for span in said.spans}, few=bool(_FEW_WORDS.fullmatch(normal.text)))
    spans = [span for span in said.spans if span.intent in heard]
    missed = heard - {span.intent for span in spans}
    spans += [_span(given, normal, intent, learnt.evidence(normal.text, intent)) for intent in missed]
    unsure = Intent.UNSUBSCRIBE in heard and (
        said.doubtful or Intent.STAY in heard or scores[Intent.UNSUBSCRIBE] < _SURE
    )
    return Wants(tuple(sorted(spans, key=lambda span: (span.start, span.end, span.intent))), unsure)


def decide(scores: Mapping[Intent, float], said: Collection[Intent], *, few: bool = False) -> set[Intent]:
    """The intents that hold: those that score above 0, or a little less where a phrase `said` so.

    In a `few` words the phrases are believed, and the model must be plain. Abuse needs a word of abuse: alone the
    model hears it in "ma siete lenti". An absence note asks nothing of us; to leave is to decline without an order
    to stop.
    """
    least, believed = (_PLAIN, -math.inf) if few else (0.0, _NONE)
    needed = {Intent.ABUSE: math.inf} | dict.fromkeys(said, believed)
    heard = {intent for intent, score in scores.items() if score > needed.get(intent, least)}
    if Intent.UNSUBSCRIBE in heard:
        heard -= {Intent.LEAVE}
    if Intent.OUT_OF_OFFICE in heard:
        return heard & {Intent.OUT_OF_OFFICE, Intent.WRONG_PERSON, Intent.UNSUBSCRIBE}
    return heard


def hints(said: Wants, found: Found | None, channel: str, lang: str) -> list[str]:
    """What the model is told besides the words: the intents of phrases, the rating, channel and language."""
    mark = "~" if said.doubtful else "="
    told = {(mark if span.intent is Intent.UNSUBSCRIBE else "=") + span.intent for span in said.spans}
    share = found.rating.value / found.rating.scale if found else None
    height = "none" if share is None else "low" if share <= _LOW else "high" if share > _MIDDLE else "middle"
    return [*told, f"@{channel}", f"@{lang}", f"@rated {height}"]


def by_phrases(given: str, normal: Normal) -> Wants:
    """What phrases alone find."""
    text = normal.text
    prefixes = word_prefixes(text)
    opt_out = find_opt_out(text, prefixes)
    found: Places = {intent: list(listed.find(text, prefixes)) for intent, listed in _phrases().items()}
    found[Intent.QUESTION] = _questions(text, found[Intent.QUESTION])
    for intent in _NEGATABLE:
        found[intent] = [place for place in found[intent] if not _denied(text, place, intent)]
    found[Intent.UNSUBSCRIBE] = opt_out.stops
    found[Intent.STAY] += opt_out.kept
    _compose(text, prefixes, found, opt_out.stops)
    spans = [
        _span(given, normal, intent, place) for intent, places in found.items() for place in merged(places)
    ]
    spans += [Span(Intent.WRONG_PERSON, m.start(), m.end(), m.group()) for m in _NOT_BY_NAME.finditer(given)]
    return Wants(
        tuple(sorted(set(spans), key=lambda span: (span.start, span.end, span.intent))),
        bool(opt_out.stops) and (opt_out.doubtful or bool(found[Intent.STAY])),
        opt_out.whole,
    )


def _compose(text: str, prefixes: set[str], found: Places, stops: list[Place]) -> None:
    """What one intent says of another in the same reply."""
    for intent in (Intent.STAY, Intent.CALLBACK, Intent.THANKS, Intent.COMPLAINT):
        found[intent] = _apart(found[intent], stops)
    if stops:
        found[Intent.LEAVE] = []  # to leave is to decline without an order to stop
        # "Still here? Remove me" asks nothing; "how do I get off this list?" does.
        found[Intent.QUESTION] = [
            one for one in found[Intent.QUESTION] if wishes.HOW_TO_LEAVE.search(text, *one)
        ]
    else:
        found[Intent.QUESTION] = _apart(found[Intent.QUESTION], found[Intent.CALLBACK] + found[Intent.ABUSE])
    if found[Intent.COMPLAINT] or found[Intent.ABUSE]:
        # "And you call this service?" wants no answer.
        found[Intent.QUESTION] = [one for one in found[Intent.QUESTION] if _ASKS.search(text, *one)]
    found[Intent.CALLBACK] = [_with_time(text, place) for place in found[Intent.CALLBACK]]
    asked = any(found[one] for one in (Intent.UNSUBSCRIBE, Intent.LEAVE, Intent.QUESTION, Intent.CALLBACK))
    found[Intent.THANKS] = [place for place in found[Intent.THANKS] if _thanked(text, place, asked)]
    if found[Intent.OUT_OF_OFFICE]:
        # An absence note asks nothing of us: "please contact ..." and "thank you" are said to everybody.
        for intent in (
            Intent.CALLBACK,
            Intent.QUESTION,
            Intent.THANKS,
            Intent.STAY,
            Intent.LEAVE,
            Intent.COMPLAINT,
        ):
            found[intent] = []


def _span(given: str, normal: Normal, intent: Intent, place: Place) -> Span:
    begin, finish = normal.source(*place)
    while begin < finish and given[begin].isspace():
        begin += 1
    while finish > begin and given[finish - 1].isspace():
        finish -= 1
    return Span(intent, begin, finish, given[begin:finish])


def _apart(places: list[Place], others: list[Place]) -> list[Place]:
    return [(a, b) for a, b in places if not any(start < b and a < end for start, end in others)]


def _denied(text: str, place: Place, intent: Intent) -> bool:
    """Whether the words are negated; a complaint that is negative in form ("mai arrivata") is not."""
    if _NOUN.search(text[max(0, place[0] - 6) : place[0]]):
        return True
    if intent is Intent.COMPLAINT and _NEGATION.search(text, *place):
        return False
    if intent is Intent.LEAVE:
        return False
    if intent in (Intent.STAY, Intent.CALLBACK):
        return governed(text, place[0])
    return negated(text, place[0])


def _with_time(text: str, place: Place) -> Place:
    when = wishes.WHEN.match(text, place[1])
    return (place[0], when.end()) if when else place


def _thanked(text: str, place: Place, asked: bool) -> bool:
    """Whether thanks are meant: not "no grazie", "thanks for nothing", nor the courtesy that closes a request."""
    before, words = text[max(0, place[0] - 12) : place[0]], text[place[0] : place[1]]
    if _NOT_THANKS.search(before) or _NOT_THANKED.match(text, place[1]):
        return False
    bare = "_".join(words.split()) in people.BARE_THANKS
    return not (asked and bare) or _GIVEN_FOR.match(text, place[1]) is not None


def _questions(text: str, worded: list[Place]) -> list[Place]:
    """Sentences that end in "?"; without any, those that begin as questions do."""
    asked = [match.span() for match in _SENTENCE.finditer(text) if _asks(match.group())]
    return asked or [(start, _sentence_end(text, end)) for start, end in worded]


def _asks(sentence: str) -> bool:
    """Whether a sentence with "?" asks: not "8?", nor a tag ("..., capito?")."""
    return "?" in sentence and len(re.findall("[a-z]{2,}", sentence)) > 1 and _TAG.search(sentence) is None


def _sentence_end(text: str, place: int) -> int:
    found = re.compile(r"[.!?\n]").search(text, place)
    return found.start() if found else len(text)
