"""Replies by email: which words are the sender's, and which conversation they go on with."""

import re
from collections.abc import Sequence
from email.utils import parseaddr

from app import runtime, tokens
from app.channels import sendgrid
from app.channels.base import Channel, InboundEmail
from app.conversations.models import Conversation
from app.db import Session
from app.intake.models import RawEvent
from app.intake.replies import hear
from app.intake.reply import Reply
from app.language.replies import html_to_text, strip_reply
from app.language.transport import automatic
from app.messages.models import Message

_SUBJECT_OF_OURS = re.compile(r"^\s*(?:re|r|rif|aw|fwd?|i)\s*:.*", re.IGNORECASE | re.DOTALL)


def take(db: Session, page: Sequence[RawEvent]) -> None:
    """Hear one inbound email; raises MalformedBody when the post cannot be read."""
    (raw,) = page
    email = sendgrid.parse_inbound(raw.content_type, raw.body)
    conversation = _addressed(db, email)
    whole = email.text or html_to_text(email.html)
    language = conversation.language if conversation else runtime.current().settings.default_language
    hear(
        db,
        Reply(
            channel=Channel.EMAIL,
            address=parseaddr(email.from_email)[1] or email.from_email,
            # Some write their one word into the subject and nothing else.
            text=strip_reply(whole, language) or _SUBJECT_OF_OURS.sub("", email.subject),
            # SendGrid names no event: the Message-ID and the recipient tell a retry from a new reply.
            provider_id=f"{email.message_id or raw.digest}>{','.join(email.to)}"[:400],
            at=raw.received_at,
            subject=email.subject,
            conversation_id=conversation.id if conversation else None,
            automatic=automatic(email.headers, whole) is not None,
            evidence={"message_id": email.message_id},
        ),
    )


def _addressed(db: Session, email: InboundEmail) -> Conversation | None:
    """The conversation whose reply address this email was sent to."""
    keys = runtime.current().settings.secret_keys
    for address in email.to:
        local = address.partition("@")[0]
        try:
            message_id = tokens.read_reply(keys, local.partition("+")[2])
        except tokens.BadToken:
            continue
        message = db.get(Message, message_id)
        if message is not None and message.conversation_id:
            return db.get(Conversation, message.conversation_id)
    return None
