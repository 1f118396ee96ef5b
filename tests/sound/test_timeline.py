"""Steps of 20 ms out of blocks of any length, whatever their stamps do. No clock."""

import itertools

import numpy as np
import pytest

from streaming.sound.source import SoundBlock
from streaming.sound.timeline import JUMP_NS, SLEW, STEP, STEP_NS, Steps

MS = 1_000_000
START_NS = 5_000 * MS


def block(at_ns: int, count: int, *, first: int = 0, channels: int = 1) -> SoundBlock:
    samples = np.arange(first, first + count, dtype=np.int16).repeat(channels)
    return SoundBlock(at_ns, samples.reshape(count, channels))


def sample_ns(count: int) -> int:
    return count * 1_000_000_000 // 48_000


@pytest.mark.parametrize("length", [1, 100, 959, 960, 961, 4_000])
def test_no_sample_is_lost_or_moved_whatever_the_blocks_length(length: int) -> None:
    steps = Steps(channels=2)
    cut = []
    for first in range(0, 20_000, length):
        at_ns = START_NS + sample_ns(first)
        cut += steps.cut(block(at_ns, length, first=first, channels=2))
    assert [number for number, _, _ in cut] == list(range(len(cut)))
    joined = np.concatenate([samples for _, _, samples in cut])
    assert np.array_equal(joined[:, 0], np.arange(len(joined), dtype=np.int16))
    assert np.array_equal(joined[:, 0], joined[:, 1])
    for number, captured_ns, samples in cut:
        assert len(samples) == STEP
        assert captured_ns == pytest.approx(START_NS + number * STEP_NS, abs=1000)


def test_jitter_of_the_stamps_neither_tears_the_sound_nor_shows_in_full() -> None:
    steps = Steps(channels=1)
    cut = []
    for n in range(200):
        jitter_ns = (n % 3 - 1) * 30 * MS
        cut += steps.cut(block(START_NS + n * STEP_NS + jitter_ns, STEP))
    assert [number for number, _, _ in cut] == list(range(200))
    stamps = [captured_ns for _, captured_ns, _ in cut]
    for one, later in itertools.pairwise(stamps):
        assert later - one == pytest.approx(STEP_NS, abs=60 * MS // SLEW + 1)


def test_a_cards_clock_that_runs_off_is_followed_in_the_stamps_alone() -> None:
    """0.01 % for ten minutes: 60 ms in all."""
    steps = Steps(channels=1)
    count = 30_000
    cut = []
    for n in range(count):
        cut += steps.cut(block(START_NS + int(n * STEP_NS * 1.0001), STEP))
    assert [number for number, _, _ in cut] == list(range(count))
    assert cut[-1][1] == pytest.approx(START_NS + int((count - 1) * STEP_NS * 1.0001), abs=1 * MS)


def test_a_gap_in_the_sound_is_a_gap_in_the_numbers() -> None:
    steps = Steps(channels=1)
    before = steps.cut(block(START_NS, STEP + 7))
    after = steps.cut(block(START_NS + 50 * STEP_NS, STEP))
    assert [n for n, _, _ in before + after] == [0, 50]
    assert after[0][1] == START_NS + 50 * STEP_NS
    assert np.array_equal(after[0][2], block(0, STEP).samples), "the torn rest is left out"


def test_stamps_that_jump_back_take_no_number_back() -> None:
    steps = Steps(channels=1)
    numbers = [n for n, _, _ in steps.cut(block(START_NS, 3 * STEP))]
    numbers += [n for n, _, _ in steps.cut(block(START_NS - 2 * JUMP_NS, 2 * STEP))]
    assert numbers == [0, 1, 2, 3, 4]


def test_an_empty_block_is_nothing() -> None:
    assert Steps(channels=1).cut(block(START_NS, 0)) == []


def test_counting_may_go_on_from_somewhere() -> None:
    steps = Steps(channels=1, number=7)
    assert [n for n, _, _ in steps.cut(block(START_NS, STEP))] == [7]
    assert steps.next_number == 8
