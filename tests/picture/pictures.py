"""Pictures for tests: speckle like a phantom's, bright text and colour everywhere else."""

import cv2
import numpy as np

from streaming.domain.frame import Size
from streaming.domain.mask import Polygon, Rectangle, Region
from streaming.domain.profile import ScannerProfile
from streaming.picture.frame import I420, MaskedFrame, RawFrame
from streaming.picture.masking import Masker

SIZE = Size(640, 360)
RECTANGLES = (Rectangle(97, 61, 301, 333), Rectangle(321, 40, 600, 300))
SECTOR = (Polygon(((320, 24), (591, 250), (480, 341), (160, 341), (49, 250))),)


def profile(*regions: Region, size: Size = SIZE) -> ScannerProfile:
    return ScannerProfile(
        name="test scanner",
        size=size,
        regions=regions or (Rectangle(0, 0, size.width, size.height),),
    )


def raw_planes(seed: int = 0, size: Size = SIZE) -> I420:
    """Speckle everywhere, white text and saturated colour over the whole picture."""
    rng = np.random.default_rng(seed)
    noise = rng.rayleigh(45, (size.height, size.width)).clip(0, 255).astype(np.uint8)
    planes = np.empty((size.height * 3 // 2, size.width), np.uint8)
    planes[: size.height] = cv2.GaussianBlur(noise, (5, 5), 0)
    for row in range(20, size.height, 40):
        place = (7 * (seed % 5), row)
        text = "OKAFOR ADA 1957-03-12 MRN 4471-002"
        cv2.putText(planes[: size.height], text, place, cv2.FONT_HERSHEY_SIMPLEX, 1.0, 255, 2)
    colours = rng.integers(0, 255, (size.height // 32 + 1, size.width // 16 + 1), dtype=np.uint8)
    planes[size.height :] = cv2.resize(
        colours, (size.width, size.height // 2), interpolation=cv2.INTER_NEAREST
    )
    return planes


def raw(number: int = 0, size: Size = SIZE, *, planes: I420 | None = None) -> RawFrame:
    return RawFrame(
        source_id="test",
        number=number,
        captured_at_ns=number * 33_333_333,
        size=size,
        planes=raw_planes(number, size) if planes is None else planes,
    )


def masked(number: int = 0, *regions: Region, size: Size = SIZE) -> MaskedFrame:
    return Masker(profile(*regions, size=size)).mask(raw(number, size))
