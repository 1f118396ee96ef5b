"""A capture device that does what a test tells it to: the seam of ``v4l2_device``, no kernel."""

import errno
from collections import deque
from fractions import Fraction
from pathlib import Path

import numpy as np

from streaming.capture.v4l2_device import Filled, Mode, Ready, Streaming
from streaming.domain.frame import Size

NV12_VGA = Mode("NV12", Size(640, 480), Fraction(30))
DRIVER_BUFFERS = 4


class Clock:
    def __init__(self) -> None:
        self.now_ns = 1_000_000_000_000

    def __call__(self) -> int:
        return self.now_ns

    def pass_s(self, seconds: float) -> None:
        self.now_ns += round(seconds * 1e9)


class FakeDevice:
    """``script`` holds what happens next: a picture, an errno, a changed signal, or silence.

    Waiting takes no real time: silence moves the clock by the timeout.
    """

    name = "Fake HDMI"
    driver = "fake"

    def __init__(self, clock: Clock, modes: list[Mode] | None = None) -> None:
        self.clock = clock
        self.offered = [NV12_VGA] if modes is None else modes
        self.events: deque[Filled | int | Ready] = deque()
        self.held: set[int] = set()
        self.started: list[Mode] = []
        self.row_padding = 0
        self.closed = False
        self.start_error = 0
        self._sequence = 0

    def connect(self, path: Path) -> "FakeDevice":
        self.closed = False
        return self

    def picture(
        self,
        data: np.ndarray,
        *,
        age_s: float = 0.001,
        monotonic: bool = True,
        damaged: bool = False,
        dropped: int = 0,
    ) -> None:
        """A picture is ready, ``age_s`` old, after ``dropped`` that the driver had no room for."""
        self._sequence += 1 + dropped
        self.events.append(
            Filled(
                index=len(self.events) % DRIVER_BUFFERS,
                data=data,
                sequence=self._sequence,
                stamp_ns=self.clock() - round(age_s * 1e9) if monotonic else None,
                damaged=damaged,
            )
        )

    def fail(self, number: int) -> None:
        self.events.append(number)

    def change_signal(self) -> None:
        self.events.append(Ready.SOURCE_CHANGED)

    # ---- CaptureDevice -----------------------------------------------------------------------

    def modes(self) -> list[Mode]:
        return self.offered

    def start(self, mode: Mode) -> Streaming:
        if self.start_error:
            raise OSError(self.start_error, "start")
        assert not self.held, "the last run's buffers were all given back"
        self.started.append(mode)
        row = mode.size.width * (2 if mode.fourcc == "YUYV" else 1)
        return Streaming(
            mode.fourcc, mode.size, 0 if mode.fourcc == "MJPG" else row + self.row_padding
        )

    def wait(self, timeout_s: float) -> Ready:
        if not self.events:
            self.clock.pass_s(max(timeout_s, 0.001))
            return Ready.NOTHING
        if self.events[0] is Ready.SOURCE_CHANGED:
            self.events.popleft()
            return Ready.SOURCE_CHANGED
        return Ready.PICTURE

    def take(self) -> Filled | None:
        if not self.events or isinstance(self.events[0], Ready):
            return None
        event = self.events.popleft()
        if isinstance(event, int):
            raise OSError(event, errno.errorcode[event])
        assert isinstance(event, Filled)
        self.held.add(event.sequence)
        return event

    def give_back(self, filled: Filled) -> None:
        self.held.remove(filled.sequence)

    def stop(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True
