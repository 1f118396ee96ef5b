"""A listener's lanes on a real socket, unprotected and read by the reference implementation."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass

import pylibsrtp
import pytest
from aiortc.rtp import RtcpPacket, RtcpSrPacket, RtpPacket, is_rtcp

from streaming.domain.frame import AudioFrame
from streaming.relay.lane import STEP, LanePacket
from streaming.webrtc.negotiation import DOPPLER, AudioAgreement, lane_mid
from streaming.webrtc.rtp import HeaderExtensions, NtpClock
from streaming.webrtc.sender import Outlet, SendPlanner
from streaming.webrtc.srtp import PacketBuffer, SrtpSession
from streaming.webrtc.streams import PeerStreams
from streaming.webrtc.udp import UdpSocket
from streaming.webrtc.voice_sender import VoiceSender
from tests.webrtc.far_end import FarEnd
from tests.webrtc.test_sender import GCM, session

MS = 1_000_000
STREAMS = PeerStreams.random()
SOUNDS = {
    mid: AudioAgreement(111, HeaderExtensions(mid, 1))
    for mid in (DOPPLER, *map(lane_mid, range(7)))
}
"""The listener declined the last lane."""


@dataclass
class Listener(FarEnd):
    sender: VoiceSender

    def reports_by_datagram(self) -> list[list[RtcpSrPacket]]:
        plain = [self.incoming.unprotect_rtcp(data) for data in self.raw() if is_rtcp(data)]
        return [
            [packet for packet in RtcpPacket.parse(data) if isinstance(packet, RtcpSrPacket)]
            for data in plain
        ]


@pytest.fixture
def listener() -> Iterator[Listener]:
    udp = UdpSocket.open("127.0.0.1", 0)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiving:
        receiving.bind(("127.0.0.1", 0))
        receiving.setblocking(False)
        sender = VoiceSender(
            SOUNDS,
            streams=STREAMS,
            srtp=SrtpSession(
                sending=session(GCM, pylibsrtp.Policy.SSRC_ANY_OUTBOUND),
                receiving=session(GCM, pylibsrtp.Policy.SSRC_ANY_INBOUND),
                buffer=PacketBuffer(),
            ),
            outlet=Outlet(udp, SendPlanner(), NtpClock(0)),
            address=receiving.getsockname(),
        )
        yield Listener(receiving, session(GCM, pylibsrtp.Policy.SSRC_ANY_INBOUND), sender)
    udp.close()


def said(index: int, *, tenure: int = 1, lane: int = 2) -> LanePacket:
    return LanePacket(lane, tenure, index, index * STEP, index == 0, f"{tenure}:{index}".encode())


def steps(packets: list[RtpPacket]) -> list[int]:
    first = packets[0].sequence_number
    return [(p.sequence_number - first + 0x8000) % 65_536 - 0x8000 for p in packets]


def test_a_lane_is_one_stream_with_the_speakers_bytes(listener: Listener) -> None:
    for index in range(3):
        listener.sender.send(said(index))
    packets = listener.packets()
    assert {(p.ssrc, p.payload_type) for p in packets} == {(STREAMS.lanes[2], 111)}
    assert [p.payload for p in packets] == [b"1:0", b"1:1", b"1:2"]
    assert [p.marker for p in packets] == [1, 0, 0]
    first = packets[0].timestamp
    assert [(p.timestamp - first) % 2**32 for p in packets] == [0, 960, 1_920]


def test_gaps_and_late_packets_of_a_tenure_keep_their_places(listener: Listener) -> None:
    for index in (0, 1, 5, 4):
        listener.sender.send(said(index))
    assert steps(listener.packets()) == [0, 1, 5, 4]


def test_a_change_of_speakers_leaves_no_gap_whatever_was_kept_from_the_listener(
    listener: Listener,
) -> None:
    """Tenure 2 is its own voice, and it missed the beginning of the third."""
    for index in (0, 1):
        listener.sender.send(said(index))
    for index in (7, 8):
        listener.sender.send(said(index, tenure=3))
    assert steps(listener.packets()) == [0, 1, 2, 3]


def test_what_is_older_than_the_first_packet_it_got_isnt_sent(listener: Listener) -> None:
    listener.sender.send(said(0))
    listener.sender.send(said(7, tenure=2))
    listener.sender.send(said(6, tenure=2))
    assert [p.payload for p in listener.packets()] == [b"1:0", b"2:7"]


def test_nothing_is_sent_on_a_line_that_was_declined(listener: Listener) -> None:
    listener.sender.send(said(0, lane=7))
    assert listener.packets() == []


def test_one_datagram_reports_on_every_stream_that_sent(listener: Listener) -> None:
    listener.sender.send(said(0, lane=0))
    listener.sender.send(said(0, lane=3))
    listener.packets()
    listener.sender.report(20 * MS)
    ((first, second),) = listener.reports_by_datagram()
    assert [first.ssrc, second.ssrc] == [STREAMS.lanes[0], STREAMS.lanes[3]]
    assert (first.sender_info.packet_count, first.sender_info.octet_count) == (1, 3)
    listener.sender.report(1_020 * MS)
    assert listener.reports_by_datagram() == []


def test_the_scanners_sound_counts_steps_and_follows_the_capture_clock_over_jumps(
    listener: Listener,
) -> None:
    for number, captured_ms in ((0, 1_000), (1, 1_021), (2, 1_039), (5, 1_100), (0, 3_000)):
        listener.sender.send_doppler(AudioFrame(number, captured_ms * MS, 1, b"sound"))
    packets = listener.packets()
    assert {p.ssrc for p in packets} == {STREAMS.doppler}
    first = packets[0].timestamp
    apart = [(p.timestamp - first) % 2**32 for p in packets]
    assert apart == [0, 960, 1_920, 4_800, 96_000]
    assert steps(packets) == [0, 1, 2, 3, 4]
    assert [p.marker for p in packets] == [1, 0, 0, 0, 1]
