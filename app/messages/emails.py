"""What one request says to the email provider: a frozen content, and what each recipient reads in its tags' place."""

import re
from collections.abc import Mapping, Sequence

from app.channels.base import TAG_OPENING, EmailContent, EmailRecipient
from app.messages import letters
from app.messages.models import Content, Held, Message
from app.settings import Settings

_TAG = re.compile(r"-rv_([a-z_]+)-")


def content_of(settings: Settings, frozen: Content) -> EmailContent:
    """What all recipients share; replies come back to an address of each message's own, where we receive mail."""
    inbound = settings.sendgrid_inbound_domain
    return EmailContent(
        subject=frozen.subject,
        text=frozen.text,
        html=frozen.html,
        from_email=settings.sendgrid_from_email,
        from_name=settings.sendgrid_from_name or letters.organisation_name(settings),
        reply_to=f"reply+-rv_reply_token-@{inbound}" if inbound else None,
        opens=frozen.opens,
    )


def recipients_of(settings: Settings, frozen: Content, messages: Sequence[Held]) -> list[EmailRecipient]:
    """Each message's own values, links and headers."""
    whole = frozen.subject + frozen.text + frozen.html
    same = {name: value for name, value in frozen.headers.items() if TAG_OPENING not in value}
    own = {name: value for name, value in frozen.headers.items() if name not in same}
    found = []
    for message in messages:
        values = values_of(settings, whole, message)
        headers = same | {name: fill(value, values) for name, value in own.items()}
        found.append(EmailRecipient(message.id, message.address, None, values, headers))
    return found


def values_of(settings: Settings, letter_text: str, message: Held | Message) -> dict[str, str]:
    """What stands in the place of every tag of this message's letter (subject, text and HTML together)."""
    links = letters.links(settings.secret_keys, letter_text, message.id, message.conversation_id)
    return {**message.values, **links}


def fill(template: str, values: Mapping[str, str]) -> str:
    """Replace the tags of a template we fill ourselves; an unknown tag becomes empty."""
    return _TAG.sub(lambda found: values.get(found[1], ""), template)
