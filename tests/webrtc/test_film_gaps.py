import random

from streaming.webrtc.film_gaps import (
    FIRST_RTT_NS,
    MAX_AGE_NS,
    MAX_MISSING,
    MAX_NACKED,
    MAX_TRIES,
    Gaps,
)

MS = 1_000_000


def with_gap(missing: int = 1) -> Gaps:
    """Numbers 1 to ``missing`` are."""
    gaps = Gaps(0)
    assert gaps.arrive(missing + 1, 0)
    return gaps


def test_numbers_go_on_over_the_wrap_in_both_directions() -> None:
    gaps = Gaps(65_534)
    assert gaps.arrive(gaps.unwrap(1), 0)
    assert gaps.highest == 65_537
    assert gaps.unwrap(65_535) == 65_535
    assert gaps.to_ask_for(0) == [65_535, 65_536]


def test_a_gap_is_asked_for_at_once_and_again_after_more_than_a_round_trip() -> None:
    gaps = with_gap()
    assert gaps.to_ask_for(0) == [1]
    pause_ns = FIRST_RTT_NS * 3 // 2
    assert gaps.to_ask_for(pause_ns - 1) == []
    assert gaps.to_ask_for(pause_ns) == [1]
    assert gaps.to_ask_for(pause_ns * 3 - 1) == []
    assert gaps.to_ask_for(pause_ns * 3) == [1]


def test_what_came_late_isnt_asked_for() -> None:
    gaps = with_gap(2)
    assert gaps.arrive(1, MS)
    assert gaps.to_ask_for(MS) == [2]


def test_a_repair_counts_once_and_only_for_what_is_missing() -> None:
    gaps = with_gap()
    assert not gaps.repair(0, 0)
    assert not gaps.repair(900, 0)
    assert gaps.repair(1, 0)
    assert not gaps.repair(1, 0)
    assert not gaps.arrive(1, 0)
    assert (gaps.repaired, gaps.missing) == (1, 0)


def test_duplicates_are_told_apart() -> None:
    gaps = with_gap()
    assert not gaps.arrive(0, 0)
    assert not gaps.arrive(2, 0)
    assert gaps.arrive(1, 0)
    assert not gaps.arrive(1, 0)
    assert not gaps.arrive(-1, 0)


def test_the_round_trip_is_learned_from_repairs_of_one_request() -> None:
    gaps = Gaps(0)
    for number in range(2, 200, 2):
        gaps.arrive(number, 0)
        gaps.to_ask_for(0)
        gaps.repair(number - 1, 20 * MS)
    assert 20 * MS <= gaps.rtt_ns <= 21 * MS
    gaps.arrive(300, 0)
    gaps.to_ask_for(0)
    gaps.to_ask_for(500 * MS)
    before_ns = gaps.rtt_ns
    gaps.repair(299, 501 * MS)
    assert gaps.rtt_ns == before_ns


def test_what_never_comes_is_given_up() -> None:
    gaps = with_gap()
    asked = [now for now in range(0, 2 * MAX_AGE_NS, MS) if gaps.to_ask_for(now)]
    assert 1 < len(asked) <= MAX_TRIES
    assert asked[-1] <= MAX_AGE_NS
    assert (gaps.missing, gaps.given_up) == (0, 1)


def test_a_long_gap_breaks_the_stream_instead() -> None:
    gaps = Gaps(0)
    assert not gaps.breaks(MAX_MISSING + 1)
    assert gaps.breaks(MAX_MISSING + 2)


def test_requests_are_bounded_and_oldest_first() -> None:
    gaps = with_gap(MAX_MISSING)
    assert gaps.to_ask_for(0) == list(range(1, MAX_NACKED + 1))
    assert gaps.to_ask_for(0) == list(range(MAX_NACKED + 1, 2 * MAX_NACKED + 1))


def test_many_gaps_break_the_stream_as_well() -> None:
    gaps, number = Gaps(0), 0
    while not gaps.breaks(number + 100):
        number += 100
        gaps.arrive(number, 0)
    assert MAX_MISSING - 100 < gaps.missing <= MAX_MISSING


def test_a_lossy_link_delivers_each_packet_once() -> None:
    chosen = random.Random(11)
    gaps, now_ns = Gaps(60_000), 0
    got, on_the_way = {60_000}, list[tuple[int, int]]()
    for number in range(60_001, 66_000):
        now_ns += 2 * MS
        for sequence in gaps.to_ask_for(now_ns):
            if chosen.random() > 0.2:
                on_the_way.append((now_ns + 30 * MS, sequence))
        while on_the_way and on_the_way[0][0] <= now_ns:
            sequence = on_the_way.pop(0)[1]
            if gaps.repair(sequence, now_ns):
                assert sequence not in got
                got.add(sequence)
        if chosen.random() > 0.1:
            late = chosen.random() < 0.01
            came = gaps.unwrap((number - 3 if late else number) & 0xFFFF)
            if gaps.arrive(came, now_ns):
                assert came not in got
                got.add(came)
    settled = range(60_000, 65_500)
    assert sum(number in got for number in settled) > 0.999 * len(settled)
