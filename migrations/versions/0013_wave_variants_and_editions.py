"""Waves have variants, editions and a file they are known by

Revision 0013, after 0012.
"""

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("waves", schema=None) as batch_op:
        batch_op.add_column(sa.Column("file_hash", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("parent_id", sa.Uuid(as_uuid=False), nullable=True))
        batch_op.add_column(sa.Column("next_at", app.db.UtcDateTime(), nullable=True))
        batch_op.create_index("ix_waves_file_hash", ["file_hash"], unique=False)
        batch_op.create_index("ix_waves_parent_id", ["parent_id"], unique=False)
        batch_op.create_index("ix_waves_next_at", ["next_at"], unique=False)
    with op.batch_alter_table("wave_members", schema=None) as batch_op:
        batch_op.add_column(sa.Column("variant", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("wave_members", schema=None) as batch_op:
        batch_op.drop_column("variant")
    with op.batch_alter_table("waves", schema=None) as batch_op:
        batch_op.drop_index("ix_waves_next_at")
        batch_op.drop_index("ix_waves_parent_id")
        batch_op.drop_index("ix_waves_file_hash")
        batch_op.drop_column("next_at")
        batch_op.drop_column("parent_id")
        batch_op.drop_column("file_hash")
