"""Five real scanners' pictures on a 720p screen, moving: one is a cine, the others are stills whose
ultrasound region is made to move. All are of the wheel ``pydicom-data``."""

from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from streaming.capture.dicom_cine import DicomVideo, load
from streaming.domain.frame import Size
from streaming.domain.mask import Point, Polygon, Rectangle, Region
from streaming.domain.profile import ScannerProfile
from streaming.picture.frame import I420

SIZE = Size(1280, 720)
FPS = 30
LOOP = 120
"""Pictures after which a background begins again."""


@dataclass(frozen=True, slots=True)
class Vendor:
    """``outlines`` are the regions that may pass, drawn by hand in pixels of the file; what the
    scanner writes lies outside. In ``measured`` somebody has set calipers; their marks are painted
    over, since they are found in each clip and would hold it, whatever else is in it.
    ``always_a_person``: it shows colour or power Doppler."""

    name: str
    file: str
    outlines: tuple[tuple[Point, ...], ...]
    measured: tuple[Rectangle, ...] = ()
    always_a_person: bool = False


def _box(x0: int, y0: int, x1: int, y1: int) -> tuple[Point, ...]:
    return ((x0, y0), (x1, y0), (x1, y1), (x0, y1))


VENDORS = (
    Vendor(
        "SonoSite, cardiac cine",
        "color3d_jpeg_baseline.dcm",
        (
            (
                *((318, 44), (366, 44), (594, 292), (560, 345), (470, 388)),
                *((345, 404), (215, 388), (130, 345), (84, 296)),
            ),
        ),
    ),
    Vendor(
        "Philips CX50, obstetric still",
        "OBXXXX1A.dcm",
        (
            (
                *((352, 76), (565, 76), (700, 250), (700, 420)),
                *((460, 520), (230, 420), (230, 250)),
            ),
        ),
        measured=(Rectangle(440, 270, 520, 320),),
    ),
    Vendor(
        "Philips EPIQ 7C, cardiac still",
        "JPGLosslessP14SV1_1s_1f_8b.dcm",
        (
            (
                *((440, 174), (598, 174), (890, 470), (840, 530), (720, 600)),
                *((600, 640), (480, 640), (330, 610), (220, 560), (152, 488)),
            ),
        ),
        measured=(Rectangle(610, 295, 705, 455),),
    ),
    Vendor("ALOKA, pelvis still, split", "gdcm-US-ALOKA-16.dcm", (_box(50, 106, 624, 408),)),
    Vendor(
        "GE LOGIQ 700, power Doppler still",
        "US1_UNCR.dcm",
        (_box(48, 110, 594, 334),),
        always_a_person=True,
    ),
)


@dataclass(frozen=True, slots=True)
class Screen:
    """``pictures`` are I420 and not to be written to; ``profile`` passes the region alone."""

    profile: ScannerProfile
    pictures: tuple[I420, ...]


@lru_cache(maxsize=1)
def screen(vendor: Vendor) -> Screen:
    """About 170 MB; only the last one is kept."""
    cine = load(_folder() / vendor.file)
    assert not isinstance(cine, DicomVideo)
    first = _bgr(cine.decode(0))
    place = _Placing(first.shape[1], first.shape[0])
    regions = tuple(Polygon(place.points(outline)) for outline in vendor.outlines)
    profile = ScannerProfile(name=vendor.name, size=SIZE, regions=regions)
    if cine.count > 1:
        stills = (_bgr(cine.decode(number % cine.count)) for number in range(LOOP))
        return Screen(profile, tuple(_i420(place.picture(still)) for still in stills))
    still = place.picture(_without_marks(first, vendor.measured))
    moving = _Motion(still, _filled(regions))
    return Screen(profile, tuple(_i420(moving.picture(number)) for number in range(LOOP)))


def _folder() -> Path:
    spec = find_spec("data_store")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("the wheel pydicom-data is needed: run `make setup`")
    return Path(spec.submodule_search_locations[0]) / "data"


class _Placing:
    """As a converter puts it on a screen: as high as fits, centred, black beside it."""

    def __init__(self, width: int, height: int) -> None:
        self._scale = min(SIZE.width / width, SIZE.height / height)
        self._size = (round(width * self._scale), round(height * self._scale))
        self._left = (SIZE.width - self._size[0]) // 2
        self._top = (SIZE.height - self._size[1]) // 2

    def points(self, outline: tuple[Point, ...]) -> tuple[Point, ...]:
        return tuple(
            (self._left + round(x * self._scale), self._top + round(y * self._scale))
            for x, y in outline
        )

    def picture(self, bgr: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        placed = np.zeros((SIZE.height, SIZE.width, 3), np.uint8)
        width, height = self._size
        placed[self._top : self._top + height, self._left : self._left + width] = cv2.resize(
            bgr, self._size, interpolation=cv2.INTER_CUBIC
        )
        return placed


def _without_marks(
    still: npt.NDArray[np.uint8], boxes: tuple[Rectangle, ...]
) -> npt.NDArray[np.uint8]:
    """What is small and far brighter than around it, painted over from there."""
    grey = cv2.cvtColor(still, cv2.COLOR_BGR2GRAY)
    small = cv2.morphologyEx(grey, cv2.MORPH_TOPHAT, np.ones((9, 9), np.uint8))
    marks = np.zeros_like(small)
    for box in boxes:
        inside = small[box.y0 : box.y1, box.x0 : box.x1]
        marks[box.y0 : box.y1, box.x0 : box.x1] = (inside > 60).astype(np.uint8) * 255
    marks = cv2.dilate(marks, np.ones((5, 5), np.uint8))
    return np.asarray(cv2.inpaint(still, marks, 5, cv2.INPAINT_TELEA), np.uint8)


def _bgr(planes: I420) -> npt.NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(planes, cv2.COLOR_YUV2BGR_I420), np.uint8)


def _i420(bgr: npt.NDArray[np.uint8]) -> I420:
    return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2YUV_I420), np.uint8)


def _filled(regions: tuple[Region, ...]) -> npt.NDArray[np.uint8]:
    filled = np.zeros((SIZE.height, SIZE.width), np.uint8)
    for region in regions:
        assert not isinstance(region, Rectangle)
        cv2.fillPoly(filled, [np.asarray(region.points, np.int32)], 255)
    return filled


SPECKLE_HZ = 10
SPECKLE = 0.35
"""Standard deviation of its gain, around one."""
SWAY_PX = 4.0
SWAY_S = 1.0


class _Motion:
    """A still's region sways like tissue under a beating heart, under speckle that decorrelates
    ten times a second."""

    def __init__(self, still: npt.NDArray[np.uint8], region: npt.NDArray[np.uint8]) -> None:
        self._still = still
        self._region = region
        self._x, self._y = np.meshgrid(
            np.arange(SIZE.width, dtype=np.float32), np.arange(SIZE.height, dtype=np.float32)
        )
        rng = np.random.default_rng(7)
        self._gains = [_gain(rng) for _ in range(LOOP * SPECKLE_HZ // FPS)]

    def picture(self, number: int) -> npt.NDArray[np.uint8]:
        phase = 2 * np.pi * number / FPS / SWAY_S
        sideways = SWAY_PX * np.sin(phase + self._y / 90)
        along = SWAY_PX * np.cos(phase + self._x / 140)
        swayed = cv2.remap(
            self._still, self._x + sideways, self._y + along, cv2.INTER_LINEAR
        ).astype(np.float32)
        moved = (swayed * self._gain_at(number)[:, :, None]).clip(0, 255).astype(np.uint8)
        return np.asarray(cv2.copyTo(moved, self._region, self._still.copy()), np.uint8)

    def _gain_at(self, number: int) -> npt.NDArray[np.float32]:
        step, between = divmod(number * SPECKLE_HZ / FPS, 1)
        last = self._gains[int(step) % len(self._gains)]
        following = self._gains[(int(step) + 1) % len(self._gains)]
        return np.asarray(last + np.float32(between) * (following - last), np.float32)


def _gain(rng: np.random.Generator) -> npt.NDArray[np.float32]:
    noise = cv2.GaussianBlur(rng.standard_normal((SIZE.height, SIZE.width)), (7, 5), 0)
    return np.asarray(1 + SPECKLE * noise / noise.std(), np.float32)
