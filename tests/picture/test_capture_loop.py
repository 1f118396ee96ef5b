import threading
from collections.abc import Callable, Iterator

import pytest
import structlog

from streaming.picture.capture_loop import CaptureLoop
from streaming.picture.frame import RawFrame
from streaming.picture.signal import SignalWatch
from streaming.picture.source import SourceError
from tests.picture.pictures import raw

UNPLUGGED = SourceError("source.unplugged", "gone", lost=True)
CORRUPT = SourceError("source.corrupt", "not a picture")

Step = RawFrame | None | SourceError | Callable[[], None]


class ScriptedSource:
    """Each opening plays the next script."""

    def __init__(self, scripts: list[list[Step]]) -> None:
        self._scripts = scripts
        self._steps: Iterator[Step] = iter(())
        self.opened = 0
        self.closed = False

    def open(self) -> None:
        self._steps = iter(self._scripts[self.opened])
        self.opened += 1
        self.closed = False

    def read(self, timeout_s: float) -> RawFrame | None:
        step = next(self._steps)
        if isinstance(step, SourceError):
            raise step
        if step is None or isinstance(step, RawFrame):
            return step
        step()
        return None

    def close(self) -> None:
        self.closed = True


class Run:
    def __init__(self, *scripts: list[Step]) -> None:
        self.source = ScriptedSource([[*steps] for steps in scripts])
        self.watch = SignalWatch(0)
        self.numbers: list[int] = []
        self.told: list[str] = []
        self.loop = CaptureLoop(
            lambda: self.source,
            process=self.process,
            watch=self.watch,
            changed=lambda: self.told.append(self.watch.signal(10).state),
            clock_ns=lambda: 10,
        )

    def process(self, frame: RawFrame) -> int | None:
        self.numbers.append(frame.number)
        return None


def test_pictures_are_handed_on_until_stopped() -> None:
    run = Run([])
    run = Run([raw(0), None, raw(1), lambda: run.loop.stop()])
    run.loop.run()
    assert run.numbers == [0, 1]
    assert run.told == ["live"] * 4
    assert run.source.closed


def test_lost_source_is_closed_told_and_opened_anew() -> None:
    run = Run([])
    run = Run([raw(0), UNPLUGGED], [raw(1), lambda: run.loop.stop()])
    run.loop.run()
    assert run.numbers == [0, 1]
    assert run.told == ["live", "lost", "live", "live"]
    assert run.source.opened == 2
    assert run.source.closed


def test_a_loss_that_repeats_is_logged_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    now_ns = 0

    def wait(seconds: float) -> None:
        nonlocal now_ns
        now_ns += 1_000_000_000

    busy = SourceError("source.device_busy", "taken", lost=True)
    run = Run([])
    unplugged: list[Step] = [UNPLUGGED]
    run = Run(*[unplugged] * 62, [busy], [lambda: run.loop.stop()])
    monkeypatch.setattr(run.loop, "_clock_ns", lambda: now_ns)
    monkeypatch.setattr(run.loop, "_stopping", Waiting(wait))
    with structlog.testing.capture_logs() as lines:
        run.loop.run()
    assert [(line["code"], line["attempts"]) for line in lines] == [
        ("source.unplugged", 1),
        ("source.unplugged", 60),
        ("source.device_busy", 2),
    ]


class Waiting(threading.Event):
    """Time passes without waiting for it."""

    def __init__(self, pass_time: Callable[[float], None]) -> None:
        super().__init__()
        self._pass_time = pass_time

    def wait(self, timeout: float | None = None) -> bool:
        self._pass_time(timeout or 0)
        return self.is_set()


def test_source_beyond_hope_ends_the_loop_and_is_closed() -> None:
    run = Run([raw(0), CORRUPT])
    with pytest.raises(SourceError) as caught:
        run.loop.run()
    assert caught.value is CORRUPT
    assert run.source.closed


def test_thread_is_known_to_be_alive() -> None:
    run = Run([])
    run = Run([lambda: run.loop.stop()])
    assert run.loop.opening
    run.loop.run()
    assert run.loop.alive_ns == 10
    assert not run.loop.opening
