"""The links in texts: short ones, put in where a text is written for one person, and hidden where it is quoted."""

import re

from app import tokens
from app.settings import Settings
from app.tokens import Purpose

_PURPOSES = {"survey": Purpose.SURVEY, "preferences": Purpose.PREFERENCES, "confirm": Purpose.CONFIRM}
_TAG = re.compile(f"-rv_({'|'.join(_PURPOSES)})-")
_LINK = re.compile(rf"(https?://\S+/[{''.join(_PURPOSES.values())}]/)[0-9A-Za-z]{{{tokens.SHORT}}}\b")


def fill(settings: Settings, text: str, *, message_id: str, conversation_id: str) -> str:
    """The text with a link of ours for each `-rv_survey-`, `-rv_preferences-` and `-rv_confirm-`.

    All links to one page are as long as each other: what one such text costs they all do.
    """

    def link(tag: re.Match[str]) -> str:
        purpose = _PURPOSES[tag[1]]
        id_ = conversation_id if purpose is Purpose.SURVEY else message_id
        return f"{settings.public_url}/{purpose}/{tokens.make_short(settings.secret_keys, purpose, id_)}"

    return _TAG.sub(link, text)


def hidden(text: str) -> str:
    """The text as others may read it: its links open doors that are the recipient's alone."""
    return _LINK.sub(r"\1…", text)
