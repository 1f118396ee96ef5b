"""The sound thread: reads and encodes while somebody listens, and tries again what failed."""

import threading
from collections.abc import Callable
from typing import Literal

import structlog

from streaming.domain.frame import AudioFrame
from streaming.sound.opus import OpusEncoder
from streaming.sound.source import SoundBlock, SoundError, SoundSource

READ_TIMEOUT_S = 0.25
RETRY_S = 1.0

State = Literal["none", "off", "on"]

log = structlog.get_logger()


class SoundLoop:
    """``source`` is asked for at every start: a source that is opened again may have another.

    Without ``allowed`` there is no thread and no sound is ever read.
    """

    def __init__(
        self,
        source: Callable[[], SoundSource | None],
        *,
        allowed: bool,
        emit: Callable[[AudioFrame], None],
        retry_s: float = RETRY_S,
    ) -> None:
        self._source = source
        self._allowed = allowed
        self._emit = emit
        self._retry_s = retry_s
        self._encoder: OpusEncoder | None = None
        self._failure = ""
        self._on = False
        self._closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="sound", daemon=True)
        if allowed:
            self._thread.start()

    @property
    def state(self) -> State:
        if not self._allowed or self._source() is None:
            return "none"
        return "on" if self._on else "off"

    def switch(self, *, on: bool) -> None:
        """From any thread; never waits."""
        with self._changed:
            self._on = on
            self._changed.notify()

    def close(self, timeout_s: float) -> None:
        """Gives the thread this long to let go of its device."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._allowed:
            self._thread.join(timeout_s)

    def _run(self) -> None:
        while self._wait_until_on():
            source = self._source()
            try:
                if source is not None:
                    self._play(source)
            except SoundError as error:
                self._log(error)
            self._pause()

    def _play(self, source: SoundSource) -> None:
        """Until it is turned off, or the source isn't the one any more that there is."""
        try:
            source.open()
            while self._on and not self._closed and source is self._source():
                if (block := source.read(READ_TIMEOUT_S)) is None:
                    continue
                for frame in self._fitting(block).encode(block):
                    self._failure = ""
                    self._emit(frame)
        finally:
            source.close()

    def _fitting(self, block: SoundBlock) -> OpusEncoder:
        """Another one goes on counting where the last one stopped."""
        encoder = self._encoder
        if encoder is None or not encoder.fits(block):
            number = 0 if encoder is None else encoder.next_number
            encoder = self._encoder = OpusEncoder(block.samples.shape[1], number=number)
        return encoder

    def _wait_until_on(self) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self._on or self._closed)
            return not self._closed

    def _pause(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: not self._on or self._closed, self._retry_s)

    def _log(self, error: SoundError) -> None:
        """Once for each reason, until sound comes again."""
        if error.code != self._failure:
            self._failure = error.code
            log.warning("no sound", code=error.code)
