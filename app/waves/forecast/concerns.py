"""What deserves a look before a wave goes out, each as a code with its figures."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from app.channels.base import Channel
from app.channels.segments import segments
from app.db import Session
from app.errors import BadInput
from app.runtime import Runtime
from app.settings import Settings
from app.surveys.check import check
from app.surveys.survey import Survey
from app.translations import N_
from app.waves import entering, find, launch, words
from app.waves.costs import Prices
from app.waves.definition import Definition
from app.waves.forecast.previews import CLIPPED_AT, Size
from app.waves.forecast.rehearsal import Rehearsal
from app.waves.forecast.schedule import PlannedStep
from app.waves.models import Arm
from app.waves.planning.decide import SAME_ADDRESS

WORDS = {
    "not_ready": N_("The launch will be refused: %(why)s"),
    "nobody": N_("Nobody would be written to."),
    "recent": N_(
        "An automation writes to nobody at its launch: the figures are of those who would have entered in the last "
        "%(days)s days."
    ),
    "survey": N_("The survey: %(problem)s"),
    "launched_before": N_("The same file was launched on %(day)s, as “%(name)s”."),
    "not_https": N_(
        "PUBLIC_URL is not https: mail programs show no unsubscribe button of their own, and Gmail and Yahoo ask "
        "bulk senders for one."
    ),
    "not_set": N_("Not set: %(names)s. Outside the sandbox a launch is refused without them."),
    "not_aligned": N_(
        "The sender’s domain %(sender)s is not that of %(names)s (%(domains)s): spam filters trust what fits together."
    ),
    "no_control": N_("There is no control group: nobody will be able to prove what the wave brought."),
    "same_address": N_("Contacts who share an address with another, and get no message of their own: %(count)s."),
    "subject_missing": N_("Variant %(variant)s has no subject in %(languages)s: these contacts get the survey’s."),
    "clipped": N_("The email %(step)s in “%(language)s” has %(size)s kB: Gmail cuts it off at %(most)s kB."),
    "dear": N_(
        "Texts with characters outside the SMS alphabet (%(characters)s), where a part holds 70 instead of 160: "
        "%(count)s."
    ),
    "budget": N_("The texts cost up to %(cost)s, the budget is %(budget)s: the wave will pause when it is used up."),
    "budget_first": N_("The invitations alone cost %(cost)s, the budget is %(budget)s."),
    "not_priced": N_("What the texts cost is not known: %(why)s"),
    "old_prices": N_("The SMS prices are of %(day)s: check them."),
    "overlap": N_("“%(step)s” takes until %(until)s, but “%(next)s” is due on %(due)s."),
    "too_long": N_("At this pace “%(step)s” takes longer than a year."),
    "not_all": N_("Only the first %(count)s contacts were looked at; the whole: riattiva waves plan FILE"),
}  # fmt: skip
CHARACTERS = 12
"""Outside the SMS alphabet that are named."""
OLD = timedelta(days=365)
LOCAL = ("127.0.0.1", "localhost", "::1", "")


@dataclass(frozen=True, slots=True)
class Concern:
    """What is said about it, by `WORDS[code]`; `stops`: the launch would be refused."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)
    stops: bool = False


def of_launch(db: Session, rt: Runtime, definition: Definition, survey: Survey) -> Iterator[Concern]:
    """Why it would be refused."""
    try:
        launch.refuse_unready(rt, definition, survey)
        words.refuse_unsayable(db, rt.settings, definition, survey)
    except BadInput as error:
        yield Concern("not_ready", {"why": str(error)}, stops=True)


def of_wave(db: Session, definition: Definition, found: Rehearsal, now: datetime) -> Iterator[Concern]:
    """What is odd about the wave itself and whom it reaches."""
    if not found.done:
        yield Concern("not_all", {"count": found.selected})
    if definition.trigger:
        yield Concern("recent", {"days": entering.RECENT.days})
    elif not found.arms[Arm.TREATED]:
        yield Concern("nobody", stops=not found.selected)
    before = find.launched_before(db, definition.fingerprint, now=now)
    if before is not None:
        yield Concern("launched_before", {"day": before.launched_at.date(), "name": before.name})
    if not definition.control:
        yield Concern("no_control")
    if shared := found.left_out[SAME_ADDRESS]:
        yield Concern("same_address", {"count": shared})
    if found.dear:
        texts = sum(count for (_, _, encoding, _), count in found.parts.items() if encoding == "UCS-2")
        characters = " ".join(one for one, _ in found.dear.most_common(CHARACTERS))
        yield Concern("dear", {"count": texts, "characters": characters})


def of_steps(steps: Sequence[PlannedStep], now: datetime) -> Iterator[Concern]:
    """Steps that are still leaving when the next one is due."""
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        if step.leaving is None:
            continue
        if step.leaving.last is None:
            yield Concern("too_long", {"step": step.name})
        elif following and following.messages and step.leaving.last >= now + following.after:
            said = {"until": step.leaving.last, "due": now + following.after}
            yield Concern("overlap", {"step": step.name, "next": following.name, **said})


def of_survey(survey: Survey, settings: Settings) -> Iterator[Concern]:
    """What the checks of the survey find: carrier keywords, foreign links, shorteners, long texts."""
    host = urlsplit(settings.public_url).hostname or ""
    for problem in check(
        survey,
        lambda text: segments(text).count,
        where=f"{survey.slug}.yaml",
        host="" if host in LOCAL else host,
    ):
        yield Concern("survey", {"problem": str(problem)})


def of_settings(settings: Settings, channels: set[Channel]) -> Iterator[Concern]:
    """What recipients and their mail programs would miss."""
    needed = {
        "ORGANISATION_NAME": settings.organisation_name,
        "POSTAL_ADDRESS": settings.postal_address,
        "PRIVACY_URL": settings.privacy_url,
    }
    missing = [name for name, value in needed.items() if not value]
    if missing and settings.sandboxed:
        yield Concern("not_set", {"names": ", ".join(missing)})
    if Channel.EMAIL not in channels:
        return
    if not settings.public_url.startswith("https://"):
        yield Concern("not_https")
    sender = settings.sendgrid_from_email.rpartition("@")[2].lower()
    others = {
        "PUBLIC_URL": (urlsplit(settings.public_url).hostname or "").lower(),
        "SENDGRID_INBOUND_DOMAIN": settings.sendgrid_inbound_domain.lower(),
    }
    apart = {
        name: domain for name, domain in others.items() if domain not in LOCAL and not _kin(sender, domain)
    }
    if sender and apart:
        values = {"sender": sender, "names": ", ".join(apart), "domains": ", ".join(apart.values())}
        yield Concern("not_aligned", values)


def of_variants(definition: Definition, languages: Sequence[str]) -> Iterator[Concern]:
    """Subjects that lack one of these languages, in which contacts are written to."""
    for variant in definition.variants:
        missing = [language for language in languages if language not in variant.subject]
        if variant.subject and missing:
            yield Concern("subject_missing", {"variant": variant.name, "languages": ", ".join(missing)})


def of_sizes(sizes: Sequence[Size]) -> Iterator[Concern]:
    for size in sizes:
        if size.kilobytes > CLIPPED_AT:
            said = {"step": size.step, "language": size.language, "size": size.kilobytes, "most": CLIPPED_AT}
            yield Concern("clipped", said)


def of_money(
    definition: Definition, prices: Prices | None, first: Decimal, all_steps: Decimal, now: datetime
) -> Iterator[Concern]:
    """Prices that are old, and a budget that does not reach."""
    budget = definition.budget
    if prices is None:
        return
    if now.date() - prices.as_of > OLD and all_steps:
        yield Concern("old_prices", {"day": prices.as_of})
    if budget is None or all_steps <= budget.amount:
        return
    code, cost = ("budget_first", first) if first > budget.amount else ("budget", all_steps)
    yield Concern(code, {"cost": (cost, prices.currency), "budget": (budget.amount, budget.currency)})


def _kin(one: str, other: str) -> bool:
    """Whether two domains belong together: one within the other, or both within the same registered name."""
    if one == other or one.endswith("." + other) or other.endswith("." + one):
        return True
    labels = one.split(".")
    # Without the public suffix list: three labels where the last two are short (co.uk, com.br).
    size = 3 if len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3 else 2
    return labels[-size:] == other.split(".")[-size:]
