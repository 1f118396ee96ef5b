"""The kernel's side of V4L2 for one capture device, at the level of ioctl.

A regular file stands for the device node: it can be opened, polled (always readable) and mapped.
What a call means is taken from the kernel's documentation of V4L2.
"""

import errno
import os
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from linuxpy.video import raw

PAGE = os.sysconf("SC_PAGE_SIZE")
WIDTH, HEIGHT = 64, 48
PICTURE_BYTES = WIDTH * HEIGHT * 3 // 2
BUFFER_BYTES = -(-PICTURE_BYTES // PAGE) * PAGE
NV12 = int.from_bytes(b"NV12", "little")
MJPG = int.from_bytes(b"MJPG", "little")


class FakeKernel:
    """``ioctl`` answers as a card with NV12 64x48 at 30 and 60, and MJPG in a range of sizes."""

    def __init__(self, node: Path) -> None:
        self.node = node
        node.write_bytes(bytes(16 * BUFFER_BYTES))
        self.streaming = False
        self.queued: deque[int] = deque()
        self.filled: deque[tuple[int, int, int]] = deque()
        self.calls: list[str] = []
        self.unplugged = False
        self.rate = (0, 0)
        self._sequence = 0
        self._handlers: dict[int, Callable[[Any], None]] = {
            raw.IOC[name].value: getattr(self, f"_{name.lower()}")
            for name in (
                *("QUERYCAP", "ENUM_FMT", "ENUM_FRAMESIZES", "ENUM_FRAMEINTERVALS"),
                *("S_FMT", "G_FMT", "S_PARM", "REQBUFS", "QUERYBUF", "QBUF", "DQBUF"),
                *("STREAMON", "STREAMOFF", "SUBSCRIBE_EVENT"),
            )
        }

    def fill(self, level: int, *, stamp_ns: int, flags: int | None = None) -> None:
        """The driver completes a picture in the next buffer it was given."""
        index = self.queued.popleft()
        with self.node.open("r+b") as file:
            file.seek(index * BUFFER_BYTES)
            file.write(bytes([level]) * PICTURE_BYTES)
        monotonic = raw.BufferFlag.TIMESTAMP_MONOTONIC
        self.filled.append((index, stamp_ns, monotonic if flags is None else flags))

    def ioctl(self, fd: object, request: int, argument: Any = None) -> int:
        name = raw.IOC(request).name
        self.calls.append(name)
        if self.unplugged:
            raise OSError(errno.ENODEV, "No such device")
        handler = self._handlers.get(int(request))
        if handler is None:
            raise OSError(errno.ENOTTY, "Inappropriate ioctl for device")
        handler(argument)
        return 0

    # ---- what it is --------------------------------------------------------------------------

    def _querycap(self, answer: Any) -> None:
        answer.driver = b"fakehdmi"
        answer.card = b"Fake HDMI card"
        abilities = raw.Capability.VIDEO_CAPTURE | raw.Capability.STREAMING
        answer.capabilities = answer.device_caps = int(abilities)

    def _enum_fmt(self, answer: Any) -> None:
        if answer.index > 1:
            raise OSError(errno.EINVAL, "no more")
        answer.pixelformat = (NV12, MJPG)[answer.index]
        answer.description = b"a format"

    def _enum_framesizes(self, answer: Any) -> None:
        if answer.index > 0:
            raise OSError(errno.EINVAL, "no more")
        if answer.pixel_format == NV12:
            answer.type = raw.Frmsizetypes.DISCRETE
            answer.m1.discrete.width, answer.m1.discrete.height = WIDTH, HEIGHT
        else:
            answer.type = raw.Frmsizetypes.STEPWISE
            answer.m1.stepwise.max_width, answer.m1.stepwise.max_height = 1920, 1080

    def _enum_frameintervals(self, answer: Any) -> None:
        if answer.pixel_format == NV12:
            if answer.index > 1:
                raise OSError(errno.EINVAL, "no more")
            answer.type = raw.Frmivaltypes.DISCRETE
            answer.discrete.numerator, answer.discrete.denominator = 1, (30, 60)[answer.index]
            return
        if answer.index > 0:
            raise OSError(errno.EINVAL, "no more")
        answer.type = raw.Frmivaltypes.STEPWISE
        answer.stepwise.min.numerator, answer.stepwise.min.denominator = 1, 50
        answer.stepwise.max.numerator, answer.stepwise.max.denominator = 1, 5
        answer.stepwise.step.numerator, answer.stepwise.step.denominator = 1, 1

    # ---- streaming ---------------------------------------------------------------------------

    def _s_fmt(self, wanted: Any) -> None:
        if self.streaming:
            raise OSError(errno.EBUSY, "Device or resource busy")
        self._g_fmt(wanted)

    def _g_fmt(self, answer: Any) -> None:
        answer.fmt.pix.width, answer.fmt.pix.height = WIDTH, HEIGHT
        answer.fmt.pix.pixelformat = NV12
        answer.fmt.pix.bytesperline = WIDTH
        answer.fmt.pix.sizeimage = PICTURE_BYTES

    def _s_parm(self, wanted: Any) -> None:
        interval = wanted.parm.capture.timeperframe
        self.rate = (interval.denominator, interval.numerator)

    def _reqbufs(self, request: Any) -> None:
        request.count = min(request.count, 16)
        self.queued.clear()
        self.filled.clear()

    def _querybuf(self, buffer: Any) -> None:
        buffer.length = BUFFER_BYTES
        buffer.m.offset = buffer.index * BUFFER_BYTES

    def _qbuf(self, buffer: Any) -> None:
        assert buffer.index not in self.queued
        self.queued.append(buffer.index)

    def _dqbuf(self, buffer: Any) -> None:
        if not self.filled:
            raise BlockingIOError(errno.EAGAIN, "Try again")
        buffer.index, stamp_ns, buffer.flags = self.filled.popleft()
        buffer.bytesused = PICTURE_BYTES
        buffer.sequence = self._sequence
        buffer.timestamp.secs = stamp_ns // 1_000_000_000
        buffer.timestamp.usecs = stamp_ns % 1_000_000_000 // 1000
        self._sequence += 1

    def _streamon(self, kind: Any) -> None:
        self.streaming = True

    def _streamoff(self, kind: Any) -> None:
        self.streaming = False

    def _subscribe_event(self, subscription: Any) -> None:
        assert subscription.type == raw.EventType.SOURCE_CHANGE
