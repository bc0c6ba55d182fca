"""What happens at the providers' doors is counted every five minutes

Revision 0016, after 0015.
"""

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "door_counts",
        sa.Column("door", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("since", app.db.UtcDateTime(), nullable=False),
        sa.Column("times", app.db.BigId, nullable=False),
        sa.Column("last_at", app.db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("door", "what", "reason", "since", name="pk_door_counts"),
    )


def downgrade() -> None:
    op.drop_table("door_counts")
