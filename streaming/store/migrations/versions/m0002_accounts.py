"""Accounts and their sessions; seats that an account took; invitations that lead to the lobby."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _accounts()
    with op.batch_alter_table("invites") as invites:
        invites.add_column(
            sa.Column("lobby", sa.Boolean, nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("seats") as seats:
        seats.alter_column("invite_sha256", existing_type=sa.String, nullable=True)
        seats.add_column(sa.Column("account_id", sa.String))
        seats.add_column(
            sa.Column("admitted", sa.Boolean, nullable=False, server_default=sa.true())
        )
        seats.create_foreign_key("fk_seats_account_id", "accounts", ["account_id"], ["id"])
        seats.create_index("ix_seats_account_id", ["account_id"])
    op.execute("UPDATE schema SET version = 2")


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("login", sa.String, nullable=False, unique=True),
        sa.Column("display_name", sa.String, nullable=False),
        sa.Column("password_hash", sa.String),
        sa.Column("must_change", sa.Boolean, nullable=False),
        sa.Column("roles", sa.String, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("created_at_s", sa.Integer, nullable=False),
    )
    op.create_table(
        "identities",
        sa.Column("issuer", sa.String, primary_key=True),
        sa.Column("subject", sa.String, primary_key=True),
        sa.Column("account_id", sa.String, sa.ForeignKey("accounts.id"), nullable=False),
    )
    op.create_index("ix_identities_account_id", "identities", ["account_id"])
    op.create_table(
        "sessions",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("secret_sha256", sa.String, nullable=False),
        sa.Column("account_id", sa.String, sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("created_at_s", sa.Integer, nullable=False),
        sa.Column("seen_at_s", sa.Integer, nullable=False),
    )
    op.create_index("ix_sessions_account_id", "sessions", ["account_id"])
