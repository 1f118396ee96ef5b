"""Sound that arrives in a stream beside its pictures: decoded only while somebody wants it."""

import threading
import time
from collections import deque

import av

from streaming.capture.sound_blocks import SoundConverter, duration_ns
from streaming.sound.source import SoundBlock

MAX_BLOCKS = 32
"""Waiting to be read, about 0.7 s; the oldest goes when one more comes."""


class SoundTap:
    """``packet`` is the receiving thread's, everything else the sound thread's."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._wanted = False
        self._blocks: deque[SoundBlock] = deque(maxlen=MAX_BLOCKS)
        self._converter = SoundConverter()

    def packet(self, packet: "av.Packet[av.AudioStream]") -> None:
        """A damaged one gives no sound."""
        if not self._wanted:
            return
        try:
            frames = packet.decode()
        except av.FFmpegError:
            return
        for frame in frames:
            samples = self._converter.convert(frame)
            now_ns = time.monotonic_ns()
            with self._changed:
                self._blocks.append(SoundBlock(now_ns - duration_ns(samples), samples))
                self._changed.notify()

    def open(self) -> None:
        with self._changed:
            self._blocks.clear()
            self._wanted = True

    def read(self, timeout_s: float) -> SoundBlock | None:
        with self._changed:
            self._changed.wait_for(lambda: self._blocks, timeout_s)
            return self._blocks.popleft() if self._blocks else None

    def close(self) -> None:
        self._wanted = False
