"""``demo:``: a real cardiac cine on the screen of an imaginary scanner, in real time, for ever.

The cine (SonoSite MicroMaxx, apical view, 120 pictures at 30 per second) is an installed file of
the distribution ``pydicom-data``. It has text of its own burned in, a patient's name among it, so
only the part its DICOM header calls ultrasound (0018,6011) is put on the screen at all, and the
profile allows only the sector in it and the orientation marker beside it.
"""

import time
from importlib.util import find_spec
from pathlib import Path

import cv2

from streaming.capture import barcode, dicom_cine, i420
from streaming.capture.cine import Cine
from streaming.capture.demo_profile import (
    CM_PER_PIXEL,
    CROP,
    PLACE,
    SIZE,
    demo_profile_toml,
    on_screen,
)
from streaming.capture.doppler import DopplerSound
from streaming.capture.furniture import ACCENT, DIM, INK, Screen
from streaming.capture.pacing import DEFAULT_RATE, Metronome
from streaming.capture.rect import Rect
from streaming.picture.frame import I420, RawFrame
from streaming.picture.source import SourceError

__all__ = ["BARCODE_ORIGIN", "SIZE", "DemoScreen", "demo_cine_path", "demo_profile_toml"]

BARCODE_ORIGIN = (512, 496)
"""Top-left corner of the barcode of ``demo:?barcode=1``, inside the sector."""

_CINE = Path("data", "color3d_jpeg_baseline.dcm")
_HEADER = 72
_FOOTER = 44


class DemoScreen:
    """The cine is decoded as it plays: 6 MB of JPEG instead of 55 MB of pictures."""

    def __init__(self, *, source_id: str, with_barcode: bool = False) -> None:
        self.sound = DopplerSound()
        self._source_id = source_id
        self._with_barcode = with_barcode
        self._cine: Cine | None = None
        self._background: I420 = i420.black(SIZE)
        self._metronome = Metronome(DEFAULT_RATE)

    def open(self) -> None:
        cine = dicom_cine.load(demo_cine_path())
        assert isinstance(cine, Cine)
        self._cine = cine
        self._background = _furniture().to_i420()
        self._metronome = Metronome(cine.rate)

    def read(self, timeout_s: float) -> RawFrame | None:
        if self._cine is None:
            raise RuntimeError("read before open")
        number = self._metronome.tick(timeout_s)
        if number is None:
            return None
        planes = self._compose(self._cine.decode(number % self._cine.count))
        captured_at_ns = time.monotonic_ns()
        if self._with_barcode:
            barcode.draw(planes[: SIZE.height], *BARCODE_ORIGIN, captured_at_ns, number)
        return RawFrame(self._source_id, number, captured_at_ns, SIZE, planes)

    def close(self) -> None:
        self._cine = None

    def _compose(self, picture: I420) -> I420:
        planes = self._background.copy()
        halves = (1, 2, 2)
        for plane, target, step in zip(
            i420.split(picture), i420.split(planes), halves, strict=True
        ):
            crop = plane[CROP.y0 // step : CROP.y1 // step, CROP.x0 // step : CROP.x1 // step]
            place = target[PLACE.y0 // step : PLACE.y1 // step, PLACE.x0 // step : PLACE.x1 // step]
            cv2.resize(crop, place.shape[::-1], dst=place, interpolation=cv2.INTER_LINEAR)
        return planes


def demo_cine_path() -> Path:
    """Raises SourceError ``source.demo_missing``."""
    spec = find_spec("data_store")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        if (path := Path(folder) / _CINE).is_file():
            return path
    raise SourceError(
        "source.demo_missing",
        "the demo's ultrasound clip isn't installed",
        fix="pip install 'sonopair[demo]'",
    )


def _furniture() -> Screen:
    screen = Screen(SIZE)
    screen.header(height=_HEADER, place="EXAMPLE HOSPITAL   ADULT ECHO", right="2024-01-01  12:00")
    settings = ("Cardiac", "P21/5-1", "Gen  THI", "DR +2", "Gain 58", "MI 0.9", "TIS 0.7")
    for line, text in enumerate(settings):
        ink = INK if line == 0 else DIM
        screen.text(text, x=24, baseline=124 + line * 26, height=11, ink=ink)
    screen.text("HR  --", x=24, baseline=640, height=14, ink=ACCENT)
    screen.grey_bar(Rect(1212, 100, 1226, 300))
    top = on_screen(0, 42)[1]
    screen.depth_scale(x=1080, top=top, pixels_per_cm=1 / CM_PER_PIXEL, depth_cm=19)
    _soft_keys(screen)
    return screen


def _soft_keys(screen: Screen) -> None:
    keys = ("Gen", "Depth 19", "Sector", "MB Off", "THI On", "Freeze", "Page 1/3")
    width = SIZE.width // len(keys)
    for index, key in enumerate(keys):
        left = index * width
        right = SIZE.width if key == keys[-1] else left + width
        screen.panel(Rect(left, SIZE.height - _FOOTER, right, SIZE.height))
        screen.text(key, x=left + 24, baseline=SIZE.height - 17, height=11, ink=DIM)
