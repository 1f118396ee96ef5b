"""A camera with good keys and bad manners: nothing raises, nothing grows, nobody else pays."""

import random
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass

import pylibsrtp
import pytest

from streaming.domain.frame import Codec
from streaming.webrtc.film_gaps import MAX_MISSING
from streaming.webrtc.film_receiver import MAX_BURST_BYTES
from streaming.webrtc.media import FILM_TICK_S, IDLE_TICK_S, PeerMedia
from streaming.webrtc.negotiation import CAMERA, FILM, Agreement, VideoAgreement
from streaming.webrtc.rtp import HeaderExtensions, NtpClock
from streaming.webrtc.sender import Outlet, SendPlanner
from streaming.webrtc.srtp import PacketBuffer, SrtpSession
from streaming.webrtc.streams import PeerStreams
from streaming.webrtc.udp import UdpSocket
from tests.webrtc.stage import Room
from tests.webrtc.test_sender import GCM, session

MS = 1_000_000
WIDE_ID = 5
MEDIA, RTX = 70, 71
LINES = {
    FILM: (VideoAgreement(Codec.H264, 100, 101, HeaderExtensions(FILM, 1), WIDE_ID),),
    CAMERA: (VideoAgreement(Codec.H264, 96, 97, HeaderExtensions(CAMERA, 1)),),
}


@dataclass
class BadCamera:
    media: PeerMedia
    room: Room
    outgoing: pylibsrtp.Session
    far: socket.socket
    wide: int = 0
    now_ns: int = 0

    def send(
        self, sequence: int, payload: bytes = b"film", *, ssrc: int = MEDIA, payload_type: int = 100
    ) -> None:
        self.wide += 1
        block = b"\x13film" + bytes([WIDE_ID << 4 | 1]) + (self.wide & 0xFFFF).to_bytes(2)
        head = struct.pack("!BBHII", 0x90, payload_type, sequence & 0xFFFF, 0, ssrc)
        extension = struct.pack("!HH", 0xBEDE, len(block) // 4) + block
        self.media.receive_rtp(self.outgoing.protect(head + extension + payload), self.now_ns)

    def answers(self) -> int:
        """Datagrams that came back since the last time."""
        count = 0
        while True:
            try:
                self.far.recv(2_048)
            except BlockingIOError:
                return count
            count += 1


@pytest.fixture
def camera() -> Iterator[BadCamera]:
    udp = UdpSocket.open("127.0.0.1", 0)
    room = Room()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as far:
        far.bind(("127.0.0.1", 0))
        far.setblocking(False)
        far.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        media = PeerMedia(
            Agreement(None, (), pictures=LINES),
            streams=PeerStreams.random(),
            srtp=SrtpSession(
                sending=session(GCM, pylibsrtp.Policy.SSRC_ANY_OUTBOUND),
                receiving=session(GCM, pylibsrtp.Policy.SSRC_ANY_INBOUND),
                buffer=PacketBuffer(),
            ),
            outlet=Outlet(udp, SendPlanner(), NtpClock(0)),
            address=far.getsockname(),
            events=room,
        )
        outgoing = session(GCM, pylibsrtp.Policy.SSRC_ANY_OUTBOUND)
        yield BadCamera(media, room, outgoing, far)
    udp.close()


def test_a_picture_arrives_and_a_gap_is_answered_at_once(camera: BadCamera) -> None:
    camera.send(1)
    assert camera.answers() == 0
    camera.send(3)
    assert camera.answers() == 1
    assert [packet.sequence for packet in camera.room.filmed] == [1, 3]


def test_a_camera_is_looked_after_often_and_nobody_else(camera: BadCamera) -> None:
    assert camera.media.tick(0) == IDLE_TICK_S
    camera.send(1)
    assert camera.media.tick(0) == FILM_TICK_S
    camera.media.tick(60 * MS)
    assert camera.answers() == 1


def test_what_isnt_agreed_is_refused(camera: BadCamera) -> None:
    for payload_type in (96, 97, 102, 103, 111):
        camera.send(payload_type, payload_type=payload_type)
    assert camera.room.filmed == []
    assert camera.media.stats()["refused"] == 5


def test_absurd_jumps_are_answered_with_little(camera: BadCamera) -> None:
    chosen, sequence = random.Random(4), 0
    for _ in range(2_000):
        camera.now_ns += MS
        sequence += chosen.choice([1, 3, 100, 500, 2_000, 20_000])
        camera.send(sequence)
        assert camera.media.film is not None
        assert camera.media.film.missing <= MAX_MISSING
    assert camera.answers() <= 4_000


def test_a_bomb_of_repairs_reaches_nobody(camera: BadCamera) -> None:
    camera.send(1)
    camera.send(2)
    for sequence in range(5_000):
        original = struct.pack("!H", sequence & 0xFFFF)
        camera.send(sequence, original + bytes(1_000), ssrc=RTX, payload_type=101)
    assert len(camera.room.filmed) == 2


def test_a_flood_of_packets_is_cut_off(camera: BadCamera) -> None:
    for sequence in range(5_000):
        camera.send(sequence, bytes(1_100))
    assert sum(len(packet.payload) for packet in camera.room.filmed) <= MAX_BURST_BYTES


def test_garbage_is_contained_and_the_next_picture_arrives(camera: BadCamera) -> None:
    chosen = random.Random(8)
    for sequence in range(2_000):
        camera.now_ns += MS
        payload_type = chosen.choice([100, 101])
        camera.send(
            sequence,
            chosen.randbytes(chosen.randrange(60)),
            ssrc=MEDIA if payload_type == 100 else RTX,
            payload_type=payload_type,
        )
        rtcp = struct.pack("!BBHI", 0x80 | chosen.randrange(32), chosen.randrange(192, 224), 9, 7)
        camera.media.receive_rtcp(camera.outgoing.protect_rtcp(rtcp + chosen.randbytes(36)), 1)
    camera.media.report(camera.now_ns)
    camera.room.filmed.clear()
    camera.send(2_000, b"sound")
    assert [packet.payload for packet in camera.room.filmed] == [b"sound"]
