"""Strangers and bad peers at the port while somebody watches: the picture goes on, work is bounded.

Each of these stopped a session, or held the node, when it was tried on aiortc's own transport.
"""

import random
import re
import socket
import struct
from collections.abc import Callable, Iterable

import pytest

from streaming.webrtc.port import MediaPort
from streaming.workflow.live.ports import PeerPlan, SdpError
from tests.webrtc.checks import check
from tests.webrtc.stage import Room, eventually, media_port, showing
from tests.webrtc.test_sdp_read import ANSWER, OFFER
from tests.webrtc.viewer import are_consecutive, join, viewer

CLIENT_HELLO = bytes.fromhex(
    "16feff0000000000000000003a0100002e000000000000002efefd" + "11" * 32 + "0000000400ff00ff0100"
)
FATAL_ALERT = bytes.fromhex("15fefd0000000000000000000202 28".replace(" ", ""))


def shower(port: MediaPort, datagrams: Iterable[bytes]) -> None:
    """Each from a socket that never passed a check."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for datagram in datagrams:
            stranger.sendto(datagram, ("127.0.0.1", port.port))


def malformed(count: int) -> list[bytes]:
    chosen = random.Random(7)
    good = check("somebody", "x" * 24)
    return [
        bytes(
            byte if chosen.random() > 0.05 else chosen.randrange(256)
            for byte in good[: chosen.randrange(len(good) + 1)]
        )
        or b"\x00"
        for _ in range(count)
    ]


def floods(room: Room) -> dict[str, list[bytes]]:
    return {
        "empty": [b""] * 500,
        "client hello": [CLIENT_HELLO] * 500,
        "fatal alert": [FATAL_ALERT] * 500,
        "srtp": [b"\x80\x60" + bytes(1_200)] * 500,
        "wrong password": [check(room.peer.ufrag, "wrong" * 5)] * 500,
        "unknown ufrag": [check("nobody00", room.peer.password)] * 500,
        "malformed": malformed(500),
    }


async def until_counted(port: MediaPort, count: int) -> None:
    """The kernel may drop some of a flood; most must have been seen and refused."""
    await eventually(lambda: sum(port.figures().values()) >= count)


@pytest.mark.parametrize(
    "kind",
    [
        "empty",
        "client hello",
        "fatal alert",
        "srtp",
        "wrong password",
        "unknown ufrag",
        "malformed",
    ],
)
async def test_a_flood_from_a_stranger_changes_nothing(kind: str) -> None:
    async with media_port() as port, showing(port) as room, viewer() as watching:
        await join(room, watching)
        await watching.until_shown(3)
        shower(port, floods(room)[kind])
        await until_counted(port, 250)
        await watching.until_shown(15)
        assert are_consecutive(watching.numbers)
        assert room.ends == []
        assert port.figures()["failed"] == 0


@pytest.mark.parametrize("datagram", [CLIENT_HELLO, FATAL_ALERT, b""])
async def test_a_stranger_cant_win_the_race_for_the_handshake(datagram: bytes) -> None:
    async with media_port() as port, showing(port) as room, viewer() as watching:
        offer = await room.peer.create_offer()
        shower(port, [datagram] * 20)
        answer = await watching.answer(offer)
        shower(port, [datagram] * 20)
        await room.peer.accept_answer(answer)
        shower(port, [datagram] * 20)
        await watching.until_shown(5)
        assert are_consecutive(watching.numbers)


async def test_the_node_never_sends_to_an_address_that_an_answer_names() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as victim:
        victim.bind(("127.0.0.1", 0))
        victim.setblocking(False)
        named = victim.getsockname()[1]
        candidates = "".join(
            f"a=candidate:{number} 1 udp 2130706431 127.0.0.1 {named} typ host\r\n"
            for number in range(20)
        )
        async with media_port() as port, showing(port) as room, viewer() as watching:
            answer = await watching.answer(await room.peer.create_offer())
            await room.peer.accept_answer(answer + candidates)
            await watching.until_shown(10)
        with pytest.raises(BlockingIOError):
            victim.recv(2_048)


async def test_three_thousand_candidates_are_refused_unread() -> None:
    lines = "a=candidate:1 1 udp 1 127.0.0.1 9 typ host\r\n" * 3_000
    async with media_port() as port:
        room = Room()
        room.peer = port.create_peer(room)
        with pytest.raises(SdpError) as caught:
            await room.peer.accept_answer(ANSWER + lines)
        assert caught.value.code == "sdp.too_long"
        assert room.ends == ["sdp.too_long"]


def mutated(sdp: str, chosen: random.Random) -> str:
    """One to four wounds: a line lost, doubled, moved, cut; a character or a number changed."""
    lines = sdp.splitlines()
    wounds: list[Callable[[int], None]] = [
        lambda at: lines.__delitem__(at),
        lambda at: lines.insert(at, lines[at]),
        lambda at: lines.insert(chosen.randrange(len(lines)), lines.pop(at)),
        lambda at: lines.__setitem__(at, lines[at][: chosen.randrange(len(lines[at]) + 1)]),
        lambda at: lines.__setitem__(at, lines[at].replace(":", chosen.choice([" ", "", "::"]))),
        lambda at: lines.__setitem__(
            at, re.sub(r"\d+", str(chosen.choice([-1, 0, 99999999999, "x"])), lines[at])
        ),
        lambda at: lines.__setitem__(at, lines[at] + chosen.choice(["\x00", "é", " 1/2", "=;="])),
    ]
    for _ in range(chosen.randint(1, 4)):
        chosen.choice(wounds)(chosen.randrange(len(lines)))
    return "\r\n".join(lines) + "\r\n"


async def is_accepted(port: MediaPort, sdp: str, *, offer: bool) -> bool:
    room = Room()
    room.peer = port.create_peer(room)
    try:
        if offer:
            await room.peer.answer_offer(sdp)
        else:
            await room.peer.accept_answer(sdp)
    except SdpError as error:
        assert room.ends == [error.code]
        return False
    assert room.ends == []
    room.peer.close()
    assert room.ends == ["peer.closed"]
    return True


@pytest.mark.parametrize("offer", [True, False], ids=["offers", "answers"])
async def test_mutated_descriptions_are_taken_or_refused_and_nothing_else(offer: bool) -> None:
    chosen = random.Random(2_026)
    async with media_port() as port, showing(port) as room, viewer() as watching:
        await join(room, watching)
        await watching.until_shown(1)
        sound = OFFER if offer else ANSWER
        outcomes = [
            await is_accepted(port, mutated(sound, chosen), offer=offer) for _ in range(200)
        ]
        assert 20 < sum(outcomes) < 180
        await watching.until_shown(10)
        assert are_consecutive(watching.numbers)
        assert port.figures()["peers"] == 1
        await newcomer_sees_pictures(port)


async def newcomer_sees_pictures(port: MediaPort) -> None:
    async with showing(port) as room, viewer() as watching:
        await join(room, watching)
        await watching.until_shown(3)


async def test_a_viewers_own_garbage_hurts_nobody_else() -> None:
    """Its address passed a check, so its datagrams reach DTLS and SRTP: with a right seat only."""
    async with media_port() as port, showing(port) as room, viewer() as watching:
        await join(room, watching)
        bad = port.create_peer(Room())
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
            there = ("127.0.0.1", port.port)
            own.sendto(check(bad.ufrag, bad.password), there)
            for datagram in [CLIENT_HELLO, FATAL_ALERT, b"", b"\x80\xc9" + bytes(28)] * 100:
                own.sendto(datagram, there)
            await watching.until_shown(15)
        assert are_consecutive(watching.numbers)
        assert port.figures()["failed"] == 0


async def test_a_seats_own_bad_media_hurts_nobody_else() -> None:
    """It has the keys: what it sends is authentic, and was never agreed to."""
    speaks = PeerPlan(speaks=True, films=False, hears=True)
    async with media_port() as port, showing(port) as room, viewer() as watching:
        await join(room, watching)
        async with showing(port, speaks) as bad, viewer() as attacking:
            await join(bad, attacking)
            transport = attacking.connection.getTransceivers()[0].sender.transport
            await eventually(lambda: transport.state == "connected")
            chosen = random.Random(3)
            for number in range(3_000):
                head = struct.pack("!BBHII", 0x80, chosen.randrange(128), number, 0, number)
                await transport._send_rtp(head + chosen.randbytes(chosen.randrange(100)))
                if number % 100 == 0:
                    await watching.until_shown(1)
            await watching.until_shown(15)
            assert bad.peer.stats()["refused"] > 0
        assert are_consecutive(watching.numbers)
        assert port.figures()["failed"] == 0
