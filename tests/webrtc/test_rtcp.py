"""RTCP against aiortc's codec, and against garbage."""

import struct

import pytest
from aiortc.rtp import (
    RtcpByePacket,
    RtcpPacket,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSdesPacket,
    RtcpSrPacket,
)
from hypothesis import given
from hypothesis import strategies as st

from streaming.webrtc.rtcp import (
    MAX_NACKED,
    Feedback,
    Report,
    last_reference_time_report,
    parse_rtcp,
    sender_report,
)

OURS, THEIRS, OTHER = 1_111, 2_222, 3_333


def receiver_report(about: int, *, lost: int = 3) -> bytes:
    info = RtcpReceiverInfo(
        ssrc=about,
        fraction_lost=64,
        packets_lost=lost,
        highest_sequence=9,
        jitter=5,
        lsr=0xAABB,
        dlsr=0x10,
    )
    return bytes(RtcpRrPacket(ssrc=THEIRS, reports=[info]))


def feedback(kind: int, fmt: int, about: int, fci: bytes = b"") -> bytes:
    return struct.pack("!BBHII", 0x80 | fmt, kind, 2 + len(fci) // 4, THEIRS, about) + fci


PLI = feedback(206, 1, OURS)
NACK = bytes(RtcpRtpfbPacket(fmt=1, ssrc=THEIRS, media_ssrc=OURS, lost=[10, 11, 26, 27, 65_535]))


def test_a_report_about_our_stream_is_read() -> None:
    assert parse_rtcp(receiver_report(OURS), OURS).reports == [
        Report(fraction_lost=0.25, lost=3, jitter=5, last_sr=0xAABB, delay=0x10)
    ]


def test_duplicates_make_a_negative_loss() -> None:
    assert parse_rtcp(receiver_report(OURS, lost=-2), OURS).reports[0].lost == -2


def test_a_nack_names_its_packets() -> None:
    assert sorted(parse_rtcp(NACK, OURS).nacked) == [10, 11, 26, 27, 65_535]


def test_a_nack_across_the_wrap_names_its_packets() -> None:
    data = feedback(205, 1, OURS, struct.pack("!HH", 65_534, 0b101))
    assert parse_rtcp(data, OURS).nacked == [65_534, 65_535, 1]


def test_pli_and_fir_are_counted() -> None:
    fir = feedback(206, 4, 0, struct.pack("!IBxxx", OURS, 9))
    found = parse_rtcp(PLI + fir, OURS)
    assert (found.plis, found.firs) == (1, [9])
    assert bytes(RtcpPsfbPacket(fmt=1, ssrc=THEIRS, media_ssrc=OURS)) == PLI


def test_what_is_about_another_stream_is_ignored() -> None:
    fir = feedback(206, 4, 0, struct.pack("!IBxxx", OTHER, 9))
    nack = feedback(205, 1, OTHER, struct.pack("!HH", 1, 0))
    data = receiver_report(OTHER) + feedback(206, 1, OTHER) + fir + nack
    assert parse_rtcp(data, OURS) == Feedback()


def test_transport_feedback_isnt_taken_for_a_nack() -> None:
    assert parse_rtcp(feedback(205, 15, OURS, struct.pack("!HH", 1, 0xFFFF)), OURS) == Feedback()


def test_bye_is_seen() -> None:
    assert parse_rtcp(bytes(RtcpByePacket(sources=[THEIRS])), OURS).left == [THEIRS]


def test_a_reference_time_is_seen_among_other_blocks() -> None:
    unknown = struct.pack("!BBHI", 9, 0, 1, 0)
    rrtr = struct.pack("!BBHQ", 4, 0, 2, 0x1122_3344_5566_7788)
    body = struct.pack("!I", THEIRS) + unknown + rrtr
    data = struct.pack("!BBH", 0x80, 207, len(body) // 4) + body
    assert parse_rtcp(data, OURS).reference_times == [(THEIRS, 0x3344_5566)]


def test_padding_isnt_read() -> None:
    padded = bytearray(NACK + b"\x00\x00\x00\x04")
    padded[0] |= 0x20
    padded[2:4] = struct.pack("!H", len(padded) // 4 - 1)
    assert sorted(parse_rtcp(bytes(padded), OURS).nacked) == [10, 11, 26, 27, 65_535]


def test_what_comes_before_garbage_counts() -> None:
    assert parse_rtcp(PLI + b"\x00garbage", OURS).plis == 1
    assert parse_rtcp(PLI + NACK[:-1], OURS) == Feedback(plis=1)


def test_one_datagram_names_a_bounded_number_of_packets() -> None:
    fci = struct.pack("!HH", 1, 0xFFFF) * 400
    assert len(parse_rtcp(feedback(205, 1, OURS, fci), OURS).nacked) == MAX_NACKED


@given(st.binary(max_size=1_500))
def test_garbage_never_raises(data: bytes) -> None:
    parse_rtcp(data, OURS)


@given(cut=st.integers(0, 200), at=st.integers(0, 200), value=st.integers(0, 255))
def test_damaged_packets_never_raise(cut: int, at: int, value: int) -> None:
    data = bytearray(receiver_report(OURS) + NACK + PLI)
    data[at % len(data)] = value
    parse_rtcp(bytes(data[:cut]), OURS)


def test_the_reference_reads_our_sender_report() -> None:
    data = sender_report(
        ssrc=OURS, ntp=1 << 63, rtp_timestamp=90_000, packets=2**32 + 5, octets=7, cname="name"
    )
    report, names = RtcpPacket.parse(data)
    assert isinstance(report, RtcpSrPacket)
    assert isinstance(names, RtcpSdesPacket)
    info = report.sender_info
    assert (report.ssrc, info.ntp_timestamp, info.rtp_timestamp) == (OURS, 1 << 63, 90_000)
    assert (info.packet_count, info.octet_count) == (5, 7)
    assert [(chunk.ssrc, chunk.items) for chunk in names.chunks] == [(OURS, [(1, b"name")])]


@pytest.mark.parametrize("length", range(1, 9))
def test_names_of_any_length_keep_the_packet_aligned(length: int) -> None:
    data = sender_report(ssrc=1, ntp=0, rtp_timestamp=0, packets=0, octets=0, cname="n" * length)
    assert len(data) % 4 == 0
    assert len(RtcpPacket.parse(data)) == 2


def test_the_answer_to_a_reference_time_is_a_dlrr_block() -> None:
    data = last_reference_time_report(ssrc=OURS, about=THEIRS, last_rr=0x3344_5566, delay=9)
    assert data == struct.pack("!BBHIBBHIII", 0x80, 207, 5, OURS, 5, 0, 3, THEIRS, 0x3344_5566, 9)
