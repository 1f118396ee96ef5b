"""Small grey copies of a source's raw pictures, for a proposal only: they stay in the process."""

from streaming.domain.frame import Size
from streaming.picture.frame import RawFrame
from streaming.picture.proposal import Proposal, glimpse, propose
from streaming.picture.region_motion import Luma

INTERVAL_NS = 95_000_000
"""A little under 0.1 s, so that of 30 pictures a second every third is taken."""

MAX_GLIMPSES = 100
"""At most 52 MB. When it is full the oldest goes."""


class Glimpses:
    """One at a time, from any thread. A picture of another size makes it begin anew."""

    def __init__(self) -> None:
        self.size: Size | None = None
        self._kept: list[Luma] = []
        self._next_ns = 0
        self.newest: Luma | None = None
        """The last one's whole luma."""

    def __len__(self) -> int:
        return len(self._kept)

    def offer(self, frame: RawFrame) -> None:
        """Copies what it needs of ``frame``, at most one picture in ``INTERVAL_NS``."""
        if frame.size != self.size:
            self.size, self._next_ns = frame.size, frame.captured_at_ns
            self._kept.clear()
        if frame.captured_at_ns < self._next_ns:
            return
        self._next_ns = frame.captured_at_ns + INTERVAL_NS
        self.newest = frame.planes[: frame.size.height].copy()
        self._kept.append(glimpse(self.newest))
        del self._kept[:-MAX_GLIMPSES]

    def propose(self) -> Proposal | None:
        """None when no picture came at all. Takes about a second."""
        return None if self.size is None else propose(self._kept, size=self.size)
