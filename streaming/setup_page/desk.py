"""What the set-up page needs of the worker it runs in."""

from typing import Protocol

from streaming.domain.frame import Size
from streaming.domain.profile import ScannerProfile
from streaming.picture.frame import RawFrame
from streaming.picture.masking import MaskStatus


class SetupDesk(Protocol):
    """Called from the page's own threads."""

    @property
    def profile(self) -> ScannerProfile | None:
        """What is confirmed now."""

    @property
    def mask(self) -> MaskStatus: ...

    @property
    def picture_size(self) -> Size | None:
        """None before the first picture."""

    def freeze(self, timeout_s: float) -> RawFrame | None:
        """The next picture, not masked; None when none comes in time. Blocks."""

    def confirm(self, profile: ScannerProfile) -> None:
        """Put ``profile`` in force and tell the node."""
