"""YUV4MPEG2 from a regular file: looped in real time."""

import os
import time
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

import numpy as np

from streaming.capture import y4m
from streaming.capture.pacing import Metronome
from streaming.capture.paths import require_file
from streaming.picture.frame import I420, RawFrame
from streaming.picture.source import SourceError


class Y4mFile:
    """A regular file, whose pictures are found and counted when it is opened."""

    def __init__(self, path: Path, *, source_id: str) -> None:
        self._path = path
        self._source_id = source_id
        self._content: _Content | None = None

    def open(self) -> None:
        require_file(self._path)
        self._content = _index(self._path)

    def read(self, timeout_s: float) -> RawFrame | None:
        content = self._content
        if content is None:
            raise RuntimeError("read before open")
        number = content.metronome.tick(timeout_s)
        if number is None:
            return None
        planes = content.picture(number % len(content.offsets))
        return RawFrame(self._source_id, number, time.monotonic_ns(), content.layout.size, planes)

    def close(self) -> None:
        if self._content is not None:
            self._content.file.close()
            self._content = None


@dataclass(frozen=True, slots=True)
class _Content:
    file: BufferedReader
    layout: y4m.Layout
    offsets: list[int]
    metronome: Metronome

    def picture(self, index: int) -> I420:
        data = np.empty(self.layout.picture_bytes, np.uint8)
        self.file.seek(self.offsets[index])
        if self.file.readinto(data.data) != len(data):
            raise y4m.truncated("the file became shorter while it was played")
        return y4m.to_i420(self.layout, data)


def _index(path: Path) -> _Content:
    """Raises SourceError for a file that isn't whole."""
    file = path.open("rb")
    try:
        layout = y4m.parse_header(_file_line(file, y4m.MAX_HEADER))
        offsets = []
        end = path.stat().st_size
        while file.tell() < end:
            y4m.check_frame_header(_file_line(file, y4m.MAX_FRAME_HEADER))
            offsets.append(file.tell())
            if file.seek(layout.picture_bytes, os.SEEK_CUR) > end:
                raise y4m.truncated(f"only {len(offsets) - 1} pictures are whole")
        if not offsets:
            raise y4m.truncated("there is no picture in it")
    except SourceError:
        file.close()
        raise
    return _Content(file, layout, offsets, Metronome(layout.rate))


def _file_line(file: BufferedReader, limit: int) -> bytes:
    line = file.readline(limit + 1)
    if line.endswith(b"\n"):
        return line[:-1]
    if len(line) > limit:
        raise y4m.malformed("a line is too long")
    if not (y4m.MAGIC.startswith(line[:9]) or y4m.FRAME_MAGIC.startswith(line[:5])):
        raise y4m.malformed("it doesn't begin with YUV4MPEG2")
    raise y4m.truncated("it ends in the middle of a header")
