"""Whether somebody looks for text in the picture, and since how much picture time nobody has.

Pure. What counts is how many seconds of pictures went out unseen, not how long ago the last look
was: while no picture comes there is nothing to look at.
"""

from enum import StrEnum

LATE_NS = 3_000_000_000
BLIND_NS = 15_000_000_000
LONGEST_STEP_NS = 500_000_000
"""Between two pictures; a longer one is a gap in the source."""


class Watch(StrEnum):
    OFF = "off"
    """The site wants no look-out."""
    ON = "on"
    LATE = "late"
    """Overdue by ``LATE_NS``: people are warned."""
    BLIND = "blind"
    """Overdue by ``BLIND_NS``: the picture is black."""
    OVERRIDDEN = "overridden"
    """Blind, and a person wants the picture all the same."""


class TextWatch:
    """``picture`` is the capture thread's, ``looked`` the look-out's."""

    def __init__(self, *, on: bool) -> None:
        self._on = on
        self._overridden = False
        self._newest_ns: int | None = None
        self._unseen_ns = 0

    @property
    def state(self) -> Watch:
        if not self._on:
            return Watch.OFF
        if self._unseen_ns >= BLIND_NS:
            return Watch.OVERRIDDEN if self._overridden else Watch.BLIND
        return Watch.LATE if self._unseen_ns >= LATE_NS else Watch.ON

    def picture(self, captured_at_ns: int) -> None:
        if self._newest_ns is not None:
            step_ns = captured_at_ns - self._newest_ns
            self._unseen_ns += min(max(0, step_ns), LONGEST_STEP_NS)
        self._newest_ns = captured_at_ns

    def looked(self, captured_at_ns: int) -> None:
        """A look that ended with the picture of this time. It ends an override: the next time
        nobody looks, a person is asked anew."""
        if self._newest_ns is None:
            return
        self._unseen_ns = min(self._unseen_ns, max(0, self._newest_ns - captured_at_ns))
        if self._unseen_ns < LATE_NS:
            self._overridden = False

    def override(self) -> bool:
        """A person wants the picture though nobody looks. False unless it is blind."""
        if self.state is not Watch.BLIND:
            return False
        self._overridden = True
        return True
