"""Keep the consult log."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "consults",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("room", sa.String, nullable=False),
        sa.Column("begun_at_ms", sa.Integer, nullable=False),
    )
    op.create_index("ix_consults_room", "consults", ["room"])
    op.create_table(
        "consult_events",
        sa.Column("consult_id", sa.String, sa.ForeignKey("consults.id"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("order_id", sa.String),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("at_ms", sa.Integer, nullable=False),
        sa.Column("event", sa.String, nullable=False),
        sa.UniqueConstraint("consult_id", "order_id"),
    )
