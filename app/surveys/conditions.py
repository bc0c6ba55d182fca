"""Whether a condition of the file holds, given what is known at one point of the walk."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.surveys.survey import Condition, Value


@dataclass(frozen=True, slots=True)
class Facts:
    """What may be asked about: answers given on the way so far, how they sounded, the contact's attributes."""

    answers: Mapping[str, Value]
    sentiments: Mapping[str, str]
    attributes: Mapping[str, str]


def holds(condition: Condition, facts: Facts) -> bool:
    """Whether it holds; one about an answer or attribute that is not there does not."""
    if condition.all:
        return all(holds(part, facts) for part in condition.all)
    if condition.attribute is not None:
        present = facts.attributes.get(condition.attribute, "").strip().casefold()
        return present in {value.strip().casefold() for value in condition.among}
    value = facts.answers.get(condition.answer or "")
    if value is None:
        return False
    if condition.sentiment:
        return facts.sentiments.get(condition.answer or "") in condition.sentiment
    if condition.low is not None and condition.high is not None:
        return isinstance(value, int | float) and condition.low <= value <= condition.high
    if isinstance(value, str):
        return value in condition.among
    return isinstance(value, tuple) and not set(value).isdisjoint(condition.among)
