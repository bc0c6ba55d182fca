"""Outcomes found by contact

Revision 0009, after 0008.
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_outcomes_contact", "outcomes", ["contact_id"])


def downgrade() -> None:
    op.drop_index("ix_outcomes_contact", "outcomes")
