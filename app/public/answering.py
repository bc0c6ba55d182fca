"""The survey's page: one question at a time, in any language the survey speaks; only a POST answers."""

from collections.abc import Collection, Mapping
from typing import Any

from flask import abort, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app import runtime
from app.channels.texts import storable
from app.conversations import walks
from app.conversations.models import ConversationState
from app.conversations.walks import Walk
from app.intake import replies, visits
from app.public import pressed, wording
from app.public.pages import FORM_LIMIT, bp, evidence, id_in, show
from app.surveys import engine
from app.surveys.engine import BadAnswer
from app.surveys.survey import Kind, Question
from app.surveys.walk import walk as way
from app.tokens import Purpose
from app.translations import N_, gettext

Given = str | tuple[str, ...] | Mapping[str, str] | None
"""What a form holds, in the shape the engine takes for its question; None passes over it."""
NOTHING_SENT = N_("Nothing has been sent yet: choose or write your answer and press the button.")


@bp.get("/s/<token>")
def survey(token: str) -> Response:
    """The question that is open now, or with `?q=` one answered before.

    `?a=` preselects an answer, which counts only when confirmed: to `q`, without it to the first question,
    for that is what an email asks.
    """
    walk = _walk(token, request.args.get("lang"))
    asked, clicked = request.args.get("q", ""), request.args.get("a", "")
    if clicked:
        at = way(walk.survey, walk.state)
        first = next((question.id for question in (*at.passed, at.question) if question), "")
        prompt = walks.shown(walk, asked or first)
        meant = prompt is not None and prompt.question == (asked or first)
        if prompt and meant and clicked != prompt.value and clicked in dict(prompt.options):
            return _page(walk, token, prompt.question, given=clicked, clicked=True)
    return _page(walk, token, asked)


@bp.post("/s/<token>")
def answer(token: str) -> Response:
    """One answer; posting it twice changes nothing, posting an earlier question again corrects it.

    With `switch` nothing is answered: the page comes back in that language, with what was filled in. So it does when
    no person sent the form (see `pressed`).
    """
    request.max_content_length = FORM_LIMIT
    form = request.form
    language, asked = form.get("switch") or form.get("lang", ""), form.get("question", "")
    walk = _walk(token, language)
    given = _filled(walk.survey.questions.get(asked), form)
    if not pressed.by_person(form, _values(given)):
        problem = gettext(walk.state.lang, NOTHING_SENT)
        return _page(walk, token, asked, given=given or None, problem=problem, status=422)
    conversation = walk.conversation.id
    if "switch" in form:
        _looked(conversation, form)
        return _page(walk, token, asked, given=given)
    if bad := wording.unreadable(walk, given):
        _looked(conversation, form)
        return _page(walk, token, asked, given=given, problem=" ".join(bad.values()), bad=bad, status=422)
    try:
        with runtime.session() as db:
            replies.submit(db, conversation, asked, given, language=language, evidence=evidence())
    except BadAnswer as error:
        _looked(conversation, form)
        walk = _walk(token, language)
        problem = wording.refused(walk, asked) or error.what
        return _page(walk, token, asked, given=given, problem=problem, status=422)
    # Each question has an address of its own, so that the browser's back button leads to the one before.
    present = walks.shown(_walk(token, language))
    question = present.question if present else None
    return redirect(url_for("public.survey", token=token, q=question, lang=language or None), code=303)


def _looked(conversation_id: str, form: MultiDict[str, str]) -> None:
    """No answer, but a sign of life, where somebody took their time over the page."""
    if seconds := pressed.looked_for(conversation_id, form):
        with runtime.session() as db:
            visits.lingered(db, conversation_id, seconds)


def _values(given: Given) -> Collection[str]:
    """What a form holds, whatever its shape."""
    if given is None or isinstance(given, str):
        return (given or "",)
    return tuple(given.values()) if isinstance(given, Mapping) else given


def _walk(token: str, language: str | None) -> Walk:
    with runtime.reading() as db:
        walk = walks.open_walk(db, id_in(Purpose.SURVEY, token), lock=False, language=language)
    if walk is None:
        abort(404)
    return walk


def _filled(question: Question | None, form: MultiDict[str, str]) -> Given:
    if "skip" in form:
        return None
    if question is not None and question.kind is Kind.CHOICES:
        return tuple(storable(value) for value in form.getlist("answer"))
    if question is not None and question.kind is Kind.CONTACT:
        fields = {} if "same" in form else {name: storable(form.get(name, "")) for name in question.fields}
        return {name: text.strip() for name, text in fields.items() if text.strip()}
    return storable(form.get("answer", ""))


def _page(
    walk: Walk,
    token: str,
    asked: str = "",
    *,
    given: Given | None = None,
    problem: str = "",
    bad: Collection[str] = (),
    clicked: bool = False,
    status: int = 200,
) -> Response:
    """The page that asks `asked`; where that is not on this contact's way (an old tab), the open question.

    `bad` names the fields a `problem` is about; without any it is about the whole answer.
    """
    facts: dict[str, Any] = {"walk": walk, "token": token, "problem": problem, "bad": bad}
    if walk.conversation.state == ConversationState.STOPPED:
        said = engine.closing(walk.survey, walk.state, walk.values) if walk.state.done else ""
        return show("stopped", walk.state.lang, status, closing=said, **facts)
    prompt = walks.shown(walk, asked or None)
    if prompt is None:
        at = way(walk.survey, walk.state)
        last = at.passed[-1].id if at.passed and at.question is None else None
        closing = engine.closing(walk.survey, walk.state, walk.values)
        return show("thanks", walk.state.lang, status, closing=closing, last=last, **facts)
    stale = prompt.question != asked
    held = prompt.value if stale or given is None else given
    empty: Given = () if prompt.kind is Kind.CHOICES else {} if prompt.kind is Kind.CONTACT else ""
    held = empty if held is None else held
    facts |= {"prompt": prompt, "given": held, "stale": stale, "clicked": clicked}
    facts["stamp"] = pressed.stamp(walk.conversation.id, _values(held))
    facts |= wording.of(walk, prompt)
    if facts["hint"] == problem:
        facts["hint"] = ""
    page = show("question", walk.state.lang, status, **facts)
    if request.method == "POST":
        # A browser that goes back to this page may show what it has; else it would ask to send the form again.
        page.headers["Cache-Control"] = "private, no-cache"
    return page
