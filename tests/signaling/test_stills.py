import time
from pathlib import Path

import pytest

from streaming.domain.session import PEOPLE, Role
from tests.signaling.node import Node, running_node

PNG = b"\x89PNG picture"
ADDRESS = "/api/rooms/demo/stills/consult-1.png"


class Shelf:
    async def still_png(self, still: str) -> bytes | None:
        return PNG if still == "consult-1" else None


async def answer(
    folder: Path, *roles: Role, address: str = ADDRESS, lobby: bool = False, leave: bool = False
) -> bytes | tuple[int, str]:
    """The picture, or status and code, for a browser that has taken seats of these roles."""
    stills = {"demo": Shelf(), "other": Shelf()}
    async with running_node(folder, stills=stills) as node, node.browser() as browser:
        for role in roles:
            body = {"invite": await invite(node, role, lobby=lobby)}
            async with browser.post(node.url("/api/seats"), json=body) as taken:
                assert taken.status == 201
            if leave:
                cookies = {c.key: c.value for c in browser.cookie_jar}
                await node.book.leave(cookies.popitem()[1], now_s=int(time.time()))
        async with browser.get(node.url(address)) as response:
            if response.status != 200:
                return response.status, str((await response.json())["code"])
            assert response.content_type == "image/png"
            assert response.headers["Cache-Control"] == "no-store"
            return await response.read()


async def invite(node: Node, role: Role, *, lobby: bool) -> str:
    return await node.book.create_invite(
        room="demo", role=role, uses=1, lifetime_s=60, now_s=int(time.time()), lobby=lobby
    )


@pytest.mark.parametrize("role", PEOPLE)
async def test_who_takes_part_sees_the_still(tmp_path: Path, role: Role) -> None:
    assert await answer(tmp_path, role) == PNG


async def test_one_good_seat_is_enough(tmp_path: Path) -> None:
    assert await answer(tmp_path, Role.CAMERA, Role.OBSERVER) == PNG


async def test_nobody_else_sees_it(tmp_path: Path) -> None:
    assert await answer(tmp_path) == (401, "seat.unknown")


async def test_a_camera_sees_no_stills(tmp_path: Path) -> None:
    assert await answer(tmp_path, Role.CAMERA) == (401, "seat.unknown")


async def test_who_waits_in_the_lobby_sees_no_stills(tmp_path: Path) -> None:
    assert await answer(tmp_path, Role.EXPERT, lobby=True) == (403, "lobby.waiting")


async def test_a_revoked_seat_sees_no_stills(tmp_path: Path) -> None:
    assert await answer(tmp_path, Role.EXPERT, leave=True) == (401, "seat.unknown")


@pytest.mark.parametrize("room", ["other", "unknown", "..%2Fdemo"])
async def test_another_rooms_stills_are_refused(tmp_path: Path, room: str) -> None:
    address = f"/api/rooms/{room}/stills/consult-1.png"
    assert await answer(tmp_path, Role.EXPERT, address=address) == (401, "seat.unknown")


async def test_a_still_that_is_gone_is_not_found(tmp_path: Path) -> None:
    address = "/api/rooms/demo/stills/consult-2.png"
    assert await answer(tmp_path, Role.EXPERT, address=address) == (404, "still.gone")
