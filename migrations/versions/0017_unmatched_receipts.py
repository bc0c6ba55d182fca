"""One event that cannot be read is set aside by itself; receipts wait for the message they are about

Revision 0017, after 0016.
"""

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("raw_events", schema=None) as batch_op:
        batch_op.add_column(sa.Column("part_of", app.db.BigId, nullable=True))
    op.create_table(
        "unmatched_receipts",
        sa.Column("receipt_id", app.db.BigId, nullable=False, autoincrement=False),
        sa.Column("message_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("since", app.db.UtcDateTime(), nullable=False),
        sa.Column("look_at", app.db.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["receipt_id"],
            ["receipts.id"],
            name="fk_unmatched_receipts_receipt_id_receipts",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("receipt_id", name="pk_unmatched_receipts"),
    )
    op.create_index("ix_unmatched_receipts_look_at", "unmatched_receipts", ["look_at"])


def downgrade() -> None:
    op.drop_table("unmatched_receipts")
    with op.batch_alter_table("raw_events", schema=None) as batch_op:
        batch_op.drop_column("part_of")
