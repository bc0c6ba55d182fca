"""Which language a reply is in, with the contact's own language as prior where the words decide nothing."""

import re
from functools import cache
from typing import Protocol, cast

from py3langid.langid import MODEL_FILE, LanguageIdentifier

LANGUAGES = ("it", "en", "de", "fr")
_FIRST = "it"  # without a prior: the country most contacts of this product write from
_SHORT = 3  # words; below it the identifier guesses
_WORD = re.compile(r"[^\W\d_]{2,}")
_TELLING = {
    "it": re.compile(
        r"\b(?:grazie|non|piu|sono|siete|che|ciao|perche|voto|molto|basta|ottim[oi]|pessim[oi]|lascio|"
        r"resto|"
        r"per favore|buon\w*|il|gli|della?|questo|vostr\w+|sei|nessun\w*|tutto|bene|male|direi|mi|"
        r"e stato)\b"
    ),
    "en": re.compile(
        r"\b(?:the|thanks?|you|please|your|not|dont|is|was|remove|me|unsubscribe|great|good|bad|leave|keep|"
        r"out of|and|its|this|my|never|very|excellent|terrible|awful|yes|sorry|id|what|who)\b"
    ),
}


class _Identifier(Protocol):
    def rank(self, text: str) -> list[tuple[str, float]]: ...


@cache
def _identifier() -> _Identifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(LANGUAGES))
    return cast(_Identifier, identifier)


def detect(text: str, prior: str | None = None) -> str:
    """The language of `text` (normal form) among it, en, de and fr; `prior` wins when it is too short."""
    words = _WORD.findall(text)
    told = {lang: len(pattern.findall(text)) for lang, pattern in _TELLING.items()}
    known = prior if prior in LANGUAGES else None
    if len(words) < _SHORT:
        likely = max(told, key=lambda lang: told[lang])
        sure = told[likely] >= 2 and min(told.values()) == 0
        return likely if sure else known or (likely if told[likely] else _FIRST)
    ranked = dict(_identifier().rank(text[:1000]))
    for lang, count in told.items():
        ranked[lang] += min(count, 5) * 0.2
    if known:
        ranked[known] += 0.15
    return max(ranked, key=lambda lang: ranked[lang])
