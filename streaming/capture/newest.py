"""One slot between a thread that receives pictures and the one that reads them: newest wins."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from streaming.picture.source import SourceError

T = TypeVar("T")

JOIN_S = 3.0


class Newest(Generic[T]):
    """Bound 1: an item that wasn't taken is replaced by the next, and counted in ``replaced``."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._item: T | None = None
        self._error: SourceError | None = None
        self.replaced = 0

    def put(self, item: T) -> None:
        with self._changed:
            self.replaced += self._item is not None
            self._item = item
            self._changed.notify()

    def fail(self, error: SourceError) -> None:
        """What ``take`` raises once the last item is taken."""
        with self._changed:
            self._error = error
            self._changed.notify()

    def take(self, timeout_s: float) -> T | None:
        with self._changed:
            self._changed.wait_for(lambda: self._item is not None or self._error, timeout_s)
            item, self._item = self._item, None
            if item is None and self._error is not None:
                raise self._error
            return item


class Receiver(Generic[T]):
    """A thread that runs ``receive(newest, stopping)`` until it returns.

    ``receive`` must look at ``stopping`` at least every second; a thread that is held up longer
    by a library call is left to end by itself.
    """

    def __init__(self, receive: Callable[[Newest[T], threading.Event], None], name: str) -> None:
        self.newest: Newest[T] = Newest()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(receive,), name=name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(JOIN_S)

    def _run(self, receive: Callable[[Newest[T], threading.Event], None]) -> None:
        try:
            receive(self.newest, self._stopping)
        except SourceError as error:
            self.newest.fail(error)
