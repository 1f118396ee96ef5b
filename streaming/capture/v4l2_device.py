"""The seam between ``v4l2:`` and the kernel: a device in six verbs, and linuxpy behind them.

Source: the kernel's V4L2 API, "Video for Linux API" (VIDIOC_DQBUF, V4L2_EVENT_SOURCE_CHANGE,
VIDIOC_QUERY_DV_TIMINGS).
"""

import contextlib
import mmap
import select
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
from linuxpy.ioctl import ioctl
from linuxpy.video import device as linux
from linuxpy.video import raw

from streaming.domain.frame import Size

BUFFERS = 4
"""What the driver fills while one is being read; older ones are given back unread."""


@dataclass(frozen=True, slots=True)
class Mode:
    """One way a device can deliver pictures. ``rate`` is its highest; 0 when it doesn't say."""

    fourcc: str
    size: Size
    rate: Fraction


@dataclass(frozen=True, slots=True)
class Streaming:
    """What the driver agreed to. ``row_bytes`` is 0 for compressed pictures."""

    fourcc: str
    size: Size
    row_bytes: int


class Ready(StrEnum):
    NOTHING = "nothing"
    PICTURE = "picture"
    SOURCE_CHANGED = "source_changed"


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled buffer, the driver's until ``give_back``; ``data`` must not be used after that.

    ``stamp_ns`` is None when the driver's clock isn't CLOCK_MONOTONIC. ``damaged`` is the driver's
    own word for it (V4L2_BUF_FLAG_ERROR).
    """

    index: int
    data: npt.NDArray[np.uint8]
    sequence: int
    stamp_ns: int | None
    damaged: bool


class CaptureDevice(Protocol):
    """Every method may raise OSError; none blocks for longer than its timeout."""

    @property
    def name(self) -> str: ...

    @property
    def driver(self) -> str: ...

    def modes(self) -> list[Mode]: ...

    def start(self, mode: Mode) -> Streaming: ...

    def wait(self, timeout_s: float) -> Ready: ...

    def take(self) -> Filled | None:
        """The oldest filled buffer, or None when there is none."""

    def give_back(self, filled: Filled) -> None: ...

    def stop(self) -> None:
        """Idempotent; ``start`` may follow."""

    def close(self) -> None: ...


class LinuxDevice:
    """A real device. The constructor opens it, and raises OSError for what isn't one."""

    def __init__(self, path: Path) -> None:
        self._device = linux.Device(str(path))
        try:
            self._device.open()
            self._capabilities = self._device.info.device_capabilities
        except OSError:
            self._device.close()
            raise
        self._maps: list[mmap.mmap] = []
        self._poll = select.poll()
        self._poll.register(self._device.fileno(), select.POLLIN | select.POLLPRI)
        with contextlib.suppress(OSError):
            self._device.subscribe_event(linux.EventType.SOURCE_CHANGE)

    @property
    def name(self) -> str:
        return str(self._device.info.card)

    @property
    def driver(self) -> str:
        return str(self._device.info.driver)

    def modes(self) -> list[Mode]:
        found: list[Mode] = []
        if linux.Capability.VIDEO_CAPTURE not in self._capabilities:
            return found
        for described in self._device.info.buffer_formats(_CAPTURE):
            fourcc = described.pixel_format.human_str()
            for width, height in self._sizes(described.pixel_format):
                found.append(
                    Mode(fourcc, Size(width, height), self._rate(described, width, height))
                )
        return found

    def start(self, mode: Mode) -> Streaming:
        self._follow_signal()
        self._device.set_format(_CAPTURE, mode.size.width, mode.size.height, mode.fourcc)
        if mode.rate:
            with contextlib.suppress(OSError):
                self._device.set_fps(_CAPTURE, mode.rate)
        agreed = self._device.get_format(_CAPTURE)
        self._maps = linux.create_mmap_buffers(self._device, _CAPTURE, _MMAP, BUFFERS)
        self._device.enqueue_buffers(_CAPTURE, _MMAP, len(self._maps))
        self._device.stream_on(_CAPTURE)
        fourcc = agreed.pixel_format.human_str()
        return Streaming(fourcc, Size(agreed.width, agreed.height), agreed.bytes_per_line)

    def wait(self, timeout_s: float) -> Ready:
        for _, events in self._poll.poll(max(0, timeout_s) * 1000):
            if events & select.POLLPRI:
                self._device.deque_event()
                return Ready.SOURCE_CHANGED
            if events & (select.POLLIN | select.POLLERR | select.POLLHUP):
                return Ready.PICTURE
        return Ready.NOTHING

    def take(self) -> Filled | None:
        try:
            buffer = self._device.dequeue_buffer(_CAPTURE, _MMAP)
        except BlockingIOError:
            return None
        flags = linux.BufferFlag(buffer.flags)
        monotonic = flags & linux.BufferFlag.TIMESTAMP_MASK == linux.BufferFlag.TIMESTAMP_MONOTONIC
        stamp_ns = buffer.timestamp.secs * 1_000_000_000 + buffer.timestamp.usecs * 1000
        return Filled(
            index=buffer.index,
            data=np.frombuffer(self._maps[buffer.index], np.uint8, buffer.bytesused),
            sequence=buffer.sequence,
            stamp_ns=stamp_ns if monotonic else None,
            damaged=bool(flags & linux.BufferFlag.ERROR),
        )

    def give_back(self, filled: Filled) -> None:
        self._device.enqueue_buffer(_CAPTURE, _MMAP, 0, filled.index)

    def stop(self) -> None:
        if not self._maps:
            return
        with contextlib.suppress(OSError):
            self._device.stream_off(_CAPTURE)
        self._release_maps()
        with contextlib.suppress(OSError):
            self._device.free_buffers(_CAPTURE, _MMAP)

    def close(self) -> None:
        self.stop()
        self._device.close()

    def _release_maps(self) -> None:
        maps, self._maps = self._maps, []
        for mapped in maps:
            # A picture still being looked at keeps its mapping; it goes with the picture.
            with contextlib.suppress(BufferError):
                mapped.close()

    def _follow_signal(self) -> None:
        """Tell an HDMI receiver to use the timings it sees; webcams have none and refuse."""
        timings = raw.v4l2_dv_timings()
        with contextlib.suppress(OSError):
            ioctl(self._device, raw.IOC.QUERY_DV_TIMINGS, timings)
            ioctl(self._device, raw.IOC.S_DV_TIMINGS, timings)

    def _sizes(self, pixel_format: int) -> list[tuple[int, int]]:
        sizes = []
        for entry in self._device.info.format_frame_sizes(pixel_format):
            if entry.type == linux.FrameSizeType.DISCRETE:
                sizes.append((entry.info.width, entry.info.height))
            else:
                sizes.append((entry.info.max_width, entry.info.max_height))
        if not sizes:
            current = self._device.get_format(_CAPTURE)
            sizes.append((current.width, current.height))
        return sizes

    def _rate(self, described: linux.ImageFormat, width: int, height: int) -> Fraction:
        """The highest. Of a range of intervals linuxpy calls the shortest ``min_fps``."""
        intervals = self._device.info.fps_intervals(described.pixel_format, width, height)
        rates = [max(interval.min_fps, interval.max_fps) for interval in intervals]
        return max(map(Fraction, rates), default=Fraction(0))


_CAPTURE = linux.BufferType.VIDEO_CAPTURE
_MMAP = linux.Memory.MMAP
