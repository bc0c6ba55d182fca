"""The one vocabulary for both providers, so that no room above needs to know which of them spoke."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

TAG_OPENING = "-rv_"


class Channel(StrEnum):
    EMAIL = "email"
    SMS = "sms"


class ChannelError(RuntimeError):
    """A look-up at a provider failed; the text is meant for the person in front of the screen."""


class MalformedBody(ValueError):
    """What was posted does not have the shape the provider documents; keep the raw bytes and look at them."""


def tag(name: str) -> str:
    """The substitution tag of a value, `-rv_name-`; a name that is a tag already stays as it is."""
    return name if name.startswith(TAG_OPENING) else f"{TAG_OPENING}{name}-"


@dataclass(frozen=True, slots=True)
class EmailContent:
    """What all recipients of one request share. `-rv_name-` in subject, texts and reply_to is replaced per
    recipient, without any HTML escaping: HTML takes its values from tags of its own, already escaped."""

    subject: str
    text: str
    html: str
    from_email: str
    from_name: str
    reply_to: str | None
    headers: Mapping[str, str] = field(default_factory=dict)
    categories: tuple[str, ...] = ()
    opens: bool = False
    """Whether the provider's picture that tells of opens goes along."""


@dataclass(frozen=True, slots=True)
class EmailRecipient:
    """One person of a request: `values` by name (or whole tag), `headers` theirs alone (List-Unsubscribe)."""

    message_id: str
    to: str
    name: str | None
    values: Mapping[str, str]
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sms:
    """One text; `validity_seconds` is how long the provider may still try to hand it over."""

    message_id: str
    to: str
    body: str
    validity_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took it. `provider_id`: X-Message-Id of the request (may be empty), or the SID."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class NothingAccepted:
    """Proof that nothing was accepted, so that sending again cannot be sending twice.

    `retry_after` in seconds where the provider names a time; `pause` where nothing will be accepted until a
    person has acted (quota, credentials, sender)."""

    reason: str
    retry_after: float | None = None
    pause: bool = False
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A permanent no. `indexes`: the recipients the errors name, ascending; empty when they name none."""

    code: str
    reason: str
    indexes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Unknown:
    """The request may have been accepted: only the provider's own events or a look-up can tell."""

    reason: str


SendResult = Accepted | NothingAccepted | Refused | Unknown


class EventKind(StrEnum):
    PROCESSED = "processed"
    DEFERRED = "deferred"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    BLOCKED = "blocked"
    DROPPED = "dropped"
    OPENED = "opened"
    CLICKED = "clicked"
    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"
    RESUBSCRIBED = "resubscribed"
    QUEUED = "queued"
    SENT = "sent"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    CANCELED = "canceled"
    ACCOUNT = "account"
    OTHER = "other"


@dataclass(slots=True)  # frozen would take longer to fill than all the rest of reading it
class ProviderEvent:
    """One thing a provider says happened. `event_id` is the same for every replay of the same event.

    `message_id` is ours; `at` is aware UTC, or None where the provider states no time; BOUNCED is permanent,
    BLOCKED is not; `machine` is true only where the provider itself says that no human acted."""

    event_id: str
    kind: EventKind
    message_id: str | None
    provider_id: str | None
    address: str | None
    at: datetime | None
    code: str | None
    reason: str | None
    machine: bool
    url: str | None
    user_agent: str | None
    ip: str | None
    raw: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class InboundSms:
    """A text as received; `media` counts attachments, `opt_out_type` is STOP, START or HELP, if said."""

    provider_id: str
    from_number: str
    to_number: str
    body: str
    media: int
    opt_out_type: str | None


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a mail server says became of a message of ours: `action` and `status` as in RFC 3464 (failed, delayed,
    delivered …; 5.1.1), `message_id` and `reply_to` those of the message it returns."""

    action: str
    status: str
    recipient: str | None
    original_recipient: str | None
    reason: str
    message_id: str | None
    reply_to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InboundEmail:
    """An email as received. `to` is who the SMTP envelope names, else the To header. Header names are in
    lower case and the first (topmost) value wins; ids keep their angle brackets; line ends are LF."""

    message_id: str | None
    from_email: str
    to: tuple[str, ...]
    subject: str
    text: str
    html: str
    headers: Mapping[str, str]
    in_reply_to: str | None
    references: tuple[str, ...]
    attachments: int
    at: datetime | None
    report: DeliveryReport | None = None
