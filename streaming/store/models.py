"""The tables. Times are whole seconds (``*_at_s``) or milliseconds (``at_ms``) since 1970, UTC.

``SCHEMA_VERSION`` is written into the file. A file of a newer release is refused; there is nothing
older than version 1 yet, so creating what is missing is all the migration there is. The first
change to a shipped table brings Alembic with it.
"""

from sqlalchemy import Connection, ForeignKey, Index, Table, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SCHEMA_VERSION = 1


class Base(DeclarativeBase):
    pass


class SchemaRow(Base):
    __tablename__ = "schema"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]


class InviteRow(Base):
    __tablename__ = "invites"

    secret_sha256: Mapped[str] = mapped_column(primary_key=True)
    room: Mapped[str]
    role: Mapped[str]
    uses_left: Mapped[int]
    expires_at_s: Mapped[int]


class SeatRow(Base):
    __tablename__ = "seats"

    id: Mapped[str] = mapped_column(primary_key=True)
    room: Mapped[str]
    role: Mapped[str]
    name: Mapped[str]
    secret_sha256: Mapped[str]
    invite_sha256: Mapped[str] = mapped_column(ForeignKey("invites.secret_sha256"))
    expires_at_s: Mapped[int]
    revoked: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (Index("seats_by_room", "room", "role"),)


class RevocationRow(Base):
    """When a room's players were last revoked; later than the time before, even if the clock was
    set back."""

    __tablename__ = "revocations"

    room: Mapped[str] = mapped_column(primary_key=True)
    players_at_s: Mapped[int]


class ConfirmationRow(Base):
    __tablename__ = "confirmations"

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[str] = mapped_column(index=True)
    profile_sha256: Mapped[str]
    profile_toml: Mapped[str]
    who: Mapped[str]
    at_s: Mapped[int]


class AuditRow(Base):
    """``facts`` is canonical JSON, exactly the text that was hashed."""

    __tablename__ = "audit"

    number: Mapped[int] = mapped_column(primary_key=True)
    at_ms: Mapped[int]
    event: Mapped[str]
    facts: Mapped[str]
    previous_sha256: Mapped[str]
    sha256: Mapped[str]


@event.listens_for(AuditRow.__table__, "after_create")
def _make_append_only(_table: Table, connection: Connection, **_: object) -> None:
    for verb in ("UPDATE", "DELETE"):
        connection.exec_driver_sql(
            f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit "
            "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
        )
