"""``phantom:``: a synthetic scanner, cheap enough to run beside what it is used to measure.

A sector of moving speckle under a beating ring of tissue, a header with a fake identity, and the
barcode of ``capture.barcode`` in a region of its own. Nothing is warped while it runs: speckle and
tissue are windows that slide over larger fields, multiplied and cut out by a sector stencil.
"""

import math
import time
from dataclasses import dataclass
from fractions import Fraction

import cv2
import numpy as np
import numpy.typing as npt

from streaming.capture import barcode
from streaming.capture.doppler import DopplerSound
from streaming.capture.furniture import DIM, FAKE_NAME, Screen
from streaming.capture.i420 import BLACK_LUMA, Plane
from streaming.capture.pacing import DEFAULT_RATE, NS_PER_S, Metronome
from streaming.capture.rect import Rect
from streaming.domain.frame import Size
from streaming.picture.frame import I420, RawFrame

MIN_SIZE = Size(640, 480)
DEFAULT_SIZE = Size(1280, 720)
BARCODE_ORIGIN = (16, 96)
"""Top-left corner of the barcode, the same at every size."""

_HEADER = 64
_FOOTER = 40
_QUIET = 8
_APEX_Y = 96
_HALF_ANGLE = math.radians(38)
_SLIDE = 48
"""How far the windows slide over their fields, pixels."""


@dataclass(frozen=True, slots=True)
class Resize:
    """Change to ``size`` once, ``after_s`` seconds after the first picture."""

    after_s: float
    size: Size


@dataclass(frozen=True, slots=True)
class Sector:
    """Where the ultrasound is, in a screen of a given size."""

    apex_x: int
    apex_y: int
    radius: int

    @classmethod
    def within(cls, size: Size) -> "Sector":
        return cls(
            apex_x=size.width * 58 // 100,
            apex_y=_APEX_Y,
            radius=size.height - _FOOTER - 24 - _APEX_Y,
        )

    @property
    def bounds(self) -> Rect:
        half = math.ceil(self.radius * math.sin(_HALF_ANGLE))
        return Rect(
            (self.apex_x - half) & ~1,
            self.apex_y & ~1,
            (self.apex_x + half + 1) & ~1,
            (self.apex_y + self.radius + 1) & ~1,
        )

    def outline(self) -> list[tuple[int, int]]:
        """The apex and points along the arc."""
        angles = np.linspace(-_HALF_ANGLE, _HALF_ANGLE, 17)
        arc = [
            (
                round(self.apex_x + self.radius * math.sin(angle)),
                round(self.apex_y + self.radius * math.cos(angle)),
            )
            for angle in angles
        ]
        return [(self.apex_x, self.apex_y), *arc]


class Phantom:
    def __init__(
        self,
        *,
        source_id: str,
        size: Size = DEFAULT_SIZE,
        fps: Fraction = DEFAULT_RATE,
        seed: int = 1,
        resize: Resize | None = None,
        with_sound: bool = False,
    ) -> None:
        self.sound = DopplerSound(seed=seed) if with_sound else None
        self._source_id = source_id
        self._size = size
        self._fps = fps
        self._seed = seed
        self._resize = resize
        self._painter = _Painter(size, seed)
        self._metronome = Metronome(fps)
        self._first_at_ns: int | None = None

    def open(self) -> None:
        self._painter = _Painter(self._size, self._seed)
        self._metronome = Metronome(self._fps)
        self._first_at_ns = None

    def read(self, timeout_s: float) -> RawFrame | None:
        number = self._metronome.tick(timeout_s)
        if number is None:
            return None
        self._change_size()
        planes = self._painter.paint(number / float(self._fps))
        captured_at_ns = time.monotonic_ns()
        if self._first_at_ns is None:
            self._first_at_ns = captured_at_ns
        size = self._painter.size
        barcode.draw(planes[: size.height], *BARCODE_ORIGIN, captured_at_ns, number)
        return RawFrame(self._source_id, number, captured_at_ns, size, planes)

    def close(self) -> None:
        pass

    def _change_size(self) -> None:
        resize = self._resize
        if resize is None or self._first_at_ns is None or self._painter.size == resize.size:
            return
        if time.monotonic_ns() - self._first_at_ns >= resize.after_s * NS_PER_S:
            self._painter = _Painter(resize.size, self._seed)


class _Painter:
    """Everything that is computed once for a size, and the few steps a picture then takes."""

    def __init__(self, size: Size, seed: int) -> None:
        self.size = size
        self._sector = Sector.within(size)
        self._background = _screen(size, self._sector).to_i420()
        bounds = self._sector.bounds
        shape = (bounds.y1 - bounds.y0, bounds.x1 - bounds.x0)
        field = (shape[0] + _SLIDE, shape[1] + _SLIDE)
        random = np.random.default_rng(seed)
        self._speckle = (_speckle(field, random), _speckle(field, random))
        self._tissue = _tissue(field)
        self._stencil = _stencil(self._sector, shape)
        self._mixed = np.empty(shape, np.uint8)

    def paint(self, time_s: float) -> I420:
        planes = self._background.copy()
        bounds = self._sector.bounds
        picture = planes[bounds.y0 : bounds.y1, bounds.x0 : bounds.x1]
        near, far = self._speckle
        cv2.addWeighted(
            self._window(near, 0.31 * time_s, 0.23 * time_s),
            0.55,
            self._window(far, 0.17 * time_s + 0.5, -0.29 * time_s),
            0.55,
            0,
            dst=self._mixed,
        )
        beat = math.sin(2 * math.pi * 1.2 * time_s)
        tissue = self._window(self._tissue, 0.25 + 0.08 * beat, 0.25 + 0.2 * beat)
        cv2.multiply(self._mixed, tissue, dst=self._mixed, scale=1 / 160)
        np.maximum(self._mixed, BLACK_LUMA, out=self._mixed)
        cv2.copyTo(self._mixed, self._stencil, dst=picture)
        return planes

    def _window(self, field: Plane, x_turn: float, y_turn: float) -> Plane:
        """A window of the sector's size; each turn moves it there and back again."""
        height, width = self._mixed.shape
        x = round(_SLIDE / 2 * (1 + math.sin(2 * math.pi * x_turn)))
        y = round(_SLIDE / 2 * (1 + math.sin(2 * math.pi * y_turn)))
        return field[y : y + height, x : x + width]


def _screen(size: Size, sector: Sector) -> Screen:
    screen = Screen(size)
    screen.header(height=_HEADER, place="EXAMPLE HOSPITAL", right="2024-01-01 12:00")
    left, top = BARCODE_ORIGIN
    for line, text in enumerate(("PHANTOM", "DR 66", "MI 0.9", "TIS 0.7")):
        screen.text(text, x=left, baseline=top + 120 + line * 24, height=10, ink=DIM)
    screen.panel(Rect(0, size.height - _FOOTER, size.width, size.height))
    screen.text(f"{FAKE_NAME}  LV FUNCTION", x=20, baseline=size.height - 14, height=10, ink=DIM)
    screen.depth_scale(
        x=size.width - 44, top=sector.apex_y, pixels_per_cm=sector.radius / 16, depth_cm=16
    )
    return screen


def _speckle(shape: tuple[int, int], random: np.random.Generator) -> Plane:
    """Fully developed speckle (Rayleigh amplitude), wider across the beam than along it."""
    noise = random.standard_normal((2, *shape), dtype=np.float32)
    smooth = [cv2.GaussianBlur(part, (0, 0), sigmaX=2.2, sigmaY=1.1) for part in noise]
    amplitude = np.hypot(*smooth)
    return _levels(amplitude / amplitude.mean() * 105)


def _tissue(shape: tuple[int, int]) -> Plane:
    """Echo strength: a bright ring around a dark chamber, weaker with depth."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    y /= shape[0]
    x = x / shape[1] - 0.5
    distance = np.hypot(x / 0.21, (y - 0.56) / 0.26)
    ring = np.exp(-(((distance - 1) / 0.22) ** 2))
    chamber = 1 / (1 + np.exp((distance - 0.92) / 0.05))
    near_field = np.exp(-((y / 0.08) ** 2))
    strength = (0.32 + 0.8 * ring + 0.5 * near_field) * (1 - 0.85 * chamber) * (1.1 - 0.55 * y)
    return _levels(cv2.GaussianBlur(strength * 255, (0, 0), sigmaX=3))


def _levels(values: npt.ArrayLike) -> Plane:
    return np.asarray(np.clip(np.asarray(values), 0, 255), np.uint8)


def _stencil(sector: Sector, shape: tuple[int, int]) -> Plane:
    bounds = sector.bounds
    outline = np.array(sector.outline(), np.int32) - (bounds.x0, bounds.y0)
    stencil = np.zeros(shape, np.uint8)
    cv2.fillPoly(stencil, [outline], (255,))
    return stencil


def phantom_profile_toml(size: Size) -> str:
    """The scanner profile of the phantom at ``size``: the barcode, and the sector."""
    x, y = BARCODE_ORIGIN
    code = [
        x - _QUIET,
        y - _QUIET,
        x + barcode.WIDTH + _QUIET,
        y + barcode.HEIGHT + _QUIET,
    ]
    sector = Sector.within(size)
    outline = ", ".join(f"[{px}, {py}]" for px, py in sector.outline())
    return (
        f'name = "Phantom {size}"\n'
        f"size = [{size.width}, {size.height}]\n"
        f'source = "phantom:"\n'
        f"mm_per_pixel = {160 / sector.radius:.4f}\n"
        f"regions = [{code}, [{outline}]]\n"
    )
