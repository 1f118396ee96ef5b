import itertools

import numpy as np

from streaming.capture.doppler import BEATS, LEVEL, DopplerSound, three_beats
from tests.capture.listening import RATE_HZ, listening, next_block


def loudness(samples: np.ndarray) -> np.ndarray:
    """Root mean square of each 20 ms."""
    steps = samples.astype(float).reshape(-1, RATE_HZ // 50)
    return np.asarray(np.sqrt((steps**2).mean(axis=1)))


def test_it_is_the_same_at_every_run_and_another_with_another_seed() -> None:
    assert np.array_equal(three_beats(1), three_beats(1))
    assert not np.array_equal(three_beats(1), three_beats(2))


def test_it_beats_seventy_two_times_a_minute() -> None:
    level = loudness(three_beats(1))
    turned = np.correlate(level - level.mean(), np.tile(level - level.mean(), 2), "valid")
    assert np.argmax(turned[20:-20]) + 20 in (41, 42, 83, 84)  # a beat is 41.7 steps of 20 ms


def test_systole_is_louder_and_higher_than_diastole() -> None:
    beats = three_beats(1)
    beat = beats[: len(beats) // BEATS, 0].astype(float)
    systole, diastole = beat[2_400:7_200], beat[30_000:36_000]
    assert systole.std() > 1.5 * diastole.std()
    assert centre_hz(systole) > 2 * centre_hz(diastole)


def centre_hz(samples: np.ndarray) -> float:
    power = np.abs(np.fft.rfft(samples)) ** 2
    return float((power * np.fft.rfftfreq(len(samples), 1 / RATE_HZ)).sum() / power.sum())


def test_it_repeats_without_a_click() -> None:
    beats = three_beats(1)[:, 0].astype(int)
    steps = np.abs(np.diff(beats))
    assert abs(beats[0] - beats[-1]) <= steps.max()
    assert len(beats) % 960 == 0
    assert np.abs(beats).max() == round(LEVEL * 32767)


def test_blocks_come_in_real_time_and_in_step_with_their_stamps() -> None:
    with listening(DopplerSound()) as sound:
        blocks = [next_block(sound) for _ in range(10)]
    loop = three_beats(1)
    first_ns = blocks[0].captured_at_ns
    for before, after in itertools.pairwise(blocks):
        assert after.captured_at_ns - before.captured_at_ns >= 20_000_000
    for block in blocks:
        at = (block.captured_at_ns - first_ns) * RATE_HZ // 1_000_000_000
        assert np.array_equal(block.samples, loop[at : at + 960])
