"""Keep who made an invitation and when, and of which consult somebody was put out."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    with op.batch_alter_table("invites") as invites:
        invites.add_column(sa.Column("made_at_s", sa.Integer, nullable=False, server_default="0"))
        invites.add_column(sa.Column("made_by_seat", sa.String))
        invites.create_index("ix_invites_made_by_seat", ["made_by_seat"])
    with op.batch_alter_table("seats") as seats:
        seats.add_column(sa.Column("shown_out_of", sa.String))
