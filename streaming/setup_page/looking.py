"""A look at the source for a proposal, in steps that the page asks for: none asked, none done.

The small grey copies stay here until the look ends or begins anew; only regions go to the page.
"""

import time
from dataclasses import dataclass

from streaming.picture.frame import RawFrame
from streaming.picture.glimpses import Glimpses
from streaming.picture.proposal import Proposal
from streaming.setup_page.desk import SetupDesk

STEPS = 8
STEP_S = 0.5
PAUSE_S = 0.07
"""Between pictures: a proposal wants ten a second, and each costs the capture thread a copy."""

FREEZE_TIMEOUT_S = 0.3


@dataclass(frozen=True, slots=True)
class Look:
    """``share`` is how far it is, to 1; then there is ``proposal``, unless no picture came at all.

    ``frame`` is the last picture it saw: what the proposal is to be drawn on.
    """

    share: float
    proposal: Proposal | None = None
    frame: RawFrame | None = None


class Looking:
    """One look at a time. ``step`` blocks and is called from one thread at a time."""

    def __init__(self, desk: SetupDesk) -> None:
        self._desk = desk
        self._glimpses = Glimpses()
        self._frame: RawFrame | None = None
        self._steps = 0

    def step(self, *, anew: bool) -> Look:
        """Half a second of it, and the last step about a second more."""
        if anew:
            self._begin()
        ends_at = time.monotonic() + STEP_S
        while time.monotonic() < ends_at:
            frame = self._desk.freeze(FREEZE_TIMEOUT_S)
            if frame is not None:
                self._glimpses.offer(frame)
                self._frame = frame
            time.sleep(PAUSE_S)
        self._steps += 1
        if self._steps < STEPS:
            return Look(self._steps / STEPS)
        look = Look(1.0, self._glimpses.propose(), self._frame)
        self._begin()
        return look

    def _begin(self) -> None:
        self._glimpses = Glimpses()
        self._frame = None
        self._steps = 0
