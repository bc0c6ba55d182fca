"""The database floor: engines, column types, how transactions begin, and statements over many rows, on both engines.

May import: settings and errors. Owns no table.
"""

from sqlmodel import Session as Session

from app.db.columns import BigId, IdType, JsonType, UtcDateTime, new_id
from app.db.inserts import insert_all, insert_naming, insert_new, update_each
from app.db.postponed import later, settle
from app.db.statements import among, database_now, in_index_order, is_sqlite, paired, table_of, upsert
from app.db.transactions import open_engine, reading, writing
from app.db.wire import Wire

__all__ = [
    "BigId",
    "IdType",
    "JsonType",
    "Session",
    "UtcDateTime",
    "Wire",
    "among",
    "database_now",
    "in_index_order",
    "insert_all",
    "insert_naming",
    "insert_new",
    "is_sqlite",
    "later",
    "new_id",
    "open_engine",
    "paired",
    "reading",
    "settle",
    "table_of",
    "update_each",
    "upsert",
    "writing",
]
