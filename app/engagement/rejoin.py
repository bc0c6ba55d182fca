"""The timeline when two contacts prove to be one person, or part again; their dormancy is reckoned anew."""

from typing import Any

from sqlalchemy import delete, select, update

from app.contacts.rejoin import move, move_back
from app.db import Session, table_of
from app.engagement.dormancy import recompute_for
from app.engagement.models import Dormancy, Interaction, Send

_interactions, _sends, _dormancy = table_of(Interaction), table_of(Send), table_of(Dormancy)
_PAGE = 500


def rejoin(db: Session, gone: str, keep: str) -> dict[str, Any]:
    """What `gone` did becomes `keep`'s; a send that both have is one."""
    facts = {"interactions": move(db, _interactions, gone, keep)}
    held = select(_sends.c.key).where(_sends.c.contact_id == keep)
    both = delete(_sends).where(_sends.c.contact_id == gone, _sends.c.key.in_(held))
    facts["both"] = sorted(db.execute(both.returning(_sends.c.key)).scalars())
    moved = update(_sends).where(_sends.c.contact_id == gone).values(contact_id=keep)
    facts["sends"] = sorted(db.execute(moved.returning(_sends.c.key)).scalars())
    db.execute(delete(_dormancy).where(_dormancy.c.contact_id == gone))
    recompute_for(db, [keep])
    return facts


def part(db: Session, gone: str, keep: str, facts: dict[str, Any]) -> None:
    move_back(db, _interactions, facts["interactions"], gone, keep)
    for start in range(0, len(facts["sends"]), _PAGE):
        page = facts["sends"][start : start + _PAGE]
        mine = update(_sends).where(_sends.c.contact_id == keep, _sends.c.key.in_(page))
        db.execute(mine.values(contact_id=gone))
    same = select(_sends).where(_sends.c.contact_id == keep, _sends.c.key.in_(facts["both"]))
    rows = [row._asdict() | {"contact_id": gone} for row in db.execute(same)]
    if rows:
        db.execute(_sends.insert(), rows)
    recompute_for(db, [gone, keep])
