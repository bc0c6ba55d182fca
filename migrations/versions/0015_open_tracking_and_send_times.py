"""Emails say whether opens are tracked; a wave keeps the hours it learnt from

Revision 0015, after 0014.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import app.db

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("contents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("opens", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "send_times",
        sa.Column("wave_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("learnt_at", app.db.UtcDateTime(), nullable=False),
        sa.Column("signs", sa.Integer(), nullable=False),
        sa.Column("explored", sa.Integer(), nullable=False),
        sa.Column("strength", sa.Float(), nullable=False),
        sa.Column(
            "curve",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name="fk_send_times_wave_id_waves"),
        sa.PrimaryKeyConstraint("wave_id", name="pk_send_times"),
    )


def downgrade() -> None:
    op.drop_table("send_times")
    with op.batch_alter_table("contents", schema=None) as batch_op:
        batch_op.drop_column("opens")
