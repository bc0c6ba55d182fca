"""Which language a reply is in, with the contact's own language as prior where the words decide nothing."""

import re
from functools import cache, lru_cache
from importlib.resources import files

LANGUAGES = ("it", "en", "de", "fr")
_ALL = "-"
_FIRST = "it"  # without a prior: the country most contacts of this product write from
_READ = 1000  # characters; what a letter begins in, it is in
_PRIOR = 1.4  # one telling word (2) outweighs the contact's own language, a mere look (at most 1) does not
_WORD = re.compile(r"[^\W\d_]+")

# How words that stand in no list look; each look counts once a word.
_LOOKS: dict[str, list[tuple[re.Pattern[str], float]]] = {
    lang: [(re.compile(pattern), weight) for pattern, weight in looks]
    for lang, looks in {
        "it": [
            (r"...[aio]$", 0.6), (r"...e$", 0.25), (r"[^aeiouy]$", -0.5), (r"[wkxyj]", -0.7),
            (r"zz|gli|gn|cch|ggi|zion|cqu|tt[aeio]$|ll[aeio]$|ss[aeio]$|(?:at|it|ut|os|ent|ment)[aeio]$", 0.6),
            (r"..(?:mi|vi|ci|are|ere|ire|ando|endo|issim[aeio])$", 0.5),
        ],
        "en": [
            (r"th|wh|sh|ght|ck|oo|ee|ea|ow|ew", 0.6), (r"(?:ing|ed|ly|ness|ful|less|ies|ers?|ble|ous|ment)$", 0.5),
            (r"[^aeiou]y$", 0.5), (r"[wk]", 0.2), (r"[bcdfglmnprtvz]s$", 0.3), (r"[aio]$", -0.4),
        ],
        "de": [
            (r"sch|cht|[^s]tz|pf|ei|ie[^s]|au|eu|ss|[aou]h[lmnrt]", 0.4),
            (r"(?:ung|ungen|keit|heit|lich|isch|bar)$", 0.8),
            (r"...(?:en|er|em|es|te|ten|st)$", 0.4), (r"^ge.+t$", 0.5), (r"[kwz]", 0.3), (r"[ao]$", -0.5),
        ],
        "fr": [
            (r"eau|eux|aux|oi|ou|ai[ts]|eur|ieu|oeu|qu[ei]|euil", 0.5),
            (r"(?:ez|ons|ent|ment|tion|ique|elle|ette|ees?|aire|ance)$", 0.5),
            (r"[^s]es?$", 0.15), (r"[wk]", -0.7), (r"[aio]$", -0.4),
        ],
    }.items()
}  # fmt: skip
_LETTERS = (
    ("de", re.compile(r"[äöüß]")),
    ("fr", re.compile(r"[çêâîôûëïœ]|é\w")),
    ("it", re.compile(r"[òì]|[èùéà]\b")),
)


@cache
def _told() -> dict[str, tuple[tuple[str, float], ...]]:
    """What each listed word says: 2 for its language, less where several share it, nothing where all borrow it."""
    speakers: dict[str, list[str]] = {}
    for line in files("app.language").joinpath("languages.tsv").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            lang, words = line.split("\t")
            for word in words.split():
                speakers.setdefault(word, []).append(lang)
    shares = {1: 2.0, 2: 1.0}
    return {
        word: () if _ALL in langs else tuple((lang, shares.get(len(set(langs)), 0.5)) for lang in set(langs))
        for word, langs in speakers.items()
    }


def known(word: str) -> bool:
    """Whether the word is a common one of any of the languages: no slip of another."""
    return word in _told()


@lru_cache(maxsize=20_000)
def _look(word: str) -> tuple[tuple[str, float], ...]:
    """How an unlisted word looks to each language, at most 1 either way."""
    sums = {
        lang: sum(weight for pattern, weight in looks if pattern.search(word))
        for lang, looks in _LOOKS.items()
    }
    return tuple((lang, max(-1.0, min(1.0, weight))) for lang, weight in sums.items() if weight)


def detect(text: str, prior: str | None = None, *, given: str = "") -> str:
    """The language of `text` (normal form) among it, en, de and fr; `prior` wins where the words do not tell.

    `given` is the text as it was written: its accents tell too.
    """
    sums = dict.fromkeys(LANGUAGES, 0.0)
    told = _told()
    for word in _WORD.findall(text[:_READ].replace("'", " ")):
        if word in told:
            for lang, weight in told[word]:
                sums[lang] += weight
        elif len(word) > 2:
            for lang, weight in _look(word):
                sums[lang] += weight
    if not given.isascii():
        lowered = given[:_READ].lower()
        for lang, letters in _LETTERS:
            sums[lang] += min(len(letters.findall(lowered)), 4) * 0.8
    known = prior if prior in sums else None
    if known:
        sums[known] += _PRIOR
    likely = max(sums, key=lambda lang: sums[lang])
    return likely if sums[likely] > 0.2 else known or _FIRST
