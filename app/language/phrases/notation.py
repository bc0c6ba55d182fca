"""A notation for phrases that reads like the words it stands for, and quick search among hundreds of them.

    leave|let me|us alone        words in a row; | between the alternatives of one place
    [please] remove* me          [..] may be missing, * is any ending ("removed", "removal")
    take {the|my|all} name       {..} up to five of these, also none
    not ..3 interested           up to three words of any kind
    stop <NEWS>                  one of a named set; an alternative of several words is joined by _
    ^ lascio .                   the clause begins, the clause ends here
    call me !before|at           not with one of these words next
    e_?mail                      one word or two; a line that ends with | goes on in the next

Between two words stand blanks, a comma, a hyphen or an apostrophe ("opt-out", "l'iscrizione"), so that lines
broken by a mail program do not hide a phrase. Anything else in a place is a regular expression.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property

_GAP = r"[\s,'\-]{1,3}"
_PREFIX = 3  # letters by which phrases are filed
_WORD = re.compile(r"[a-z]+")
_BROKEN = re.compile(r"\|\n\s*")
_NAMED = re.compile(r"<(\w+)>")
_LITERAL = re.compile(r"(?:[a-z](?![?{]))*")
_MARKS = {"^": r"(?:(?<![^.,;:!?\n])|(?<=[.,;:!?\n]\s))", ".": r"(?=\s*(?:$|[^\w\s]))"}
Place = tuple[int, int]


class Phrases:
    """A list of phrases; each is compiled when a text first holds a word that it needs."""

    def __init__(self, lists: Iterable[str], sets: Mapping[str, str] | None = None) -> None:
        """`lists` are texts with a phrase per line (blank lines and `# ...` aside), `sets` the named sets."""
        self._sets = sets or {}
        # A line that ends with | goes on in the next.
        whole = (_BROKEN.sub("|", text) for text in lists)
        lines = (line.split("# ")[0].strip() for text in whole for line in text.splitlines())
        self._phrases = [line for line in lines if line]

    def _with_sets(self, number: int) -> list[str]:
        """The places of a phrase, the named sets put in."""
        return _NAMED.sub(lambda name: f"({self._sets[name[1]]})", self._phrases[number]).split()

    def find(self, text: str, prefixes: Iterable[str] | None = None) -> Iterator[Place]:
        """Where any of the phrases stands in `text` (normal form); `prefixes` are the text's, to spare work."""
        filed = self._filed
        wanted: set[int] = set()
        for prefix in word_prefixes(text) if prefixes is None else prefixes:
            wanted.update(filed.get(prefix, ()))
        for number in sorted(wanted):
            for match in _compiled(self._pattern(number)).finditer(text):
                yield match.span()

    def __len__(self) -> int:
        return len(self._phrases)

    @cached_property
    def _filed(self) -> Mapping[str, list[int]]:
        """The phrases by the first letters of the word that each cannot do without."""
        filed: defaultdict[str, list[int]] = defaultdict(list)
        for number in range(len(self)):
            for prefix in self._needed(number):
                filed[prefix].append(number)
        return dict(filed)

    def _needed(self, number: int) -> set[str]:
        best: set[str] = {""}
        for place in self._with_sets(number):
            if place[0] in "[{.!^":
                continue
            literals = [literal for word in _alternatives(place) for literal in _literals(word)]
            if min(map(len, literals)) > min(map(len, best)):
                best = {literal[:_PREFIX] for literal in literals}
        return best

    @cache  # noqa: B019 - the lists live as long as the program
    def _pattern(self, number: int) -> str:
        pattern, glue = r"\b", ""
        for place in self._with_sets(number):
            if place in _MARKS:
                pattern += _MARKS[place]
            elif place[0] == "!":
                pattern += rf"(?!{_GAP}{_one_of(place[1:])}\b)"
            elif place.startswith(".."):
                some = rf"{{0,{place[2:]}}}?"
                pattern += rf"(?:{glue}\w+){some}" if glue else rf"(?:\w+{_GAP}){some}"
            elif place[0] in "[{":
                word, often = _one_of(place[1:-1]), "?" if place[0] == "[" else "{0,5}"
                pattern += f"(?:{glue}{word}){often}" if glue else f"(?:{word}{_GAP}){often}"
            else:
                pattern += glue + _one_of(place)
                glue = _GAP
        return pattern + r"(?!\w)"


def word_set(text: str) -> frozenset[str]:
    """The words of a list written as running text."""
    return frozenset(text.split())


def word_prefixes(text: str) -> set[str]:
    """The first letters of every word of `text`, for several searches in the same text."""
    prefixes: set[str] = {""}
    for word in _WORD.findall(text):
        prefixes.update((word[:1], word[:2], word[:_PREFIX]))
    return prefixes


def merged(places: Iterable[Place]) -> list[Place]:
    """Places in order, those that overlap made one."""
    whole: list[Place] = []
    for start, end in sorted(places):
        if whole and start < whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _alternatives(place: str) -> list[str]:
    """`place` cut at each | that stands in no group."""
    words, depth = [""], 0
    for char in place:
        depth += (char == "(") - (char == ")")
        if char == "|" and depth == 0:
            words.append("")
        else:
            words[-1] += char
    return words


def _literals(word: str) -> list[str]:
    """The letters with which each alternative of `word` surely begins; "" where none are sure."""
    if word[1:2] == "?":
        return [*_literals(word[2:]), *_literals(word[0] + word[2:])]
    if not word.startswith("("):
        found = _LITERAL.match(word)
        return [found.group() if found else ""]
    end = _closing(word)
    if word[end + 1 : end + 2] == "?":
        return [literal for part in (word[1:end], "") for literal in _literals(part + word[end + 2 :])]
    return [
        literal
        for part in _alternatives(word[1:end])
        for literal in _literals(part or word[end + 1 :].lstrip("*"))
    ]


def _closing(word: str) -> int:
    depth = 0
    for place, char in enumerate(word):
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return place
    raise ValueError(f"a group is not closed: {word}")


def _one_of(place: str) -> str:
    return "(?:" + "|".join(map(_word, _alternatives(place))) + ")"


def _word(word: str) -> str:
    ended = re.sub(r"(?<!\\)\*", r"\\w*", word)
    return ended.replace("_?", rf"(?:{_GAP})?").replace("_", _GAP)
