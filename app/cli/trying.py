"""What is typed into `surveys try`, taken as live takes it: keywords and opt-outs first, a page's answers by label."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.intake.keywords import help_text
from app.language.keywords import carrier_keyword, own_keyword
from app.language.reading import Intent, Reading, read
from app.surveys.engine import Answered, Prompt, Step, leaves
from app.surveys.survey import Kind

_STOPPED = "nothing more is sent, what waits is taken back, consent is withdrawn, the conversation ends"
_OPEN = "the question stays open and no attempt is used up"


@dataclass(frozen=True, slots=True)
class Met:
    """What would happen, in one line; `answer` is our own text where one goes out, `ends` that nothing follows."""

    told: str
    ends: bool = False
    answer: str = ""


def met_first(text: str, *, lang: str, organisation: str) -> Met | None:
    """What live does with a text message that the survey never hears; None when it goes on to the survey."""
    word = text.strip().upper()
    # "Yes" to an open question is its answer, though a carrier takes it for START.
    by_carrier = None if word == "YES" else carrier_keyword(word)
    match by_carrier or own_keyword(word):
        case "stop":
            return Met(f"stop word: {_STOPPED} (this number)", ends=True)
        case "start":
            return Met(f"start word: this number may be written to again; {_OPEN}")
        case "help" if by_carrier:
            return Met(f"help word: the carrier answers it by itself; {_OPEN}")
        case "help":
            return Met(f"help word; {_OPEN}", answer=help_text(lang, organisation))
    return _asked_to_stop(read(text, lang=lang, channel="sms"))


def _asked_to_stop(reading: Reading) -> Met | None:
    """An opt-out in the contact's own words."""
    if not reading.has(Intent.UNSUBSCRIBE):
        return None
    words = next(span.text for span in reading.intents if span.intent is Intent.UNSUBSCRIBE)
    seen = "; it is doubtful, so a person looks at it too" if reading.needs_review else ""
    return Met(f"asks to stop ({words!r}): {_STOPPED} (every address){seen}", ends=True)


def typed_stop(step: Step) -> Met | None:
    """An opt-out or a word of leaving typed into an open question of the page, which is kept as its answer too."""
    for effect in step.effects:
        if isinstance(effect, Answered) and effect.reading is not None:
            if leaves(effect.text):
                return Met(f"leaves ({effect.text!r}): {_STOPPED} (every address)", ends=True)
            if met := _asked_to_stop(effect.reading):
                return met
    return None


def as_form(page: Prompt, said: str) -> str | Sequence[str] | Mapping[str, str]:
    """What the page would send: options are named by value, label or number."""
    if page.kind is Kind.CONTACT:
        pairs = (part.partition("=") for part in said.split(","))
        return {name.strip(): value.strip() for name, equals, value in pairs if equals}
    if page.kind is not Kind.CHOICES:
        return _value(page, said)
    known = {one.casefold() for option in page.options for one in option}
    parts = [said] if said.strip().casefold() in known else said.split("," if "," in said else None)
    return [_value(page, part) for part in parts]


def _value(page: Prompt, said: str) -> str:
    """The value of the option that is meant; what was said, where there is none."""
    wanted = said.strip().casefold()
    for number, (value, label) in enumerate(page.options, 1):
        meant = {value.casefold(), label.casefold()} | (set() if page.scale else {str(number)})
        if wanted in meant:
            return value
    return said.strip()
