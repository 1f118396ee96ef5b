"""The sound thread with a source that does as it is told."""

import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from streaming.domain.frame import AudioFrame
from streaming.sound.loop import SoundLoop
from streaming.sound.source import SoundBlock, SoundError, SoundSource

PATIENCE_S = 20


class Tone:
    """Blocks of 20 ms as fast as they are read, by a clock of its own."""

    def __init__(self, channels: int = 1) -> None:
        self.channels = channels
        self.opened = 0
        self.closed = 0
        self.missing = False
        self.breaks_after = 1_000_000
        self._now_ns = 1_000_000_000

    def open(self) -> None:
        self.opened += 1
        if self.missing:
            raise SoundError("sound.device_missing", "it isn't there")

    def read(self, timeout_s: float) -> SoundBlock | None:
        time.sleep(0.001)
        self.breaks_after -= 1
        if self.breaks_after < 0:
            raise SoundError("sound.device_lost", "it was unplugged")
        self._now_ns += 20_000_000
        return SoundBlock(self._now_ns, np.ones((960, self.channels), np.int16))

    def close(self) -> None:
        self.closed += 1


class Stage:
    def __init__(self) -> None:
        self.source: SoundSource | None = Tone()
        self.frames: list[AudioFrame] = []
        self._came = threading.Condition()
        self._loops: list[SoundLoop] = []

    def loop(self, *, allowed: bool = True) -> SoundLoop:
        loop = SoundLoop(lambda: self.source, allowed=allowed, emit=self.emit, retry_s=0.01)
        self._loops.append(loop)
        return loop

    def emit(self, frame: AudioFrame) -> None:
        with self._came:
            self.frames.append(frame)
            self._came.notify_all()

    def until(self, holds: Callable[[], bool]) -> None:
        with self._came:
            assert self._came.wait_for(holds, PATIENCE_S)

    def close(self) -> None:
        for loop in self._loops:
            loop.close(PATIENCE_S)


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage()
    yield stage
    stage.close()


def until(holds: Callable[[], bool]) -> None:
    give_up_s = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < give_up_s
        time.sleep(0.005)


def test_nothing_is_opened_before_somebody_listens(stage: Stage) -> None:
    tone = stage.source = Tone()
    loop = stage.loop()
    assert loop.state == "off"
    loop.switch(on=True)
    stage.until(lambda: len(stage.frames) > 3)
    assert (loop.state, tone.opened) == ("on", 1)
    loop.switch(on=False)
    until(lambda: tone.closed == 1)
    assert loop.state == "off"


def test_without_leave_no_sound_is_ever_read(stage: Stage) -> None:
    tone = stage.source = Tone()
    loop = stage.loop(allowed=False)
    loop.switch(on=True)
    assert loop.state == "none"
    assert "sound" not in {thread.name for thread in threading.enumerate()}
    loop.close(PATIENCE_S)
    assert tone.opened == 0


def test_a_source_without_sound_has_none_until_it_is_another(stage: Stage) -> None:
    stage.source = None
    loop = stage.loop()
    loop.switch(on=True)
    states = [loop.state]
    stage.source = Tone()
    stage.until(lambda: len(stage.frames) > 0)
    states.append(loop.state)
    assert states == ["none", "on"]


@pytest.mark.parametrize("fault", ["missing", "lost"])
def test_what_failed_is_tried_again(stage: Stage, fault: str) -> None:
    tone = stage.source = Tone()
    tone.missing = fault == "missing"
    tone.breaks_after = 2 if fault == "lost" else tone.breaks_after
    loop = stage.loop()
    loop.switch(on=True)
    until(lambda: tone.opened >= 3)
    tone.missing, tone.breaks_after = False, 1_000_000
    count = len(stage.frames)
    stage.until(lambda: len(stage.frames) > count)
    assert tone.opened - 1 <= tone.closed <= tone.opened


def test_numbers_go_on_across_a_pause_and_another_number_of_channels(stage: Stage) -> None:
    first, second = Tone(channels=1), Tone(channels=2)
    stage.source = first
    loop = stage.loop()
    loop.switch(on=True)
    stage.until(lambda: len(stage.frames) > 3)
    loop.switch(on=False)
    until(lambda: first.closed == 1)
    stage.source = second
    loop.switch(on=True)
    stage.until(lambda: stage.frames[-1].channels == 2)
    numbers = [frame.number for frame in stage.frames]
    assert numbers == sorted(set(numbers))


def test_another_source_takes_over_at_once(stage: Stage) -> None:
    tone = stage.source = Tone()
    loop = stage.loop()
    loop.switch(on=True)
    stage.until(lambda: len(stage.frames) > 0)
    stage.source = Tone(channels=2)
    stage.until(lambda: stage.frames[-1].channels == 2)
    assert tone.closed == 1
