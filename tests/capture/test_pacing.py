from fractions import Fraction

import pytest

from streaming.capture.pacing import NS_PER_S, Metronome, Playhead


class Clock:
    """Time that passes only when somebody sleeps, or when the test says so."""

    def __init__(self) -> None:
        self.now_ns = 5_000_000_000

    def __call__(self) -> int:
        return self.now_ns

    def sleep(self, seconds: float) -> None:
        self.now_ns += max(1, round(seconds * NS_PER_S))


@pytest.fixture
def clock() -> Clock:
    return Clock()


def metronome(clock: Clock, rate: Fraction) -> Metronome:
    return Metronome(rate, clock=clock, sleep=clock.sleep)


def test_the_first_beat_is_at_once(clock: Clock) -> None:
    start_ns = clock.now_ns
    assert metronome(clock, Fraction(30)).tick(1) == 0
    assert clock.now_ns == start_ns


@pytest.mark.parametrize("rate", [Fraction(30), Fraction(30000, 1001), Fraction(60), Fraction(7)])
def test_beats_do_not_drift(clock: Clock, rate: Fraction) -> None:
    beats = metronome(clock, rate)
    start_ns = clock.now_ns
    beats.tick(1)
    for index in range(1, 2000):
        assert beats.tick(1) == index
        clock.now_ns += 100_000
    ideal_ns = 1999 * NS_PER_S / rate
    assert abs(clock.now_ns - 100_000 - start_ns - ideal_ns) < 1_000


def test_missed_beats_are_skipped_not_made_up_for(clock: Clock) -> None:
    beats = metronome(clock, Fraction(10))
    assert beats.tick(1) == 0
    clock.now_ns += 1_050_000_000
    assert beats.tick(1) == 10
    before_ns = clock.now_ns
    assert beats.tick(1) == 11
    assert clock.now_ns - before_ns == 50_000_000


def test_no_beat_within_the_timeout(clock: Clock) -> None:
    beats = metronome(clock, Fraction(1))
    beats.tick(0)
    before_ns = clock.now_ns
    assert beats.tick(0.25) is None
    assert clock.now_ns - before_ns == 250_000_000
    assert beats.tick(0.8) == 1


def test_playhead_keeps_pictures_at_their_positions(clock: Clock) -> None:
    playhead = Playhead(clock=clock, sleep=clock.sleep)
    start_ns = clock.now_ns
    for position_ns in (0, 40_000_000, 90_000_000):
        assert playhead.wait(position_ns, 1)
        assert clock.now_ns == start_ns + position_ns


def test_playhead_gives_up_at_the_timeout(clock: Clock) -> None:
    playhead = Playhead(clock=clock, sleep=clock.sleep)
    playhead.wait(0, 1)
    assert not playhead.wait(500_000_000, 0.1)
    assert playhead.wait(500_000_000, 0.5)


def test_a_picture_is_past_once_its_time_is_over(clock: Clock) -> None:
    playhead = Playhead(clock=clock, sleep=clock.sleep)
    assert not playhead.is_past(0)
    playhead.wait(0, 1)
    clock.now_ns += 100_000_000
    assert playhead.is_past(80_000_000)
    assert not playhead.is_past(120_000_000)


def test_after_a_long_delay_play_goes_on_from_there(clock: Clock) -> None:
    playhead = Playhead(clock=clock, sleep=clock.sleep)
    playhead.wait(0, 1)
    clock.now_ns += 10 * NS_PER_S
    before_ns = clock.now_ns
    assert playhead.wait(40_000_000, 1)
    assert clock.now_ns == before_ns
    assert playhead.wait(80_000_000, 1)
    assert clock.now_ns == before_ns + 40_000_000
