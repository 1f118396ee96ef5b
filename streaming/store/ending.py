"""Ending seats together with whoever came by them."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from streaming.store.models import InviteRow, SeatRow


def end_with_guests(
    transaction: Session, which: ColumnElement[bool], *, spare: Collection[str] = ()
) -> frozenset[str]:
    """Revoke seats, those that were taken by their invitations, and so on, but for ``spare`` and
    who came by those; the ids of all of them."""
    wave = set(transaction.scalars(select(SeatRow.id).where(which))) - set(spare)
    ended: set[str] = set()
    while wave:
        ended |= wave
        guests = (
            select(SeatRow.id)
            .join(InviteRow, SeatRow.invite_sha256 == InviteRow.secret_sha256)
            .where(InviteRow.made_by_seat.in_(wave))
        )
        wave = set(transaction.scalars(guests)) - ended - set(spare)
    transaction.execute(update(SeatRow).where(SeatRow.id.in_(ended)).values(revoked=True))
    return frozenset(ended)
