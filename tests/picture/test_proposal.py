"""Proposals against hand-drawn truth, on real vendors' screens and made-up ones."""

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from streaming.domain.frame import Size
from streaming.domain.mask import Mask, Polygon, Rectangle
from streaming.picture.frame import RawFrame
from streaming.picture.glimpses import Glimpses
from streaming.picture.masking import hidden_samples
from streaming.picture.proposal import ADVICE, Proposal, Sureness, glimpse, propose
from tests.picture.scanner_screens import (
    Luma,
    ScannerScreen,
    made_up_screens,
    vendor_screens,
)

PICTURES = 24
SCREENS = {screen.name: screen for screen in (*vendor_screens(), *made_up_screens())}


def look(pictures: Sequence[Luma]) -> Proposal:
    height, width = pictures[0].shape
    return propose([glimpse(picture) for picture in pictures], size=Size(width, height))


def shown(proposal: Proposal) -> np.ndarray:
    """The luma samples that would pass if the proposal were confirmed as it is."""
    hidden = hidden_samples(Mask(size=proposal.size, regions=proposal.regions))
    return np.asarray(hidden[: proposal.size.height] == 0)


@pytest.mark.parametrize("name", SCREENS)
def test_proposal_covers_the_ultrasound_and_no_text(name: str) -> None:
    screen = SCREENS[name]
    proposal = look(list(screen.play(PICTURES, 7)))
    assert proposal.sureness is Sureness.SURE and proposal.code == "proposal.found"
    passing = shown(proposal)
    assert screen.overlap(passing) >= 0.95
    assert screen.text_pixels(passing) == 0


def test_truth_and_measure_can_fail() -> None:
    """The header's text counts when it is let through, and a shape that is off fails the mark."""
    screen = SCREENS["SonoSite"]
    assert screen.text_pixels(np.ones_like(screen.region)) > 1_000
    assert screen.overlap(np.roll(screen.truth, 12, axis=1)) < 0.95


def still(screen: ScannerScreen) -> list[Luma]:
    return [next(screen.play(1, 3))] * PICTURES


def noisy(pictures: list[Luma], sigma: float) -> list[Luma]:
    rng = np.random.default_rng(1)
    return [
        np.clip(picture + rng.normal(0, sigma, picture.shape), 0, 255).astype(np.uint8)
        for picture in pictures
    ]


@pytest.mark.parametrize("sigma", [0, 2])
def test_frozen_scanner_gets_no_proposal(sigma: float) -> None:
    pictures = still(SCREENS["Philips EPIQ 7C"])
    refused(look(noisy(pictures, sigma) if sigma else pictures), "proposal.frozen")


@pytest.mark.parametrize("sigma", [0, 2])
def test_black_picture_is_told_from_a_frozen_one(sigma: float) -> None:
    refused(
        look(noisy([np.full((480, 640), 16, np.uint8)] * PICTURES, sigma)), "proposal.no_signal"
    )


def test_a_thin_band_that_moves_is_a_probe_in_the_air() -> None:
    screen = np.full((480, 640), 16, np.uint8)
    cv2.putText(screen, "MI 1.1", (20, 40), cv2.FONT_HERSHEY_SIMPLEX, 1, 200, 2)
    rng = np.random.default_rng(1)
    pictures = []
    for _ in range(PICTURES):
        picture = screen.copy()
        picture[60:75, 200:440] = rng.integers(16, 235, (15, 240))
        pictures.append(picture)
    refused(look(pictures), "proposal.little_motion")


def test_whole_picture_in_motion_gets_no_proposal() -> None:
    rng = np.random.default_rng(1)
    pictures = [rng.integers(16, 235, (480, 640)).astype(np.uint8) for _ in range(PICTURES)]
    assert not look(pictures).regions


def test_too_few_pictures_are_said_to_be_too_few() -> None:
    refused(look(list(SCREENS["SonoSite"].play(3, 0))), "proposal.too_short")


def refused(proposal: Proposal, code: str) -> None:
    assert (proposal.sureness, proposal.code) == (Sureness.NOTHING, code)
    assert proposal.regions == () and proposal.advice == ADVICE[code]


def test_dark_chamber_belongs_to_the_picture() -> None:
    """What doesn't move and lies wholly inside is no hole in the region."""
    rng = np.random.default_rng(1)
    pictures = []
    for _ in range(PICTURES):
        picture = np.full((480, 640), 16, np.uint8)
        picture[80:440, 140:500] = rng.integers(20, 120, (360, 360))
        cv2.circle(picture, (320, 260), 90, 16, cv2.FILLED)
        pictures.append(picture)
    (region,) = look(pictures).regions
    assert isinstance(region, Rectangle) or region == Polygon(region.points)
    assert shown(look(pictures))[200:320, 260:380].all()


def test_text_in_the_middle_is_cut_out_through_an_even_odd_outline() -> None:
    screen = SCREENS["made up 3"]
    proposal = look(list(screen.play(PICTURES, 7)))
    (region,) = proposal.regions
    assert isinstance(region, Polygon)
    (x0, y0, x1, y1) = screen.texts[-2]
    assert not shown(proposal)[y0:y1, x0:x1].any()
    assert shown(proposal)[y0 - 40 : y0 - 20, x0:x1].mean() > 0.8
    assert shown(proposal)[y0:y1, x0 - 60 : x0 - 20].mean() > 0.8


SMALL = Size(640, 480)


def raw(index: int, size: Size = SMALL) -> RawFrame:
    planes = np.full((size.height * 3 // 2, size.width), 40, np.uint8)
    return RawFrame("s", index, index * 33_333_333, size, planes)


def test_glimpses_take_every_third_of_30_pictures_a_second() -> None:
    glimpses = Glimpses()
    for index in range(30):
        glimpses.offer(raw(index))
    assert len(glimpses) == 10


def test_glimpses_of_another_size_begin_anew() -> None:
    glimpses = Glimpses()
    assert glimpses.propose() is None
    for index in range(6):
        glimpses.offer(raw(index))
    glimpses.offer(raw(6, Size(1280, 720)))
    assert len(glimpses) == 1 and glimpses.size == Size(1280, 720)
    proposal = glimpses.propose()
    assert proposal is not None and proposal.code == "proposal.too_short"


@pytest.mark.parametrize(
    ("size", "shape"),
    [((640, 480), (480, 640)), ((1280, 720), (360, 640)), ((3840, 2160), (540, 960))],
)
def test_glimpse_is_small_and_a_copy(size: tuple[int, int], shape: tuple[int, int]) -> None:
    luma = np.zeros((size[1], size[0]), np.uint8)
    small = glimpse(luma)
    assert small.shape == shape
    assert not np.shares_memory(small, luma)
