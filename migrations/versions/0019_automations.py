"""People enter an automation one by one, each with a clock of their own

Revision 0019, after 0018.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import app.db

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("waves", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "looked",
                sa.JSON(none_as_null=True).with_variant(
                    postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
                ),
                nullable=True,
            )
        )
    with op.batch_alter_table("wave_members", schema=None) as batch_op:
        batch_op.add_column(sa.Column("entered_at", app.db.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("due_at", app.db.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("step", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("ended_at", app.db.UtcDateTime(), nullable=True))
        batch_op.create_index(
            "ix_wave_members_due",
            ["wave_id", "due_at", "contact_id"],
            unique=False,
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_wave_members_ended",
            ["wave_id", "contact_id"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NOT NULL"),
            postgresql_where=sa.text("ended_at IS NOT NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("wave_members", schema=None) as batch_op:
        batch_op.drop_index("ix_wave_members_ended")
        batch_op.drop_index("ix_wave_members_due")
        for name in ("ended_at", "step", "due_at", "entered_at"):
            batch_op.drop_column(name)
    with op.batch_alter_table("waves", schema=None) as batch_op:
        batch_op.drop_column("looked")
