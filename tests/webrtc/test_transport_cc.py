"""What is built is read back by a parser that shares no code with the builder."""

import random
import struct
from dataclasses import dataclass

import pytest

from streaming.webrtc.transport_cc import INTERVAL_NS, MAX_ARRIVALS, MAX_SPAN, TransportFeedback

MS = 1_000_000
TICK_NS = 250_000


@dataclass
class Told:
    """Arrival in units of 250 µs by sequence number, None for one that didn't arrive."""

    sender: int
    media: int
    count: int
    arrivals: dict[int, int | None]


def parse(packet: bytes) -> Told:
    first, kind, words = struct.unpack_from("!BBH", packet)
    assert (first >> 6, first & 31, kind) == (2, 15, 205)
    assert len(packet) == 4 * (words + 1)
    end = len(packet) - (packet[-1] if first & 0x20 else 0)
    sender, media, base, statuses, reference = struct.unpack_from("!IIHHI", packet, 4)
    offset, symbols = 20, list[int]()
    while len(symbols) < statuses:
        (chunk,) = struct.unpack_from("!H", packet, offset)
        offset += 2
        if chunk < 0x8000:
            symbols += [chunk >> 13] * (chunk & 0x1FFF)
        elif chunk & 0x4000:
            symbols += [chunk >> shift & 3 for shift in range(12, -1, -2)]
        else:
            symbols += [chunk >> shift & 1 for shift in range(13, -1, -1)]
    time = (reference >> 8) * 256
    arrivals: dict[int, int | None] = {}
    for place, symbol in enumerate(symbols[:statuses]):
        arrivals[base + place & 0xFFFF] = None
        if symbol:
            size = symbol
            time += int.from_bytes(packet[offset : offset + size], signed=size == 2)
            offset += size
            arrivals[base + place & 0xFFFF] = time
    assert offset == end
    assert not any(symbols[statuses:])
    return Told(sender, media, reference & 0xFF, arrivals)


def build(feedback: TransportFeedback, now_ns: int = 0) -> list[Told]:
    return [parse(p) for p in feedback.build(sender_ssrc=1, media_ssrc=2, now_ns=now_ns)]


def told(arrivals: dict[int, int], now_ns: int = 0) -> list[Told]:
    feedback = TransportFeedback()
    for sequence, arrived_ns in arrivals.items():
        feedback.arrive(sequence, arrived_ns)
    return build(feedback, now_ns)


def test_a_few_packets_and_a_hole() -> None:
    (one,) = told({7: 70 * MS, 8: 71 * MS, 10: 80 * MS})
    assert (one.sender, one.media, one.count) == (1, 2, 0)
    assert one.arrivals == {7: 280, 8: 284, 9: None, 10: 320}


def test_a_wait_longer_than_one_byte_and_a_step_back() -> None:
    (one,) = told({1: 1_000 * MS, 2: 1_100 * MS, 3: 1_099 * MS})
    assert one.arrivals == {1: 4_000, 2: 4_400, 3: 4_396}


def test_what_no_delta_can_tell_goes_into_the_next_feedback() -> None:
    one, other = told({1: 0, 2: 9_000 * MS, 3: 9_001 * MS})
    assert one.arrivals == {1: 0}
    assert other.arrivals == {2: 36_000, 3: 36_004}
    assert other.count == 1


def test_numbers_wrap() -> None:
    (one,) = told({65_534: 0, 65_535: MS, 0: 2 * MS, 1: 3 * MS})
    assert one.arrivals == {65_534: 0, 65_535: 4, 0: 8, 1: 12}


def test_what_is_lost_between_two_feedbacks_is_told_once() -> None:
    feedback = TransportFeedback()
    feedback.arrive(1, 0)
    build(feedback)
    feedback.arrive(4, MS)
    (one,) = build(feedback)
    assert one.arrivals == {2: None, 3: None, 4: 4}


def test_a_late_packet_goes_alone() -> None:
    feedback = TransportFeedback()
    for sequence in (1, 2, 4, 5):
        feedback.arrive(sequence, MS)
    build(feedback)
    feedback.arrive(3, 2 * MS)
    feedback.arrive(6, 3 * MS)
    late, one = build(feedback)
    assert late.arrivals == {3: 8}
    assert one.arrivals == {6: 12}


def test_feedback_is_due_every_50_ms_if_anything_came() -> None:
    feedback = TransportFeedback()
    assert not feedback.due(INTERVAL_NS)
    feedback.arrive(1, INTERVAL_NS)
    assert not feedback.due(2 * INTERVAL_NS - 1)
    assert feedback.due(2 * INTERVAL_NS)
    build(feedback, 2 * INTERVAL_NS)
    assert not feedback.due(10 * INTERVAL_NS)
    assert build(feedback) == []


def test_a_duplicate_keeps_its_first_arrival() -> None:
    feedback = TransportFeedback()
    feedback.arrive(1, 0)
    feedback.arrive(1, 9 * MS)
    (one,) = build(feedback)
    assert one.arrivals == {1: 0}


@pytest.mark.parametrize("seed", range(20))
def test_any_loss_and_order_is_told_exactly(seed: int) -> None:
    chosen = random.Random(seed)
    feedback = TransportFeedback()
    base, expected, got = chosen.randrange(1 << 16), {}, dict[int, int | None]()
    now_ns = chosen.randrange(10**12)
    loss = chosen.choice([0.0, 0.05, 0.5, 0.95])
    for place in range(1_000):
        now_ns += chosen.choice([1, 300_000, 5 * MS, 80 * MS])
        sequence = base + max(0, place + chosen.choice([0, 0, 0, -3])) & 0xFFFF
        if chosen.random() >= loss and sequence not in expected:
            expected[sequence] = now_ns // TICK_NS % (1 << 32)
            feedback.arrive(sequence, now_ns)
        if feedback.due(now_ns):
            for one in build(feedback, now_ns):
                assert not set(one.arrivals) & {s for s, at in got.items() if at is not None}
                got |= one.arrivals
    for one in build(feedback, now_ns):
        got |= one.arrivals
    assert {sequence: at for sequence, at in got.items() if at is not None} == expected


def test_a_flood_between_two_feedbacks_is_cut() -> None:
    feedback = TransportFeedback()
    for sequence in range(20_000):
        feedback.arrive(sequence & 0xFFFF, 0)
    packets = feedback.build(sender_ssrc=1, media_ssrc=2, now_ns=0)
    assert sum(map(len, packets)) < 1_400
    arrived = [at for packet in packets for at in parse(packet).arrivals.values() if at == 0]
    assert len(arrived) <= MAX_ARRIVALS


def test_wild_numbers_stay_within_bounds() -> None:
    chosen = random.Random(3)
    feedback = TransportFeedback()
    for _ in range(200):
        for _ in range(50):
            feedback.arrive(chosen.randrange(1 << 16), 0)
        for one in build(feedback):
            assert len(one.arrivals) <= MAX_SPAN + 1
