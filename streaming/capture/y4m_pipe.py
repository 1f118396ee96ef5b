"""YUV4MPEG2 from a FIFO or standard input: live."""

import contextlib
import fcntl
import itertools
import os
import select
import stat
import sys
import threading
import time
from pathlib import Path

import numpy as np

from streaming.capture import y4m
from streaming.capture.newest import Newest, Receiver
from streaming.capture.pacing import Metronome
from streaming.capture.paths import unusable_path
from streaming.picture.frame import RawFrame
from streaming.picture.source import SourceError

_LOOK_UP_MS = 200
_PIPE_BYTES = 1 << 20


class _Ended(Exception):
    """The writer closed its end; ``clean`` between two pictures."""

    def __init__(self, *, clean: bool) -> None:
        super().__init__()
        self.clean = clean


class _Stopped(Exception):
    """The reader doesn't want any more."""


class Y4mPipe:
    """A pipe or FIFO. Its pictures are taken as fast as they come, and the newest is delivered.

    A FIFO without a writer is waited for. When its writer goes the source is lost, to be opened
    again; standard input can't come back.
    """

    def __init__(self, path: Path | None, *, source_id: str) -> None:
        self._path = path
        self._source_id = source_id
        self._receiver: Receiver[RawFrame] | None = None
        self._fd: int | None = None

    def open(self) -> None:
        if self._path is None:
            self._fd = os.dup(sys.stdin.fileno())
        else:
            self._fd = _open_fifo(self._path)
        _enlarge_pipe(self._fd)
        self._receiver = Receiver(self._receive, "y4m")

    def read(self, timeout_s: float) -> RawFrame | None:
        if self._receiver is None:
            raise RuntimeError("read before open")
        return self._receiver.newest.take(timeout_s)

    def close(self) -> None:
        if self._receiver is not None:
            self._receiver.stop()
            self._receiver = None
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def _receive(self, newest: Newest[RawFrame], stopping: threading.Event) -> None:
        assert self._fd is not None
        reader = _PipeReader(self._fd, stopping)
        try:
            layout = y4m.parse_header(reader.line(y4m.MAX_HEADER))
            pace = Metronome(layout.rate) if _is_regular(self._fd) else None
            for number in itertools.count():
                y4m.check_frame_header(reader.line(y4m.MAX_FRAME_HEADER))
                planes = y4m.to_i420(layout, reader.block(layout.picture_bytes))
                if pace is not None:
                    pace.tick(1.0)
                now_ns = time.monotonic_ns()
                newest.put(RawFrame(self._source_id, number, now_ns, layout.size, planes))
        except _Ended as ended:
            raise self._ended(clean=ended.clean) from None
        except _Stopped:
            return

    def _ended(self, *, clean: bool) -> SourceError:
        if self._path is None and not clean:
            return y4m.truncated("standard input ended in the middle of a picture")
        return SourceError(
            "source.y4m_ended",
            "the program that sent YUV4MPEG2 video has ended",
            fix="start the program that writes to it again",
            lost=self._path is not None,
        )


class _PipeReader:
    """Lines and blocks from a file descriptor that may block, without ever waiting for long."""

    def __init__(self, fd: int, stopping: threading.Event) -> None:
        self._fd = fd
        self._stopping = stopping
        self._ahead = b""
        self._poll = select.poll()
        self._poll.register(fd, select.POLLIN)

    def line(self, limit: int) -> bytes:
        """Without its line feed. Raises ``_Ended``, ``_Stopped`` or SourceError."""
        while b"\n" not in self._ahead:
            if len(self._ahead) >= limit:
                raise y4m.malformed("a line is too long")
            self._wait()
            more = os.read(self._fd, limit)
            if not more:
                raise _Ended(clean=not self._ahead)
            self._ahead += more
        line, _, self._ahead = self._ahead.partition(b"\n")
        if len(line) > limit:
            raise y4m.malformed("a line is too long")
        return line

    def block(self, length: int) -> y4m.Bytes:
        data = np.empty(length, np.uint8)
        view = data.data
        filled = min(length, len(self._ahead))
        view[:filled] = self._ahead[:filled]
        self._ahead = self._ahead[filled:]
        while filled < length:
            self._wait()
            count = os.readv(self._fd, [view[filled:]])
            if not count:
                raise _Ended(clean=False)
            filled += count
        return data

    def _wait(self) -> None:
        while not self._poll.poll(_LOOK_UP_MS):
            if self._stopping.is_set():
                raise _Stopped
        if self._stopping.is_set():
            raise _Stopped


def _open_fifo(path: Path) -> int:
    """Not waiting for a writer. Raises SourceError."""
    try:
        return os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise unusable_path(error) from error


def _is_regular(fd: int) -> bool:
    """Standard input may be a file, which comes as fast as the disk: it is played in real time."""
    return stat.S_ISREG(os.fstat(fd).st_mode)


def _enlarge_pipe(fd: int) -> None:
    """Fewer system calls a picture; refused for what isn't a pipe or above the user's limit."""
    with contextlib.suppress(OSError):
        fcntl.fcntl(fd, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
