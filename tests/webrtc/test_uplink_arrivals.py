import random

from streaming.webrtc.uplink_arrivals import (
    FIRST_RTT_NS,
    MAX_AGE_NS,
    MAX_MISSING,
    MAX_NACKED,
    MAX_TRIES,
    Arrivals,
)

MS = 1_000_000


def with_gap(missing: int = 1) -> Arrivals:
    """Numbers 1 to ``missing`` are."""
    arrivals = Arrivals(0)
    assert arrivals.arrive(missing + 1, 0)
    return arrivals


def test_numbers_go_on_over_the_wrap_in_both_directions() -> None:
    arrivals = Arrivals(65_534)
    assert arrivals.arrive(arrivals.unwrap(1), 0)
    assert arrivals.highest == 65_537
    assert arrivals.unwrap(65_535) == 65_535
    assert arrivals.to_ask_for(0) == [65_535, 65_536]


def test_a_gap_is_asked_for_at_once_and_again_after_more_than_a_round_trip() -> None:
    arrivals = with_gap()
    assert arrivals.to_ask_for(0) == [1]
    pause_ns = FIRST_RTT_NS * 3 // 2
    assert arrivals.to_ask_for(pause_ns - 1) == []
    assert arrivals.to_ask_for(pause_ns) == [1]
    assert arrivals.to_ask_for(pause_ns * 3 - 1) == []
    assert arrivals.to_ask_for(pause_ns * 3) == [1]


def test_what_came_late_isnt_asked_for() -> None:
    arrivals = with_gap(2)
    assert arrivals.arrive(1, MS)
    assert arrivals.to_ask_for(MS) == [2]


def test_a_repair_counts_once_and_only_for_what_is_missing() -> None:
    arrivals = with_gap()
    assert not arrivals.repair(0, 0)
    assert not arrivals.repair(900, 0)
    assert arrivals.repair(1, 0)
    assert not arrivals.repair(1, 0)
    assert not arrivals.arrive(1, 0)
    assert (arrivals.repaired, arrivals.missing) == (1, 0)


def test_duplicates_are_told_apart() -> None:
    arrivals = with_gap()
    assert not arrivals.arrive(0, 0)
    assert not arrivals.arrive(2, 0)
    assert arrivals.arrive(1, 0)
    assert not arrivals.arrive(1, 0)
    assert not arrivals.arrive(-1, 0)


def test_the_round_trip_is_learned_from_repairs_of_one_request() -> None:
    arrivals = Arrivals(0)
    for number in range(2, 200, 2):
        arrivals.arrive(number, 0)
        arrivals.to_ask_for(0)
        arrivals.repair(number - 1, 20 * MS)
    assert 20 * MS <= arrivals.rtt_ns <= 21 * MS
    arrivals.arrive(300, 0)
    arrivals.to_ask_for(0)
    arrivals.to_ask_for(500 * MS)
    before_ns = arrivals.rtt_ns
    arrivals.repair(299, 501 * MS)
    assert arrivals.rtt_ns == before_ns


def test_what_never_comes_is_given_up() -> None:
    arrivals = with_gap()
    asked = [now for now in range(0, 2 * MAX_AGE_NS, MS) if arrivals.to_ask_for(now)]
    assert 1 < len(asked) <= MAX_TRIES
    assert asked[-1] <= MAX_AGE_NS
    assert (arrivals.missing, arrivals.given_up) == (0, 1)


def test_a_long_gap_breaks_the_stream_instead() -> None:
    arrivals = Arrivals(0)
    assert not arrivals.breaks(MAX_MISSING + 1)
    assert arrivals.breaks(MAX_MISSING + 2)


def test_requests_are_bounded_and_oldest_first() -> None:
    arrivals = with_gap(MAX_MISSING)
    assert arrivals.to_ask_for(0) == list(range(1, MAX_NACKED + 1))
    assert arrivals.to_ask_for(0) == list(range(MAX_NACKED + 1, 2 * MAX_NACKED + 1))


def test_many_gaps_break_the_stream_as_well() -> None:
    arrivals, number = Arrivals(0), 0
    while not arrivals.breaks(number + 100):
        number += 100
        arrivals.arrive(number, 0)
    assert MAX_MISSING - 100 < arrivals.missing <= MAX_MISSING


def test_a_lossy_link_delivers_each_packet_once() -> None:
    chosen = random.Random(11)
    arrivals, now_ns = Arrivals(60_000), 0
    got, on_the_way = {60_000}, list[tuple[int, int]]()
    for number in range(60_001, 66_000):
        now_ns += 2 * MS
        for sequence in arrivals.to_ask_for(now_ns):
            if chosen.random() > 0.2:
                on_the_way.append((now_ns + 30 * MS, sequence))
        while on_the_way and on_the_way[0][0] <= now_ns:
            sequence = on_the_way.pop(0)[1]
            if arrivals.repair(sequence, now_ns):
                assert sequence not in got
                got.add(sequence)
        if chosen.random() > 0.1:
            late = chosen.random() < 0.01
            came = arrivals.unwrap((number - 3 if late else number) & 0xFFFF)
            if arrivals.arrive(came, now_ns):
                assert came not in got
                got.add(came)
    settled = range(60_000, 65_500)
    assert sum(number in got for number in settled) > 0.999 * len(settled)
