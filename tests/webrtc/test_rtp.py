import struct
from itertools import pairwise

import pytest
from aiortc.rtp import RtpPacket, unpack_header_extensions
from hypothesis import given
from hypothesis import strategies as st

from streaming.webrtc.rtp import (
    HEADER_BYTES_MAX,
    CaptureClock,
    HeaderExtensions,
    NtpClock,
    RtpHeader,
    abs_send_time,
    equal_runs,
)

SECOND_NS = 1_000_000_000
ALL = HeaderExtensions(mid="0", mid_id=1, abs_send_time_id=2, playout_delay_id=3)
NONE = HeaderExtensions(mid="0", mid_id=None, abs_send_time_id=None, playout_delay_id=None)


def header(extensions: HeaderExtensions) -> RtpHeader:
    return RtpHeader(payload_type=96, ssrc=0x1234_5678, extensions=extensions)


def test_the_reference_reads_the_header() -> None:
    written = header(ALL)
    written.start_frame(timestamp=0xFFFF_FFFE, abs_send_time=0x01_02_03)
    written.stamp(65_535, marker=True)
    packet = RtpPacket.parse(bytes(written.data) + b"payload")
    assert (packet.payload_type, packet.marker) == (96, 1)
    assert (packet.sequence_number, packet.timestamp) == (65_535, 0xFFFF_FFFE)
    assert (packet.ssrc, packet.payload) == (0x1234_5678, b"payload")


def test_the_extensions_are_mid_send_time_and_no_playout_delay() -> None:
    written = header(ALL)
    written.start_frame(timestamp=0, abs_send_time=0x01_02_03)
    profile, words = struct.unpack_from("!HH", written.data, 12)
    body = bytes(written.data[16:])
    assert len(body) == 4 * words
    assert unpack_header_extensions(profile, body) == [
        (1, b"0"),
        (2, b"\x01\x02\x03"),
        (3, b"\x00\x00\x00"),
    ]


def test_nothing_agreed_means_no_extension_block() -> None:
    written = header(NONE)
    written.start_frame(timestamp=5, abs_send_time=0x01_02_03)
    written.stamp(1, marker=False)
    assert len(written.data) == 12
    assert RtpPacket.parse(bytes(written.data)).timestamp == 5


def test_the_marker_is_gone_again_with_the_next_packet() -> None:
    written = header(ALL)
    written.stamp(1, marker=True)
    written.stamp(2, marker=False)
    assert RtpPacket.parse(bytes(written.data)).marker == 0


@given(mid=st.text("abcXYZ019-", min_size=0, max_size=40))
def test_a_header_never_passes_its_bound(mid: str) -> None:
    extensions = HeaderExtensions(mid=mid, mid_id=1, abs_send_time_id=2, playout_delay_id=3)
    assert len(header(extensions).data) <= HEADER_BYTES_MAX


def test_timestamps_are_exact_after_a_day() -> None:
    clock = CaptureClock(origin=7)
    clock.stamp(0)
    for minute in range(1, 24 * 60 + 1):
        assert clock.stamp(minute * 60 * SECOND_NS) == (7 + minute * 60 * 90_000) % 2**32


def test_frames_of_one_tick_get_two_timestamps() -> None:
    clock = CaptureClock(origin=0)
    assert [clock.stamp(1_000), clock.stamp(1_000), clock.stamp(900)] == [0, 1, 2]


@pytest.mark.parametrize("jump_ns", [-3_600 * SECOND_NS, 3_600 * SECOND_NS])
def test_another_machines_clock_sets_a_new_anchor(jump_ns: int) -> None:
    clock = CaptureClock(origin=0)
    start_ns = 10_000 * SECOND_NS
    clock.stamp(start_ns)
    assert clock.stamp(start_ns + jump_ns) == 3_000
    assert clock.first_captured_ns == start_ns + jump_ns
    assert clock.stamp(start_ns + jump_ns + SECOND_NS) == 93_000


def test_a_pause_keeps_the_anchor() -> None:
    clock = CaptureClock(origin=0)
    clock.stamp(0)
    assert clock.stamp(30 * SECOND_NS) == 30 * 90_000
    assert clock.first_captured_ns == 0


@given(captured=st.lists(st.integers(0, 10**15), min_size=2), origin=st.integers(0, 2**32 - 1))
def test_timestamps_always_grow(captured: list[int], origin: int) -> None:
    clock = CaptureClock(origin)
    stamps = [clock.stamp(captured_at_ns) for captured_at_ns in captured]
    # Half of the number space: how RFC 3550 tells newer from older. A jump sets a new anchor.
    steps = [(b - a) % 2**32 for a, b in pairwise(stamps)]
    assert all(0 < step < 2**31 for step in steps)


def test_ntp_counts_from_1900() -> None:
    clock = NtpClock(unix_minus_monotonic_ns=0)
    assert clock.at(SECOND_NS // 2) == (2_208_988_800 << 32) + (1 << 31)


def test_abs_send_time_is_six_bits_of_seconds_and_eighteen_of_fraction() -> None:
    assert abs_send_time((65 << 32) + (1 << 31)) == (1 << 18) + (1 << 17)


def runs(*sizes: int, segments: int = 64, max_bytes: int = 65_000) -> list[tuple[int, int]]:
    payloads = [bytes(size) for size in sizes]
    return list(equal_runs(payloads, max_segments=segments, max_bytes=max_bytes, overhead=64))


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ((), []),
        ((9,), [(0, 1)]),
        ((40, 1200, 1200, 700), [(0, 1), (1, 4)]),
        ((1200, 1200, 700, 700, 300), [(0, 3), (3, 5)]),
        ((700, 1200), [(0, 1), (1, 2)]),
    ],
)
def test_a_run_is_equal_packets_and_one_shorter(
    sizes: tuple[int, ...], expected: list[tuple[int, int]]
) -> None:
    assert runs(*sizes) == expected


def test_a_run_respects_the_kernels_limits() -> None:
    assert runs(*[100] * 5, segments=2) == [(0, 2), (2, 4), (4, 5)]
    assert runs(*[1_200] * 3, max_bytes=2 * 1_264) == [(0, 2), (2, 3)]


@given(sizes=st.lists(st.integers(1, 1_200), max_size=200))
def test_runs_cover_every_packet_once(sizes: list[int]) -> None:
    covered = [index for start, stop in runs(*sizes) for index in range(start, stop)]
    assert covered == list(range(len(sizes)))
