"""Raw and masked pictures. Only the capture worker may name them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from streaming.domain.frame import Size

I420 = npt.NDArray[np.uint8]
"""Shape ``(height * 3 // 2, width)``."""
Luma = npt.NDArray[np.uint8]
"""Shape ``(height, width)``."""


@dataclass(frozen=True, slots=True)
class RawFrame:
    """A picture as the scanner shows it: identities and all. Never leaves the worker.

    ``planes`` is I420, limited range, C-contiguous uint8 of shape ``(height * 3 // 2, width)``:
    luma, then U and V at half size. Whoever holds the frame owns the buffer; masking consumes it.
    """

    source_id: str
    number: int
    captured_at_ns: int
    size: Size
    planes: I420


@dataclass(frozen=True, slots=True)
class MaskedFrame:
    """A picture in which everything outside the confirmed regions is black.

    Constructed only by ``streaming.picture.masking`` (a test lists the call sites). Same layout
    as ``RawFrame``; ``planes`` must not be written to any more.
    """

    source_id: str
    number: int
    captured_at_ns: int
    size: Size
    planes: I420
