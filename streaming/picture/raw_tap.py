"""The one way a raw picture is kept beyond its masking: for the set-up page, on request."""

import threading

from streaming.picture.frame import RawFrame


class RawTap:
    """Copies the next picture when somebody waits for one; otherwise nothing is ever copied."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._wanted = 0
        self._frame: RawFrame | None = None

    def offer(self, frame: RawFrame) -> None:
        """Called by the capture thread before masking."""
        if not self._wanted:
            return
        with self._changed:
            self._frame = RawFrame(
                source_id=frame.source_id,
                number=frame.number,
                captured_at_ns=frame.captured_at_ns,
                size=frame.size,
                planes=frame.planes.copy(),
            )
            self._changed.notify_all()

    def freeze(self, timeout_s: float) -> RawFrame | None:
        """The next picture as the scanner shows it, or None when none comes in time. Blocks."""
        with self._changed:
            self._wanted += 1
            self._frame = None
            try:
                self._changed.wait_for(lambda: self._frame is not None, timeout_s)
                return self._frame
            finally:
                self._wanted -= 1
                self._frame = None
