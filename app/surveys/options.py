"""Finds the options a reply names: by number, label, one telling word, or a plain yes or no."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from app.language.reading import Intent, Reading, Sentiment
from app.surveys import option_words as say
from app.surveys.survey import LEAVE, LESS_OFTEN, STAY, Question
from app.surveys.words import plain, words_of

_NEAR, _LONG = 86, 5  # how alike (of 100) two words must be, and from how many letters a slip is forgiven
_FEW = 15  # words of a consent; who says more says more than that


@dataclass(frozen=True, slots=True)
class _Label:
    value: str
    words: tuple[str, ...]


def exact_label(question: Question, text: str, lang: str) -> str | None:
    """The value of the option whose label is the whole reply, in the contact's language or another one."""
    wanted = tuple(words_of(text))
    for label in _labels(question, lang):
        if wanted and wanted == label.words:
            return label.value
    return None


def chosen(question: Question, text: str, lang: str) -> str | None:
    """The one option of a choice that a reply names."""
    if exact := exact_label(question, text, lang):
        return exact
    words = words_of(text)
    numbers = _numbers(words, len(question.options))
    if numbers is not None:
        return question.options[numbers[0] - 1].value if len(numbers) == 1 else None
    named = _named(question, words, lang)
    if pointed := _pointed(question, text):
        return pointed if set(named) <= {pointed} else None
    if named:
        # "Can't wait" and "non posso mancare" are no refusals, whatever label they hold.
        eager = named[0] == "no" and say.EAGER.search(plain(text))
        return named[0] if len(named) == 1 and not eager else None
    return _plainly(question, words, lang) or _opening(question, text, lang) or _prevented(question, text)


def several(question: Question, text: str, lang: str) -> tuple[str, ...] | None:
    """The options of a `choices` question that a reply names, in their order; () for none of them."""
    words = words_of(text)
    values = [option.value for option in question.options]
    numbers = _numbers(words, len(values))
    found: Collection[str] | None = None
    if numbers is not None:
        found = [values[number - 1] for number in numbers]
    elif exact := exact_label(question, text, lang):
        found = [exact]
    elif say.ALL.intersection(words):
        found = _all_but(question, words, lang)
    elif say.NONE.intersection(words) or (words and set(words) <= say.NO):
        found = []
    else:
        found = _named(question, words, lang, many=True) or None
    return None if found is None else tuple(value for value in values if value in found)


def consent(question: Question, text: str, lang: str, reading: Reading) -> str | None:
    """The decision a reply states; a doubtful no is one.

    A yes must be unambiguous: a label, a number, a plain yes, or few words of staying and nothing against them.
    """
    if exact := exact_label(question, text, lang):
        return exact
    words = words_of(text)
    numbers = _numbers(words, len(question.options), ordinals=False)
    if numbers is not None:
        return question.options[numbers[0] - 1].value if len(numbers) == 1 else None
    said = set(words)
    if said <= say.YES | say.SURELY and said & (say.YES | say.WILLING):
        return STAY
    if _refuses(said, lang):
        return LEAVE
    worded = _worded(question, text, words, lang, reading)
    return worded if worded == LEAVE or _gladly(worded, text, words, reading) else None


def _worded(question: Question, text: str, words: list[str], lang: str, reading: Reading) -> str | None:
    """The decision that the words of a longer reply name."""
    stays = reading.has(Intent.STAY)
    leaves = reading.has(Intent.LEAVE) or reading.has(Intent.UNSUBSCRIBE)
    named = _named(question, words, lang, telling=False) or _spelt(question, words, lang)
    if leaves and not stays and set(named) <= {LEAVE}:
        return LEAVE
    if len(named) == 1 and (named[0] == LEAVE or not (leaves or "?" in text)):
        return named[0]
    if named or leaves or reading.needs_review:
        return None
    offered = any(option.value == LESS_OFTEN for option in question.options)
    if offered and say.LESS_OFTEN.search(plain(text)) and not say.NEGATIONS.intersection(words):
        return LESS_OFTEN
    return STAY if stays else None


def _gladly(option: str | None, text: str, words: Sequence[str], reading: Reading) -> bool:
    """Whether nothing in the words beside the wish to hear from us speaks against it, or mocks it."""
    if reading.has(Intent.ABUSE) or say.BOTHERED.search(plain(text)):
        return False
    # Who wants fewer messages may well grumble about those there were.
    if option == LESS_OFTEN:
        return True
    against = any(reading.has(intent) for intent in (Intent.COMPLAINT, Intent.QUESTION, Intent.WRONG_PERSON))
    return not (
        against
        or "?" in text
        or reading.sentiment is Sentiment.NEGATIVE
        or len(words) > _FEW
        or (say.MAYBE | say.RESERVES).intersection(words)
    )


def _labels(question: Question, lang: str) -> Iterator[_Label]:
    """Every label, those of the contact's language first."""
    for language in (lang, *(other for other in question.text if other != lang)):
        for option in question.options:
            yield _Label(option.value, tuple(words_of(option.label[language])))


def _numbers(words: Sequence[str], most: int, *, ordinals: bool = True) -> list[int] | None:
    """The numbers of options that are all a reply says ("1 e 3", "la seconda"); None when it says more."""
    found: list[int] = []
    for word in words:
        if word.isdecimal() and word.isascii():
            together = len(word) > 1 and int(word[:9]) > most
            found += [int(digit) for digit in word] if together else [int(word)]
        elif ordinals and (word in say.ORDINALS or word in say.LAST):
            found.append(say.ORDINALS.get(word, most))
        elif word not in say.EMPTY and word != "n":
            return None
    fitting = found and all(1 <= number <= most for number in found)
    return list(dict.fromkeys(found)) if fitting else None


def _named(
    question: Question, words: Sequence[str], lang: str, *, many: bool = False, telling: bool = True
) -> list[str]:
    """The options whose label, or when none stands whole, whose own word, is in the reply and not negated."""
    labels = [label for label in _labels(question, lang) if label.words]
    found = [label for label in labels if _contains(words, label.words)]
    if not found:
        # "non mi serve più" is "Ora non mi serve", but for words that say nothing.
        words = [word for word in words if word not in say.EMPTY]
        bare = (_Label(one.value, tuple(w for w in one.words if w not in say.EMPTY)) for one in labels)
        found = [one for one in bare if len(one.words) > 1 and _contains(words, one.words)]
    widest = [one for one in found if not any(_within(one.words, other.words) for other in found)]
    left = list(words)
    for label in sorted(widest, key=lambda label: -len(label.words)):
        left = _without(left, label.words)
    if _denied(left, lang):
        return []
    values = {label.value for label in widest}
    if telling and (many or not values):
        values |= _telling(question, left, lang)
    return [option.value for option in question.options if option.value in values]


def _spelt(question: Question, words: Sequence[str], lang: str) -> list[str]:
    """The options of one word that a reply has in another form: "ich bleibe" is BLEIBEN."""
    if _denied(words, lang):
        return []
    single = {option.value: words_of(option.label[lang]) for option in question.options}
    return [
        value
        for value, label in single.items()
        if len(label) == 1 and any(_alike(w, label[0]) for w in words)
    ]


def _denied(words: Iterable[str], lang: str) -> bool:
    # The Italian "never" is a month in German and French.
    return bool(say.NEGATIONS.intersection(words) - ({"mai"} if lang in ("de", "fr") else set()))


def _telling(question: Question, words: Sequence[str], lang: str) -> set[str]:
    """The options that have a word of the reply to themselves: "sabato" of "sabato 13 marzo"."""
    labels = {option.value: set(words_of(option.label[lang])) - say.EMPTY for option in question.options}
    found: set[str] = set()
    for word in set(words) - say.EMPTY:
        owners = [value for value, own in labels.items() if any(_alike(word, other) for other in own)]
        if len(owners) == 1:
            found.add(owners[0])
    return found


def _alike(word: str, other: str) -> bool:
    if word == other:
        return True
    return min(len(word), len(other)) >= _LONG and fuzz.ratio(word, other) >= _NEAR


def _plainly(question: Question, words: Sequence[str], lang: str) -> str | None:
    """A choice between `yes`, `no` and perhaps `perhaps` is answered by those words in any language."""
    values = {option.value for option in question.options}
    said = set(words) - (say.EMPTY - say.YES)
    if not {"yes", "no"} <= values or not said:
        return None
    unsure = next((value for value in ("perhaps", "maybe") if value in values), None)
    if unsure and said & say.MAYBE and said <= say.PERHAPS | say.NO:
        return unsure
    if said <= say.YES | say.SURELY and said & (say.YES | say.WILLING):
        return "yes"
    return "no" if _refuses(said, lang) else None


def _opening(question: Question, text: str, lang: str) -> str | None:
    """A yes or no at the start counts where nothing after it takes it back: "no, adesso c'è una collega"."""
    if not {"yes", "no"} <= {option.value for option in question.options}:
        return None
    match = say.OPENING.match(text.casefold())
    if not match:
        return None
    rest = set(words_of(text[match.end() :]))
    refuses = plain(match["word"]) in say.NO or (lang == "fr" and match["word"] == "non")
    if rest & say.MAYBE or rest & (say.YES if refuses else say.NO | say.NEGATIONS):
        return None
    return "no" if refuses and not rest & say.TROUBLE else "yes"


def _prevented(question: Question, text: str) -> str | None:
    """A refusal that tells why or how, without a no: "non riesco a venire", "cant make it sorry", "pas dispo"."""
    said = plain(text).replace("\u2019", "'")
    refused = say.PREVENTED.search(said)
    if refused is None or not {"yes", "no"} <= {option.value for option in question.options}:
        return None
    turned = say.TURNS.search(said, refused.end())
    open_ = "?" in said or turned or say.EAGER.search(said) or say.UNDECIDED.search(said)
    return None if open_ or say.YES.intersection(words_of(text)) else "no"


def _pointed(question: Question, text: str) -> str | None:
    """The option that a reply points at before it goes on: "la seconda, l'autista era maleducato"."""
    said = plain(text)
    match = say.POINTED.match(said)
    if match is None:
        return None
    name, most = match["digit"] or match["ordinal"], len(question.options)
    number = int(name) if name.isdecimal() else say.ORDINALS.get(name, most if name in say.LAST else 0)
    rest = words_of(said[match.end() :])
    others = say.ORDINALS.keys() | say.LAST | say.NO | say.MAYBE
    if not 1 <= number <= most or any(word in others or word.isdecimal() for word in rest):
        return None
    return question.options[number - 1].value


def says_no(text: str, lang: str) -> bool:
    """Whether a reply is a no and nothing else."""
    return _refuses(words_of(text), lang)


def _refuses(said: Collection[str], lang: str) -> bool:
    """Whether it is a no and nothing else but courtesy; "non" is one in French only."""
    refusing = say.NO | {"non"} if lang == "fr" else say.NO
    if refusing.intersection(said):
        return refusing.union(say.SURELY, say.SOFTENERS).issuperset(said)
    # "lieber nicht" is a no; "not sure" is none.
    particle = say.NOT.get(lang, frozenset())
    return bool(particle.intersection(said)) and particle.union(say.SOFTENERS).issuperset(said)


def _all_but(question: Question, words: Sequence[str], lang: str) -> list[str] | None:
    """Every option, but for those named after "tranne" and its like; None when it is said with a not."""
    values = [option.value for option in question.options]
    cut = next((place for place, word in enumerate(words) if word in say.BUT), len(words))
    if _denied(words[:cut], lang):
        return None
    if cut == len(words):
        return values
    after = words[cut + 1 :]
    numbers = _numbers(after, len(values))
    kept_out = [values[n - 1] for n in numbers] if numbers else _named(question, after, lang, many=True)
    return [value for value in values if value not in kept_out] if kept_out else None


def _contains(words: Sequence[str], part: Sequence[str]) -> bool:
    return _places(words, part) is not None


def _places(words: Sequence[str], part: Sequence[str]) -> list[int] | None:
    """Where the words of `part` stand in this order, with one other word between two of them at most."""
    for start, word in enumerate(words):
        if word != part[0]:
            continue
        places = [start]
        for wanted in part[1:]:
            near = [place for place in (places[-1] + 1, places[-1] + 2) if place < len(words)]
            found = next((place for place in near if words[place] == wanted), None)
            if found is None or say.NEGATIONS.intersection(words[places[-1] + 1 : found]):
                break
            places.append(found)
        if len(places) == len(part):
            return places
    return None


def _within(label: Sequence[str], other: Sequence[str]) -> bool:
    return len(other) > len(label) and _contains(other, label)


def _without(words: list[str], part: Sequence[str]) -> list[str]:
    places = _places(words, part) or []
    return [word for place, word in enumerate(words) if place not in places]
