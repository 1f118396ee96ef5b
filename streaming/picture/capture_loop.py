"""The capture thread: open the source, hand on its pictures, and try again when it is lost."""

import threading
import time
from collections.abc import Callable

import structlog

from streaming.picture.frame import RawFrame
from streaming.picture.signal import SignalWatch
from streaming.picture.source import Source, SourceError

READ_TIMEOUT_S = 0.25
FIRST_RETRY_S = 0.25
LAST_RETRY_S = 1.0
LOG_INTERVAL_NS = 60_000_000_000

log = structlog.get_logger()


class CaptureLoop:
    """``process`` gets each picture and answers since when it is frozen; ``changed`` is called
    after whatever may have changed ``watch``."""

    def __init__(
        self,
        make_source: Callable[[], Source],
        *,
        process: Callable[[RawFrame], int | None],
        watch: SignalWatch,
        changed: Callable[[], None],
        clock_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._make_source = make_source
        self._process = process
        self._watch = watch
        self._changed = changed
        self._clock_ns = clock_ns
        self._stopping = threading.Event()
        self.alive_ns = clock_ns()
        """When the thread last came back from a source: old, while it hangs in a driver."""
        self.opening = True
        """The source is being opened, which may take longer than a read."""
        self._retry_s = FIRST_RETRY_S
        self._lost_code = ""
        self._lost_told_ns = 0
        self._attempts = 0

    def stop(self) -> None:
        """``run`` returns after the read it is in."""
        self._stopping.set()

    def run(self) -> None:
        """Until ``stop``.

        Raises:
            SonopairError: the source can't be opened or decoded at all, or no encoder works.
        """
        # One object for all attempts: a device that worked once is "lost" when it can't be found.
        source = self._make_source()
        while not self._stopping.is_set():
            try:
                self._play(source)
            except SourceError as error:
                if not error.lost:
                    raise
                self._log_loss(error.code)
                self._watch.lost(self._clock_ns(), code=error.code, detail=str(error))
                self._changed()
                self._stopping.wait(self._retry_s)
                self._retry_s = min(2 * self._retry_s, LAST_RETRY_S)

    def _log_loss(self, code: str) -> None:
        """A new reason at once; the same one is summed, in a line a minute."""
        now_ns = self._clock_ns()
        self._attempts += 1
        if code == self._lost_code and now_ns - self._lost_told_ns < LOG_INTERVAL_NS:
            return
        log.warning("source lost", code=code, attempts=self._attempts)
        self._lost_code, self._lost_told_ns, self._attempts = code, now_ns, 0

    def _play(self, source: Source) -> None:
        self.alive_ns = self._clock_ns()
        self.opening = True
        try:
            source.open()
            self.alive_ns = self._clock_ns()
            self.opening = False
            while not self._stopping.is_set():
                frame = source.read(READ_TIMEOUT_S)
                self.alive_ns = self._clock_ns()
                if frame is not None:
                    frozen_since_ns = self._process(frame)
                    self._watch.picture(self._clock_ns(), frozen_since_ns=frozen_since_ns)
                    self._retry_s = FIRST_RETRY_S
                self._changed()
        finally:
            source.close()
