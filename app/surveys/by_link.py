"""A survey whose texts lead to its page instead of asking: for senders that nobody can text back to."""

from collections.abc import Mapping
from dataclasses import replace

from app.surveys.survey import SmsWords, Survey, Words

PAGE, WAY_OUT = "-rv_survey-", "-rv_preferences-"
"""Where the links go in: whoever sends the text knows them."""
_WORDS: Mapping[str, tuple[str, str]] = {
    "it": ("Rispondi qui:", "Per non ricevere altro:"),
    "en": ("Answer here:", "To opt out:"),
    "de": ("Hier antworten:", "Abmelden:"),
    "fr": ("Répondez ici :", "Pour ne plus rien recevoir :"),
}


def by_link(survey: Survey) -> Survey:
    """The same survey, but its first text and its reminders say who writes and why, then the link to the page and the
    one to the way out, each at the end of its line, with both links as tags.

    A language we have no such words for gets the English ones.
    """
    return replace(survey, sms=_linked(survey.sms, survey.languages))


def _linked(sms: SmsWords, languages: tuple[str, ...]) -> SmsWords:
    def words(place: int, tag: str) -> Words:
        return {lang: f"{_WORDS.get(lang, _WORDS['en'])[place]} {tag}" for lang in languages}

    return replace(sms, link=words(0, PAGE), way_out=words(1, WAY_OUT))
