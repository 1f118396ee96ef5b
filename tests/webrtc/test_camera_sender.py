"""A camera's packets on a real socket, unprotected and read by the reference implementation."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

import pylibsrtp
import pytest
from aiortc.rtp import RtpPacket, unwrap_rtx

from streaming.domain.frame import Codec
from streaming.relay.film_line import CameraPacket
from streaming.webrtc.camera_sender import CameraSender
from streaming.webrtc.history import HISTORY_PACKETS
from streaming.webrtc.negotiation import VideoAgreement
from streaming.webrtc.rtcp import Feedback
from streaming.webrtc.rtp import HeaderExtensions, NtpClock
from streaming.webrtc.sender import Outlet, SendPlanner
from streaming.webrtc.srtp import PacketBuffer, SrtpSession
from streaming.webrtc.udp import UdpSocket
from tests.webrtc.far_end import FarEnd
from tests.webrtc.test_sender import CM, GCM, IDS, LATER_NS, session

H264_TYPE, VP8_TYPE = 96, 98


@dataclass
class Far(FarEnd):
    sender: CameraSender

    def nack(self, *sequences: int, now_ns: int = 0) -> list[RtpPacket]:
        self.sender.receive(Feedback(nacked=list(sequences)), now_ns)
        return self.packets()


@contextmanager
def far_end(udp: UdpSocket, *, profile: int = GCM, repairs: bool = True) -> Iterator[Far]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiving:
        receiving.bind(("127.0.0.1", 0))
        receiving.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        receiving.setblocking(False)
        extensions = HeaderExtensions("camera", mid_id=1, playout_delay_id=3)
        sender = CameraSender(
            (
                VideoAgreement(Codec.H264, H264_TYPE, 97 if repairs else None, extensions),
                VideoAgreement(Codec.VP8, VP8_TYPE, 99 if repairs else None, extensions),
            ),
            ids=IDS,
            srtp=SrtpSession(
                sending=session(profile, pylibsrtp.Policy.SSRC_ANY_OUTBOUND),
                receiving=session(profile, pylibsrtp.Policy.SSRC_ANY_INBOUND),
                buffer=PacketBuffer(),
            ),
            outlet=Outlet(udp, SendPlanner(), NtpClock(0)),
            address=receiving.getsockname(),
        )
        yield Far(receiving, session(profile, pylibsrtp.Policy.SSRC_ANY_INBOUND), sender)


@pytest.fixture
def udp() -> Iterator[UdpSocket]:
    opened = UdpSocket.open("127.0.0.1", 0)
    yield opened
    opened.close()


@pytest.fixture(params=[GCM, CM], ids=["gcm", "cm"])
def far(request: pytest.FixtureRequest, udp: UdpSocket) -> Iterator[Far]:
    with far_end(udp, profile=request.param) as end:
        yield end


def packet(number: int, codec: Codec = Codec.H264, *, marker: bool = False) -> CameraPacket:
    payload = number.to_bytes(4) * 10
    return CameraPacket(number, codec, number * 3_000, marker, False, payload)


def test_packets_arrive_in_their_places(far: Far) -> None:
    far.sender.restart()
    for number in (100, 101, 103, 102):
        far.sender.send(packet(number, marker=number == 103))
    packets = far.packets()
    first = packets[0].sequence_number
    assert [p.sequence_number - first for p in packets] == [0, 1, 3, 2]
    assert [p.marker for p in packets] == [0, 0, 1, 0]
    assert [p.timestamp for p in packets] == [300_000, 303_000, 309_000, 306_000]
    assert [p.payload for p in packets] == [packet(n).payload for n in (100, 101, 103, 102)]
    assert {(p.ssrc, p.payload_type) for p in packets} == {(IDS.ssrc, H264_TYPE)}


def test_a_restart_goes_on_right_behind_whatever_the_number(far: Far) -> None:
    far.sender.restart()
    far.sender.send(packet(5))
    far.sender.restart()
    far.sender.send(packet(90_000, Codec.VP8))
    before, after = far.packets()
    assert after.sequence_number == before.sequence_number + 1
    assert after.payload_type == VP8_TYPE


def test_numbers_wrap(far: Far) -> None:
    far.sender.restart()
    for number in range(70_000):
        if number % 1_000 == 0 or number > 69_995:
            far.sender.send(packet(number))
    sequences = [p.sequence_number for p in far.packets()]
    assert all((b - a) % 65_536 in (1, 996, 1_000) for a, b in pairwise(sequences))


def test_a_repair_is_on_its_own_stream(far: Far) -> None:
    far.sender.restart()
    for number in range(3):
        far.sender.send(packet(number, marker=number == 1))
    _, lost, _ = far.packets()
    (repair,) = far.nack(lost.sequence_number)
    assert (repair.ssrc, repair.payload_type) == (IDS.rtx_ssrc, 97)
    again = unwrap_rtx(repair, payload_type=H264_TYPE, ssrc=IDS.ssrc)
    assert (again.sequence_number, again.timestamp) == (lost.sequence_number, lost.timestamp)
    assert (again.marker, again.payload) == (1, lost.payload)
    assert far.nack(lost.sequence_number) == []
    assert len(far.nack(lost.sequence_number, now_ns=LATER_NS)) == 1


def test_without_a_repair_stream_the_same_packet_is_sent_again(udp: UdpSocket) -> None:
    with far_end(udp, repairs=False) as far:
        far.sender.restart()
        far.sender.send(packet(1))
        sent, _report = far.raw()
        number = int.from_bytes(sent[2:4])
        far.sender.receive(Feedback(nacked=[number]), 0)
        assert list(far.raw())[-1] == sent


def test_what_the_node_misses_itself_isnt_answered(far: Far) -> None:
    far.sender.restart()
    far.sender.send(packet(0))
    far.sender.send(packet(2))
    first, last = far.packets()
    missing = first.sequence_number + 1
    assert far.nack(missing, last.sequence_number + 1, first.sequence_number - 1) == []
    far.sender.send(packet(1))
    assert [p.sequence_number for p in far.packets()] == [missing]
    assert len(far.nack(missing, now_ns=LATER_NS)) == 1


def test_the_past_is_bounded(far: Far) -> None:
    far.sender.restart()
    far.sender.send(packet(0))
    (oldest,) = far.packets()
    far.sender.send(packet(HISTORY_PACKETS))
    far.packets()
    assert far.nack(oldest.sequence_number) == []


def test_a_repair_too_late_for_srtp_is_left_out(far: Far) -> None:
    far.sender.restart()
    far.sender.send(packet(0))
    for number in range(2, 1_500):
        far.sender.send(packet(number))
    far.packets()
    far.sender.send(packet(1))
    assert far.packets() == []


def test_who_moved_is_sent_what_comes_next_and_no_repairs(far: Far) -> None:
    far.sender.restart()
    far.sender.send(packet(0))
    (sent,) = far.packets()
    far.sender.moved(far.socket.getsockname())
    assert far.nack(sent.sequence_number) == []
    far.sender.send(packet(1))
    assert len(far.packets()) == 1


def test_reports_tell_the_time_of_the_newest_picture(far: Far) -> None:
    far.sender.report(0)
    assert far.reports() == []
    far.sender.restart()
    far.sender.send(packet(7))
    (first,) = far.reports()
    far.sender.report(time.monotonic_ns())
    (second,) = far.reports()
    for report in (first, second):
        assert (report.ssrc, report.sender_info.packet_count) == (IDS.ssrc, 1)
        assert 0 <= report.sender_info.rtp_timestamp - packet(7).timestamp < 10 * 90_000


def test_a_pli_wants_a_key_frame(far: Far) -> None:
    assert far.sender.receive(Feedback(plis=1), 0)
    assert not far.sender.receive(Feedback(), 0)


def test_one_codec_may_be_all_that_a_viewer_takes(far: Far) -> None:
    assert far.sender.takes(Codec.H264)
    assert far.sender.takes(Codec.VP8)
