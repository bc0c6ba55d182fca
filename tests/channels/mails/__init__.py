"""Mails as people's programs write them: each client's way to quote, sign and encode, and what its writer said."""

from tests.channels.mails.build import Example
from tests.channels.mails.by_html import HTML
from tests.channels.mails.by_machine import MACHINES
from tests.channels.mails.by_text import TEXT

EXAMPLES: dict[str, Example] = {one.name: one for one in (*TEXT, *HTML, *MACHINES)}

__all__ = ["EXAMPLES", "Example"]
