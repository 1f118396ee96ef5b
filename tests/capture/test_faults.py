import itertools

import numpy as np
import pytest

from streaming.capture import faults as module
from streaming.capture.faults import Faults, FaultySource
from streaming.domain.frame import Size
from streaming.picture.frame import RawFrame
from streaming.picture.source import SourceError


class Counting:
    """Each picture is filled with its number."""

    def __init__(self) -> None:
        self._numbers = itertools.count()

    def open(self) -> None:
        self._numbers = itertools.count()

    def read(self, timeout_s: float) -> RawFrame | None:
        number = next(self._numbers)
        planes = np.full((24, 16), number, np.uint8)
        return RawFrame("s", number, number * 1_000, Size(16, 16), planes)

    def close(self) -> None:
        pass


class Time:
    now_s = 100.0

    def monotonic(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Time:
    clock = Time()
    monkeypatch.setattr(module, "time", clock)
    return clock


def test_a_frozen_scanner_repeats_its_pixels_with_new_stamps(clock: Time) -> None:
    source = FaultySource(Counting(), Faults(freeze_after_s=1, freeze_for_s=2))
    source.open()
    seen = []
    for at_s in (0, 1, 2, 3, 4):
        clock.now_s = 100 + at_s
        frame = source.read(1)
        assert frame is not None
        seen.append((frame.number, int(frame.planes[0, 0])))
        frame.planes[:] = 255
    assert seen == [(0, 0), (1, 1), (2, 1), (3, 3), (4, 4)]


def test_a_stalled_source_gives_nothing_but_keeps_the_timeout(clock: Time) -> None:
    source = FaultySource(Counting(), Faults(stall_after_s=1, stall_for_s=1))
    source.open()
    assert source.read(0.1) is not None
    clock.now_s = 101.0
    assert source.read(0.25) is None
    assert clock.now_s == 101.25
    clock.now_s = 102.0
    assert source.read(0.25) is not None


def test_an_unplugged_source_is_lost_until_opened_again(clock: Time) -> None:
    source = FaultySource(Counting(), Faults(lost_after_s=1))
    source.open()
    clock.now_s = 101.0
    with pytest.raises(SourceError) as caught:
        source.read(0.1)
    assert caught.value.lost and caught.value.code == "source.unplugged"
    source.close()
    source.open()
    assert source.read(0.1) is not None


def test_no_faults_by_default() -> None:
    assert Faults().are_none()
    assert not Faults(freeze_after_s=0).are_none()
