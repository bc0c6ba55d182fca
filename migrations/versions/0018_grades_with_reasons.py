"""An interaction tells why it has its grade; callers of many recipients are known

Revision 0018, after 0017.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    json = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
    op.add_column("interactions", sa.Column("reasons", json, nullable=True))
    op.create_index(
        "ix_interactions_unproven",
        "interactions",
        ["contact_id"],
        sqlite_where=sa.text("grade = 'unproven'"),
        postgresql_where=sa.text("grade = 'unproven'"),
    )
    seen = sa.text("kind IN ('opened', 'clicked')")
    op.create_index("ix_receipts_seen", "receipts", ["message_id"], sqlite_where=seen, postgresql_where=seen)
    op.create_table(
        "callers",
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("ip", sa.String(), nullable=False),
        sa.Column("messages", json, nullable=False),
        sa.Column("many", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("hour", "ip", name="pk_callers"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("callers")
    op.drop_index("ix_receipts_seen", "receipts")
    op.drop_index("ix_interactions_unproven", "interactions")
    op.drop_column("interactions", "reasons")
