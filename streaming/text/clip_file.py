"""The pictures of a video file, one at a time, with their times from the first one."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import cv2
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from streaming.domain.errors import BadInput
from streaming.text.detector import Grey, Picture

NS_PER_S = 1_000_000_000
DEFAULT_STEP_NS = NS_PER_S // 30
MAX_STEP_NS = NS_PER_S
"""Stamps that go back or jump by more are taken for the usual step: none of a file's stamps may
make a window longer than the text in it stood."""

_YUV420 = ("yuv420p", "yuvj420p", "nv12")


class ClipError(BadInput):
    """``gate.unreadable``: there is no video in the file that could be looked at."""


@dataclass(frozen=True, slots=True)
class ClipPicture:
    """``planes`` is I420 of shape ``(height * 3 // 2, width)``."""

    at_ns: int
    is_key: bool
    planes: Grey

    @property
    def luma(self) -> Grey:
        return self.planes[: self.planes.shape[0] * 2 // 3]

    @property
    def chroma(self) -> Grey:
        """U and V below one another, each of half the picture's width and height."""
        height, width = self.luma.shape
        return self.planes[height:].reshape(height, width // 2)

    def colours(self, scale: float) -> Picture:
        """Blue, green, red of shape ``(height, width, 3)``, scaled."""
        bgr = cv2.cvtColor(self.planes, cv2.COLOR_YUV2BGR_I420)
        if scale != 1.0:
            bgr = cv2.resize(bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        return np.asarray(bgr, np.uint8)


class ClipFile:
    """``damaged``, ``decoded`` and ``ends_ns`` are true once all pictures have been taken."""

    def __init__(self, path: Path) -> None:
        """Raises ClipError ``gate.unreadable``."""
        self._container, self._stream = _open(path)
        self.other_streams = len(self._container.streams) > 1
        self.duration_ns = int(self._container.duration or 0) * NS_PER_S // av.time_base
        self.rate = self._stream.average_rate
        self.damaged = False
        self.decoded = 0
        self.ends_ns = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._container.close()

    def pictures(self) -> Iterator[ClipPicture]:
        """Once. A file that breaks off ends the pictures and is ``damaged``."""
        step_ns = int(NS_PER_S / self.rate) if self.rate else DEFAULT_STEP_NS
        last_stamp_ns: int | None = None
        shape: tuple[int, ...] | None = None
        try:
            for frame in self._container.decode(self._stream):
                stamp_ns = _stamp_ns(frame)
                at_ns = self.ends_ns
                if stamp_ns is not None and last_stamp_ns is not None:
                    gone_ns = stamp_ns - last_stamp_ns
                    at_ns += gone_ns - step_ns if 0 < gone_ns <= MAX_STEP_NS else 0
                last_stamp_ns = stamp_ns
                self.ends_ns = at_ns + step_ns
                self.decoded += 1
                planes = _planes(frame)
                self.damaged |= frame.is_corrupt or shape not in (None, planes.shape)
                shape = planes.shape
                yield ClipPicture(at_ns, frame.key_frame, planes)
        except av.FFmpegError:
            self.damaged = True
        self.damaged |= self.decoded < self._stream.frames


def _open(path: Path) -> tuple[InputContainer, VideoStream]:
    try:
        container = av.open(str(path))
    except (av.FFmpegError, OSError, ValueError):
        raise _unreadable(path) from None
    if not container.streams.video:
        container.close()
        raise _unreadable(path)
    stream = container.streams.video[0]
    stream.thread_count = 1
    return container, stream


def _unreadable(path: Path) -> ClipError:
    return ClipError(
        "gate.unreadable",
        f"no video can be read from {path}",
        fix="check the path, that this user may read it, and that it is a video file",
    )


def _stamp_ns(frame: VideoFrame) -> int | None:
    if frame.pts is None or frame.time_base is None:
        return None
    return int(frame.pts * frame.time_base * NS_PER_S)


def _planes(frame: VideoFrame) -> Grey:
    """Limited range; sides are cut to even ones, as coded video has them."""
    width, height = frame.width // 2 * 2, frame.height // 2 * 2
    if frame.format.name != "yuv420p" or (width, height) != (frame.width, frame.height):
        frame = frame.reformat(width, height, "yuv420p", dst_color_range="MPEG")
    return np.asarray(frame.to_ndarray(), np.uint8)
