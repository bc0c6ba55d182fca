"""Launching a wave: freeze the survey, the words and the audience rule, then let the workers plan."""

from datetime import datetime

from app import runtime
from app.channels.base import Channel
from app.conversations import walks
from app.conversations.models import ConversationState
from app.db import Session
from app.engagement import policies
from app.errors import BadInput, Conflict
from app.journal.record import record
from app.messages import letters, one_click, outbox
from app.messages.models import GroupState
from app.runtime import Runtime
from app.segments import membership as segments
from app.segments import saved
from app.surveys.survey import Survey
from app.waves import batches, find
from app.waves.definition import Definition
from app.waves.models import Wave, WaveState


def launch(db: Session, rt: Runtime, definition: Definition, *, by: str, now: datetime) -> Wave:
    """Freeze everything and ring for planning after commit; raises BadInput when the wave cannot go out."""
    survey = rt.surveys.get(definition.survey)
    if survey is None:
        known = ", ".join(sorted(rt.surveys))
        raise BadInput(f"there is no survey {definition.survey!r}", where="survey", mend=f"Known: {known}.")
    _refuse_unready(rt, definition, survey)
    rule = saved.expand(db, definition.segment)
    segments.members(rule, as_of=now, policy=policies.present(db))
    version = walks.freeze_survey(db, survey, now=now)
    wave = Wave(
        name=definition.name,
        definition={**definition.source, "segment": rule},
        survey_version=version,
        contents=_freeze_contents(db, rt, definition, survey),
        launched_by=by,
        launched_at=now,
        state=WaveState.RUNNING,
    )
    outbox.open_group(db, wave.id)
    db.add(wave)
    record(db, at=now, actor=by, verb="wave.launched", subject=("wave", wave.id), survey=survey.slug)
    db.flush()
    runtime.ring_after_commit(db, "bulk", "app.waves.jobs.plan", wave.id)
    return wave


def pause(db: Session, wave_id: str, *, by: str, reason: str, now: datetime) -> Wave:
    """Hold everything not yet called; resume lets it go on where it was."""
    wave = _change(db, wave_id, (WaveState.RUNNING,), WaveState.PAUSED)
    wave.reason = reason
    outbox.set_group(db, wave_id, GroupState.PAUSED, reason)
    record(db, at=now, actor=by, verb="wave.paused", subject=("wave", wave_id), reason=reason)
    return wave


def resume(db: Session, wave_id: str, *, by: str, now: datetime) -> Wave:
    """Go on; nobody who was written to is written to again. A brake that still holds will pause it again."""
    wave = _change(db, wave_id, (WaveState.PAUSED,), WaveState.RUNNING)
    wave.reason = None
    outbox.set_group(db, wave_id, GroupState.OPEN)
    record(db, at=now, actor=by, verb="wave.resumed", subject=("wave", wave_id))
    runtime.ring_after_commit(db, "bulk", "app.waves.jobs.plan", wave_id)
    for channel in Channel:
        outbox.ring(db, channel)
    return wave


def cancel(db: Session, wave_id: str, *, by: str, now: datetime) -> Wave:
    """Take back whatever has not left, for good; conversations under way may be finished."""
    wave = _change(db, wave_id, (WaveState.RUNNING, WaveState.PAUSED), WaveState.CANCELED)
    wave.finished_at = now
    outbox.withdraw(db, "wave canceled", group_id=wave_id)
    outbox.set_group(db, wave_id, GroupState.CLOSED)
    # Or nobody of them could be asked again: an expired conversation still takes an answer.
    walks.close(db, ConversationState.EXPIRED, now=now, group_id=wave_id)
    batches.let_go(db, wave_id)
    record(db, at=now, actor=by, verb="wave.canceled", subject=("wave", wave_id))
    return wave


def _change(db: Session, wave_id: str, allowed: tuple[WaveState, ...], state: WaveState) -> Wave:
    wave = find.get(db, wave_id)
    db.refresh(wave, with_for_update={"key_share": True})
    if wave.state not in allowed:
        raise Conflict(f"the wave is {wave.state}: it cannot become {state}")
    wave.state = state
    db.add(wave)
    return wave


def _refuse_unready(rt: Runtime, definition: Definition, survey: Survey) -> None:
    settings = rt.settings
    channels = {channel for step in definition.steps for channel in step.channels}
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
            if settings.sms_sender and not settings.sms_sender.startswith(("+", "MG")):
                raise BadInput(
                    f"{settings.sms_sender} cannot receive answers",
                    where="TWILIO_FROM",
                    mend="A survey by SMS needs a number or a messaging service.",
                )
        missing = [name for name, value in needed.items() if not value]
    if missing:
        raise BadInput(
            f"not set: {', '.join(missing)}", where="settings", mend="Every message must say them."
        )
    for step in definition.steps:
        if Channel.EMAIL in step.channels and step.words not in survey.emails:
            raise BadInput(
                f"survey {survey.slug} has no email {step.words!r}",
                where=f"step {step.name}",
                mend=f"Say `email:` with one of {', '.join(survey.emails)}.",
            )


def _freeze_contents(
    db: Session, rt: Runtime, definition: Definition, survey: Survey
) -> dict[str, dict[str, str]]:
    """step -> language -> content id, for the emails; texts are written out per contact."""
    frozen: dict[str, dict[str, str]] = {}
    for step in definition.steps:
        if Channel.EMAIL not in step.channels:
            continue
        for language, said in survey.emails[step.words].items():
            words = letters.Words(
                subject=said.subject,
                paragraphs=said.body,
                preheader=said.preheader,
                heading=said.heading,
                button=said.button,
                rating_caption=said.rating_caption,
                row=one_click.row(survey, language),
            )
            letter = letters.lay_out(
                rt.settings, words, language, list_id=letters.list_id(rt.settings, survey.slug)
            )
            frozen.setdefault(step.name, {})[language] = outbox.freeze(
                db,
                Channel.EMAIL,
                language,
                text=letter.text,
                subject=letter.subject,
                html=letter.html,
                headers=letter.headers,
            )
    return frozen
