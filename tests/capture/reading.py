"""Reading pictures from a source in tests."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from streaming.capture.video_file import Player
from streaming.picture.frame import RawFrame
from streaming.picture.source import Source

PATIENCE_S = 20.0
"""How long a test waits for what must come; nothing waits this long when all is well."""


@contextmanager
def opened(source: Source) -> Iterator[Source]:
    source.open()
    try:
        yield source
    finally:
        source.close()


def next_frame(source: Player) -> RawFrame:
    """The next picture, checked for what every source promises."""
    give_up_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up_s:
        frame = source.read(0.5)
        if frame is not None:
            check_frame(frame)
            return frame
    raise AssertionError("no picture came")


def check_frame(frame: RawFrame) -> None:
    assert frame.planes.dtype == np.uint8
    assert frame.planes.shape == (frame.size.height * 3 // 2, frame.size.width)
    assert frame.planes.flags.c_contiguous and frame.planes.flags.writeable
    assert frame.size.width % 2 == 0 and frame.size.height % 2 == 0
    assert 0 <= time.monotonic_ns() - frame.captured_at_ns < 60e9


def luma(frame: RawFrame) -> np.ndarray:
    return frame.planes[: frame.size.height]
