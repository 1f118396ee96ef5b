from collections.abc import Iterator
from pathlib import Path

import pytest

from streaming.auth.seats import SEAT_LIFETIME_S, SeatBook
from streaming.auth.sessions import SESSION_LIFETIME_S as SESSION_S
from streaming.domain.access import NotAuthenticated
from streaming.domain.account import Account, Session, SignedIn, StoredAccount
from streaming.domain.errors import BadInput, NotAllowed
from streaming.domain.session import SEAT_ROLES, Role
from streaming.store.access import StoredAccess
from streaming.store.accounts import StoredAccounts
from streaming.store.consults import StoredConsults
from streaming.store.database import Database

NOW_S = 1_800_000_000
HOUR_S = 3_600
EXPERT = Account(id="account-1", login="ito", name="Dr. Ito", roles=frozenset({Role.EXPERT}))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database.open(tmp_path)
    yield database
    database.close()


@pytest.fixture
def book(database: Database) -> SeatBook:
    return SeatBook(StoredAccess(database))


@pytest.fixture
async def people(database: Database) -> StoredAccounts:
    return StoredAccounts(database)


@pytest.fixture
async def expert(people: StoredAccounts) -> SignedIn:
    await people.add_account(StoredAccount(EXPERT, ""))
    return await signed_in(people, "session-1")


async def signed_in(people: StoredAccounts, session_id: str, *, at_s: int = NOW_S) -> SignedIn:
    session = Session(session_id, EXPERT.id, "digest", created_at_s=at_s, seen_at_s=at_s)
    assert await people.add_session(session, instead_of="", dead_before_s=0, if_password_hash=None)
    return SignedIn(EXPERT, session_id, at_s + SESSION_S)


async def invite(
    book: SeatBook, *, uses: int = 1, role: Role = Role.EXPERT, lobby: bool = False
) -> str:
    return await book.create_invite(
        room="demo", role=role, uses=uses, lifetime_s=HOUR_S, now_s=NOW_S, lobby=lobby
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
    assert await book.revoked([seat.id], now_s=NOW_S) == {seat.id}


async def test_a_seat_in_use_is_renewed_and_an_unused_one_expires(book: SeatBook) -> None:
    cookie = await redeem(book, await invite(book))
    assert (await book.seat(cookie, now_s=NOW_S + 60)).cookie is None
    late_s = NOW_S + SEAT_LIFETIME_S - 60
    assert (await book.seat(cookie, now_s=late_s)).cookie == cookie
    assert (await book.seat(cookie, now_s=late_s + 120)).seat
    assert await refusal(book, cookie, now_s=late_s + SEAT_LIFETIME_S) == "seat.unknown"


async def test_a_clock_that_is_set_back_brings_no_seat_and_no_invitation_back(
    book: SeatBook, expert: SignedIn
) -> None:
    secret = await invite(book, uses=2)
    cookies = [await redeem(book, secret), await take(book, expert)]
    early_s = NOW_S - 61
    for cookie in cookies:
        assert (await book.seat(cookie, now_s=NOW_S - 60)).seat
        assert await refusal(book, cookie, now_s=early_s) == "seat.unknown"
    with pytest.raises(NotAuthenticated) as caught:
        await redeem(book, secret, now_s=early_s)
    assert caught.value.code == "invite.expired"


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


async def test_who_enters_by_the_lobby_waits_until_admitted(book: SeatBook) -> None:
    cookie = await redeem(book, await invite(book, lobby=True))
    waiting = (await book.seat(cookie, now_s=NOW_S)).seat
    assert not waiting.admitted
    await book.admit(waiting.id)
    assert (await book.seat(cookie, now_s=NOW_S)).seat.admitted


async def test_an_invitation_past_the_lobby_is_worth_more_than_a_seat_in_it(
    book: SeatBook,
) -> None:
    waiting = await redeem(book, await invite(book, lobby=True))
    again = await book.redeem(
        await invite(book, lobby=True), name="", cookies=[waiting], now_s=NOW_S
    )
    assert not again.is_new
    seating = await book.redeem(await invite(book), name="", cookies=[waiting], now_s=NOW_S)
    assert seating.is_new and seating.seat.admitted


async def test_invitations_of_a_role_can_be_spent_without_ending_its_seats(
    book: SeatBook,
) -> None:
    expert, observer = await invite(book, uses=5), await invite(book, role=Role.OBSERVER)
    cookie = await redeem(book, expert)
    assert await book.spend_invites(room="demo", role=Role.EXPERT) == 1
    assert await book.spend_invites(room="demo", role=Role.EXPERT) == 0
    with pytest.raises(NotAuthenticated) as caught:
        await redeem(book, expert)
    assert caught.value.code == "invite.used"
    assert await redeem(book, observer)
    assert (await book.seat(cookie, now_s=NOW_S)).seat


async def test_who_is_shown_out_has_no_seat(book: SeatBook) -> None:
    cookie = await redeem(book, await invite(book))
    await book.end((await book.seat(cookie, now_s=NOW_S)).seat.id)
    assert await refusal(book, cookie) == "seat.unknown"


async def take(book: SeatBook, expert: SignedIn, *cookies: str, role: Role = Role.EXPERT) -> str:
    seating = await book.take(expert, room="demo", role=role, cookies=cookies, now_s=NOW_S)
    assert seating.cookie
    return seating.cookie


async def test_an_account_takes_a_verified_seat_in_its_own_name(
    book: SeatBook, expert: SignedIn
) -> None:
    cookie = await take(book, expert)
    seat = (await book.seat(cookie, now_s=NOW_S)).seat
    assert (seat.name, seat.role, seat.verified, seat.admitted) == (
        "Dr. Ito",
        Role.EXPERT,
        True,
        True,
    )
    again = await book.take(
        expert, room="demo", role=Role.EXPERT, cookies=["a.b", cookie], now_s=NOW_S
    )
    assert (again.seat, again.is_new) == (seat, False)


async def test_a_guest_is_not_verified_and_keeps_no_account_from_a_seat_of_its_own(
    book: SeatBook, expert: SignedIn
) -> None:
    guest = await redeem(book, await invite(book))
    assert not (await book.seat(guest, now_s=NOW_S)).seat.verified
    assert await take(book, expert, guest)


async def test_an_account_takes_only_seats_of_its_roles(book: SeatBook, expert: SignedIn) -> None:
    for role in set(Role) - {Role.EXPERT}:
        with pytest.raises(NotAllowed) as caught:
            await take(book, expert, role=role)
        assert caught.value.code == "seat.role"


async def test_an_accounts_seat_ends_with_its_session_and_is_not_renewed_by_use(
    book: SeatBook, expert: SignedIn, people: StoredAccounts
) -> None:
    late = await signed_in(people, "session-2", at_s=NOW_S - SESSION_S + 60)
    cookie = await take(book, late)
    assert (await book.seat(cookie, now_s=NOW_S + 59)).cookie is None
    assert await refusal(book, cookie, now_s=NOW_S + 60) == "seat.unknown"


async def test_an_expired_seat_counts_as_revoked(book: SeatBook, expert: SignedIn) -> None:
    seat = (await book.seat(await take(book, expert), now_s=NOW_S)).seat
    end_s = NOW_S + SESSION_S
    assert await book.revoked([seat.id], now_s=end_s - 1) == frozenset()
    assert await book.revoked([seat.id], now_s=end_s) == {seat.id}


async def test_who_signs_in_anew_keeps_the_seat_for_as_long_as_the_new_session(
    book: SeatBook, expert: SignedIn, people: StoredAccounts
) -> None:
    cookie = await take(book, expert)
    later_s = NOW_S + SESSION_S - 60
    again = await signed_in(people, "session-2", at_s=later_s)
    seating = await book.take(again, room="demo", role=Role.EXPERT, cookies=[cookie], now_s=later_s)
    assert not seating.is_new
    assert (await book.seat(cookie, now_s=later_s + HOUR_S)).seat == seating.seat


async def test_no_seat_is_taken_by_who_may_not_any_more_when_it_is_written(
    book: SeatBook, expert: SignedIn, people: StoredAccounts
) -> None:
    async def refused(who: SignedIn) -> str:
        with pytest.raises(NotAuthenticated) as caught:
            await take(book, who)
        return caught.value.code

    await people.end_session(expert.session_id)
    assert await refused(expert) == "session.unknown"
    for disabled, roles in ((True, EXPERT.roles), (False, frozenset({Role.REVIEWER}))):
        who = await signed_in(people, f"{disabled}")
        await people.change_account(EXPERT.id, disabled=disabled, roles=roles)
        assert await refused(who) == "session.unknown"
        await people.change_account(EXPERT.id, disabled=False, roles=EXPERT.roles)
    await people.set_password(
        EXPERT.id, "", instead_of=None, must_change=True, keep=(), now_s=NOW_S
    )
    assert await refused(await signed_in(people, "with-a-one-time-password")) == "session.unknown"


async def test_an_account_that_was_shown_out_waits_until_the_consult_is_begun_anew(
    book: SeatBook, database: Database, expert: SignedIn, people: StoredAccounts
) -> None:
    access, consults = StoredAccess(database), StoredConsults(database)
    await consults.begin("demo", "consult-1", at_ms=0)
    first, second = [await take(book, expert) for _ in range(2)]
    seats = [cookie.partition(".")[0] for cookie in (first, second)]
    assert await access.show_out(seats[0], by="operator") == set(seats)
    elsewhere = await signed_in(people, "session-2")
    waiting = await take(book, elsewhere)
    assert not (await book.seat(waiting, now_s=NOW_S)).seat.admitted
    await consults.begin("demo", "consult-2", at_ms=1)
    again = await take(book, elsewhere)
    assert (await book.seat(again, now_s=NOW_S)).seat.admitted


async def test_signing_out_leaves_the_accounts_own_seats_and_no_other(
    book: SeatBook, expert: SignedIn
) -> None:
    guest = await redeem(book, await invite(book, role=Role.OBSERVER))
    own = await take(book, expert)
    left = await book.leave_as(expert.account, [guest, own, "x.y"], now_s=NOW_S)
    assert [seat.role for seat in left] == [Role.EXPERT]
    assert await refusal(book, own) == "seat.unknown"
    assert (await book.seat(guest, now_s=NOW_S)).seat


@pytest.mark.parametrize("role", sorted(set(Role) - set(SEAT_ROLES)))
async def test_there_are_no_invitations_to_seats_that_do_not_exist(
    book: SeatBook, role: Role
) -> None:
    with pytest.raises(BadInput) as caught:
        await invite(book, role=role)
    assert caught.value.code == "invite.role"


async def test_who_came_through_the_lobby_waits_there_again_and_nobody_else_does(
    book: SeatBook, database: Database
) -> None:
    access = StoredAccess(database)
    direct = await redeem(book, await invite(book, role=Role.OBSERVER))
    lobby = await book.create_invite(
        room="demo", role=Role.EXPERT, uses=2, lifetime_s=60, now_s=NOW_S, lobby=True
    )
    guest = await redeem(book, lobby)
    elsewhere = await book.create_invite(
        room="other", role=Role.EXPERT, uses=1, lifetime_s=60, now_s=NOW_S, lobby=True
    )
    stranger = await redeem(book, elsewhere)
    for cookie in (guest, stranger):
        await access.admit(cookie.partition(".")[0])
    assert await access.show_to_lobby("demo") == {guest.partition(".")[0]}
    admitted = [
        (await book.seat(cookie, now_s=NOW_S)).seat.admitted for cookie in (direct, guest, stranger)
    ]
    assert admitted == [True, False, True]
