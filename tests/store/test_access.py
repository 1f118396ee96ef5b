from collections.abc import Iterator
from pathlib import Path

import pytest

from streaming.domain.access import Confirmation, Invite, SeatRecord
from streaming.domain.session import Role, Seat
from streaming.store.access import SETUP_PAGE, StoredAccess, StoredConfirmations
from streaming.store.database import Database

INVITE = Invite(
    secret_sha256="d" * 64, room="demo", role=Role.EXPERT, uses_left=1, expires_at_s=100
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database.open(tmp_path)
    yield database
    database.close()


def record(seat_id: str, role: Role = Role.EXPERT) -> SeatRecord:
    return SeatRecord(Seat(id=seat_id, room="demo", role=role, name="Expert"), "s" * 64, 1_000)


async def test_what_is_stored_comes_back(database: Database) -> None:
    access = StoredAccess(database)
    await access.add_invite(INVITE)
    assert await access.invite(INVITE.secret_sha256) == INVITE
    assert await access.claim(INVITE.secret_sha256, record("a"), now_s=0)
    assert await access.seat("a") == record("a")
    assert await access.seat("b") is None


async def test_a_claim_without_a_use_left_adds_no_seat(database: Database) -> None:
    access = StoredAccess(database)
    await access.add_invite(INVITE)
    assert not await access.claim(INVITE.secret_sha256, record("late"), now_s=100)
    assert await access.claim(INVITE.secret_sha256, record("first"), now_s=99)
    assert not await access.claim(INVITE.secret_sha256, record("second"), now_s=99)
    assert await access.seat("late") is None
    assert await access.seat("second") is None
    assert await access.seat_count("demo", Role.EXPERT) == 1


async def test_a_room_can_be_cleared_of_one_role(database: Database) -> None:
    access = StoredAccess(database)
    for digest, role in (("e" * 64, Role.EXPERT), ("o" * 64, Role.OPERATOR)):
        await access.add_invite(
            Invite(secret_sha256=digest, room="demo", role=role, uses_left=1, expires_at_s=100)
        )
        await access.claim(digest, record(role.value, role), now_s=0)
    assert await access.revoke_room("demo", Role.EXPERT) == 1
    assert await access.revoked(["expert", "operator", "nobody"], now_s=0) == {"expert", "nobody"}


async def test_the_latest_confirmation_of_a_source_counts(database: Database) -> None:
    confirmations = StoredConfirmations(database)
    assert await confirmations.latest("card") is None
    made = [
        Confirmation(
            source_id=source, profile_sha256=digest, profile_toml="x", who="seat", at_s=at_s
        )
        for source, digest, at_s in (("card", "1", 5), ("card", "2", 4), ("other", "3", 6))
    ]
    for confirmation in made:
        await confirmations.add(confirmation)
    assert await confirmations.latest("card") == made[1]


async def test_a_mask_confirmed_on_the_set_up_page_is_kept_for_the_next_start(
    database: Database,
) -> None:
    confirmations = StoredConfirmations(database)
    confirmations.confirmed("card", toml="name = 'x'", sha256="a" * 64)
    latest = await confirmations.latest("card")
    assert latest is not None
    assert (latest.profile_toml, latest.who) == ("name = 'x'", "setup-page")


async def seated(access: StoredAccess, digest: str, seat_id: str, role: Role, uses: int) -> None:
    await access.add_invite(
        Invite(secret_sha256=digest, room="demo", role=role, uses_left=uses, expires_at_s=100)
    )
    await access.claim(digest, record(seat_id, role), now_s=0)


async def test_invitations_of_what_was_revoked_give_no_more_seats(database: Database) -> None:
    access = StoredAccess(database)
    await seated(access, "e" * 64, "expert", Role.EXPERT, 20)
    await seated(access, "o" * 64, "operator", Role.OPERATOR, 20)
    await access.revoke_room("demo", Role.EXPERT)
    assert not await access.claim("e" * 64, record("again"), now_s=0)
    assert await access.claim("o" * 64, record("other", Role.OPERATOR), now_s=0)
    await access.revoke_room("demo")
    assert not await access.claim("o" * 64, record("third", Role.OPERATOR), now_s=0)


async def invited(access: StoredAccess, digest: str, seat_id: str, *, by: str) -> None:
    invite = Invite(
        secret_sha256=digest,
        room="demo",
        role=Role.EXPERT,
        uses_left=9,
        expires_at_s=100,
        made_by_seat=by,
    )
    await access.add_invite(invite)
    assert await access.claim(digest, record(seat_id), now_s=0)


async def test_who_is_shown_out_goes_with_all_that_came_by_them_but_not_who_does_it(
    database: Database,
) -> None:
    access = StoredAccess(database)
    await seated(access, "o" * 64, "operator", Role.OPERATOR, 1)
    await seated(access, "e" * 64, "expert", Role.EXPERT, 9)
    await invited(access, "1" * 64, "guest", by="expert")
    await invited(access, "2" * 64, "guests-guest", by="guest")
    await invited(access, "3" * 64, "other", by="operator")
    await invited(access, "4" * 64, "judge", by="expert")
    await invited(access, "5" * 64, "judges-guest", by="judge")
    assert await access.show_out("expert", by="judge") == {"expert", "guest", "guests-guest"}
    everybody = ["operator", "expert", "guest", "guests-guest", "other", "judge", "judges-guest"]
    assert await access.revoked(everybody, now_s=0) == {"expert", "guest", "guests-guest"}
    for digest in ("1" * 64, "2" * 64, "4" * 64):
        assert not await access.claim(digest, record("again"), now_s=0)
    assert await access.claim("3" * 64, record("again"), now_s=0)


async def test_the_link_of_who_was_shown_out_leads_to_the_lobby(database: Database) -> None:
    access = StoredAccess(database)
    await seated(access, "e" * 64, "expert", Role.EXPERT, 9)
    await access.show_out("expert", by="operator")
    invite = await access.invite("e" * 64)
    assert invite is not None and invite.lobby
    assert await access.show_out("nobody", by="operator") == frozenset()


@pytest.mark.parametrize(
    ("role", "is_told"),
    [(None, True), (Role.OBSERVER, True), (Role.EXPERT, False), (Role.OPERATOR, False)],
)
async def test_players_are_revoked_with_everybody_and_with_observers(
    database: Database, role: Role | None, is_told: bool
) -> None:
    access = StoredAccess(database)
    await access.revoke_room("demo", role)
    assert ("demo" in await access.players_revoked()) is is_told


async def test_every_revocation_of_players_is_later_than_the_one_before(
    database: Database,
) -> None:
    access = StoredAccess(database)
    times = []
    for _ in range(3):
        await access.revoke_room("demo")
        times.append((await access.players_revoked())["demo"])
    assert sorted(set(times)) == times
    assert await access.players_revoked() == {"demo": times[-1]}


async def test_profiles_confirmed_for_a_source_are_kept_newest_first(database: Database) -> None:
    confirmations = StoredConfirmations(database)
    for name in ("a", "b", "a"):
        confirmations.confirmed("card", toml=name, sha256=name * 64)
    confirmations.confirmed("another card", toml="c", sha256="c" * 64)
    assert await confirmations.tomls("card", who=SETUP_PAGE) == ["a", "b"]
    assert await confirmations.tomls("card", who="settings") == []
