"""Which encoder the live rung uses. A picture never waits for the answer: finding out which
hardware works may take many seconds, and x264 always does."""

from collections.abc import Callable
from concurrent.futures import Future

import structlog

from streaming.picture.codec import EncoderError
from streaming.picture.hardware import X264, EncoderChoice

log = structlog.get_logger()


class LiveCodec:
    """x264 until the choice is known, then what was chosen; x264 again once that fails.

    ``settle`` and ``fall_back`` are the capture thread's; any may read ``name``.
    """

    def __init__(self, choice: Future[EncoderChoice], *, alarm: Callable[[str, str], None]) -> None:
        self.name = X264
        self._choice: Future[EncoderChoice] | None = choice
        self._alarm = alarm

    def settle(self) -> bool:
        """Take the choice over once it is there; whether that is another encoder than before.

        Raises:
            BadInput: ``encoder.unknown``.
        """
        if self._choice is None or not self._choice.done():
            return False
        chosen, self._choice = self._choice.result(), None
        log.info("encoder", codec=chosen.codec, note=chosen.note)
        if chosen.note:
            self._alarm("encoder.fallback", chosen.note)
        before, self.name = self.name, chosen.codec
        return chosen.codec != before

    def fall_back(self, error: EncoderError) -> bool:
        """A hardware encoder may die at any picture; x264 takes over with the same one."""
        if self.name == X264:
            return False
        log.warning("encoder failed, x264 takes over", encoder=self.name)
        self.name = X264
        self._alarm("encoder.fallback", f"{error}; x264 encodes instead.")
        return True
