"""Writing a file's worth of interactions at the database's own pace: prepared rows, no object for each."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from psycopg import sql
from sqlalchemy import Dialect, column, select, text
from sqlalchemy import table as named_table
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import Session

from app.contacts import find
from app.contacts.models import Contact
from app.db import among, is_sqlite, table_of
from app.engagement.models import Interaction
from app.engagement.rows import Event, dedupe_key
from app.engagement.words import grade_of, is_human


class Prepared(NamedTuple):
    """One interaction as it is written but for whose it is, in the order of the table's columns."""

    kind: str
    grade: str
    human: bool
    at: str
    """UTC, `2026-11-01 09:00:00.000000`."""
    amount: str | None
    currency: str | None
    detail: str
    source: str
    dedupe_key: str


_FIELDS = ("contact_id", *Prepared._fields)
_table, _contacts = table_of(Interaction), table_of(Contact)
_incoming = named_table("incoming_interactions", *(column(name) for name in _FIELDS))
_MAKE_ROOM = (
    text(
        "CREATE TEMPORARY TABLE IF NOT EXISTS incoming_interactions (LIKE interactions) ON COMMIT DELETE ROWS"
    ),
    text("ALTER TABLE incoming_interactions DROP COLUMN IF EXISTS id"),
)
_COPY = sql.SQL("COPY incoming_interactions ({}) FROM STDIN").format(
    sql.SQL(", ").join(sql.Identifier(name) for name in _FIELDS)
)
_TAKE = (
    pg_insert(_table)
    .from_select(_FIELDS, select(*_incoming.c))
    .on_conflict_do_nothing()
    .execution_options(preserve_rowcount=True)
)


def prepare(event: Event, source: str) -> Prepared:
    """An event as it is written."""
    grade = grade_of(event.kind, by_machine=event.machine)
    return Prepared(
        event.kind.value,
        grade.value,
        is_human(grade),
        event.at.isoformat(" ", "microseconds")[:26],
        None if event.amount is None else f"{event.amount:.2f}",
        event.currency,
        event.detail,
        source,
        dedupe_key(event),
    )


def add(db: Session, rows: Sequence[tuple[str, Prepared]]) -> int:
    """Add (contact id, interaction); returns how many were new. Whose dormancy changes is for the caller to say."""
    if not rows:
        return 0
    connection = db.connection()
    if is_sqlite(db):
        ready = [(contact_id.replace("-", ""), *row) for contact_id, row in rows]
        kept = connection.exec_driver_sql(
            insert_of(connection.dialect), ready, execution_options={"preserve_rowcount": True}
        )
        return kept.rowcount
    for statement in _MAKE_ROOM:
        connection.execute(statement)
    with connection.connection.cursor().copy(_COPY) as copy:
        for contact_id, row in rows:
            kind, grade, human, at, *rest = row
            copy.write_row((contact_id, kind, grade, human, f"{at}+00", *rest))
    return connection.execute(_TAKE).rowcount


def insert_of(dialect: Dialect) -> str:
    """The insert of one row, in the driver's own words."""
    insert = (sqlite_insert if dialect.name == "sqlite" else pg_insert)(_table).on_conflict_do_nothing()
    return str(insert.inline().compile(dialect=dialect, column_keys=list(_FIELDS)))


def people(db: Session, names: Collection[str]) -> dict[str, str]:
    """As `find.by_names`: name -> contact id; most are somebody's own email, which is asked for first."""
    emails = [name for name in names if "@" in name]
    own = select(_contacts.c.email_key, _contacts.c.id)
    own = own.where(among(db, _contacts.c.email_key, emails)).order_by(_contacts.c.id.desc())
    found: dict[str, str] = {row[0]: row[1] for row in db.execute(own)} if emails else {}
    others = [name for name in names if name not in found]
    return found | find.by_names(db, others) if others else found
