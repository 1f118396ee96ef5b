"""The last two seconds of masked pictures, so that "freeze" gets exactly the one a person saw."""

import threading
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from streaming.domain.errors import SonopairError
from streaming.domain.frame import Size
from streaming.picture.frame import MaskedFrame

KEEP_NS = 2_000_000_000
MAX_BYTES = 192 * 1024 * 1024
"""Two seconds of 1080p30 in colour; larger or faster pictures are kept for less long."""

MATCH_NS = 1_000_000
"""A viewer knows a picture's time from its RTP timestamp, to 1/90000 s; pictures are farther apart
than this at any rate that a scanner has."""

Plane = npt.NDArray[np.uint8]


class StillError(SonopairError):
    """There is no such picture, or it can't be encoded."""


@dataclass(frozen=True, slots=True)
class KeptPicture:
    """A masked picture, read-only. Constructed only here (a test lists the call sites).

    ``luma`` has the shape ``(height, width)``; ``chroma`` ``(2, height / 2, width / 2)``, U then
    V, or is the two values that all of U and all of V have.
    """

    number: int
    captured_at_ns: int
    size: Size
    luma: Plane
    chroma: Plane | tuple[int, int]

    @property
    def nbytes(self) -> int:
        return self.luma.nbytes + (0 if isinstance(self.chroma, tuple) else self.chroma.nbytes)


class StillRing:
    """At most ``max_bytes`` of pictures, none older than ``KEEP_NS`` before the newest; the
    oldest go first. The capture thread keeps, any other finds.

    A picture without colour (B-mode) costs a copy of its luma: 55 MB for 720p30, and 60 µs a
    picture on a machine that encodes it in 4 ms. One with colour is held as it is, uncopied: its
    buffer is its own (``picture.source.Source``).
    """

    def __init__(self, *, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._kept: dict[int, KeptPicture] = {}
        self._bytes = 0
        self._from_ns = 0

    @property
    def nbytes(self) -> int:
        return self._bytes

    def keep(self, frame: MaskedFrame) -> None:
        picture = _kept(frame)
        with self._lock:
            if frame.captured_at_ns < self._from_ns:
                return
            self._drop(frame.captured_at_ns)
            self._kept[frame.captured_at_ns] = picture
            self._bytes += picture.nbytes
            self._trim(frame.captured_at_ns - KEEP_NS)

    def find(self, captured_at_ns: int) -> KeptPicture:
        """The picture of that time, give or take ``MATCH_NS``.

        Raises:
            StillError: ``still.too_old`` or ``still.unknown``.
        """
        with self._lock:
            nearest = min(self._kept, key=lambda at: abs(at - captured_at_ns), default=0)
            picture = self._kept.get(nearest)
            oldest_ns = next(iter(self._kept), self._from_ns)
        if picture is not None and abs(nearest - captured_at_ns) <= MATCH_NS:
            return picture
        if captured_at_ns < max(oldest_ns, self._from_ns):
            raise StillError("still.too_old", "That picture is no longer kept.")
        raise StillError("still.unknown", "No picture was captured at that time.")

    def forget(self, *, before_ns: int) -> None:
        """Drop pictures captured before then, also those that are still to come: their mask isn't
        in force any more, perhaps because it let something through."""
        with self._lock:
            self._from_ns = before_ns
            self._trim(before_ns)

    def _trim(self, since_ns: int) -> None:
        for captured_at_ns in list(self._kept):
            if captured_at_ns >= since_ns and self._bytes <= self._max_bytes:
                return
            self._drop(captured_at_ns)

    def _drop(self, captured_at_ns: int) -> None:
        if (dropped := self._kept.pop(captured_at_ns, None)) is not None:
            self._bytes -= dropped.nbytes


def _kept(frame: MaskedFrame) -> KeptPicture:
    size = frame.size
    luma = frame.planes[: size.height]
    chroma = frame.planes[size.height :].reshape(2, size.height // 2, size.width // 2)
    u, v = (_only_value(plane) for plane in chroma)
    if u is not None and v is not None:
        # The copy lets the whole buffer go, a third of which says nothing.
        return KeptPicture(frame.number, frame.captured_at_ns, size, luma.copy(), (u, v))
    return KeptPicture(frame.number, frame.captured_at_ns, size, luma, chroma)


def _only_value(plane: Plane) -> int | None:
    low, high, _, _ = cv2.minMaxLoc(plane)
    return int(low) if low == high else None
