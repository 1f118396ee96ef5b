"""The real worker with sources that misbehave on cue: ``fake:KEY=VALUE&…``.

``stall_after=N``, ``stall_s=S``: no pictures for S seconds after N of them. ``resize_after=N``:
half the size from then on. ``lost_after=N``: unplugged, and back at the next try. ``missing=1``:
can't be opened. ``unplugged=N``: the first N tries fail. ``freeze_after``, ``hang_after``,
``crash_after``: as they say.
"""

import sys
import time
from typing import ClassVar
from urllib.parse import parse_qsl

import numpy as np

from streaming.domain.frame import Size
from streaming.picture.frame import RawFrame
from streaming.picture.source import Source, SourceError
from streaming.worker import leave, main
from tests.picture.pictures import SIZE, raw_planes

FRAME_S = 1 / 30


class FakeSource:
    number: ClassVar[int] = 0
    opened: ClassVar[int] = 0

    def __init__(self, options: dict[str, str], source_id: str) -> None:
        self._options = options
        self._source_id = source_id
        self._pictures = {
            size: [raw_planes(seed, size) for seed in range(4)]
            for size in (SIZE, Size(SIZE.width // 2, SIZE.height // 2))
        }
        self._due_s = time.monotonic()
        self._stalled_until_s: float | None = None

    def open(self) -> None:
        FakeSource.opened += 1
        if "missing" in self._options:
            raise SourceError("source.file_missing", "there is no such file", fix="check the path")
        if FakeSource.opened <= int(self._options.get("unplugged", "0")):
            raise SourceError("source.unplugged", "nothing is plugged in", lost=True)

    def read(self, timeout_s: float) -> RawFrame | None:
        if self._stalls():
            time.sleep(timeout_s)
            return None
        self._due_s = max(self._due_s + FRAME_S, time.monotonic())
        time.sleep(max(0.0, self._due_s - time.monotonic()))
        number = FakeSource.number
        FakeSource.number += 1
        if self._after("hang_after", number):
            time.sleep(3600)
        if self._after("crash_after", number):
            raise RuntimeError("a fault in the driver's wrapper while it read OKAFOR.dcm")
        if number == int(self._options.get("lost_after", "-1")):
            raise SourceError("source.unplugged", "the card was unplugged", lost=True)
        return self._frame(number)

    def close(self) -> None:
        pass

    def _frame(self, number: int) -> RawFrame:
        half = Size(SIZE.width // 2, SIZE.height // 2)
        size = half if self._after("resize_after", number) else SIZE
        seed = 0 if self._after("freeze_after", number) else number % 4
        planes: np.ndarray = self._pictures[size][seed].copy()
        return RawFrame(self._source_id, number, time.monotonic_ns(), size, planes)

    def _after(self, key: str, number: int) -> bool:
        return key in self._options and number >= int(self._options[key])

    def _stalls(self) -> bool:
        if self._after("stall_after", FakeSource.number) and self._stalled_until_s is None:
            self._stalled_until_s = time.monotonic() + float(self._options["stall_s"])
        return self._stalled_until_s is not None and time.monotonic() < self._stalled_until_s


def open_source(spec: str, *, source_id: str) -> Source:
    return FakeSource(dict(parse_qsl(spec.partition(":")[2])), source_id)


if __name__ == "__main__":
    leave(main(sys.argv[1:], open_source=open_source))
