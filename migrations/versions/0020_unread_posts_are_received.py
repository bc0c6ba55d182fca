"""Unread posts are called received, which is as long as expanded: SQLite then leaves their bodies where they are

Revision 0020, after 0019.
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE raw_events SET state = 'received' WHERE state = 'new'")


def downgrade() -> None:
    op.execute("UPDATE raw_events SET state = 'new' WHERE state = 'received'")
