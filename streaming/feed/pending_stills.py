"""Stills that were asked of a worker and haven't come yet."""

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from streaming.domain.errors import LimitReached, SonopairError, Unavailable
from streaming.domain.frame import Still
from streaming.protocol import worker_link as link

TIMEOUT_S = 1.5
MAX_PENDING = 4
BUSY = "still.busy"


@dataclass(slots=True)
class _Pending:
    done: asyncio.Future[Still]
    parts: list[bytes] = field(default_factory=list)


class PendingStills:
    """At most ``MAX_PENDING``; who asks for one more is told to try again."""

    def __init__(self, timeout_s: float = TIMEOUT_S) -> None:
        self._timeout_s = timeout_s
        self._ids = itertools.count(1)
        self._pending: dict[str, _Pending] = {}

    async def ask(self, captured_at_ns: int, *, send: Callable[[link.Down], None]) -> Still:
        """Raises SonopairError, as ``Feed.still``."""
        if len(self._pending) >= MAX_PENDING:
            raise busy()
        name = str(next(self._ids))
        pending = _Pending(asyncio.get_running_loop().create_future())
        self._pending[name] = pending
        try:
            send(link.RequestStill(id=name, captured_at_ns=captured_at_ns))
            async with asyncio.timeout(self._timeout_s):
                return await pending.done
        except TimeoutError:
            raise Unavailable("still.timeout", "The still picture took too long.") from None
        finally:
            self._pending.pop(name, None)

    def chunk(self, chunk: link.StillChunk) -> None:
        """One that nobody waits for any more is ignored."""
        pending = self._pending.get(chunk.id)
        if pending is None or pending.done.done():
            return
        if chunk.index != len(pending.parts):
            pending.done.set_exception(SonopairError("still.broken", "The still came in pieces."))
            return
        pending.parts.append(chunk.data)
        if len(pending.parts) == chunk.count:
            png = b"".join(pending.parts)
            pending.done.set_result(Still(chunk.size, chunk.number, chunk.captured_at_ns, png))

    def failed(self, failed: link.StillFailed) -> None:
        pending = self._pending.get(failed.id)
        if pending is not None and not pending.done.done():
            error = busy() if failed.code == BUSY else SonopairError(failed.code, failed.detail)
            pending.done.set_exception(error)

    def lose(self) -> None:
        """The worker is gone, and its pictures with it."""
        for pending in self._pending.values():
            if not pending.done.done():
                pending.done.set_exception(still_lost())


def busy() -> LimitReached:
    return LimitReached(BUSY, "Too many still pictures are being fetched.")


def still_lost() -> Unavailable:
    return Unavailable("still.lost", "The capture worker is gone, and that picture with it.")
