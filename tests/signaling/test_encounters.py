import time
from pathlib import Path
from typing import Any

import pytest

from streaming.domain.encounter import Encounter, Patient, Side
from streaming.domain.errors import SonopairError
from streaming.domain.session import Role
from streaming.store.sealing import Seal
from streaming.store.site_map import SiteMap
from tests.signaling.node import Node, running_node

ADDRESS = "/api/rooms/demo/encounter"
NUMBER, NAME = "MRN-4711882", "Okafor"
CHOICE = {"record_number": NUMBER, "name": NAME, "born": "1955-04-12", "side": "left"}


class Desk:
    """Keeps who was chosen in a real site map, once the node is there."""

    node: Node
    refuses = False

    async def choose(self, seat_id: str, patient: Patient, side: Side) -> Encounter:
        if self.refuses:
            raise SonopairError("encounter.no_picture", "Not yet.")
        site_map = SiteMap(self.node.database, Seal("a-secret-of-the-site" * 2))
        return await site_map.begin(patient, room="demo", side=side, now_s=5)


async def answer(
    folder: Path,
    *,
    role: Role = Role.OPERATOR,
    body: dict[str, Any] = CHOICE,
    address: str = ADDRESS,
    lobby: bool = False,
    refuses: bool = False,
    origin: str = "",
) -> tuple[int, dict[str, Any]]:
    desk = Desk()
    desk.refuses = refuses
    encounters = {"demo": desk, "other": desk}
    async with running_node(folder, encounters=encounters) as node, node.browser() as browser:
        desk.node = node
        invite = await node.book.create_invite(
            room="demo", role=role, uses=1, lifetime_s=60, now_s=int(time.time()), lobby=lobby
        )
        async with browser.post(node.url("/api/seats"), json={"invite": invite}) as taken:
            assert taken.status == 201
        headers = {"Origin": origin} if origin else {}
        async with browser.post(node.url(address), json=body, headers=headers) as response:
            return response.status, await response.json()


async def test_the_operator_is_answered_a_case_code_with_its_side(tmp_path: Path) -> None:
    status, info = await answer(tmp_path)
    assert (status, set(info), info["side"]) == (201, {"case", "side"}, "left")


@pytest.mark.parametrize("role", [Role.EXPERT, Role.OBSERVER, Role.CAMERA])
async def test_nobody_else_chooses(tmp_path: Path, role: Role) -> None:
    status, problem = await answer(tmp_path, role=role)
    assert (status, problem["code"]) == (401, "seat.unknown")


async def test_an_operator_of_another_room_or_at_the_door_does_not(tmp_path: Path) -> None:
    status, _ = await answer(tmp_path, address="/api/rooms/other/encounter")
    assert status == 401


async def test_another_sites_page_does_not(tmp_path: Path) -> None:
    status, problem = await answer(tmp_path, origin="https://elsewhere.example.org")
    assert (status, problem["code"]) == (403, "request.origin")


async def test_too_early_is_said_so(tmp_path: Path) -> None:
    status, problem = await answer(tmp_path, refuses=True)
    assert (status, problem["code"]) == (409, "encounter.no_picture")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"record_number": "  "}, "encounter.record_number"),
        ({"record_number": NUMBER * 9}, "request.malformed"),
        ({"born": f"{NAME}"}, "request.malformed"),
        ({"side": NAME}, "request.malformed"),
        ({NAME: NUMBER}, "request.malformed"),
    ],
)
async def test_what_cannot_be_is_refused_and_not_quoted(
    tmp_path: Path, change: dict[str, str], code: str
) -> None:
    status, problem = await answer(tmp_path, body=CHOICE | change)
    assert (status, problem["code"]) == (400, code)
    assert NUMBER not in str(problem)


async def test_the_record_number_is_nowhere_in_plain(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    for body in (CHOICE, CHOICE | {"side": NAME}):
        await answer(tmp_path, body=body)
    said = capsys.readouterr()
    kept = b"".join(path.read_bytes() for path in files_in(tmp_path))
    assert kept
    for text in (NUMBER, NAME, "1955"):
        assert text not in said.out + said.err + caplog.text
        assert text.encode() not in kept


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
