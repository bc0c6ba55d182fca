"""The database floor: engines, column types, how transactions begin, and statements over many rows, on both engines.

May import: settings and errors. Owns no table.
"""

from sqlmodel import Session as Session

from app.db.columns import BigId, IdType, JsonType, Packed, UtcDateTime, new_id
from app.db.inserts import (
    Ready,
    insert_all,
    insert_naming,
    insert_new,
    insert_ready,
    made_ready,
    update_each,
)
from app.db.postponed import later, settle
from app.db.seen import Seen, watching
from app.db.statements import (
    among,
    among_given,
    database_now,
    in_index_order,
    is_sqlite,
    listed,
    paired,
    pairs,
    table_of,
    upsert,
    upsert_of,
)
from app.db.transactions import open_engine, reading, writing
from app.db.wire import Wire

__all__ = [
    "BigId",
    "IdType",
    "JsonType",
    "Packed",
    "Ready",
    "Seen",
    "Session",
    "UtcDateTime",
    "Wire",
    "among",
    "among_given",
    "database_now",
    "in_index_order",
    "insert_all",
    "insert_naming",
    "insert_new",
    "insert_ready",
    "is_sqlite",
    "later",
    "listed",
    "made_ready",
    "new_id",
    "open_engine",
    "paired",
    "pairs",
    "reading",
    "settle",
    "table_of",
    "update_each",
    "upsert",
    "upsert_of",
    "watching",
    "writing",
]
