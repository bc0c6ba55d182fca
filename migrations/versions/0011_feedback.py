"""What contacts think, found and corrected

Revision 0011, after 0010.
"""

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contact_edits",
        sa.Column("id", app.db.BigId, autoincrement=True, nullable=False),
        sa.Column("contact_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("at", app.db.UtcDateTime(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("fields", app.db.JsonType, nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contacts.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("contact_edits", schema=None) as batch_op:
        batch_op.create_index("ix_contact_edits_contact", ["contact_id", "id"], unique=False)

    with op.batch_alter_table("interactions", schema=None) as batch_op:
        batch_op.create_index(
            "ix_interactions_reviews",
            ["id"],
            unique=False,
            sqlite_where=sa.text("kind = 'review'"),
            postgresql_where=sa.text("kind = 'review'"),
        )

    with op.batch_alter_table("sentiments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("angry", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("corrected_label", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("corrected_by", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("corrected_at", app.db.UtcDateTime(), nullable=True))
        batch_op.create_index(
            "ix_sentiments_review",
            ["id"],
            unique=False,
            sqlite_where=sa.text("needs_review AND corrected_at IS NULL"),
            postgresql_where=sa.text("needs_review AND corrected_at IS NULL"),
        )

    # As the rules would have told these readings when they were kept.
    op.execute(
        "UPDATE sentiments SET angry = true"
        " WHERE label = 'negative' AND (score <= -0.6 OR decided_by IN ('complaint', 'abuse'))"
    )


def downgrade() -> None:
    with op.batch_alter_table("sentiments", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_sentiments_review",
            sqlite_where=sa.text("needs_review AND corrected_at IS NULL"),
            postgresql_where=sa.text("needs_review AND corrected_at IS NULL"),
        )
        batch_op.drop_column("corrected_at")
        batch_op.drop_column("corrected_by")
        batch_op.drop_column("corrected_label")
        batch_op.drop_column("angry")

    with op.batch_alter_table("interactions", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_interactions_reviews",
            sqlite_where=sa.text("kind = 'review'"),
            postgresql_where=sa.text("kind = 'review'"),
        )

    with op.batch_alter_table("contact_edits", schema=None) as batch_op:
        batch_op.drop_index("ix_contact_edits_contact")

    op.drop_table("contact_edits")
