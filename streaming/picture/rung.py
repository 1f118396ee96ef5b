"""One rung's encoder, kept fitting the pictures it gets; and a rung on a thread of its own."""

import threading
from collections import deque
from collections.abc import Callable
from typing import Protocol

from streaming.domain.frame import EncodedFrame, Size
from streaming.picture.codec import Encoder, EncoderError
from streaming.picture.frame import MaskedFrame
from streaming.picture.pace import nominal_rate
from streaming.picture.priority import lower_priority

RETRY_S = 2.0
"""From a rung's failure until its encoder is opened anew."""


class RateEncoder(Encoder, Protocol):
    @property
    def nominal_fps(self) -> int: ...

    def set_rate(self, *, bitrate_bps: int, fps: float) -> None: ...


class OpenEncoder(Protocol):
    def __call__(self, size: Size, *, bitrate_bps: int, nominal_fps: int) -> RateEncoder:
        """Raises EncoderError."""


class RungEncoder:
    """Opens its encoder at the first picture and again when size or frame rate outgrow it.

    One thread encodes; any may ask for a key frame or set the bitrate.
    """

    def __init__(
        self,
        open_encoder: OpenEncoder,
        *,
        bitrate_bps: int,
        recover: Callable[[EncoderError], bool] = lambda error: False,
    ) -> None:
        """``recover`` is told when the encoder fails; True means that opening anew may help."""
        self._open_encoder = open_encoder
        self._bitrate_bps = bitrate_bps
        self._recover = recover
        self._keyframe_wanted = threading.Event()
        self._encoder: RateEncoder | None = None

    @property
    def name(self) -> str:
        return self._encoder.name if self._encoder is not None else ""

    def request_idr(self) -> None:
        self._keyframe_wanted.set()

    def set_bitrate(self, bitrate_bps: int) -> None:
        self._bitrate_bps = bitrate_bps

    def encode(self, frame: MaskedFrame, *, fps: float) -> EncodedFrame:
        """``fps`` is what the source delivers, 0.0 while that isn't known. Raises EncoderError."""
        keyframe = self._keyframe_wanted.is_set()
        if keyframe:  # else a request that came since would be lost
            self._keyframe_wanted.clear()
        try:
            return self._fitting(frame.size, fps).encode(frame, keyframe=keyframe)
        except EncoderError as error:
            self.close()
            if not self._recover(error):
                raise
        return self._fitting(frame.size, fps).encode(frame, keyframe=True)

    def close(self) -> None:
        encoder, self._encoder = self._encoder, None
        if encoder is not None:
            encoder.close()

    def _fitting(self, size: Size, fps: float) -> RateEncoder:
        current = self._encoder
        outgrown = current is None or current.size != size
        nominal_fps = (
            nominal_rate(fps, current=current.nominal_fps) if current else nominal_rate(fps)
        )
        if current is None or outgrown or nominal_fps != current.nominal_fps:
            self.close()
            current = self._open_encoder(
                size, bitrate_bps=self._bitrate_bps, nominal_fps=nominal_fps
            )
            self._encoder = current
        current.set_rate(bitrate_bps=self._bitrate_bps, fps=fps or current.nominal_fps)
        return current


class RungThread:
    """A rung nobody's live picture waits for.

    At most ``depth`` pictures wait; when one more comes the oldest is dropped and counted. An
    encoder that fails is opened anew ``retry_s`` later, with a key frame, for as long as it takes.
    """

    def __init__(
        self,
        encoder: RungEncoder,
        *,
        name: str,
        depth: int,
        niceness: int,
        emit: Callable[[EncodedFrame], None],
        failed: Callable[[EncoderError], None],
        retry_s: float = RETRY_S,
    ) -> None:
        """``failed`` is told once, and again only when the encoder had worked in between."""
        self.encoder = encoder
        self.dropped = 0
        self._depth = depth
        self._niceness = niceness
        self._emit = emit
        self._failed = failed
        self._retry_s = retry_s
        self._is_failing = False
        self._waiting: deque[tuple[MaskedFrame, float]] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def offer(self, frame: MaskedFrame, *, fps: float) -> None:
        """Never waits for the encoder."""
        with self._changed:
            if len(self._waiting) == self._depth:
                self._waiting.popleft()
                self.dropped += 1
            self._waiting.append((frame, fps))
            self._changed.notify()

    def close(self) -> None:
        """What waits is given up. Returns once the thread has ended."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        lower_priority(self._niceness)
        try:
            while (item := self._next()) is not None:
                self._encode(*item)
        finally:
            self.encoder.close()

    def _encode(self, frame: MaskedFrame, fps: float) -> None:
        try:
            encoded = self.encoder.encode(frame, fps=fps)
        except EncoderError as error:
            if not self._is_failing:
                self._failed(error)
            self._is_failing = True
            with self._changed:
                self.dropped += 1
                self._changed.wait_for(lambda: self._closed, self._retry_s)
        else:
            self._is_failing = False
            self._emit(encoded)

    def _next(self) -> tuple[MaskedFrame, float] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            return None if self._closed else self._waiting.popleft()
