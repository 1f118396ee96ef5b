from dataclasses import replace

import numpy as np
import pytest

from streaming.picture.region_fit import Fit, Shape, draw, overlap

SIZE = (360, 640)
SECTOR = Shape(320, 20, 30, 300, -0.7, 0.7, 0, 0, 640, 360)
RECTANGLE = Shape(320, -60_000, 0, 130_000, -0.1, 0.1, 150, 60, 480, 320)


@pytest.mark.parametrize(
    "shape",
    [
        SECTOR,
        replace(SECTOR, left=-0.4, right=0.8),
        replace(SECTOR, apex_y=-150, inner=190, outer=480, left=-0.5, right=0.5),
        replace(SECTOR, inner=0, y0=60, y1=300, outer=2_000),
        replace(SECTOR, x0=160, x1=500, y1=280),
        RECTANGLE,
    ],
    ids=["phased", "steered", "curved", "trapezoid", "clipped", "rectangle"],
)
def test_shapes_are_found_again(shape: Shape) -> None:
    target = draw(shape, SIZE)
    fit = Fit(target)
    assert fit.overlap >= 0.97
    assert overlap(fit.pixels, target) == fit.overlap


def test_dim_corner_is_drawn_too() -> None:
    target = draw(SECTOR, SIZE)
    seen = target.copy()
    seen[200:230, 110:160] = False
    assert overlap(Fit(seen).pixels, target) >= 0.97


def test_what_is_no_such_shape_overlaps_badly() -> None:
    target = np.zeros(SIZE, bool)
    target[40:320, 100:160] = target[40:320, 480:540] = True
    target[150:190, 100:540] = True
    assert Fit(target).overlap < 0.8


def test_nothing_overlaps_nothing() -> None:
    nothing = np.zeros(SIZE, bool)
    assert overlap(nothing, nothing) == 0
    assert overlap(nothing, ~nothing) == 0
