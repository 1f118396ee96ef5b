"""Stills the node asked for: found, encoded and sent on a thread of their own."""

import queue
import threading

import structlog

from streaming.picture.priority import lower_priority
from streaming.picture.still_png import encode_png
from streaming.picture.still_ring import KeptPicture, StillError, StillRing
from streaming.protocol import worker_link as wire
from streaming.uplink.link import WorkerLink

MAX_WAITING = 4
CHUNK_BYTES = 64 * 1024
"""A live picture waits for one at most: 20 µs of copying."""

SEND_TIMEOUT_S = 1.0
"""For a chunk; the node has given the still up by then."""

NICENESS = 5

log = structlog.get_logger()


class StillDesk:
    """At most ``MAX_WAITING`` requests, the one at work too; one more is refused as busy."""

    def __init__(self, ring: StillRing, *, link: WorkerLink) -> None:
        self._ring = ring
        self._link = link
        self._places = threading.BoundedSemaphore(MAX_WAITING)
        self._requests = queue.SimpleQueue[wire.RequestStill | None]()
        self._thread = threading.Thread(target=self._run, name="stills", daemon=True)
        self._thread.start()

    def request(self, request: wire.RequestStill) -> None:
        """Never waits. Answered over the link: by chunks, or by ``StillFailed``."""
        if self._places.acquire(blocking=False):
            self._requests.put(request)
        else:
            error = StillError("still.busy", "Too many still pictures are being fetched.")
            self._refuse(request, error)

    def close(self) -> None:
        """What waits is given up. The thread ends after the chunk it is sending."""
        self._requests.put(None)

    def _run(self) -> None:
        lower_priority(NICENESS)
        while (request := self._requests.get()) is not None:
            try:
                picture = self._ring.find(request.captured_at_ns)
                self._send(request.id, picture, encode_png(picture))
            except StillError as error:
                self._refuse(request, error)
            finally:
                self._places.release()

    def _send(self, name: str, picture: KeptPicture, png: bytes) -> None:
        parts = [png[at : at + CHUNK_BYTES] for at in range(0, len(png), CHUNK_BYTES)]
        for index, part in enumerate(parts):
            chunk = wire.StillChunk(
                id=name,
                index=index,
                count=len(parts),
                size=picture.size,
                number=picture.number,
                captured_at_ns=picture.captured_at_ns,
                data=part,
            )
            if not self._link.send_later(wire.encode_still_chunk(chunk), SEND_TIMEOUT_S):
                log.warning("still given up, the link is full", chunk=index, count=len(parts))
                return

    def _refuse(self, request: wire.RequestStill, error: StillError) -> None:
        self._link.send(wire.StillFailed(id=request.id, code=error.code, detail=str(error)))
