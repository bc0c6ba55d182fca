"""Answers that have not left are found at once

Revision 0012, after 0011.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_WHERE = sa.text("state = 'queued' AND step = 'conversation'")


def upgrade() -> None:
    op.create_index(
        "ix_messages_answers",
        "messages",
        ["channel", "state", "not_before"],
        sqlite_where=_WHERE,
        postgresql_where=_WHERE,
    )


def downgrade() -> None:
    op.drop_index("ix_messages_answers", "messages")
