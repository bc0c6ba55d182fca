"""Launching a wave: freeze the survey, the words and the audience rule, then let the workers plan."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from app import runtime
from app.channels.base import Channel
from app.conversations import walks
from app.db import Session, new_id
from app.engagement import policies
from app.errors import BadInput
from app.journal.record import record
from app.messages import outbox
from app.runtime import Runtime
from app.segments import membership as segments
from app.segments import saved
from app.settings import LOCAL, Settings
from app.surveys.survey import Survey
from app.waves import calendar, entering, words
from app.waves.definition import LEARNT, Definition, WaveStep
from app.waves.models import Wave, WaveState
from app.waves.planning import send_time
from app.waves.steering import control


def launch(
    db: Session, rt: Runtime, definition: Definition, *, by: str, now: datetime, wave_id: str | None = None
) -> Wave:
    """Freeze everything and ring for planning after commit; raises BadInput when the wave cannot go out.

    `wave_id`: the one it was planned under, so that variants fall as they were counted.
    """
    survey = survey_of(rt, definition)
    refuse_unready(rt, definition, survey)
    words.refuse_unsayable(db, rt.settings, definition, survey)
    rule = saved.expand(db, definition.segment)
    frozen = {**definition.source, "segment": rule}
    if definition.trigger and definition.trigger.unless:
        unless = saved.expand(db, definition.trigger.unless)
        frozen["trigger"] = {**definition.source["trigger"], "unless": unless}
    chosen = segments.members(rule, as_of=now, policy=policies.present(db))
    version = walks.freeze_survey(db, survey, now=now)
    wave = Wave(
        id=wave_id or new_id(),
        name=definition.name,
        definition=frozen,
        file_hash=definition.fingerprint,
        next_at=_next_edition(rt, definition, now),
        looked=entering.begin(db, definition.trigger, now) if definition.trigger else None,
        survey_version=version,
        contents=words.freeze(db, rt.settings, definition, survey),
        launched_by=by,
        launched_at=now,
        state=WaveState.RUNNING,
    )
    outbox.open_group(db, wave.id)
    db.add(wave)
    record(db, at=now, actor=by, verb="wave.launched", subject=("wave", wave.id), survey=survey.slug)
    db.flush()
    if LEARNT in {step.at for step in _as_sent(definition)}:
        send_time.learn(db, wave.id, chosen, now=now)
    control.take_up(db, wave.id, definition, rt.settings.data_dir)
    runtime.ring_after_commit(db, "bulk", "app.waves.jobs.plan", wave.id)
    return wave


def _as_sent(definition: Definition) -> list[WaveStep]:
    return [step for number in range(len(definition.steps)) for step in definition.as_sent(number)]


def survey_of(rt: Runtime, definition: Definition) -> Survey:
    """The survey it names; raises BadInput."""
    survey = rt.surveys.get(definition.survey)
    if survey is None:
        known = ", ".join(sorted(rt.surveys))
        raise BadInput(f"there is no survey {definition.survey!r}", where="survey", mend=f"Known: {known}.")
    return survey


def _next_edition(rt: Runtime, definition: Definition, now: datetime) -> datetime | None:
    if definition.trigger and definition.trigger.again_after:
        return now + definition.trigger.again_after
    if definition.repeat is None:
        return None
    found = calendar.next_edition(definition.repeat, now, now, rt.settings.zone)
    if found is None:
        raise BadInput(
            f"the wave would not be repeated by {definition.repeat.until}",
            where="repeat",
            mend="Give `until` a later day, or remove `repeat`.",
        )
    return found


def refuse_unready(rt: Runtime, definition: Definition, survey: Survey) -> None:
    """Raises BadInput with what is not set up yet."""
    settings = rt.settings
    _refuse_texts(settings, [step for step in _as_sent(definition) if Channel.SMS in step.channels])
    channels = {channel for step in _as_sent(definition) for channel in step.channels}
    missing = []
    if not settings.sandboxed:
        needed = {
            "ORGANISATION_NAME": settings.organisation_name,
            "POSTAL_ADDRESS": settings.postal_address,
            "PRIVACY_URL": settings.privacy_url,
        }
        if Channel.EMAIL in channels:
            needed |= {"SENDGRID_API_KEY": settings.sendgrid_api_key}
            needed |= {"SENDGRID_FROM_EMAIL": settings.sendgrid_from_email}
        if Channel.SMS in channels:
            needed |= {"TWILIO_ACCOUNT_SID": settings.twilio_account_sid, "TWILIO_FROM": settings.sms_sender}
        missing = [name for name, value in needed.items() if not value]
    if missing:
        raise BadInput(
            f"not set: {', '.join(missing)}", where="settings", mend="Every message must say them."
        )


def _refuse_texts(settings: Settings, steps: Sequence[WaveStep]) -> None:
    """Raises BadInput for questions nobody could answer, and for links nobody could open."""
    asking = next((step.name for step in steps if not step.by_link), None)
    if asking and not settings.can_receive_texts:
        raise BadInput(
            f"{settings.sms_sender} is a name, and nobody can text back to it: the question of step {asking} would "
            "get no answer",
            where="TWILIO_FROM",
            mend="Write `sms: link` in the first step of the wave that sends texts, so that they lead to the survey's "
            "page, or set TWILIO_FROM to a number.",
        )
    host = urlsplit(settings.public_url).hostname
    if any(step.by_link for step in steps) and host in LOCAL and not settings.sandboxed:
        raise BadInput(
            f"the links in texts would lead to {host}, which is this machine only",
            where="PUBLIC_URL",
            mend="Set it to the address under which contacts reach this service.",
        )
