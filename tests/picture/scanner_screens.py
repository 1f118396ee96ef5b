"""Scanner screens with a hand-drawn truth: five vendors' own pictures, and twenty made up.

The vendors' stills (wheel ``pydicom-data``) are animated inside their region: a slow warp, grains
of speckle that change from picture to picture, and the receiver's noise. Text and furniture that
lie on the region stay where they are. The SonoSite picture is a cine and moves by itself.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from streaming.capture import dicom_cine
from streaming.capture.cine import Cine

Luma = npt.NDArray[np.uint8]
Outline = Sequence[tuple[float, float]]
Box = tuple[int, int, int, int]
"""x0, y0, x1, y1."""

Play = Callable[[int, int], Iterator[Luma]]


@dataclass(frozen=True, slots=True)
class ScannerScreen:
    """``play(count, seed)`` gives pictures 0.1 s apart; ``texts`` are the fields of text."""

    name: str
    region: npt.NDArray[np.bool_]
    texts: tuple[Box, ...]
    play: Play

    @property
    def truth(self) -> npt.NDArray[np.bool_]:
        """What a careful person would let pass: the region without the text on it."""
        truth = self.region.copy()
        for x0, y0, x1, y1 in self.texts:
            truth[y0:y1, x0:x1] = False
        return truth

    def overlap(self, shown: npt.NDArray[np.bool_]) -> float:
        """Intersection over union with the truth."""
        return float((shown & self.truth).sum() / (shown | self.truth).sum())

    def text_pixels(self, shown: npt.NDArray[np.bool_]) -> int:
        """How many pixels of text fields ``shown`` lets pass."""
        return sum(int(shown[y0:y1, x0:x1].sum()) for x0, y0, x1, y1 in self.texts)


def sector(
    apex: tuple[float, float], radii: tuple[float, float], degrees: tuple[float, float]
) -> Outline:
    """Angles from straight down, to the right positive."""
    angles = [math.radians(a) for a in np.linspace(*degrees, 48)]
    (x, y), (inner, outer) = apex, radii
    far = [(x + outer * math.sin(a), y + outer * math.cos(a)) for a in angles]
    near = [(x + inner * math.sin(a), y + inner * math.cos(a)) for a in reversed(angles)]
    return far + near


def rectangle(x0: float, y0: float, x1: float, y1: float) -> Outline:
    return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]


def filled(
    shape: tuple[int, ...], outlines: Sequence[Outline], clip: Box | None = None
) -> npt.NDArray[np.bool_]:
    region = np.zeros(shape, np.uint8)
    for outline in outlines:
        cv2.fillPoly(region, [np.rint(np.array(outline)).astype(np.int32)], 1)
    if clip is not None:
        inside = np.zeros_like(region)
        inside[clip[1] : clip[3], clip[0] : clip[2]] = 1
        region &= inside
    return region.astype(bool)


def animated(still: Luma, region: npt.NDArray[np.bool_], fixed: tuple[Box, ...]) -> Play:
    moving = region.copy()
    for x0, y0, x1, y1 in fixed:
        moving[y0:y1, x0:x1] = False

    def play(count: int, seed: int) -> Iterator[Luma]:
        rng = np.random.default_rng(seed)
        height, width = still.shape
        grains = _grains(rng, (height + 64, width + 64))
        rows, columns = np.indices(still.shape).astype(np.float32)
        for index in range(count):
            shift = 2.5 * math.sin(index * 0.9 + seed)
            across = columns + shift * np.sin(rows / 23 + index * 0.7)
            down = rows + shift * np.cos(columns / 31)
            tissue = cv2.remap(still, across, down, cv2.INTER_LINEAR, borderValue=16)
            signal = np.maximum(tissue.astype(np.float32) - 16, 0)
            picture = 17 + signal * (0.55 + 0.3 * _cut(rng, grains, still.shape))
            picture += 3.0 * _cut(rng, grains, still.shape)
            yield np.where(moving, np.clip(picture, 16, 235).astype(np.uint8), still)

    return play


def _grains(rng: np.random.Generator, shape: tuple[int, int]) -> npt.NDArray[np.float32]:
    """Rayleigh speckle of mean about 1.25, grains of a few pixels, wider than deep."""
    parts = [rng.standard_normal(shape).astype(np.float32) for _ in range(2)]
    real, imaginary = (cv2.GaussianBlur(part, (0, 0), 1.6, sigmaY=1.0) for part in parts)
    magnitude = np.hypot(real, imaginary)
    return np.asarray(1.25 * magnitude / magnitude.mean(), np.float32)


def _cut(
    rng: np.random.Generator, grains: npt.NDArray[np.float32], shape: tuple[int, ...]
) -> npt.NDArray[np.float32]:
    y, x = rng.integers(0, 64, 2)
    return grains[y : y + shape[0], x : x + shape[1]]


# ---- the five vendors ------------------------------------------------------------------------


def _cine(name: str) -> Cine:
    spec = find_spec("data_store")
    assert spec is not None and spec.submodule_search_locations
    cine = dicom_cine.load(Path(spec.submodule_search_locations[0], "data", name))
    assert isinstance(cine, Cine)
    return cine


def _luma(cine: Cine, index: int = 0) -> Luma:
    planes = cine.decode(index % cine.count)
    return planes[: planes.shape[0] * 2 // 3].copy()


def _still(
    name: str, file: str, outlines: Sequence[Outline], *, clip: Box | None, texts: tuple[Box, ...]
) -> ScannerScreen:
    still = _luma(_cine(file))
    region = filled(still.shape, outlines, clip)
    return ScannerScreen(name, region, texts, animated(still, region, texts))


def sonosite() -> ScannerScreen:
    cine = _cine("color3d_jpeg_baseline.dcm")
    outline = sector((338.5, 24), (24, 379), (-43.2, 43.2))
    still = _luma(cine)
    texts = ((2, 4, 82, 62), (600, 26, 640, 60), (605, 122, 640, 195), (570, 395, 596, 415))

    def play(count: int, seed: int) -> Iterator[Luma]:
        for index in range(count):
            yield _luma(cine, seed + 3 * index)

    return ScannerScreen("SonoSite", filled(still.shape, [outline], (0, 44, 640, 404)), texts, play)


def cx50() -> ScannerScreen:
    outline = sector((460.5, -77), (174, 593), (-34.4, 34.4))
    texts = ((0, 0, 800, 60), (0, 62, 78, 260), (122, 84, 306, 104), (136, 468, 194, 522))
    return _still("Philips CX50", "OBXXXX1A.dcm", [outline], clip=None, texts=texts)


def epiq() -> ScannerScreen:
    outline = sector((510.5, 83.5), (14, 590), (-42.8, 45.3))
    texts = ((10, 20, 146, 240), (84, 62, 338, 118), (826, 22, 990, 100), (818, 300, 846, 326))
    file = "JPGLosslessP14SV1_1s_1f_8b.dcm"
    return _still("Philips EPIQ 7C", file, [outline], clip=None, texts=texts)


def aloka() -> ScannerScreen:
    left = [(105, 26), (140, 39), (185, 45), (230, 39), (264, 26), (336, 158), (336, 416)]
    left += [(32, 416), (32, 168)]
    right = [(409, 26), (445, 39), (488, 45), (532, 39), (568, 26), (640, 152), (640, 416)]
    right += [(336, 416), (336, 156)]
    texts = (
        *((250, 35, 332, 60), (560, 35, 640, 60), (79, 58, 113, 94), (0, 0, 640, 24)),
        *((38, 430, 600, 444), (18, 454, 640, 470)),
    )
    return _still("ALOKA", "gdcm-US-ALOKA-16.dcm", [left, right], clip=None, texts=texts)


def ge() -> ScannerScreen:
    texts = (
        *((8, 136, 43, 233), (598, 136, 634, 233), (18, 24, 170, 104), (498, 24, 622, 104)),
        *((278, 24, 360, 56), (248, 360, 360, 376), (398, 456, 622, 474)),
    )
    outline = rectangle(14, 109, 623, 337)
    return _still("GE LOGIQ 700", "US1_UNCR.dcm", [outline], clip=None, texts=texts)


@lru_cache
def vendor_screens() -> tuple[ScannerScreen, ...]:
    return (sonosite(), cx50(), epiq(), aloka(), ge())


# ---- made up ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Layout:
    size: tuple[int, int]
    outlines: tuple[Outline, ...]
    header: int
    """Height of a header of this many pixels; its grey is ``band``."""

    band: int = 16
    noise: float = 0.0
    inside: bool = False
    """Text lies on the region, too."""


def _layouts() -> Iterator[_Layout]:
    hd, full, vga, xga = (1280, 720), (1920, 1080), (640, 480), (1024, 768)
    phased = sector((640, 84), (8, 590), (-45, 45))
    yield _Layout(hd, (phased,), header=72)
    yield _Layout(hd, (phased,), header=72, band=60, noise=2)
    yield _Layout(hd, (phased,), header=48, inside=True)
    yield _Layout(hd, (sector((600, 90), (10, 560), (-30, 48)),), header=60)
    yield _Layout(hd, (sector((650, -120), (230, 800), (-31, 31)),), header=80, noise=1)
    yield _Layout(hd, (sector((650, -120), (230, 800), (-31, 31)),), header=80, inside=True)
    yield _Layout(hd, (sector((640, 40), (70, 620), (-58, 58)),), header=50, band=90)
    yield _Layout(hd, (rectangle(320, 90, 960, 660),), header=70)
    yield _Layout(hd, (rectangle(260, 100, 1010, 640),), header=90, noise=2, inside=True)
    yield _Layout(hd, ([(420, 90), (860, 90), (990, 650), (290, 650)],), header=66)
    yield _Layout(hd, ([(420, 90), (860, 90), (990, 650), (290, 650)],), header=66, noise=2)
    yield _Layout(hd, (rectangle(200, 110, 620, 600), rectangle(660, 110, 1080, 600)), header=80)
    pair = tuple(sector((x, 100), (8, 470), (-38, 38)) for x in (330, 930))
    yield _Layout(hd, pair, header=64)
    yield _Layout(hd, (rectangle(220, 80, 1060, 380), rectangle(220, 420, 1060, 660)), header=60)
    yield _Layout(full, (sector((960, 130), (14, 880), (-42, 42)),), header=100)
    yield _Layout(full, (sector((980, -160), (330, 1200), (-30, 30)),), header=110, noise=2)
    yield _Layout(full, (rectangle(500, 140, 1440, 1000),), header=110, band=70, inside=True)
    yield _Layout(vga, (sector((320, 52), (6, 390), (-40, 40)),), header=40)
    yield _Layout(vga, (rectangle(140, 60, 500, 430),), header=48, noise=2)
    yield _Layout(xga, (sector((512, 70), (50, 640), (-35, 35)),), header=60, inside=True)


@lru_cache
def made_up_screens() -> tuple[ScannerScreen, ...]:
    return tuple(_made_up(number, layout) for number, layout in enumerate(_layouts(), start=1))


def _made_up(number: int, layout: _Layout) -> ScannerScreen:
    rng = np.random.default_rng(number)
    width, height = layout.size
    unit = height / 720
    region = filled((height, width), layout.outlines)
    tissue = _tissue(rng, (height, width), unit)
    screen = np.full((height, width), 16, np.uint8)
    screen[: layout.header] = layout.band
    texts = [
        _write(screen, "OKAFOR, ADA  1961-03-14", (20, layout.header * 0.6), 0.7 * unit),
        _write(screen, "ID 40771-B   EXAMPLE HOSPITAL", (width * 0.55, layout.header * 0.6), 0.6),
        _write(screen, "MI 1.1  TIS 0.4", (10, height - 12 * unit), 0.5 * unit),
    ]
    for line, text in enumerate(("S5-1", "49Hz", "16cm", "2D", "64%")):
        at = (10.0, layout.header + (40 + 26 * line) * unit)
        texts.append(_write(screen, text, at, 0.5 * unit))
    _scales(screen, layout.header, unit)
    over = np.zeros_like(screen)
    if layout.inside:
        x0, y0, x1, y1 = cv2.boundingRect(region.astype(np.uint8))
        for text, share in (("OKAFOR ADA", 0.35), ("1961-03-14", 0.75)):
            at = (x0 + x1 * 0.45, y0 + y1 * share)
            texts.append(_write(over, text, at, 0.7 * unit))
    play = _busy(animated(tissue, region, ()), screen, over, region, layout)
    return ScannerScreen(f"made up {number}", region, tuple(texts), play)


def _tissue(rng: np.random.Generator, shape: tuple[int, int], unit: float) -> Luma:
    """Bright and dark patches, dim towards the sides as where a probe's edge has no contact."""
    patches = cv2.GaussianBlur(rng.standard_normal(shape), (0, 0), 28 * unit)
    columns = np.linspace(-1, 1, shape[1])
    echo = 34 * np.exp(1.2 * patches / patches.std()) * np.exp(-1.5 * columns**2)
    return np.asarray(np.clip(16 + echo, 16, 235), np.uint8)


def _write(screen: Luma, text: str, at: tuple[float, float], scale: float) -> Box:
    """The box of its ink."""
    ink = np.zeros_like(screen)
    where = (round(at[0]), round(at[1]))
    thickness = max(1, round(1.4 * scale))
    cv2.putText(ink, text, where, cv2.FONT_HERSHEY_SIMPLEX, scale, 215, thickness, cv2.LINE_AA)
    np.maximum(screen, ink, out=screen)
    x, y, width, height = cv2.boundingRect(ink)
    return (x, y, x + width, y + height)


def _scales(screen: Luma, header: int, unit: float) -> None:
    """A grey bar and a depth scale at the right."""
    height, width = screen.shape
    x = round(width - 40 * unit)
    top = header + round(40 * unit)
    bar = np.linspace(235, 16, round(200 * unit)).astype(np.uint8)
    screen[top : top + len(bar), x : x + round(14 * unit)] = bar[:, None]
    for y in range(top, height - 40, round(30 * unit)):
        screen[y : y + 2, x - round(60 * unit) : x - round(50 * unit)] = 200


def _busy(
    play: Play, screen: Luma, over: Luma, region: npt.NDArray[np.bool_], layout: _Layout
) -> Play:
    """With a clock, a heart rate and an ECG sweep, and the card's noise."""

    def pictures(count: int, seed: int) -> Iterator[Luma]:
        rng = np.random.default_rng(seed)
        height, width = screen.shape
        unit = height / 720
        for index, inside in enumerate(play(count, seed)):
            picture = np.where(region, inside, screen)
            clock = f"12:04:{5 + index // 10:02d}"
            _write(picture, clock, (width - 150 * unit, layout.header * 0.95), 0.6 * unit)
            _write(picture, f"HR {61 + index // 7}", (12, height - 50 * unit), 0.6 * unit)
            head = round((0.1 + index / count / 2) * width)
            picture[height - round(30 * unit) : height - round(20 * unit), head : head + 6] = 220
            picture = np.where(over > 60, over, picture)
            if layout.noise:
                picture = np.clip(picture + rng.normal(0, layout.noise, picture.shape), 0, 255)
            yield picture.astype(np.uint8)

    return pictures
