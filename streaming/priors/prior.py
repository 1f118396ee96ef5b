"""What is taken from an earlier study: pictures and the few facts that say nothing of a person."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from streaming.dicom.devices import Device
from streaming.dicom.identity_free import Laterality
from streaming.dicom.ultrasound import Region
from streaming.domain.errors import BadInput

Picture = NDArray[np.uint8]
"""(height, width) of grey, or (height, width, 3) of red, green, blue; full range."""

MAX_BYTES = 512 * 2**20
MAX_FRAMES = 9_000
MAX_SIDE = 4_096
"""Ten times what an ultrasound picture has; above it, a small file could fill the memory."""


class PriorError(BadInput):
    """A file can't be imported. No message quotes anything that stands in it."""


@dataclass(frozen=True, slots=True)
class Source:
    """What the file calls its patient, study, series and itself. Never written and never logged:
    it is looked up (the patient) or made into new UIDs (the rest)."""

    patient: str = field(repr=False)
    study: str = field(repr=False)
    series: str = field(repr=False)
    instance: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """``pictures()`` decodes from the first picture on; it raises ``PriorError`` where the file is
    damaged. ``lossy_bytes`` is the size of pictures that were compressed with loss, else 0."""

    source: Source
    pictures: Callable[[], Iterator[Picture]]
    count: int
    width: int
    height: int
    frame_time_ms: float = 0.0
    taken_at: datetime | None = field(default=None, repr=False)
    device: Device | None = None
    laterality: Laterality | None = None
    regions: Sequence[Region] = ()
    lossy_bytes: int = 0


def require_size(width: int, height: int) -> None:
    """Raises: PriorError: ``import.size``."""
    if not (2 <= width <= MAX_SIDE and 2 <= height <= MAX_SIDE):
        raise PriorError(
            "import.size",
            f"its pictures aren't between 2 and {MAX_SIDE} pixels wide and high",
            fix="export it from the scanner or PACS as an ordinary ultrasound image or clip",
        )


def require_frames(count: int) -> None:
    """Raises: PriorError: ``import.too_long``."""
    if count > MAX_FRAMES:
        raise PriorError(
            "import.too_long",
            f"it has more than {MAX_FRAMES} pictures",
            fix="cut it into clips of five minutes or less",
        )


def damaged() -> PriorError:
    return PriorError(
        "import.damaged",
        "the file can't be read: it is damaged or of another kind",
        fix="export it again, as DICOM, MP4, JPEG or PNG",
    )
