"""The places of a survey's quotas, counted per wave: taken with the answer, in its transaction, never one too many."""

from collections.abc import Callable, Collection

from sqlalchemy import or_, select, update

from app.conversations.models import QuotaCount
from app.conversations.walks import Walk
from app.db import Session, insert_new, table_of
from app.surveys.engine import QuotaTaken, Step

_counts = table_of(QuotaCount)


def settle(db: Session, walk: Walk, step_of: Callable[[Collection[str]], Step]) -> Step:
    """The step of which every place it takes was free: `step_of` is told the quotas that are full, and asked again
    when the last place went to somebody else meanwhile."""
    # A place once had, or missed, stays so for this walk.
    limits = {one.id: one.at_most for one in walk.survey.quotas if one.id not in walk.state.quotas}
    if not limits:
        return step_of(())
    group = walk.conversation.group_id
    full, taken = _full(db, group, limits), set[str]()
    while True:
        step = step_of(full)
        wanted = {effect.id for effect in step.effects if isinstance(effect, QuotaTaken)}
        for quota in sorted(wanted - taken):  # in one order for everybody
            if not _take(db, group, quota, limits[quota]):
                full.add(quota)
                break
            taken.add(quota)
        else:
            for quota in sorted(taken - wanted):
                _give_back(db, group, quota)
            return step


def _full(db: Session, group: str, limits: dict[str, int]) -> set[str]:
    gone = or_(*((_counts.c.quota == quota) & (_counts.c.taken >= most) for quota, most in limits.items()))
    return set(db.scalars(select(_counts.c.quota).where(_counts.c.group_id == group, gone)))


def _take(db: Session, group: str, quota: str, most: int) -> bool:
    one_more = (
        update(_counts)
        .where(_counts.c.group_id == group, _counts.c.quota == quota, _counts.c.taken < most)
        .values(taken=_counts.c.taken + 1)
    )

    def counted() -> bool:
        return bool(db.execute(one_more).rowcount)  # type: ignore[attr-defined]

    first = {"group_id": group, "quota": quota, "taken": 1}
    return counted() or bool(insert_new(db, QuotaCount, [first])) or counted()


def _give_back(db: Session, group: str, quota: str) -> None:
    mine = (_counts.c.group_id == group) & (_counts.c.quota == quota)
    db.execute(update(_counts).where(mine).values(taken=_counts.c.taken - 1))
