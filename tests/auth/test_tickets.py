import pytest

from streaming.auth import tickets as module
from streaming.auth.tickets import LIFETIME_S, Tickets
from streaming.domain.access import NotAuthenticated
from streaming.domain.errors import LimitReached
from streaming.domain.session import Role, Seat

SEAT = Seat(id="seat-1", room="demo", role=Role.EXPERT, name="Expert")


def test_a_ticket_gives_its_seat_once() -> None:
    tickets = Tickets()
    ticket = tickets.issue(SEAT, now_s=0)
    assert tickets.redeem(ticket, now_s=LIFETIME_S - 0.001) == SEAT
    with pytest.raises(NotAuthenticated) as caught:
        tickets.redeem(ticket, now_s=1)
    assert caught.value.code == "ticket.unknown"


def test_a_ticket_expires_after_its_lifetime() -> None:
    tickets = Tickets()
    ticket = tickets.issue(SEAT, now_s=100)
    with pytest.raises(NotAuthenticated):
        tickets.redeem(ticket, now_s=100 + LIFETIME_S)


def test_an_invented_ticket_is_refused() -> None:
    with pytest.raises(NotAuthenticated):
        Tickets().redeem("x" * 43, now_s=0)


def test_unused_tickets_are_bounded_and_expired_ones_make_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MAX_OPEN", 2)
    tickets = Tickets()
    tickets.issue(SEAT, now_s=0)
    tickets.issue(SEAT, now_s=20)
    with pytest.raises(LimitReached) as caught:
        tickets.issue(SEAT, now_s=21)
    assert caught.value.code == "ticket.limit"
    assert tickets.redeem(tickets.issue(SEAT, now_s=LIFETIME_S), now_s=LIFETIME_S) == SEAT
