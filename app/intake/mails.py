"""Replies by email: which words are the sender's, which conversation they go on with, and what machines report."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from email.utils import parseaddr

from app import runtime, tokens
from app.channels import sendgrid
from app.channels.base import Channel, InboundEmail
from app.contacts.addresses import address_hash
from app.conversations.models import Conversation
from app.db import Session
from app.intake import returned
from app.intake.models import RawEvent
from app.intake.replies import hear
from app.intake.reply import AUTO_REPLY, NO_WORDS, OUT_OF_OFFICE, Reply
from app.language.replies import html_to_text, strip_reply
from app.language.transport import Automatic, automatic, return_date
from app.messages import emails
from app.messages.models import Content, Message

_SUBJECT_OF_OURS = re.compile(r"^\s*(?:re|r|rif|aw|wg|tr|fwd?|i)\s*:.*", re.IGNORECASE | re.DOTALL)
_TOKEN = re.compile(r"\+([0-9a-f]{48})@", re.IGNORECASE)
_RECIPIENTS = ("to", "cc", "delivered-to", "x-original-to")


def take(db: Session, page: Sequence[RawEvent]) -> None:
    """Hear these inbound emails, in this order; raises MalformedBody when a post cannot be read."""
    hear(db, *(_read(db, raw) for raw in page))


def _read(db: Session, raw: RawEvent) -> Reply:
    """What an email says, and of which conversation; what it reports of another message is carried out."""
    email = sendgrid.parse_inbound(raw.content_type, raw.body)
    whole = email.text or html_to_text(email.html)
    robot = automatic(email.headers, whole)
    answered = _answered(db, email)
    if robot is Automatic.DELIVERY_REPORT and (told := returned.report_of(email, whole)):
        answered = answered or _by_token(db, told.reply_to) or returned.message(db, told)
        if answered is not None:
            returned.take(db, email, told, answered, raw)
    conversation = _conversation(db, answered)
    language = conversation.language if conversation else runtime.current().settings.default_language
    # Some write their one word into the subject and nothing else.
    words = strip_reply(whole, language, _ours(db, answered)) or _SUBJECT_OF_OURS.sub("", email.subject)
    sender = parseaddr(email.from_email)[1] or email.from_email
    back = _back(f"{email.subject}\n{whole}", email, raw) if robot is Automatic.AUTO_REPLY else None
    return Reply(
        channel=Channel.EMAIL,
        address=sender,
        text=words,
        # SendGrid names no event: the Message-ID and the recipient tell a retry from a new reply.
        provider_id=f"{email.message_id or raw.digest}>{','.join(email.to)}"[:400],
        at=raw.received_at,
        subject=email.subject,
        conversation_id=conversation.id if conversation else None,
        silence=_silence(robot, words, back),
        away_until=back,
        evidence=_evidence(email, sender, answered),
    )


def _silence(robot: Automatic | None, words: str, back: datetime | None) -> str:
    if robot is Automatic.AUTO_REPLY:
        return OUT_OF_OFFICE if back else AUTO_REPLY
    return robot or ("" if words else NO_WORDS)


def _back(text: str, email: InboundEmail, raw: RawEvent) -> datetime | None:
    """The beginning of the day an absent person returns (aware UTC); None where they name none to come."""
    zone = runtime.current().settings.zone
    day = return_date(text, (email.at or raw.received_at).astimezone(zone).date())
    back = datetime.combine(day, time(), zone) if day else None
    return back if back and back > raw.received_at else None


def _evidence(email: InboundEmail, sender: str, answered: Message | None) -> dict[str, object]:
    evidence: dict[str, object] = {"message_id": email.message_id}
    if email.attachments:
        evidence["attachments"] = email.attachments
    key = runtime.current().settings.suppression_key
    if answered and answered.address_hash != address_hash(key, Channel.EMAIL, sender):
        # Ours was passed on, or they have another address: whose words these are is not proven.
        evidence["from_elsewhere"] = sender
    return evidence


def _answered(db: Session, email: InboundEmail) -> Message | None:
    """The message of ours that this email answers: by the address it came to, else by the ids it names."""
    headers = [email.headers.get(name, "") for name in _RECIPIENTS]
    ids = [email.in_reply_to or "", *reversed(email.references)]
    return _by_token(db, [*email.to, *headers]) or returned.by_request(db, ids, email.from_email)


def _by_token(db: Session, addresses: Iterable[str]) -> Message | None:
    keys = runtime.current().settings.secret_keys
    for token in _TOKEN.findall(" ".join(addresses)):
        try:
            message = db.get(Message, tokens.read_reply(keys, token))
        except tokens.BadToken:
            continue
        if message is not None:
            return message
    return None


def _conversation(db: Session, answered: Message | None) -> Conversation | None:
    return db.get(Conversation, answered.conversation_id) if answered and answered.conversation_id else None


def _ours(db: Session, answered: Message | None) -> str:
    """The text of our letter, as they got it."""
    if answered is None:
        return ""
    content = db.get(Content, answered.content_id) if answered.content_id else None
    if content is None:
        return answered.text
    settings = runtime.current().settings
    return emails.fill(content.text, emails.values_of(settings, content.text, answered))
