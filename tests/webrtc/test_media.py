"""A bad peer with good keys: whatever it sends, nothing raises and nothing grows."""

import random
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass

import pylibsrtp
import pytest

from streaming.webrtc.media import PeerMedia
from streaming.webrtc.negotiation import VOICE, Agreement, AudioAgreement
from streaming.webrtc.rtp import HeaderExtensions, NtpClock
from streaming.webrtc.sender import Outlet, SendPlanner
from streaming.webrtc.srtp import MAX_SSRCS, PacketBuffer, SrtpError, SrtpSession
from streaming.webrtc.streams import PeerStreams
from streaming.webrtc.udp import UdpSocket
from tests.webrtc.stage import Room
from tests.webrtc.test_sender import GCM, session

MIC = AudioAgreement(111, HeaderExtensions("voice", 1), audio_level_id=4)


@dataclass
class BadPeer:
    media: PeerMedia
    room: Room
    outgoing: pylibsrtp.Session
    sequence: int = 0

    def send(
        self,
        payload: bytes = b"opus",
        *,
        ssrc: int = 5,
        payload_type: int = 111,
        mid: bytes = b"voice",
        block: bytes = b"",
    ) -> None:
        """Raises SrtpError when it isn't even looked at."""
        self.sequence += 1
        block = block or bytes([0x10 | len(mid) - 1]) + mid + b"\x40\x94"
        block += bytes(-len(block) % 4)
        head = struct.pack("!BBHII", 0x90, payload_type, self.sequence & 0xFFFF, 960, ssrc)
        extension = struct.pack("!HH", 0xBEDE, len(block) // 4) + block
        self.media.receive_rtp(self.outgoing.protect(head + extension + payload), 1)


@pytest.fixture
def peer(request: pytest.FixtureRequest) -> Iterator[BadPeer]:
    """With ``None`` as parameter its voice wasn't agreed to."""
    udp = UdpSocket.open("127.0.0.1", 0)
    room = Room()
    sounds = {} if getattr(request, "param", "") is None else {VOICE: MIC}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as far:
        far.bind(("127.0.0.1", 0))
        media = PeerMedia(
            Agreement(None, (), sounds),
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
        yield BadPeer(media, room, session(GCM, pylibsrtp.Policy.SSRC_ANY_OUTBOUND))
    udp.close()


def test_a_voice_arrives_with_its_level(peer: BadPeer) -> None:
    peer.send()
    (packet,) = peer.room.heard
    assert (packet.ssrc, packet.sequence, packet.level, packet.opus) == (5, 1, 0x14, b"opus")


def test_without_a_level_it_is_silence(peer: BadPeer) -> None:
    peer.send(block=b"\x14voice")
    assert peer.room.heard[0].level == 127


def test_without_a_mid_the_payload_type_says_the_line(peer: BadPeer) -> None:
    peer.send(block=b"\x40\x94")
    assert len(peer.room.heard) == 1


@pytest.mark.parametrize("peer", [None], indirect=True)
def test_a_voice_that_wasnt_agreed_to_is_refused(peer: BadPeer) -> None:
    peer.send()
    assert peer.room.heard == []
    assert peer.media.stats()["refused"] == 1


@pytest.mark.parametrize("mid", [b"film", b"lane0", b"voicf", b"\xff\x00"])
def test_another_lines_mid_is_refused(peer: BadPeer, mid: bytes) -> None:
    peer.send(mid=mid)
    assert peer.room.heard == []
    assert peer.media.stats()["refused"] == 1


@pytest.mark.parametrize("payload_type", [0, 63, 96, 100, 110, 112, 127])
def test_other_payload_types_are_refused(peer: BadPeer, payload_type: int) -> None:
    peer.send(payload_type=payload_type)
    assert peer.room.heard == []


def test_oversized_extensions_are_refused(peer: BadPeer) -> None:
    peer.send(block=b"\x40\x94" + bytes(1_198))
    assert peer.room.heard == []
    assert peer.media.stats()["refused"] == 1


def test_ten_thousand_ssrcs_leave_no_more_than_a_few_behind(peer: BadPeer) -> None:
    heard = 0
    for ssrc in range(10_000):
        try:
            peer.send(ssrc=ssrc)
            heard += 1
        except SrtpError:
            pass
    assert heard == len(peer.room.heard) == MAX_SSRCS
    peer.send(ssrc=0)
    assert len(peer.room.heard) == MAX_SSRCS + 1


def test_the_same_bound_holds_for_rtcp(peer: BadPeer) -> None:
    taken = 0
    for ssrc in range(1_000):
        report = struct.pack("!BBHI", 0x80, 201, 1, ssrc)
        try:
            peer.media.receive_rtcp(peer.outgoing.protect_rtcp(report), 1)
            taken += 1
        except SrtpError:
            pass
    assert taken == MAX_SSRCS


def test_a_replayed_packet_is_not_heard_again(peer: BadPeer) -> None:
    packet = peer.outgoing.protect(struct.pack("!BBHII", 0x80, 111, 9, 960, 5) + b"opus")
    peer.media.receive_rtp(packet, 1)
    with pytest.raises(SrtpError):
        peer.media.receive_rtp(packet, 1)
    assert len(peer.room.heard) == 1


def test_garbage_of_every_kind_is_contained(peer: BadPeer) -> None:
    chosen = random.Random(9)
    for _ in range(3_000):
        peer.send(
            chosen.randbytes(chosen.randrange(60)), block=chosen.randbytes(chosen.randrange(1, 300))
        )
        rtcp = struct.pack("!BBHI", 0x80 | chosen.randrange(32), chosen.randrange(192, 224), 9, 7)
        peer.media.receive_rtcp(peer.outgoing.protect_rtcp(rtcp + chosen.randbytes(36)), 1)
    peer.media.report(1)
    peer.room.heard.clear()
    peer.send()
    assert [packet.opus for packet in peer.room.heard] == [b"opus"]


def test_the_end_of_a_microphones_stream_is_not_the_peers_goodbye(peer: BadPeer) -> None:
    peer.send(ssrc=5)
    goodbye = {
        ssrc: peer.outgoing.protect_rtcp(struct.pack("!BBHI", 0x81, 203, 1, ssrc))
        for ssrc in (5, 6)
    }
    assert peer.media.receive_rtcp(goodbye[5], 1) is False
    assert peer.media.receive_rtcp(goodbye[6], 1) is True
