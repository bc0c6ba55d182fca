"""Conversations keep their own clock, quotas are counted

Revision 0010, after 0009.
"""

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quota_counts",
        sa.Column("group_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("quota", sa.String(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["message_groups.id"],
        ),
        sa.PrimaryKeyConstraint("group_id", "quota"),
    )
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("asked_in", sa.Uuid(as_uuid=False), nullable=True))
        batch_op.add_column(
            sa.Column("reminded", sa.Integer(), nullable=False, server_default=sa.text("'0'"))
        )
        batch_op.add_column(sa.Column("due_at", app.db.UtcDateTime(), nullable=True))
        batch_op.create_index("ix_conversations_due", ["state", "due_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.drop_index("ix_conversations_due")
        batch_op.drop_column("due_at")
        batch_op.drop_column("reminded")
        batch_op.drop_column("asked_in")

    op.drop_table("quota_counts")
