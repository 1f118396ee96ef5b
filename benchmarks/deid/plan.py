"""Which clips are made: every choice follows from seed and number, so a run can be resumed and
each field made again."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from benchmarks.deid.lettering import MAX_PX, MIN_PX, Font, words
from benchmarks.deid.vendors import FPS, VENDORS, Vendor

CLIP_S = 3
PICTURES = CLIP_S * FPS


class Where(StrEnum):
    BANNER = "banner"
    SIDE = "side"
    BOTTOM = "bottom"
    IN_SECTOR = "in-sector"


class Coding(StrEnum):
    ARCHIVE = "x264 CRF 21, the archive's"
    LIVE_4M = "x264 4 Mb/s, the live picture's"
    LIVE_1M5 = "x264 1.5 Mb/s"


@dataclass(frozen=True, slots=True)
class Field:
    """``luma`` None: as much above its surround as ``above`` says. Shown in pictures
    ``first <= number < end``; ``place_seed`` decides where in its zone."""

    where: Where
    text: str
    font: Font
    size_px: int
    luma: int | None
    above: int
    first: int
    end: int
    place_seed: int

    @property
    def is_transient(self) -> bool:
        return self.end - self.first < PICTURES

    @property
    def is_faint(self) -> bool:
        return self.luma is None


@dataclass(frozen=True, slots=True)
class ClipPlan:
    number: int
    vendor: Vendor
    coding: Coding
    first_picture: int
    fields: tuple[Field, ...]


OUTSIDE = (Where.BANNER, Where.SIDE, Where.BOTTOM)
FIELDS_PER_CLIP = 3
"""One in the sector, where only the gate can find it; the others are the mask's."""
CLEAN_EVERY = 5
"""One clip in so many, beside those with fields, has none: a gate must let something through."""


def clips(fields: int, *, seed: int) -> list[ClipPlan]:
    """Of one vendor after the other, with at least ``fields`` fields in all."""
    per_vendor = -(-fields // (FIELDS_PER_CLIP * len(VENDORS)))
    clean = -(-per_vendor // CLEAN_EVERY)
    plans: list[ClipPlan] = []
    for vendor in VENDORS:
        for index in range(per_vendor + clean):
            number = len(plans)
            rng = np.random.default_rng([seed, number])
            plans.append(
                ClipPlan(
                    number=number,
                    vendor=vendor,
                    coding=list(Coding)[index % len(Coding)],
                    first_picture=int(rng.integers(0, 10_000)),
                    fields=_fields(rng) if index < per_vendor else (),
                )
            )
    return plans


def _fields(rng: np.random.Generator) -> tuple[Field, ...]:
    outside = rng.permutation(list(OUTSIDE))[: FIELDS_PER_CLIP - 1]
    return (field(rng, Where.IN_SECTOR), *(field(rng, Where(where)) for where in outside))


def field(rng: np.random.Generator, where: Where) -> Field:
    """A quarter are faint, a quarter are there for 0.4 to 1 s only."""
    first, end = 0, PICTURES
    if rng.random() < 0.25:
        lasts = int(rng.integers(12, FPS + 1))
        first = int(rng.integers(0, PICTURES - lasts))
        end = first + lasts
    faint = rng.random() < 0.25
    return Field(
        where=where,
        text=words(rng),
        font=list(Font)[int(rng.integers(len(Font)))],
        size_px=int(rng.integers(MIN_PX, MAX_PX + 1)),
        luma=None if faint else int(rng.integers(150, 236)),
        above=int(rng.integers(20, 60)),
        first=first,
        end=end,
        place_seed=int(rng.integers(2**31)),
    )
