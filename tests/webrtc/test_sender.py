"""A sender's packets on a real socket, unprotected and read by the reference implementation."""

import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pylibsrtp
import pytest
from aiortc.rtp import is_rtcp, unwrap_rtx

from streaming.domain.frame import Codec
from streaming.relay.packets import PacketisedFrame
from streaming.webrtc.negotiation import VideoAgreement
from streaming.webrtc.rtcp import Feedback
from streaming.webrtc.rtp import HeaderExtensions, NtpClock
from streaming.webrtc.sender import FanoutSender, Outlet, SendPlanner
from streaming.webrtc.srtp import PacketBuffer, SrtpSession
from streaming.webrtc.streams import StreamIds
from streaming.webrtc.udp import UdpSocket
from tests.webrtc.far_end import FarEnd

IDS = StreamIds(ssrc=1_111, rtx_ssrc=2_222, cname="name")
GCM = pylibsrtp.Policy.SRTP_PROFILE_AEAD_AES_128_GCM
CM = pylibsrtp.Policy.SRTP_PROFILE_AES128_CM_SHA1_80
LATER_NS = 1_000_000_000


def session(profile: int, ssrc_type: int, *, fill: int = 7) -> pylibsrtp.Session:
    policy = pylibsrtp.Policy(key=bytes([fill] * 30), ssrc_type=ssrc_type, srtp_profile=profile)
    policy.allow_repeat_tx = True
    policy.window_size = 1_024
    return pylibsrtp.Session(policy)


@dataclass
class Far(FarEnd):
    sender: FanoutSender


@pytest.fixture
def udp() -> Iterator[UdpSocket]:
    opened = UdpSocket.open("127.0.0.1", 0)
    yield opened
    opened.close()


@contextmanager
def far_end(udp: UdpSocket, *, profile: int = GCM, rtx: int | None = 97) -> Iterator[Far]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiving:
        receiving.bind(("127.0.0.1", 0))
        receiving.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        receiving.setblocking(False)
        extensions = HeaderExtensions("0", mid_id=1, abs_send_time_id=2, playout_delay_id=3)
        sender = FanoutSender(
            VideoAgreement(Codec.H264, 96, rtx, extensions),
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


@pytest.fixture(params=[GCM, CM], ids=["gcm", "cm"])
def far(request: pytest.FixtureRequest, udp: UdpSocket) -> Iterator[Far]:
    with far_end(udp, profile=request.param) as end:
        yield end


def frame(*sizes: int, captured_at_ns: int = 0) -> PacketisedFrame:
    payloads = tuple(bytes([index % 251]) * size for index, size in enumerate(sizes))
    return PacketisedFrame(Codec.H264, True, captured_at_ns, payloads)


def test_a_frame_arrives_packet_by_packet(far: Far) -> None:
    sizes = (30, *[1_200] * 120, 700, 900, 900, 5)
    sent = frame(*sizes)
    assert far.sender.send(sent)
    packets = far.packets()
    assert [packet.payload for packet in packets] == list(sent.payloads)
    assert [packet.marker for packet in packets] == [0] * (len(sizes) - 1) + [1]
    first = packets[0].sequence_number
    numbers = [(first + index) % 65_536 for index in range(len(sizes))]
    assert [packet.sequence_number for packet in packets] == numbers
    assert {(packet.ssrc, packet.payload_type) for packet in packets} == {(1_111, 96)}
    assert len({packet.timestamp for packet in packets}) == 1


def test_timestamps_follow_the_capture_times(far: Far) -> None:
    assert far.sender.anchor is None
    for captured_at_ns in (5_000_000_000, 5_033_333_333, 5_066_666_666):
        far.sender.send(frame(10, captured_at_ns=captured_at_ns))
    anchor = far.sender.anchor
    assert anchor is not None
    assert (anchor.ssrc, anchor.captured_at_ns) == (1_111, 5_000_000_000)
    ticks = [(packet.timestamp - anchor.rtp_timestamp) % 2**32 for packet in far.packets()]
    assert ticks == [0, 2_999, 5_999]


def test_sequence_numbers_go_on_across_frames_and_the_wrap(far: Far) -> None:
    numbers = []
    for number in range(400):
        far.sender.send(frame(*[20] * 100, captured_at_ns=number * 33_000_000))
        numbers += [packet.sequence_number for packet in far.packets()]
    assert numbers == [(numbers[0] + index) % 65_536 for index in range(400 * 100)]


def test_an_empty_frame_sends_nothing(far: Far) -> None:
    assert far.sender.send(frame())
    assert far.packets() == []
    assert far.sender.anchor is None


def test_a_nack_brings_the_packet_again_as_rtx(far: Far) -> None:
    far.sender.send(frame(1_200, 1_200, 300))
    original = far.packets()[1:]
    far.sender.receive(Feedback(nacked=[packet.sequence_number for packet in original]), 0)
    repairs = far.packets()
    assert {(packet.ssrc, packet.payload_type) for packet in repairs} == {(2_222, 97)}
    again = [unwrap_rtx(packet, payload_type=96, ssrc=1_111) for packet in repairs]
    assert [(p.sequence_number, p.payload, p.marker, p.timestamp) for p in again] == [
        (p.sequence_number, p.payload, p.marker, p.timestamp) for p in original
    ]
    assert far.sender.retransmitted == 2


def test_without_rtx_a_repair_is_the_same_packet_bit_by_bit(udp: UdpSocket) -> None:
    with far_end(udp, rtx=None) as far:
        far.sender.send(frame(1_200, 300))
        before = [data for data in far.raw() if not is_rtcp(data)]
        number = struct.unpack_from("!H", before[1], 2)[0]
        far.sender.receive(Feedback(nacked=[number]), LATER_NS)
        assert list(far.raw()) == [before[1]]


def test_without_rtx_what_libsrtp_finds_too_old_isnt_sent(udp: UdpSocket) -> None:
    with far_end(udp, rtx=None) as far:
        far.sender.send(frame(*[10] * 1_500))
        number = struct.unpack_from("!H", next(far.raw()), 2)[0]
        list(far.raw())
        far.sender.receive(Feedback(nacked=[number]), LATER_NS)
        assert list(far.raw()) == []


def test_after_a_move_older_packets_arent_repaired(far: Far) -> None:
    far.sender.send(frame(100))
    number = far.packets()[0].sequence_number
    far.sender.moved(far.socket.getsockname())
    far.sender.receive(Feedback(nacked=[number]), 0)
    assert list(far.raw()) == []


def test_the_first_frame_brings_a_sender_report_about_capture_time(far: Far) -> None:
    captured_at_ns = time.monotonic_ns() - 500_000_000
    far.sender.send(frame(10, captured_at_ns=captured_at_ns))
    (report,) = far.reports()
    anchor = far.sender.anchor
    assert anchor is not None
    info = report.sender_info
    # The report relates "now" to the timestamp a picture captured now would have.
    unix_ns = (info.ntp_timestamp * 10**9 >> 32) - 2_208_988_800 * 10**9
    ticks = (info.rtp_timestamp - anchor.rtp_timestamp) % 2**32
    assert abs(ticks - (unix_ns - captured_at_ns) * 9 / 100_000) <= 1
    assert (info.packet_count, info.octet_count) == (1, 10)


def test_nothing_is_reported_before_the_first_frame(far: Far) -> None:
    far.sender.report(0)
    assert list(far.raw()) == []


def test_reference_times_are_answered_at_most_ten_times_a_second(far: Far) -> None:
    for now_ns in (LATER_NS, LATER_NS + 1, 2 * LATER_NS):
        far.sender.receive(Feedback(reference_times=[(9, 0x1122)]), now_ns)
    answers = [far.incoming.unprotect_rtcp(data) for data in far.raw()]
    assert [answer[1] for answer in answers] == [207, 207]


def test_a_pli_is_passed_on(far: Far) -> None:
    assert far.sender.receive(Feedback(plis=1), 0)
    assert not far.sender.receive(Feedback(), 0)


def test_a_full_socket_is_told_and_the_packets_can_still_be_repaired(
    far: Far, udp: UdpSocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as full:
        full.setattr(UdpSocket, "send_run", lambda *_: False)
        assert not far.sender.send(frame(500, 500))
    far.sender.send(frame(500))
    first = far.packets()[0].sequence_number
    far.sender.receive(Feedback(nacked=[(first - 1) % 65_536]), 0)
    assert len(far.packets()) == 1


def test_one_plan_serves_all_viewers_of_a_frame() -> None:
    planner = SendPlanner()
    payloads = frame(1_200, 1_200, 100).payloads
    plan = planner.plan(payloads)
    assert (plan.runs, plan.octets) == (((0, 3),), 2_500)
    assert planner.plan(payloads) is plan
    assert planner.plan(frame(10).payloads).octets == 10
