"""The port from the outside: datagrams in, datagrams out."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aioice import stun as reference

from streaming.domain.errors import BadInput, Unavailable
from streaming.webrtc.peer import MediaPeer
from streaming.webrtc.port import MediaPort
from streaming.workflow.live.ports import PeerFactory
from tests.webrtc.checks import check
from tests.webrtc.stage import Room, eventually, media_port
from tests.webrtc.test_sdp_read import ANSWER
from tests.webrtc.viewer import viewer

DTLS = b"\x16\xfe\xff" + bytes(20)


class Probe:
    """A socket that speaks to the port."""

    def __init__(self, port: MediaPort) -> None:
        self._port = port
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)

    def send(self, data: bytes) -> None:
        self.socket.sendto(data, ("127.0.0.1", self._port.port))

    async def heard(self, figure: str, count: float) -> None:
        """Until the port has counted that many."""
        await eventually(lambda: self._port.figures().get(figure, 0) >= count)

    async def reply(self) -> reference.Message:
        data = await asyncio.wait_for(asyncio.get_running_loop().sock_recv(self.socket, 2_048), 5)
        return reference.parse_message(data)

    def is_answered(self) -> bool:
        try:
            return bool(self.socket.recv(2_048))
        except BlockingIOError:
            return False


@asynccontextmanager
async def probe(port: MediaPort) -> AsyncIterator[Probe]:
    probing = Probe(port)
    try:
        yield probing
    finally:
        probing.socket.close()


def new_peer(port: MediaPort) -> MediaPeer:
    room = Room()
    room.peer = port.create_peer(room)
    return room.peer


async def test_the_port_is_a_peer_factory() -> None:
    async with media_port() as port:
        factory: PeerFactory = port
        assert factory.create_peer(Room()).id


async def test_peers_have_different_ids_credentials_and_streams() -> None:
    async with media_port() as port:
        offers = [await new_peer(port).create_offer() for _ in range(2)]
        for secret in (
            r"ice-ufrag:(\S{8})\r",
            r"ice-pwd:(\S{24})\r",
            r"ssrc:(\d+)",
            r"msid:(.*)\r",
        ):
            found = [re.search(secret, offer) for offer in offers]
            assert all(found)
            assert len({match[1] for match in found if match}) == 2


async def test_a_valid_check_is_answered() -> None:
    async with media_port() as port, probe(port) as probing:
        peer = new_peer(port)
        probing.send(check(peer.ufrag, peer.password))
        reply = await probing.reply()
        assert reply.message_class is reference.Class.RESPONSE
        assert reply.attributes["XOR-MAPPED-ADDRESS"] == probing.socket.getsockname()
        assert peer.addresses == (probing.socket.getsockname(),)


async def test_a_stranger_is_not_heard_with_anything_but_a_check() -> None:
    async with media_port() as port, probe(port) as probing:
        for data in (b"", DTLS, b"\x80\xc8" + bytes(30), b"\xff", b"\x40" * 50):
            probing.send(data)
        await probing.heard("unheard", 5)
        assert not probing.is_answered()


async def test_a_checked_address_may_send_anything_and_nothing_breaks() -> None:
    async with media_port() as port, probe(port) as probing:
        peer = new_peer(port)
        probing.send(check(peer.ufrag, peer.password))
        await probing.reply()
        for first in range(256):
            probing.send(bytes([first]))
            probing.send(bytes([first, 200]) + bytes(60))
        probing.send(b"")
        await probing.heard("unheard", 1)
        assert port.figures()["failed"] == 0


async def test_dtls_waits_for_the_answer_and_its_queue_is_bounded() -> None:
    async with media_port() as port, probe(port) as probing:
        peer = new_peer(port)
        probing.send(check(peer.ufrag, peer.password))
        await probing.reply()
        for _ in range(50):
            probing.send(DTLS)
        probing.send(b"")  # Not counted as DTLS: when it was seen, so were those before it.
        await probing.heard("unheard", 1)
        assert len(peer._dtls._datagrams._arrived) == 16
        assert not probing.is_answered()


async def test_an_address_of_one_peer_is_not_given_to_another() -> None:
    async with media_port() as port, probe(port) as probing:
        victim, attacker = new_peer(port), new_peer(port)
        probing.send(check(victim.ufrag, victim.password))
        await probing.reply()
        probing.send(check(attacker.ufrag, attacker.password, nominated=True))
        await probing.heard("unheard", 1)
        assert not probing.is_answered()
        assert attacker.addresses == ()
        assert port._by_address[probing.socket.getsockname()] is victim


async def test_an_address_is_free_again_when_its_peer_is_closed() -> None:
    async with media_port() as port, probe(port) as probing:
        first, second = new_peer(port), new_peer(port)
        probing.send(check(first.ufrag, first.password))
        await probing.reply()
        first.close()
        assert port._by_address == {}
        probing.send(check(first.ufrag, first.password))
        probing.send(check(second.ufrag, second.password))
        assert (await probing.reply()).attributes["XOR-MAPPED-ADDRESS"]
        assert port.figures()["stun_unknown"] == 1
        assert second.addresses == (probing.socket.getsockname(),)


async def test_a_handshake_that_fails_ends_the_peer() -> None:
    async with media_port() as port, probe(port) as probing:
        room = Room()
        room.peer = port.create_peer(room)
        await room.peer.accept_answer(ANSWER)
        probing.send(check(room.peer.ufrag, room.peer.password))
        await probing.reply()
        # A fatal alert, this time from the address that was checked.
        probing.send(b"\x15\xfe\xfd" + bytes(8) + b"\x00\x02\x02\x28")
        await room.until(lambda: bool(room.ends))
        assert room.ends == ["peer.handshake"]


async def test_a_datagram_that_fails_keeps_no_other_from_being_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a fault of ours")

    async with media_port() as port, probe(port) as probing:
        peer = new_peer(port)
        monkeypatch.setattr(MediaPeer, "receive", fail)
        probing.send(check(peer.ufrag, peer.password))
        for _ in range(3):
            probing.send(DTLS)
        probing.send(check(peer.ufrag, peer.password))
        await probing.reply()
        await probing.reply()
        assert port.figures()["failed"] == 3
    assert capsys.readouterr().out.count("a datagram failed") == 1


async def test_a_room_that_fails_loses_its_own_peer_only() -> None:
    class Failing(Room):
        def connected(self, sender: object) -> None:
            raise RuntimeError("a fault of the room")

    async with media_port() as port, viewer() as watching, viewer() as unlucky:
        room, failing = Room(), Failing()
        room.peer, failing.peer = port.create_peer(room), port.create_peer(failing)
        for one, seen in ((failing, unlucky), (room, watching)):
            await one.peer.accept_answer(await seen.answer(await one.peer.create_offer()))
        await failing.until(lambda: bool(failing.ends))
        await room.until_connected()
        assert (failing.ends, room.ends) == (["peer.failed"], [])


async def test_a_silent_peer_and_one_that_said_goodbye() -> None:
    async with media_port() as port:
        peer = new_peer(port)
        heard_ns = peer._path.heard_ns
        assert not peer.is_silent(heard_ns + 7_000_000_000)
        assert peer.is_silent(heard_ns + 9_000_000_000)
        peer._bye_ns = heard_ns
        assert not peer.is_silent(heard_ns + 1_000_000_000)
        assert peer.is_silent(heard_ns + 3_000_000_000)


async def test_the_wildcard_offers_every_address_of_the_machine_and_loopback_last() -> None:
    async with media_port("0.0.0.0") as port:
        offer = await new_peer(port).create_offer()
        candidates = re.findall(r"a=candidate:\d+ 1 udp (\d+) (\S+) (\d+) typ host", offer)
        assert candidates[-1][1] == "127.0.0.1"
        assert {int(candidate[2]) for candidate in candidates} == {port.port}
        priorities = [int(candidate[0]) for candidate in candidates]
        assert priorities == sorted(priorities, reverse=True)


async def test_advertised_addresses_are_the_only_candidates() -> None:
    port = await MediaPort.open("127.0.0.1", 0, advertise=("192.0.2.1", "2001:db8::1"))
    offer = await new_peer(port).create_offer()
    assert re.findall(r"a=candidate:\d+ 1 udp \d+ (\S+)", offer) == ["192.0.2.1", "2001:db8::1"]
    await port.close()


@pytest.mark.parametrize("address", ["media.example", "192.0.2.1:9", "x\r\na=candidate:1"])
async def test_what_is_advertised_must_be_an_address(address: str) -> None:
    with pytest.raises(BadInput) as caught:
        await MediaPort.open("127.0.0.1", 0, advertise=(address,))
    assert caught.value.code == "media.advertise"


async def test_two_nodes_cant_have_one_port() -> None:
    async with media_port() as port:
        with pytest.raises(Unavailable):
            await MediaPort.open("127.0.0.1", port.port)


async def test_no_log_line_holds_an_address(capsys: pytest.CaptureFixture[str]) -> None:
    async with media_port() as port, probe(port) as probing:
        peer = new_peer(port)
        await peer.accept_answer(ANSWER)
        probing.send(check(peer.ufrag, peer.password))
        await probing.reply()
        peer.close()
    said = capsys.readouterr().out
    assert "peer closed" in said
    assert not re.search(r"\d+\.\d+\.\d+\.\d+", said)
