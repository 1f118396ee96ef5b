"""How long new text is seen before the live finder has covered it, on a simulated clock.

The finder is shown every picture and looks twice a second, as beside a worker; a look takes the
processor time that it took here, during which nothing waits for it.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.deid.drawing import Plane, place, raw_pictures
from benchmarks.deid.judge import HIDDEN, LEGIBLE_CNR, contrast, covered_plane
from benchmarks.deid.plan import ClipPlan, Coding, Where, field
from benchmarks.deid.vendors import FPS, SIZE, VENDORS, Vendor, screen
from streaming.picture.masking import Masker
from streaming.text.finder import Finder, Sighting

LOOK_PICTURES = FPS // 2
SHOWN_S = 3
"""A text not covered after so long counts as never covered."""
CLEAN_S = 20


@dataclass(frozen=True, slots=True)
class Exposed:
    """``seconds`` None: never covered."""

    vendor: str
    cnr: float
    seconds: float | None

    @property
    def is_legible(self) -> bool:
        return self.cnr > LEGIBLE_CNR


@dataclass(frozen=True, slots=True)
class Clean:
    """Boxes in pictures without text; ``cores`` is what showing and looking took."""

    vendor: str
    seconds: float
    boxes: int
    cores: float


def exposures(count: int, *, seed: int) -> Iterator[Exposed]:
    """Of fields that come up in the sector, each at another time between two looks."""
    for number in range(count):
        rng = np.random.default_rng([seed, 1_000_000 + number])
        vendor = VENDORS[number * len(VENDORS) // count]
        onset = FPS + int(rng.integers(LOOK_PICTURES))
        yield _exposed(vendor, rng, onset)


def _exposed(vendor: Vendor, rng: np.random.Generator, onset: int) -> Exposed:
    shown = screen(vendor)
    end = onset + SHOWN_S * FPS
    placed = place(replace(field(rng, Where.IN_SECTOR), first=onset, end=end), shown)
    plan = ClipPlan(0, vendor, Coding.ARCHIVE, int(rng.integers(10_000)), ())
    masker, finder = Masker(shown.profile), Finder()
    letters, cnr = placed.ink_plane(), 0.0
    around = ~letters
    box = placed.box
    near = np.zeros_like(letters)
    near[max(0, box.y0 - 8) : box.y1 + 8, max(0, box.x0 - 8) : box.x1 + 8] = True
    for raw in raw_pictures(plan, shown, [placed], count=end):
        luma = masker.mask(raw).planes[: SIZE.height]
        finder.show(luma, raw.captured_at_ns)
        if raw.number == onset:
            cnr = contrast(luma[letters], luma[near & around])
        if raw.number % LOOK_PICTURES == LOOK_PICTURES - 1:
            sighting, took_s = _timed(finder.look)
            if raw.number >= onset and sighting and _covers(sighting, letters):
                return Exposed(vendor.name, cnr, (raw.number - onset) / FPS + took_s)
    return Exposed(vendor.name, cnr, None)


def _covers(sighting: Sighting, letters: Plane) -> bool:
    covered = covered_plane([box.place for box in sighting.boxes])
    return float(covered[letters].mean()) >= HIDDEN


def _timed(look: Callable[[], Sighting | None]) -> tuple[Sighting | None, float]:
    began_s = time.thread_time()
    sighting = look()
    return sighting, time.thread_time() - began_s


def clean(vendor: Vendor, *, seconds: int = CLEAN_S) -> Clean:
    shown = screen(vendor)
    masker, finder = Masker(shown.profile), Finder()
    plan = ClipPlan(0, vendor, Coding.ARCHIVE, 0, ())
    boxes, took_s = 0, 0.0
    for raw in raw_pictures(plan, shown, [], count=seconds * FPS):
        luma = masker.mask(raw).planes[: SIZE.height]
        began_s = time.thread_time()
        finder.show(luma, raw.captured_at_ns)
        if raw.number % LOOK_PICTURES == LOOK_PICTURES - 1:
            sighting = finder.look()
            boxes += len(sighting.boxes) if sighting else 0
        took_s += time.thread_time() - began_s
    return Clean(vendor.name, float(seconds), boxes, took_s / seconds)
