"""What a station needs of the look-out for text, which is another process."""

from collections.abc import Callable
from typing import Protocol

from streaming.domain.mask import Rectangle
from streaming.picture.frame import Luma


class Look(Protocol):
    """Padded boxes in pixels of the picture; everything up to ``captured_at_ns`` was seen."""

    @property
    def captured_at_ns(self) -> int: ...

    @property
    def boxes(self) -> tuple[Rectangle, ...]: ...


class LookOut(Protocol):
    cpu_cores: float
    rss_bytes: int

    def start(self) -> None: ...

    def offer(self, luma: Luma, captured_at_ns: int) -> None:
        """Copies it. Never waits."""

    def close(self) -> None: ...


class OpenLookOut(Protocol):
    def __call__(self, looked: Callable[[Look], None]) -> LookOut:
        """``looked`` is called from a thread of the look-out's own."""
