"""The tables. Times are whole seconds (``*_at_s``) or milliseconds (``at_ms``) since 1970, UTC.

A change here needs a migration (``store/migrations/``), which makes the tables of a new file too;
a test compares the two.
"""

from sqlalchemy import ForeignKey, Index, UniqueConstraint, false, text, true
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class SchemaRow(Base):
    """One row; see ``store.schema.LAST_COUNTED``."""

    __tablename__ = "schema"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]


class AccountRow(Base):
    """``roles`` are separated by spaces. Without a ``password_hash`` (argon2id in PHC format)
    nobody signs in by password."""

    __tablename__ = "accounts"

    id: Mapped[str] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    password_hash: Mapped[str | None]
    must_change: Mapped[bool]
    roles: Mapped[str]
    disabled: Mapped[bool]
    created_at_s: Mapped[int]


class IdentityRow(Base):
    """Whom an OpenID provider calls ``subject``. Source: OpenID Connect Core 1.0, 5.7."""

    __tablename__ = "identities"

    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)


class SessionRow(Base):
    """A browser that is signed in; a session that ended has no row."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(primary_key=True)
    secret_sha256: Mapped[str]
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    created_at_s: Mapped[int]
    seen_at_s: Mapped[int]


class InviteRow(Base):
    """Without ``made_by_seat`` it was made on the command line."""

    __tablename__ = "invites"

    secret_sha256: Mapped[str] = mapped_column(primary_key=True)
    room: Mapped[str]
    role: Mapped[str]
    uses_left: Mapped[int]
    expires_at_s: Mapped[int]
    lobby: Mapped[bool] = mapped_column(default=False, server_default=false())
    made_at_s: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    made_by_seat: Mapped[str | None] = mapped_column(index=True)


class SeatRow(Base):
    """Somebody took it by an invitation or with an account: one of the two is there.
    ``shown_out_of`` is the consult in which they were put out of the room."""

    __tablename__ = "seats"

    id: Mapped[str] = mapped_column(primary_key=True)
    room: Mapped[str]
    role: Mapped[str]
    name: Mapped[str]
    secret_sha256: Mapped[str]
    invite_sha256: Mapped[str | None] = mapped_column(ForeignKey("invites.secret_sha256"))
    account_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    expires_at_s: Mapped[int]
    admitted: Mapped[bool] = mapped_column(default=True, server_default=true())
    revoked: Mapped[bool] = mapped_column(default=False)
    shown_out_of: Mapped[str | None]

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
    """``facts`` is canonical JSON, exactly the text that was hashed. Triggers keep rows as they
    are: making the table anew in a migration must make them anew too."""

    __tablename__ = "audit"

    number: Mapped[int] = mapped_column(primary_key=True)
    at_ms: Mapped[int]
    event: Mapped[str]
    facts: Mapped[str]
    previous_sha256: Mapped[str]
    sha256: Mapped[str]


class PatientRow(Base):
    """The site map. ``sealed`` is who it is and how far their times are moved; ``record_index`` is
    the keyed index of the record number (``store.sealing``)."""

    __tablename__ = "patients"

    id: Mapped[str] = mapped_column(primary_key=True)
    record_index: Mapped[str] = mapped_column(unique=True)
    pseudonym: Mapped[str] = mapped_column(unique=True)
    sealed: Mapped[bytes]


class PatientWordRow(Base):
    """Keyed index of a word that would name the patient in a text."""

    __tablename__ = "patient_words"

    word_index: Mapped[str] = mapped_column(primary_key=True)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.id"), primary_key=True)


class EncounterRow(Base):
    __tablename__ = "encounters"

    case: Mapped[str] = mapped_column(primary_key=True)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.id"), index=True)
    room: Mapped[str]
    side: Mapped[str]
    begun_at_s: Mapped[int]
    ended_at_s: Mapped[int | None]


class ConsultRow(Base):
    """One session of a room, from its start to its restart; the newest of a room is the current."""

    __tablename__ = "consults"

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(unique=True)
    room: Mapped[str] = mapped_column(index=True)
    begun_at_ms: Mapped[int]


class ConsultEventRow(Base):
    """A line of a consult's log. ``order_id`` is null where the node acted by itself; ``event`` is
    JSON (``protocol.consult_codec``)."""

    __tablename__ = "consult_events"

    consult_id: Mapped[str] = mapped_column(ForeignKey("consults.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[str | None]
    by: Mapped[str]
    at_ms: Mapped[int]
    event: Mapped[str]

    __table_args__ = (UniqueConstraint("consult_id", "order_id"),)
