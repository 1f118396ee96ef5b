"""The port every capture source implements (``streaming/capture/``)."""

from typing import Protocol

from streaming.domain.errors import SonopairError
from streaming.picture.frame import RawFrame


class SourceError(SonopairError):
    """A source can't be opened or is gone.

    Message and fix are shown to everyone who watches: no path, address or name is in them.
    ``lost`` is True when trying again may help (unplugged, stalled, connection refused): the
    worker then shows "No signal" and tries again; False ends the worker (no such file, corrupt).
    """

    def __init__(self, code: str, message: str, *, fix: str = "", lost: bool = False) -> None:
        super().__init__(code, message, fix=fix)
        self.lost = lost


class Source(Protocol):
    """Blocking; every call comes from one thread of the capture worker.

    A live source delivers the newest picture and drops older ones; a file is played in real time.
    ``captured_at_ns`` is CLOCK_MONOTONIC at the moment the picture was complete in memory (the
    driver's stamp where it is in that clock). The size may change from one frame to the next.
    """

    def open(self) -> None:
        """Raises SourceError."""

    def read(self, timeout_s: float) -> RawFrame | None:
        """The next picture, or None when none came within ``timeout_s``. Raises SourceError.

        The caller owns the returned buffer and will write to it (masking is in place).
        """

    def close(self) -> None:
        """Idempotent; never raises."""
