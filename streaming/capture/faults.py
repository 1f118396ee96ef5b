"""What goes wrong with a scanner or its cable, on request and on time."""

import math
import time
from dataclasses import dataclass

from streaming.picture.frame import I420, RawFrame
from streaming.picture.source import Source, SourceError
from streaming.sound.source import SoundSource, sound_of


@dataclass(frozen=True, slots=True)
class Faults:
    """Seconds after ``open``, and how long it lasts; a source that is reopened starts over.

    ``freeze``: the scanner's Freeze key; pictures keep coming, all of them the same (a barcode in
    them too, which then is no longer that of its frame).
    ``stall``: no picture comes. ``lost``: the cable is pulled.
    """

    freeze_after_s: float = math.inf
    freeze_for_s: float = math.inf
    stall_after_s: float = math.inf
    stall_for_s: float = math.inf
    lost_after_s: float = math.inf

    def are_none(self) -> bool:
        return min(self.freeze_after_s, self.stall_after_s, self.lost_after_s) == math.inf


class FaultySource:
    """Another source, with ``faults``."""

    def __init__(self, source: Source, faults: Faults) -> None:
        self._source = source
        self._faults = faults
        self._opened_at_s = 0.0
        self._frozen: I420 | None = None

    @property
    def sound(self) -> SoundSource | None:
        return sound_of(self._source)

    def open(self) -> None:
        self._source.open()
        self._opened_at_s = time.monotonic()
        self._frozen = None

    def read(self, timeout_s: float) -> RawFrame | None:
        faults = self._faults
        age_s = time.monotonic() - self._opened_at_s
        if age_s >= faults.lost_after_s:
            raise SourceError(
                "source.unplugged",
                "the source was unplugged, as its spec asked",
                fix="plug it in again",
                lost=True,
            )
        if 0 <= age_s - faults.stall_after_s < faults.stall_for_s:
            time.sleep(timeout_s)
            return None
        frame = self._source.read(timeout_s)
        if frame is not None and 0 <= age_s - faults.freeze_after_s < faults.freeze_for_s:
            return self._freeze(frame)
        self._frozen = None
        return frame

    def close(self) -> None:
        self._source.close()

    def _freeze(self, frame: RawFrame) -> RawFrame:
        """Later pictures get the pixels of the first frozen one, and keep their own stamps."""
        if self._frozen is None or self._frozen.shape != frame.planes.shape:
            self._frozen = frame.planes.copy()
            return frame
        frame.planes[:] = self._frozen
        return frame
