"""The tables of release 0.1.0."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    _access()
    op.create_table(
        "confirmations",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("source_id", sa.String, nullable=False),
        sa.Column("profile_sha256", sa.String, nullable=False),
        sa.Column("profile_toml", sa.String, nullable=False),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("at_s", sa.Integer, nullable=False),
    )
    op.create_index("ix_confirmations_source_id", "confirmations", ["source_id"])
    _audit()
    op.create_table(
        "schema",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.execute("INSERT INTO schema (id, version) VALUES (1, 1)")


def _access() -> None:
    op.create_table(
        "invites",
        sa.Column("secret_sha256", sa.String, primary_key=True),
        sa.Column("room", sa.String, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("uses_left", sa.Integer, nullable=False),
        sa.Column("expires_at_s", sa.Integer, nullable=False),
    )
    op.create_table(
        "seats",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("room", sa.String, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("secret_sha256", sa.String, nullable=False),
        sa.Column(
            "invite_sha256", sa.String, sa.ForeignKey("invites.secret_sha256"), nullable=False
        ),
        sa.Column("expires_at_s", sa.Integer, nullable=False),
        sa.Column("revoked", sa.Boolean, nullable=False),
    )
    op.create_index("seats_by_room", "seats", ["room", "role"])
    op.create_table(
        "revocations",
        sa.Column("room", sa.String, primary_key=True),
        sa.Column("players_at_s", sa.Integer, nullable=False),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("at_ms", sa.Integer, nullable=False),
        sa.Column("event", sa.String, nullable=False),
        sa.Column("facts", sa.String, nullable=False),
        sa.Column("previous_sha256", sa.String, nullable=False),
        sa.Column("sha256", sa.String, nullable=False),
    )
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit "
            "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
        )
