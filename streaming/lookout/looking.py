"""The look-out's own loop: take the newest picture, look twice a second, tell what was found."""

import os
import select
import socket
import time
from pathlib import Path
from typing import Protocol

from streaming.domain.mask import Rectangle
from streaming.lookout.ring import Luma, RingReader
from streaming.lookout.words import LARGEST_PACKET, Look, decode_size, encode_look

LOOK_INTERVAL_S = 0.5
TAKE_INTERVAL_S = 1 / 30

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class Eyes(Protocol):
    """What sees text."""

    def show(self, luma: Luma, captured_at_ns: int) -> None: ...

    def look(self) -> tuple[int, tuple[Rectangle, ...]] | None:
        """Capture time of the newest picture that was seen, and padded boxes; None when there
        was nothing new to see."""


class LookOut:
    """Until the worker closes its end of ``sock``."""

    def __init__(self, sock: socket.socket, eyes: Eyes) -> None:
        self._socket = sock
        self._eyes = eyes
        self._ring: RingReader | None = None
        self._seen_ns = 0
        self._usage = _Usage()

    def run(self) -> None:
        """Raises Garbled."""
        look_at = time.monotonic()
        while self._heard():
            self._take()
            if time.monotonic() >= look_at:
                look_at = max(look_at + LOOK_INTERVAL_S, time.monotonic())
                if not self._look():
                    return

    def close(self) -> None:
        if self._ring is not None:
            self._ring.close()

    def _heard(self) -> bool:
        """Whether the worker is still there, after it was listened to for a picture's time."""
        readable, _, _ = select.select([self._socket], [], [], TAKE_INTERVAL_S)
        if not readable:
            return True
        packet, fds, _, _ = socket.recv_fds(self._socket, LARGEST_PACKET, 1)
        if not packet:
            return False
        size = decode_size(packet)
        self.close()
        self._ring = RingReader(fds[0], size)
        self._seen_ns = 0
        return True

    def _take(self) -> None:
        found = None if self._ring is None else self._ring.newest(after_ns=self._seen_ns)
        if found is not None:
            luma, self._seen_ns = found
            self._eyes.show(luma, self._seen_ns)

    def _look(self) -> bool:
        found = self._eyes.look()
        if found is None:
            return True
        captured_at_ns, boxes = found
        cpu_cores, rss_bytes = self._usage.sample()
        look = Look(captured_at_ns, boxes, cpu_cores, rss_bytes)
        try:
            self._socket.send(encode_look(look))
        except (BrokenPipeError, ConnectionResetError):
            return False
        return True


class _Usage:
    """Processor and memory of this process."""

    def __init__(self) -> None:
        self._at_s, self._cpu_s = time.monotonic(), time.process_time()

    def sample(self) -> tuple[float, int]:
        """(cores since the last sample, resident bytes). Source: proc(5), /proc/pid/statm."""
        now_s, cpu_s = time.monotonic(), time.process_time()
        cores = (cpu_s - self._cpu_s) / max(now_s - self._at_s, 1e-3)
        self._at_s, self._cpu_s = now_s, cpu_s
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return round(cores, 3), pages * _PAGE_BYTES
