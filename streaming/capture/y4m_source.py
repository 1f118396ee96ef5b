"""``y4m:PATH``: what the path is, a FIFO or a file, is known only when it is opened."""

from pathlib import Path

from streaming.capture.paths import unusable_path
from streaming.capture.y4m_file import Y4mFile
from streaming.capture.y4m_pipe import Y4mPipe
from streaming.picture.frame import RawFrame
from streaming.picture.source import Source


class Y4mSource:
    def __init__(self, path: Path, *, source_id: str) -> None:
        self._path = path
        self._source_id = source_id
        self._source: Source | None = None

    def open(self) -> None:
        try:
            is_file = self._path.is_file() or self._path.is_dir()
            self._path.stat()
        except OSError as error:
            raise unusable_path(error) from error
        kind = Y4mFile if is_file else Y4mPipe
        self._source = kind(self._path, source_id=self._source_id)
        self._source.open()

    def read(self, timeout_s: float) -> RawFrame | None:
        if self._source is None:
            raise RuntimeError("read before open")
        return self._source.read(timeout_s)

    def close(self) -> None:
        if self._source is not None:
            self._source.close()
            self._source = None
