from collections.abc import Iterable

import numpy as np
import pytest

from streaming.text.clip_file import ClipPicture
from streaming.text.detector import Grey
from streaming.text.opening import Opening
from streaming.text.traits import Traits
from tests.text.clips import HEIGHT, STEP_NS, WIDTH, grey, speckle


def picture(*, tint: int, width: int = 60) -> ClipPicture:
    (planes,) = grey(speckle(1))
    chroma = planes[HEIGHT:].reshape(2, HEIGHT // 2, WIDTH // 2)
    chroma[1, 100:140, 100 : 100 + width] += np.uint8(tint)
    return ClipPicture(0, True, planes)


@pytest.mark.parametrize(("tint", "width", "coloured"), [(60, 60, True), (10, 60, False)])
def test_flow_is_colour_and_a_tinted_map_is_not(tint: int, width: int, coloured: bool) -> None:
    traits = Traits()
    traits.see_colour(picture(tint=tint, width=width))
    assert traits.coloured is coloured


def test_a_marker_of_a_few_pixels_is_no_flow() -> None:
    traits = Traits()
    traits.see_colour(picture(tint=60, width=2))
    assert not traits.coloured


def test_colour_that_came_and_went_is_remembered() -> None:
    traits = Traits()
    traits.see_colour(picture(tint=60))
    traits.see_colour(picture(tint=0))
    assert traits.coloured


def still_s(lumas: Iterable[Grey]) -> float:
    traits, opening = Traits(), Opening()
    for number, luma in enumerate(lumas):
        opening.add(luma, number * STEP_NS)
    window = opening.window()
    assert window is not None
    traits.see_motion(window)
    return traits.still_s


def test_moving_speckle_is_not_still() -> None:
    assert still_s(speckle(16)) == 0


def test_a_frozen_picture_is_still() -> None:
    (frozen,) = speckle(1)
    assert still_s([frozen] * 16) > 0.4


def test_one_half_of_a_split_screen_is_enough() -> None:
    (frozen,) = speckle(1)

    def split() -> Iterable[Grey]:
        for luma in speckle(16, seed=2):
            luma[:, : WIDTH // 2] = frozen[:, : WIDTH // 2]
            yield luma

    assert still_s(split()) > 0.4


def test_a_black_picture_is_neither_still_nor_coloured() -> None:
    assert still_s([np.full((HEIGHT, WIDTH), 16, np.uint8)] * 16) == 0
    traits = Traits()
    (planes,) = grey([np.full((HEIGHT, WIDTH), 16, np.uint8)])
    traits.see_colour(ClipPicture(0, True, planes))
    assert not traits.coloured
