"""A clip whose pictures can be had one by one, and the player that loops it in real time."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from streaming.capture.pacing import Metronome
from streaming.domain.frame import Size
from streaming.picture.frame import I420, RawFrame
from streaming.picture.source import SourceError


@dataclass(frozen=True, slots=True)
class Cine:
    """``decode(index)`` gives picture ``index`` of ``count``, in a buffer of its own.

    It raises SourceError (``source.dicom_corrupt``) for a picture that can't be decoded.
    """

    count: int
    rate: Fraction
    decode: Callable[[int], I420]


class CinePlayer:
    """A damaged picture is left out; when a whole loop gave none, the clip is given up."""

    def __init__(self, cine: Cine, *, source_id: str) -> None:
        self._cine = cine
        self._source_id = source_id
        self._metronome = Metronome(cine.rate)
        self._damaged_in_a_row = 0

    def read(self, timeout_s: float) -> RawFrame | None:
        number = self._metronome.tick(timeout_s)
        if number is None:
            return None
        try:
            planes = self._cine.decode(number % self._cine.count)
        except SourceError:
            self._damaged_in_a_row += 1
            if self._damaged_in_a_row >= self._cine.count:
                raise
            return None
        self._damaged_in_a_row = 0
        size = Size(planes.shape[1], planes.shape[0] * 2 // 3)
        return RawFrame(self._source_id, number, time.monotonic_ns(), size, planes)

    def close(self) -> None:
        pass
