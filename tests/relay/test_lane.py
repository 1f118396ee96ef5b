"""A lane's time, and what it does about loss, lateness and nonsense."""

import random
from itertools import pairwise

import pytest

from streaming.relay.lane import MAX_GAP, STEP, Lane, LanePacket, VoicePacket

MS = 1_000_000
START_NS = 5_000 * 1_000 * MS


def packet(
    step: int, *, ssrc: int = 1, sequence: int = 65_530, timestamp: int = 2**32 - 5_000
) -> VoicePacket:
    """The one ``step`` steps of 20 ms after a first, near where both counters wrap."""
    return VoicePacket(
        ssrc=ssrc,
        sequence=sequence + step & 0xFFFF,
        timestamp=timestamp + step * STEP & 0xFFFF_FFFF,
        level=20,
        opus=b"opus",
    )


def forwarded(lane: Lane, step: int, *, at_ms: int | None = None, ssrc: int = 1) -> LanePacket:
    now_ns = START_NS + (step * 20 if at_ms is None else at_ms) * MS
    result = lane.forward(packet(step, ssrc=ssrc), now_ns)
    assert result is not None
    return result


def distance(later: LanePacket, earlier: LanePacket) -> int:
    return (later.timestamp - earlier.timestamp + 2**31) % 2**32 - 2**31


def test_a_steady_speaker_is_one_tenure_without_a_gap() -> None:
    lane = Lane(3)
    heard = [forwarded(lane, step) for step in range(100)]
    assert [p.index for p in heard] == list(range(100))
    assert {p.tenure for p in heard} == {1}
    assert [p.marker for p in heard] == [True] + [False] * 99
    assert all(distance(b, a) == STEP for a, b in pairwise(heard))
    assert {p.lane for p in heard} == {3}


def test_timestamps_begin_at_the_clocks_steps_of_20_ms() -> None:
    assert forwarded(Lane(0), 0, at_ms=7).timestamp % STEP == 0


def test_a_pause_of_dtx_keeps_its_length() -> None:
    lane = Lane(0)
    before = forwarded(lane, 0)
    after = lane.forward(
        VoicePacket(1, 65_531, (2**32 - 5_000 + 20 * STEP) % 2**32, 90, b"o"), START_NS + 400 * MS
    )
    assert after is not None
    assert (after.index, after.marker, distance(after, before)) == (1, False, 20 * STEP)


def test_lost_packets_leave_their_gap() -> None:
    lane = Lane(0)
    before, after = forwarded(lane, 0), forwarded(lane, 4)
    assert (after.index, distance(after, before)) == (4, 4 * STEP)


def test_a_late_packet_is_put_where_it_belongs_once() -> None:
    lane = Lane(0)
    first, third = forwarded(lane, 0), forwarded(lane, 2)
    second = forwarded(lane, 1, at_ms=45)
    assert (first.index, second.index, third.index) == (0, 1, 2)
    assert distance(third, second) == distance(second, first) == STEP
    assert lane.forward(packet(1), START_NS + 50 * MS) is None


def test_a_duplicate_is_dropped() -> None:
    lane = Lane(0)
    forwarded(lane, 0)
    assert lane.forward(packet(0), START_NS) is None


def test_what_is_older_than_the_tenure_is_dropped() -> None:
    lane = Lane(0)
    forwarded(lane, 10)
    assert lane.forward(packet(9), START_NS + 201 * MS) is None


def test_another_speaker_goes_on_with_the_clock_and_a_marker() -> None:
    lane = Lane(0)
    before = forwarded(lane, 0)
    lane.give("other")
    after = forwarded(lane, 0, at_ms=1_000, ssrc=2)
    assert (after.tenure, after.index, after.marker) == (2, 0, True)
    assert distance(after, before) == 50 * STEP


def test_two_speakers_at_once_never_share_a_moment() -> None:
    lane = Lane(0)
    before = forwarded(lane, 0, at_ms=19)
    lane.give("other")
    assert distance(forwarded(lane, 0, at_ms=19, ssrc=2), before) == STEP


@pytest.mark.parametrize(
    ("step", "at_ms"), [(MAX_GAP + 1, 20), (30_000, 20), (-200, 20), (1, 5_000)]
)
def test_a_jump_begins_anew_with_the_clock(step: int, at_ms: int) -> None:
    lane = Lane(0)
    before = forwarded(lane, 0, at_ms=0)
    after = forwarded(lane, step, at_ms=at_ms)
    assert (after.tenure, after.index, after.marker) == (2, 0, True)
    assert distance(after, before) == at_ms // 20 * STEP


def test_whatever_arrives_no_two_packets_of_a_tenure_are_alike_and_time_stays_near() -> None:
    chosen = random.Random(11)
    lane, seen, now_ns = Lane(0), set[tuple[int, int]](), START_NS
    for _ in range(20_000):
        now_ns += chosen.choice([0, 1, 20, 20, 20, 300]) * MS
        kind = chosen.random()
        wild = VoicePacket(
            ssrc=chosen.choice([1, 1, 1, 2]),
            sequence=chosen.randrange(1 << 16) if kind < 0.1 else chosen.randrange(200),
            timestamp=chosen.randrange(1 << 32) if kind < 0.2 else chosen.randrange(200) * STEP,
            level=0,
            opus=b"o",
        )
        result = lane.forward(wild, now_ns)
        if result is None:
            continue
        assert (result.tenure, result.index) not in seen
        assert result.index >= 0
        seen.add((result.tenure, result.index))
    assert len(seen) > 1_000
