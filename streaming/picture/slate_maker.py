"""Slates of the size that pictures have now, made beside the live picture."""

import threading
from collections.abc import Callable

from streaming.domain.frame import Size

PAUSE_S = 0.5
"""Between one size's slates and the next one's: a size that flaps costs little."""


class SlateMaker:
    """Calls ``make`` on one thread, which lives while there is something to make.

    One size waits; a newer one takes its place.
    """

    def __init__(self, make: Callable[[Size], None], *, pause_s: float = PAUSE_S) -> None:
        self._make = make
        self._pause_s = pause_s
        self._wanted: Size | None = None
        self._running = False
        self._changed = threading.Condition()
        self._closed = False

    def request(self, size: Size) -> None:
        """From any thread; never waits."""
        with self._changed:
            self._wanted = size
            if self._running or self._closed:
                return
            self._running = True
        threading.Thread(target=self._run, name="slates", daemon=True).start()

    def close(self) -> None:
        """What waits is given up."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def _run(self) -> None:
        while (size := self._next()) is not None:
            self._make(size)
            with self._changed:
                self._changed.wait_for(lambda: self._closed, self._pause_s)

    def _next(self) -> Size | None:
        with self._changed:
            size, self._wanted = self._wanted, None
            if size is None or self._closed:
                self._running = False
                return None
            return size
