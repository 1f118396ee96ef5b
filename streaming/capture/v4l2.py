"""``v4l2:``: a capture card or camera. The newest picture wins, and nothing waits without an end.

The driver fills a few buffers; whatever is older than the newest goes back unread. A device that
was pulled (ENODEV), fails (EIO) or sends no picture for half a second is lost, to be opened again
by its stable name. When the signal changes, capture starts again at the new size.
"""

import errno
import time
from collections.abc import Callable
from pathlib import Path

import structlog

from streaming.capture import i420
from streaming.capture.pacing import NS_PER_S
from streaming.capture.v4l2_device import (
    CaptureDevice,
    Filled,
    LinuxDevice,
    Ready,
    Streaming,
)
from streaming.capture.v4l2_pictures import Unpacker, Wanted, choose_mode
from streaming.domain.frame import Size
from streaming.picture.frame import I420, RawFrame
from streaming.picture.source import SourceError
from streaming.sound.source import SoundSource

LOST_AFTER_S = 0.5
FIRST_PICTURE_S = 3.0

log = structlog.get_logger(__name__)


class V4l2Source:
    def __init__(
        self,
        path: Path,
        wanted: Wanted,
        *,
        source_id: str,
        connect: Callable[[Path], CaptureDevice] = LinuxDevice,
        clock: Callable[[], int] = time.monotonic_ns,
        sound: SoundSource | None = None,
    ) -> None:
        self.sound = sound
        self._path = path
        self._wanted = wanted
        self._source_id = source_id
        self._connect = connect
        self._clock = clock
        self._device: CaptureDevice | None = None
        self._was_there = False
        self._streaming: Streaming | None = None
        self._pictures = Unpacker()
        self._number = -1
        self._sequence: int | None = None
        self._stamp_ns = 0
        self._lost_at_ns = 0

    def open(self) -> None:
        try:
            self._device = self._connect(self._path)
            self._start(self._device)
            self._was_there = True
        except OSError as error:
            self.close()
            raise _device_error(error, was_there=self._was_there) from error
        except SourceError:
            self.close()
            raise

    def read(self, timeout_s: float) -> RawFrame | None:
        if self._device is None:
            raise RuntimeError("read before open")
        try:
            return self._read(self._device, timeout_s)
        except OSError as error:
            raise _device_error(error, was_there=True) from error

    def close(self) -> None:
        device, self._device = self._device, None
        if device is not None:
            try:
                device.close()
            except OSError as error:
                log.info("device.close_failed", errno=error.errno)

    def _start(self, device: CaptureDevice) -> None:
        device.stop()
        mode = choose_mode(device.modes(), self._wanted)
        self._streaming = device.start(mode)
        i420.even_size(self._streaming.size.width, self._streaming.size.height)
        if self._streaming.fourcc == "MJPG":
            log.warning("device.compressed", format="MJPG", size=str(self._streaming.size))
        self._sequence = None
        self._lost_at_ns = self._clock() + int(FIRST_PICTURE_S * NS_PER_S)

    def _read(self, device: CaptureDevice, timeout_s: float) -> RawFrame | None:
        give_up_ns = self._clock() + int(timeout_s * NS_PER_S)
        while True:
            until_ns = min(give_up_ns, self._lost_at_ns)
            ready = device.wait(max(0.0, (until_ns - self._clock()) / NS_PER_S))
            if ready is Ready.SOURCE_CHANGED:
                log.info("device.signal_changed")
                self._start(device)
            elif ready is Ready.PICTURE and (frame := self._newest(device)) is not None:
                self._lost_at_ns = self._clock() + int(LOST_AFTER_S * NS_PER_S)
                return frame
            now_ns = self._clock()
            if now_ns >= self._lost_at_ns:
                raise _stalled()
            if now_ns >= give_up_ns:
                return None

    def _newest(self, device: CaptureDevice) -> RawFrame | None:
        newest: Filled | None = None
        while (filled := device.take()) is not None:
            self._count(filled)
            if newest is not None:
                device.give_back(newest)
            newest = filled
        if newest is None:
            return None
        try:
            planes = self._unpack(newest)
        finally:
            device.give_back(newest)
        if planes is None:
            return None
        size = Size(planes.shape[1], planes.shape[0] * 2 // 3)
        return RawFrame(self._source_id, self._number, self._stamp(newest), size, planes)

    def _count(self, filled: Filled) -> None:
        """Count pictures, those the driver dropped too (a gap in its sequence)."""
        step = 1
        if self._sequence is not None and self._sequence < filled.sequence < self._sequence + 1000:
            step = filled.sequence - self._sequence
        self._sequence = filled.sequence
        self._number += step

    def _stamp(self, filled: Filled) -> int:
        """The driver's stamp, unless it is from the future, too old, or goes back."""
        now_ns = self._clock()
        stamp_ns = filled.stamp_ns
        if stamp_ns is None or not max(self._stamp_ns, now_ns - NS_PER_S) < stamp_ns <= now_ns:
            stamp_ns = now_ns
        self._stamp_ns = stamp_ns
        return stamp_ns

    def _unpack(self, filled: Filled) -> I420 | None:
        assert self._streaming is not None
        if filled.damaged or not filled.data.size:
            return None
        return self._pictures.unpack(filled.data, self._streaming)


def _stalled() -> SourceError:
    return SourceError(
        "source.device_stalled",
        "the capture device sends no pictures",
        fix="check that the scanner is on and its cable is plugged in at both ends",
        lost=True,
    )


def _device_error(error: OSError, *, was_there: bool) -> SourceError:
    """A device that has worked will be plugged in again; one that never did is a wrong SPEC."""
    lost = was_there
    match error.errno:
        case errno.ENOENT | errno.ENODEV | errno.ENXIO:
            code, words, fix = "missing", "isn't there", "plug it in; 'sonopair devices' lists them"
        case errno.EBUSY:
            code, words, fix = "busy", "is used by another program", "close the other program"
            lost = True
        case errno.EACCES | errno.EPERM:
            code, words = "denied", "may not be used by this user"
            fix = "add the user to the group 'video' and log in again"
        case _:
            code, words, fix = "failed", "failed", "unplug it and plug it in again"
    return SourceError(f"source.device_{code}", f"the capture device {words}", fix=fix, lost=lost)
