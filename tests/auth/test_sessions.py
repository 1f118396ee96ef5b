from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from streaming.auth.accounts import AccountBook
from streaming.auth.passwords import Passwords
from streaming.auth.seats import SeatBook
from streaming.auth.sessions import IDLE_S, SESSION_LIFETIME_S, SessionBook
from streaming.domain.access import NotAuthenticated
from streaming.domain.account import Account, SignedIn, TooManyAttempts
from streaming.domain.errors import BadInput, NotAllowed, SonopairError
from streaming.domain.session import Role
from streaming.store.access import StoredAccess
from streaming.store.accounts import StoredAccounts
from streaming.store.database import Database

NOW_S = 1_800_000_000
NEW = "a lake of quiet herons"
OWN = "herons of a quiet lake"


@dataclass
class Desk:
    """What a node has for people who sign in; remembers what is reported of them."""

    records: StoredAccounts
    seats: SeatBook
    passwords: Passwords
    reported: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.accounts = AccountBook(self.records, self.passwords, self.report)
        self.sessions = SessionBook(self.records, self.passwords, self.report)

    def report(self, event: str, **facts: object) -> None:
        self.reported.append((event, facts))

    async def ito(self, *roles: Role) -> tuple[Account, str]:
        return await self.accounts.add(
            login="ito", name="Dr. Ito", roles=roles or (Role.EXPERT,), now_s=NOW_S
        )

    async def sign_in(
        self,
        password: str,
        *,
        login: str = "ito",
        cookie: str = "",
        known: str = "",
        tick_s: float = 0,
    ) -> SignedIn:
        return await self.sessions.sign_in(
            login,
            password,
            host="host",
            cookie=cookie,
            known=known,
            now_s=NOW_S,
            tick_s=tick_s,
        )

    async def change(
        self, signed_in: SignedIn, old: str, new: str = NEW, *, keep: tuple[str, ...] = ()
    ) -> SignedIn:
        return await self.sessions.change_password(
            signed_in, old=old, new=new, host="host", keep_seats=keep, now_s=NOW_S, tick_s=0
        )

    async def is_signed_in(self, cookie: str | None, *, now_s: int = NOW_S) -> bool:
        assert cookie
        try:
            await self.sessions.signed_in(cookie, now_s=now_s)
        except NotAuthenticated as error:
            assert error.code == "session.unknown"
            return False
        return True

    async def settled(self, *roles: Role) -> tuple[Account, str]:
        """An account with a password of its own."""
        _, password = await self.ito(*roles)
        changed = await self.change(await self.sign_in(password), password, OWN)
        await self.sessions.sign_out(changed)
        self.reported.clear()
        return changed.account, OWN

    async def take_seat(self, account: Account) -> str:
        """In a browser of its own."""
        signed_in = await self.sessions.open(account, cookie="", now_s=NOW_S)
        seating = await self.seats.take(
            signed_in, room="demo", role=Role.EXPERT, cookies=(), now_s=NOW_S
        )
        return seating.seat.id


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    database, passwords = Database.open(tmp_path), Passwords()
    yield Desk(StoredAccounts(database), SeatBook(StoredAccess(database)), passwords)
    passwords.close()
    database.close()


async def refusal(desk: Desk, password: str, *, login: str = "ito") -> str:
    with pytest.raises(SonopairError) as caught:
        await desk.sign_in(password, login=login)
    return caught.value.code


async def test_the_right_password_signs_in(desk: Desk) -> None:
    account, password = await desk.ito()
    signed_in = await desk.sign_in(password, login="Ito ")
    assert signed_in.account == account
    assert await desk.is_signed_in(signed_in.cookie)
    assert desk.reported == [("login.ok", {"account": account.id, "by": "password"})]


async def test_nobody_learns_which_part_was_wrong(desk: Desk) -> None:
    account, password = await desk.ito()
    await desk.accounts.add(login="second", name="", roles=[Role.ADMIN], now_s=NOW_S)
    assert await refusal(desk, "wrong password") == "login.refused"
    assert await refusal(desk, password, login="nobody") == "login.refused"
    await desk.accounts.change(account.id, disabled=True)
    assert await refusal(desk, password) == "login.refused"
    ids = [facts["account"] for event, facts in desk.reported if event == "login.failed"]
    assert ids == [account.id, "unknown", account.id]


async def test_an_account_without_a_password_takes_none(desk: Desk) -> None:
    await desk.accounts.of_identity(
        issuer="https://id.example", subject="1", login="ito", name="", roles=[Role.EXPERT], now_s=0
    )
    assert await refusal(desk, "") == "login.refused"


async def test_guessing_is_slowed_down_for_the_right_password_too(desk: Desk) -> None:
    _, password = await desk.ito()
    codes = [await refusal(desk, "wrong password") for _ in range(12)]
    assert codes == ["login.refused"] * 11 + ["login.wait"]
    with pytest.raises(TooManyAttempts) as caught:
        await desk.sign_in(password)
    assert caught.value.wait_s == 2
    assert [facts["limited"] for _, facts in desk.reported] == [False] * 10 + [True]
    assert await desk.sign_in(password, tick_s=2)


async def test_who_guesses_keeps_nobody_out_of_a_browser_that_is_known(desk: Desk) -> None:
    _, password = await desk.ito()
    known = (await desk.sign_in(password)).known
    assert known
    for number in range(30):
        with pytest.raises(SonopairError):
            await desk.sign_in("wrong password", login=f"guess-{number}", known="x" * 43)
    assert await refusal(desk, password) == "login.wait"
    again = await desk.sign_in(password, known=known)
    assert again.known is None
    for invented in ("\udcff", "x" * 999):
        with pytest.raises(TooManyAttempts):
            await desk.sign_in(password, known=invented)


async def test_signing_in_again_ends_the_browsers_older_session(desk: Desk) -> None:
    _, password = await desk.ito()
    first = await desk.sign_in(password)
    other_browser = await desk.sign_in(password)
    second = await desk.sign_in(password, cookie=first.cookie or "")
    assert second.session_id != first.session_id
    assert not await desk.is_signed_in(first.cookie)
    assert await desk.is_signed_in(second.cookie) and await desk.is_signed_in(other_browser.cookie)


async def test_an_idle_session_ends_and_one_in_use_does_not(desk: Desk) -> None:
    _, password = await desk.ito()
    cookie = (await desk.sign_in(password)).cookie
    assert await desk.is_signed_in(cookie, now_s=NOW_S + IDLE_S - 1)
    assert await desk.is_signed_in(cookie, now_s=NOW_S + 2 * IDLE_S - 2)
    assert not await desk.is_signed_in(cookie, now_s=NOW_S + 3 * IDLE_S)


async def test_a_session_ends_however_much_it_is_used(desk: Desk) -> None:
    _, password = await desk.ito()
    cookie = (await desk.sign_in(password)).cookie
    for now_s in range(NOW_S, NOW_S + SESSION_LIFETIME_S, IDLE_S - 1):
        assert await desk.is_signed_in(cookie, now_s=now_s)
    assert not await desk.is_signed_in(cookie, now_s=NOW_S + SESSION_LIFETIME_S)


async def test_a_clock_that_is_set_back_brings_no_session_back(desk: Desk) -> None:
    _, password = await desk.ito()
    cookie = (await desk.sign_in(password)).cookie
    assert await desk.is_signed_in(cookie, now_s=NOW_S - 60)
    assert not await desk.is_signed_in(cookie, now_s=NOW_S - 61)


async def test_a_cookie_with_another_secret_is_refused(desk: Desk) -> None:
    _, password = await desk.ito()
    session_id = (await desk.sign_in(password)).session_id
    for forged in (session_id, f"{session_id}.", f"{session_id}.{'x' * 43}", "x" * 500, "a.ü"):
        assert not await desk.is_signed_in(forged)


async def test_who_signs_out_is_out(desk: Desk) -> None:
    _, password = await desk.ito()
    signed_in = await desk.sign_in(password)
    await desk.sessions.sign_out(signed_in)
    assert not await desk.is_signed_in(signed_in.cookie)


async def test_disabling_an_account_ends_its_sessions_and_seats(desk: Desk) -> None:
    account, password = await desk.settled()
    cookie = (await desk.sign_in(password)).cookie
    seat = await desk.take_seat(account)
    await desk.accounts.change(account.id, disabled=True)
    assert not await desk.is_signed_in(cookie)
    assert await desk.seats.revoked([seat], now_s=NOW_S) == {seat}
    await desk.accounts.change(account.id, disabled=False)
    assert not await desk.is_signed_in(cookie)


async def test_a_role_that_is_taken_away_ends_its_seats_alone(desk: Desk) -> None:
    account, password = await desk.settled(Role.EXPERT, Role.REVIEWER)
    cookie = (await desk.sign_in(password)).cookie
    seat = await desk.take_seat(account)
    await desk.accounts.change(account.id, roles=[Role.EXPERT])
    assert await desk.seats.revoked([seat], now_s=NOW_S) == frozenset()
    await desk.accounts.change(account.id, roles=[Role.REVIEWER])
    assert await desk.seats.revoked([seat], now_s=NOW_S) == {seat}
    assert await desk.is_signed_in(cookie)


async def test_a_changed_password_ends_what_the_old_one_began(desk: Desk) -> None:
    account, password = await desk.settled()
    here, elsewhere = await desk.sign_in(password), await desk.sign_in(password)
    own_seat, other_seat = await desk.take_seat(account), await desk.take_seat(account)
    changed = await desk.change(here, password, keep=(own_seat,))
    assert not changed.account.must_change
    for older in (here, elsewhere):
        assert not await desk.is_signed_in(older.cookie)
    assert await desk.is_signed_in(changed.cookie)
    assert await desk.seats.revoked([own_seat, other_seat], now_s=NOW_S) == {other_seat}
    assert await refusal(desk, password) == "login.refused"
    assert await desk.sign_in(NEW)


async def test_a_password_is_changed_by_who_knows_it(desk: Desk) -> None:
    _, password = await desk.ito()
    signed_in = await desk.sign_in(password)
    with pytest.raises(NotAllowed) as denied:
        await desk.change(signed_in, "wrong password")
    assert denied.value.code == "login.refused"
    for new, code in ((password, "password.same"), ("short", "password.short")):
        with pytest.raises(BadInput) as refused:
            await desk.change(signed_in, password, new)
        assert refused.value.code == code
    assert await desk.sign_in(password)


async def test_a_reset_password_ends_everything_and_must_be_changed(desk: Desk) -> None:
    account, password = await desk.settled()
    signed_in = await desk.change(await desk.sign_in(password), password)
    seat = await desk.take_seat(account)
    fresh = await desk.accounts.reset_password(account.id, now_s=NOW_S)
    assert not await desk.is_signed_in(signed_in.cookie)
    assert await desk.seats.revoked([seat], now_s=NOW_S) == {seat}
    assert (await desk.sign_in(fresh)).account.must_change


async def test_an_invitation_ends_with_the_account_whose_seat_made_it(desk: Desk) -> None:
    account, _ = await desk.settled()
    seat = await desk.take_seat(account)

    async def invite() -> str:
        return await desk.seats.create_invite(
            room="demo", role=Role.EXPERT, uses=5, lifetime_s=60, now_s=NOW_S, made_by_seat=seat
        )

    used, unused = await invite(), await invite()
    guest = await desk.seats.redeem(used, name="", cookies=(), now_s=NOW_S)
    await desk.accounts.change(account.id, disabled=True)
    assert await desk.seats.revoked([guest.seat.id], now_s=NOW_S) == {guest.seat.id}
    for secret in (used, unused):
        with pytest.raises(NotAuthenticated) as caught:
            await desk.seats.redeem(secret, name="", cookies=(), now_s=NOW_S)
        assert caught.value.code == "invite.used"


async def test_a_new_password_ends_who_came_by_the_seats_it_ends_and_nobody_else(
    desk: Desk,
) -> None:
    account, password = await desk.settled()
    guests = {}
    own, other = await desk.take_seat(account), await desk.take_seat(account)
    for seat in (own, other):
        secret = await desk.seats.create_invite(
            room="demo", role=Role.OBSERVER, uses=1, lifetime_s=60, now_s=NOW_S, made_by_seat=seat
        )
        guests[seat] = (await desk.seats.redeem(secret, name="", cookies=(), now_s=NOW_S)).seat.id
    await desk.change(await desk.sign_in(password), password, keep=(own,))
    assert await desk.seats.revoked(guests.values(), now_s=NOW_S) == {guests[other]}


async def test_a_sign_in_that_a_new_password_overtakes_is_refused(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, password = await desk.settled()
    fits = desk.passwords.fits

    async def slowly(tried: str, password_hash: str) -> bool:
        fitted = await fits(tried, password_hash)
        await desk.accounts.reset_password(account.id, now_s=NOW_S)
        return fitted

    monkeypatch.setattr(desk.passwords, "fits", slowly)
    assert await refusal(desk, password) == "login.refused"
    assert [event for event, _ in desk.reported] == ["login.failed"]


async def test_a_password_that_was_reset_meanwhile_is_not_changed_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, password = await desk.settled()
    signed_in = await desk.sign_in(password)
    hashed = desk.passwords.hash
    fresh: list[str] = []

    async def slowly(new: str) -> str:
        monkeypatch.setattr(desk.passwords, "hash", hashed)
        fresh.append(await desk.accounts.reset_password(account.id, now_s=NOW_S))
        return await hashed(new)

    monkeypatch.setattr(desk.passwords, "hash", slowly)
    with pytest.raises(NotAllowed) as caught:
        await desk.change(signed_in, password)
    assert caught.value.code == "login.refused"
    assert (await desk.sign_in(fresh[0])).account.must_change


async def test_whoever_is_disabled_meanwhile_is_not_signed_in(desk: Desk) -> None:
    account, _ = await desk.settled()
    await desk.accounts.change(account.id, disabled=True)
    with pytest.raises(NotAuthenticated) as caught:
        await desk.sessions.open(account, cookie="", now_s=NOW_S)
    assert caught.value.code == "login.refused"


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


async def test_neither_passwords_nor_sessions_can_be_read_from_the_file(
    desk: Desk, tmp_path: Path
) -> None:
    _, password = await desk.ito()
    cookie = (await desk.sign_in(password)).cookie or ""
    stored = everything_in(tmp_path)
    assert b"$argon2id$" in stored
    assert password.encode() not in stored
    assert cookie.partition(".")[2].encode() not in stored
