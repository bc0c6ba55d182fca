"""Finds the wish to be left alone, with negation and scope: "cancellatemi" is one, "non cancellatemi" is not."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from app.language.phrases import opt_out as phrases
from app.language.phrases.notation import Place, merged, word_set

_WORD = re.compile(r"[a-z]+")
_SENTENCE = re.compile(r"[^.!?\n;]+[.!?]*")
_SCOPE = re.compile(
    r"[,.;:!?\n]|\b(?:ma|but|pero|e|and|quindi|so|allora|perche|because|anzi|und|aber|et|mais)\b"
)
# "You never call me": told of the past, no order. Only where the sentence has such a subject.
_TOLD = re.compile(
    r"(?:^|[.,;!?\n] ?|\b(?:but|and|why|because|cos|as|since|if|when|that|reps?|people) )(?:you|they|u|he|"
    r"she|reps?|nobody)"
    r"(?: just| simply| really| also)? $"
)
_WITHOUT_SUBJECT = re.compile(r"(?:never|dont|do not)\b")
_NEGATORS = word_set(
    "non nn nun mica mai ne senza not dont never without wont didnt doesnt nor isnt havent nessuno dnt "
    "nicht nie pas hate anziche guai cant wouldnt shouldnt cannot couldnt esitate esiti hesitate"
)
# What may stand between a negator and the verb that it turns round.
_GOVERNED = word_set(
    "mi ci me ce vi ti si li lo la ne voglio vorrei vogliamo vorremmo vuole desidero desideriamo "
    "intendo preferisco ho abbiamo chiesto chiedo chiediamo di che da a assolutamente piu per favore "
    "essere dovete deve dovreste devi intenzione bisogno necessario serve occorre mai ancora certo "
    "affatto azzardate azzardatevi osate pensate provate permettetevi sto stiamo significa vuol dire "
    "volevo detto dico il la l mia pure proprio mica vuoi e' need want wish asked ask like would to be "
    "being please pls you dare ever really actually going just me us my i have do intend mean meant "
    "trying looking for that get want asking said say necessarily yet want too quite yes sie mich uns "
    "bitte mochte will nicht moi nous me m veux veuillez mean prefer rather planning supposed allow let "
    "think thinking no way dont non ragione motivo reason"
)

# "Unsubscribe? No way, love it": their own question, which they answer themselves. What could be a reproach
# ("nope, it never works") may still be the wish.
_SCORNED = re.compile(
    r"\W*(?P<wish>(?:(?:me|us|io|i|should i|dovrei|mi|ich|moi) )?(?:unsubscrib\w+|opt out|cancellar[mc]i|"
    r"disiscriver[mc]i|toglier[mc]i|disiscrizione|(?:mich )?abmelden|austragen|desabonner|desinscrire)(?: me| us)?"
    r" ?\?[?! ]*(?:no way|never(?: ever)?|not a chance|no chance|of course not|mai(?: e poi mai)?|macche|ma va|"
    r"ma figuratevi|certo che no|assolutamente no|n(?:eanche|emmeno) per sogno|auf keinen fall|niemals|"
    r"nie im leben|jamais(?: de la vie)?))"
    r"(?P<rest>(?:[.!,;]+(?:(?!\b(?:not|no|non|mai|never|nor|(?:do|does|did|is|was|wo|ca|could|would)nt|but|ma|pero|anzi|aber|mais|work\w*|funzion\w*|"
    r"link|riesc\w*|nicht|pas|kein\w*|wish|vorrei)\b)[^?\n]){0,80})?)\W*"
)


@dataclass(frozen=True, slots=True)
class OptOut:
    """Places in the normal text that ask to be left alone, those that ask to be kept, and any doubt.

    `whole` when the message is nothing but that order, or scorns the thought of it.
    """

    stops: list[Place]
    kept: list[Place]
    doubtful: bool
    whole: bool = False


def find_opt_out(text: str, prefixes: set[str]) -> OptOut:
    """`text` in normal form, `prefixes` of its words (`notation.word_prefixes`)."""
    if _made_of_stop(text):
        return OptOut([(0, len(text))], [], any(char.isdigit() for char in text) or "cosi" in text, True)
    if (scorned := _SCORNED.fullmatch(text)) and not find_opt_out(scorned["rest"], prefixes).stops:
        return OptOut([], [scorned.span("wish")], False, True)
    stops = merged(place for listed in phrases.stopping() for place in listed.find(text, prefixes))
    stops = [place for place in stops if not _told(text, place[0])]
    firm = [place for place in stops if not _doubted(text, place)]
    kept: list[Place] = []
    for place in _removals(text, prefixes, stops):
        if phrases.MISTAKE.search(text):
            kept.append(place)
        elif "?" not in text and _told_of_others(text, place[0]):
            continue
        elif not governed(text, place[0]):
            stops.append(place)
            firm += [] if _doubted(text, place) else [place]
        elif _rhetorical(text, place[0]):
            stops.append(place)
        else:
            kept.append(place)
    lone = [] if stops else list(_lone(text))
    if not (stops or lone or kept):
        lone = list(_perhaps(text, prefixes))
    return OptOut(merged(stops + lone), kept, bool(stops or lone) and not firm)


def negated(text: str, start: int) -> bool:
    """Whether a negator stands in the clause before `start`, at most five words away."""
    return phrases.NEGATOR.search(" ".join(_clause_before(text, start)[-5:])) is not None


def governed(text: str, start: int) -> bool:
    """Whether a negator governs the verb at `start`: nothing but helping words stands between the two.

    Dictated texts have no commas: in "non mi interessa cancellatemi" the negator belongs to another verb.
    """
    words = _clause_before(text, start)
    for place in range(len(words) - 1, -1, -1):
        if words[place] in _NEGATORS or words[place : place + 2] == ["no", "need"]:
            return True
        if words[place] not in _GOVERNED:
            return False
    return False


def _clause_before(text: str, start: int) -> list[str]:
    return _SCOPE.split(text[max(0, start - 70) : start])[-1].split()


def _told_of_others(text: str, start: int) -> bool:
    before = text[max(0, start - 80) : start]
    if _IMPERSONAL.search(before):
        return True
    return _REPORTED.search(before) is not None and _YET.search(text) is None


def _rhetorical(text: str, start: int) -> bool:
    return phrases.RHETORICAL.search(text[max(0, start - 70) : start]) is not None


def _removals(text: str, prefixes: set[str], stops: list[Place]) -> list[Place]:
    found = merged(place for listed in phrases.removal() for place in listed.find(text, prefixes))
    free = [(a, b) for a, b in found if not any(start < b and a < end for start, end in stops)]
    return [place for place in free if not phrases.about_business(text, *place)]


def _told(text: str, start: int) -> bool:
    return (
        _WITHOUT_SUBJECT.match(text, start) is not None
        and _TOLD.search(text[max(0, start - 40) : start]) is not None
    )


def _doubted(text: str, place: Place) -> bool:
    """Whether the sentence of an opt-out asks or supposes more than it orders."""
    begin = max(text.rfind(mark, 0, place[0]) for mark in ".!?\n") + 1
    ends = [end for mark in ".!?\n" if (end := text.find(mark, place[1])) >= 0]
    sentence = text[begin : min(ends, default=len(text)) + 1]
    return phrases.DOUBTFUL.search(sentence) is not None


def _made_of_stop(sentence: str) -> bool:
    words = _WORD.findall(sentence) if len(sentence) < 120 else []
    stops = [word for word in words if word in phrases.STOP_WORDS or (len(words) < 4 and _mistyped(word))]
    return (
        bool(stops)
        and all(word in stops or word in phrases.COURTESY for word in words)
        and not (phrases.JUST_THAT.search(sentence) and any(char.isdigit() for char in sentence))
    )


def _mistyped(word: str) -> bool:
    if len(word) < 7:
        return False
    return any(OSA.distance(word, spelt, score_cutoff=2) <= 2 for spelt in phrases.SPELT)


def _perhaps(text: str, prefixes: set[str]) -> Iterator[Place]:
    """Words of stopping near words of writing, where no negator stands before them and no order is meant."""
    for listed in phrases.loose():
        for start, end in listed.find(text, prefixes):
            clear = not negated(text, start) and not phrases.NEGATOR.search(text, start, end)
            if (
                clear
                and not phrases.THING.search(text, start, min(len(text), end + 30))
                and not phrases.MISTAKE.search(text)
            ):
                yield start, end


# "Si può cancellare con un clic": told of everybody, nobody is asked.
_IMPERSONAL = re.compile(
    r"\b(?:si (?:puo|possa|poteva|riesce a)|facile|comodo|possibilita di|"
    r"(?:click|easy|simple|takes|option|able) to)\s(?:\w+ )?$"
)
# "Your letter says that one click is enough to unsubscribe": ours are the words, not the contact's.
_REPORTED = re.compile(
    r"\b(?:(?:you|it|e-?mail|page|notice|letter|message|site|survey) (?:say|explain|mention|state|write|show|offer)\w*|"
    r"(?:i read|i see|i saw|noticed) (?:that|how)|"
    r"(?:scrivete|dite|spiegate|c'e scritto|ho (?:letto|visto)|leggo|vedo) (?:che|come))\b[^.!?]*$"
)
_YET = re.compile(r"\b(?:but|please|doesnt|didnt|still|ma|pero|non|ancora|per favore|prego)\b")
_AT_LAST = re.compile(r"[,:]\s?(?:ora |adesso |ma |and |now )?(?:basta|stop|enough)\W*$")


def _lone(text: str) -> Iterator[Place]:
    """Sentences of a longer text that are nothing but "Stop." or "Ora basta!"; a person should see them."""
    for match in _SENTENCE.finditer(text):
        if _made_of_stop(match.group()) and not phrases.JUST_THAT.search(match.group().strip(" .!?")):
            yield match.span()
    if (last := _AT_LAST.search(text)) and not any(char.isdigit() for char in text):
        yield last.span()
