"""Posts are kept packed, and say themselves how long they are and whether somebody may want out

Revision 0021, after 0020.
"""

from contextlib import suppress

import sqlalchemy as sa
import zstandard
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_URGENT = sa.text("urgent AND state = 'received'")
_MARKS = (b'spamreport"', b'subscribe"', b"21610")
_PAGE = 200


def upgrade() -> None:
    op.add_column("raw_events", sa.Column("length", sa.Integer(), server_default="0", nullable=False))
    op.add_column("raw_events", sa.Column("urgent", sa.Boolean(), server_default=sa.false(), nullable=False))
    # Bodies that stand here stay as they are.
    op.execute("UPDATE raw_events SET length = length(body)")
    _mark_urgent(op.get_bind())
    op.create_index(
        "ix_raw_events_urgent",
        "raw_events",
        ["state", "route", "id"],
        sqlite_where=_URGENT,
        postgresql_where=_URGENT,
    )


def downgrade() -> None:
    op.drop_index("ix_raw_events_urgent", "raw_events")
    with op.batch_alter_table("raw_events", schema=None) as batch_op:
        batch_op.drop_column("urgent")
        batch_op.drop_column("length")
    _unpack(op.get_bind())


def _mark_urgent(connection: sa.Connection) -> None:
    raws = sa.table("raw_events", sa.column("state"), sa.column("body", sa.LargeBinary), sa.column("urgent"))
    where = sa.func.instr if connection.dialect.name == "sqlite" else sa.func.pg_catalog.position
    for mark in _MARKS:
        found = where(raws.c.body, sa.literal(mark, sa.LargeBinary)) > 0
        urgent = raws.update().where(raws.c.state == "received", found)
        connection.execute(urgent.values(urgent=sa.true()))


def _unpack(connection: sa.Connection) -> None:
    raws = sa.table("raw_events", sa.column("id", sa.BigInteger), sa.column("body", sa.LargeBinary))
    unpacker, last = zstandard.ZstdDecompressor(), 0
    next_ones = sa.select(raws).order_by(raws.c.id).limit(_PAGE)
    while page := connection.execute(next_ones.where(raws.c.id > last)).all():
        last = page[-1].id
        for id_, body in page:
            if body.startswith(zstandard.FRAME_HEADER):
                with suppress(zstandard.ZstdError):  # it was never packed, and only begins so
                    whole = unpacker.decompress(body)
                    connection.execute(raws.update().where(raws.c.id == id_).values(body=whole))
