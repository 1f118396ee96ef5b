"""The worker's end of the worker link: never blocks, and holds back as little as it can.

A socket's buffer is a backlog nobody sees. It is sized for the largest key frame and three more
pictures; when it is full, a rung loses every picture up to its next key frame, and is counted.
"""

import array
import contextlib
import errno
import fcntl
import select
import socket
import termios
import threading
import time
from collections import deque
from collections.abc import Callable

import structlog

from streaming.domain.frame import AudioFrame, EncodedFrame, Rung
from streaming.protocol import worker_link as link

LARGEST_PICTURE = 375_000
"""Bytes; the encoders' VBV keeps every picture below."""

SPARE_PICTURES = 3
LARGEST_COMMAND = 256 * 1024
MAX_PENDING = 64
"""Messages that must not be lost and wait for the socket; the oldest goes when one more comes."""

log = structlog.get_logger()


class LinkClosed(Exception):
    """The node closed its end, or is gone."""


class WorkerLink:
    """Owns the socket. ``receive`` is one thread's; everything else may come from any."""

    def __init__(self, sock: socket.socket, *, idr_needed: Callable[[Rung], None]) -> None:
        self._socket = sock
        self._idr_needed = idr_needed
        self._lock = threading.Lock()
        self._gated: dict[Rung, bool] = {}
        """Rungs that wait for a key frame, and whether one was asked for."""
        self._pending: deque[bytes] = deque(maxlen=MAX_PENDING)
        self._sent_bytes = dict.fromkeys(Rung, 0)
        self._dropped = 0

    @property
    def dropped(self) -> int:
        """Pictures that were encoded but not sent."""
        return self._dropped

    def sent_bytes(self, rung: Rung) -> int:
        return self._sent_bytes[rung]

    def fit_buffer(self, *, bitrate_bps: int, fps: float) -> int:
        """Size the send buffer; the bytes the kernel granted (it also counts its own overhead)."""
        wanted = LARGEST_PICTURE + int(SPARE_PICTURES * bitrate_bps / max(fps, 1.0) / 8)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, wanted)
        granted = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
        if granted < LARGEST_PICTURE:
            log.warning("worker link buffer is small", bytes=granted, wanted=wanted)
        return granted

    def send(self, message: link.Up) -> None:
        """Health is only ever sent fresh; any other message waits when the socket is full."""
        packet = link.encode_message(message)
        with self._lock:
            self._flush()
            if self._pending or not self._try_send([packet]):
                if isinstance(message, link.Health):
                    return
                self._pending.append(packet)

    def send_frame(self, frame: EncodedFrame) -> None:
        """Send now or drop; a dropped picture gates its rung until a key frame passes."""
        with self._lock:
            self._flush()
            sent = not self._is_gated(frame) and self._try_send(link.encode_frame(frame))
            if sent:
                self._gated.pop(frame.rung, None)
                self._sent_bytes[frame.rung] += len(frame.data)
                return
            self._dropped += 1
            asked = self._gated.get(frame.rung, False) and not frame.keyframe
            self._gated[frame.rung] = asked or self._has_room()
            ask = self._gated[frame.rung] and not asked
        if ask:
            self._idr_needed(frame.rung)

    def send_audio(self, frame: AudioFrame) -> None:
        """Send now or drop: sound that comes late isn't worth more than a gap."""
        with self._lock:
            self._flush()
            self._try_send(link.encode_audio(frame))

    def send_later(self, buffers: list[bytes], timeout_s: float) -> bool:
        """Send what can wait once at most a quarter of the buffer is unread, which leaves live
        pictures their room. Waits for that; False when it took longer than ``timeout_s``."""
        poll = select.poll()
        poll.register(self._socket, select.POLLOUT)
        give_up_s = time.monotonic() + timeout_s
        while (left_s := give_up_s - time.monotonic()) > 0:
            # The kernel calls a socket writable when three quarters of its buffer are free.
            poll.poll(1000 * left_s)
            with self._lock:
                self._flush()
                if self._has_room() and self._try_send(buffers):
                    return True
        return False

    def receive(self, timeout_s: float, *also: int) -> link.Down | None:
        """One command, or None after ``timeout_s`` or when one of the descriptors ``also`` has
        something to read.

        Raises:
            LinkClosed: end of file.
            WorkerLinkError: the node speaks another version.
        """
        poll = select.poll()
        for descriptor in (self._socket.fileno(), *also):
            poll.register(descriptor, select.POLLIN)
        poll.poll(1000 * timeout_s)
        with self._lock:
            self._flush()
        try:
            packet = self._socket.recv(LARGEST_COMMAND, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return None
        except OSError as error:
            raise LinkClosed from error
        if not packet:
            raise LinkClosed
        message = link.decode(packet)
        if isinstance(message, link.Down):
            return message
        raise link.WorkerLinkError("link.direction", "the node sent what only a worker sends")

    def close(self) -> None:
        self._socket.close()

    def _is_gated(self, frame: EncodedFrame) -> bool:
        return frame.rung in self._gated and not frame.keyframe

    def _has_room(self) -> bool:
        """At most a quarter of the buffer is unread: a key frame fits, so asking for one helps."""
        unread = array.array("i", [0])
        with contextlib.suppress(OSError):
            fcntl.ioctl(self._socket, termios.TIOCOUTQ, unread)
        return 4 * unread[0] <= self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)

    def _flush(self) -> None:
        while self._pending and self._try_send([self._pending[0]]):
            self._pending.popleft()

    def _try_send(self, buffers: list[bytes]) -> bool:
        """False when it doesn't fit now. A broken link counts as sent: its end of file is what
        ends the worker."""
        try:
            self._socket.sendmsg(buffers, [], socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)
        except BlockingIOError:
            return False
        except OSError as error:
            if error.errno == errno.EMSGSIZE:
                log.error("picture too large for the worker link", bytes=sum(map(len, buffers)))
                return False
            if error.errno not in (errno.EPIPE, errno.ECONNRESET, errno.EBADF, errno.ENOTCONN):
                raise
        return True
