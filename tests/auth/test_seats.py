from collections.abc import Iterator
from pathlib import Path

import pytest

from streaming.auth.seats import SEAT_LIFETIME_S, SeatBook
from streaming.domain.access import NotAuthenticated
from streaming.domain.session import Role
from streaming.store.access import StoredAccess
from streaming.store.database import Database

NOW_S = 1_800_000_000
HOUR_S = 3_600


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database.open(tmp_path)
    yield database
    database.close()


@pytest.fixture
def book(database: Database) -> SeatBook:
    return SeatBook(StoredAccess(database))


async def invite(book: SeatBook, *, uses: int = 1, role: Role = Role.EXPERT) -> str:
    return await book.create_invite(
        room="demo", role=role, uses=uses, lifetime_s=HOUR_S, now_s=NOW_S
    )


async def redeem(book: SeatBook, secret: str, *, cookie: str = "", now_s: int = NOW_S) -> str:
    seating = await book.redeem(secret, name="", cookies=[cookie] if cookie else [], now_s=now_s)
    assert seating.cookie
    return seating.cookie


async def refusal(book: SeatBook, cookie: str, *, now_s: int = NOW_S) -> str:
    with pytest.raises(NotAuthenticated) as caught:
        await book.seat(cookie, now_s=now_s)
    return caught.value.code


async def test_an_invitation_gives_a_seat_that_its_cookie_finds_again(book: SeatBook) -> None:
    cookie = await redeem(book, await invite(book))
    seat = (await book.seat(cookie, now_s=NOW_S)).seat
    assert (seat.room, seat.role, seat.name) == ("demo", Role.EXPERT, "Expert")


async def test_an_invitation_is_used_up(book: SeatBook) -> None:
    secret = await invite(book, uses=2)
    await redeem(book, secret)
    await redeem(book, secret)
    with pytest.raises(NotAuthenticated) as caught:
        await redeem(book, secret)
    assert caught.value.code == "invite.used"


async def test_an_invitation_expires(book: SeatBook) -> None:
    secret = await invite(book)
    with pytest.raises(NotAuthenticated) as caught:
        await redeem(book, secret, now_s=NOW_S + HOUR_S)
    assert caught.value.code == "invite.expired"


async def test_an_invented_invitation_is_refused(book: SeatBook) -> None:
    with pytest.raises(NotAuthenticated) as caught:
        await redeem(book, "x" * 43)
    assert caught.value.code == "invite.unknown"


async def test_reopening_the_link_keeps_the_seat_and_the_use(book: SeatBook) -> None:
    secret = await invite(book)
    cookie = await redeem(book, secret)
    again = await book.redeem(secret, name="", cookies=["x.y", cookie], now_s=NOW_S)
    assert not again.is_new
    assert again.seat == (await book.seat(cookie, now_s=NOW_S)).seat


async def test_a_seat_of_another_role_does_not_count(book: SeatBook) -> None:
    operator = await redeem(book, await invite(book, role=Role.OPERATOR))
    seating = await book.redeem(await invite(book), name="", cookies=[operator], now_s=NOW_S)
    assert seating.is_new


async def test_seats_of_one_role_get_different_names(book: SeatBook) -> None:
    secret = await invite(book, uses=2)
    names = [
        (await book.redeem(secret, name="", cookies=[], now_s=NOW_S)).seat.name for _ in range(2)
    ]
    assert names == ["Expert", "Expert 2"]


async def test_a_cookie_with_another_secret_is_refused(book: SeatBook) -> None:
    cookie = await redeem(book, await invite(book))
    seat_id = cookie.partition(".")[0]
    invented = f"{seat_id}.{'x' * 43}"
    for forged in (seat_id, f"{seat_id}.", invented, "", "x" * 1_000, "\udcff.x", "a.ü"):
        assert await refusal(book, forged) == "seat.unknown"


async def test_leaving_revokes_the_seat(book: SeatBook) -> None:
    cookie = await redeem(book, await invite(book))
    seat = await book.leave(cookie, now_s=NOW_S)
    assert await refusal(book, cookie) == "seat.unknown"
    assert await book.revoked([seat.id]) == {seat.id}


async def test_a_seat_in_use_is_renewed_and_an_unused_one_expires(book: SeatBook) -> None:
    cookie = await redeem(book, await invite(book))
    assert (await book.seat(cookie, now_s=NOW_S + 60)).cookie is None
    late_s = NOW_S + SEAT_LIFETIME_S - 60
    assert (await book.seat(cookie, now_s=late_s)).cookie == cookie
    assert (await book.seat(cookie, now_s=late_s + 120)).seat
    assert await refusal(book, cookie, now_s=late_s + SEAT_LIFETIME_S) == "seat.unknown"


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


async def test_seats_survive_a_restart_and_secrets_are_not_stored(tmp_path: Path) -> None:
    first = Database.open(tmp_path)
    secret = await invite(SeatBook(StoredAccess(first)))
    cookie = await redeem(SeatBook(StoredAccess(first)), secret)
    first.close()
    stored = everything_in(tmp_path)
    assert secret.encode() not in stored
    assert cookie.partition(".")[2].encode() not in stored
    second = Database.open(tmp_path)
    assert (await SeatBook(StoredAccess(second)).seat(cookie, now_s=NOW_S)).seat.role is Role.EXPERT
    second.close()
