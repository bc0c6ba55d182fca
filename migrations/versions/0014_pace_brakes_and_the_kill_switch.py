"""Waves have a pace and a budget; what became of their messages is tallied; everything can be stopped at once

Revision 0014, after 0013.
"""

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_QUEUED = sa.text("state = 'queued'")
_IN_FLIGHT = sa.text("state IN ('claimed', 'calling', 'unknown')")
_HELD = sa.text("held_at IS NOT NULL")
_WITHDRAWN = sa.text("state = 'withdrawn'")
_CAPS = ("per_second", "per_hour", "per_day", "domain_per_hour")


def upgrade() -> None:
    with op.batch_alter_table("message_groups", schema=None) as batch_op:
        for cap in _CAPS:
            batch_op.add_column(sa.Column(cap, sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("budget", sa.Numeric(12, 4), nullable=True))
        batch_op.add_column(sa.Column("spent", sa.Numeric(12, 4), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("prices", app.db.JsonType, nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("awake_until", app.db.UtcDateTime(), nullable=True))
    with op.batch_alter_table("waves", schema=None) as batch_op:
        batch_op.add_column(sa.Column("why", app.db.JsonType, nullable=True))
        batch_op.add_column(sa.Column("stopped", app.db.JsonType, nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("resumed_at", app.db.UtcDateTime(), nullable=True))
    op.add_column("messages", sa.Column("domain", sa.String(), nullable=False, server_default=""))
    after_at = (
        "split_part(address, '@', 2)"
        if op.get_bind().dialect.name == "postgresql"
        else "substr(address, instr(address, '@') + 1)"
    )
    op.execute(
        f"UPDATE messages SET domain = lower({after_at}) "  # noqa: S608 - nothing in it comes from outside
        "WHERE channel = 'email' AND state IN ('queued', 'claimed')"
    )
    op.drop_index("ix_messages_due", "messages")
    op.create_index(
        "ix_messages_turn",
        "messages",
        ["channel", "group_id", "not_before", "id", "not_after", "state"],
        sqlite_where=_QUEUED,
        postgresql_where=_QUEUED,
    )
    op.create_index(
        "ix_messages_in_flight",
        "messages",
        ["state", "channel"],
        sqlite_where=_IN_FLIGHT,
        postgresql_where=_IN_FLIGHT,
    )
    op.create_index(
        "ix_consents_withdrawn", "consents", ["at"], sqlite_where=_WITHDRAWN, postgresql_where=_WITHDRAWN
    )
    op.create_table(
        "departures",
        sa.Column("group_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["message_groups.id"]),
        sa.PrimaryKeyConstraint("group_id", "domain", "slot"),
    )
    counted = ("reached", "bounced", "complained")
    op.create_table(
        "tallies",
        sa.Column("group_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counted),
        *(sa.Column(f"{name}_before", sa.Integer(), nullable=False) for name in counted),
        sa.Column("held_at", app.db.UtcDateTime(), nullable=True),
        sa.Column("why", app.db.JsonType, nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["message_groups.id"]),
        sa.PrimaryKeyConstraint("group_id", "domain"),
    )
    op.create_index("ix_tallies_held", "tallies", ["group_id"], sqlite_where=_HELD, postgresql_where=_HELD)
    op.create_table(
        "tally_notes",
        sa.Column("id", app.db.BigId, autoincrement=True, nullable=False),
        sa.Column("group_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counted),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "halts",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", app.db.UtcDateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("answers", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    for table in ("halts", "tally_notes", "tallies", "departures"):
        op.drop_table(table)
    op.drop_index("ix_consents_withdrawn", "consents")
    op.drop_index("ix_messages_in_flight", "messages")
    op.drop_index("ix_messages_turn", "messages")
    op.create_index("ix_messages_due", "messages", ["channel", "state", "not_before"])
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_column("domain")
    with op.batch_alter_table("waves", schema=None) as batch_op:
        for name in ("why", "stopped", "resumed_at"):
            batch_op.drop_column(name)
    with op.batch_alter_table("message_groups", schema=None) as batch_op:
        for name in (*_CAPS, "budget", "spent", "prices", "awake_until"):
            batch_op.drop_column(name)
