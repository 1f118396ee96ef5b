from dataclasses import replace

import pytest

from streaming.dicom.ultrasound import Region

REGION = Region(
    spatial_format=1,
    data_type=1,
    flags=2,
    min_x=10,
    min_y=20,
    max_x=630,
    max_y=470,
    units_x=3,
    units_y=3,
    delta_x=0.03,
    delta_y=0.03,
)


def test_a_region_inside_the_picture_stays() -> None:
    assert REGION.fits(640, 480)


@pytest.mark.parametrize(
    "value",
    [
        {"max_x": 640},
        {"min_x": -1},
        {"min_y": 470},
        {"max_y": 12_345_678},
        {"units_x": 4711},
        {"data_type": 4711},
        {"spatial_format": 4711},
        {"flags": 4711},
        {"delta_x": 19_550_412.0},
        {"delta_y": 0.0},
        {"delta_y": float("nan")},
    ],
)
def test_a_number_that_means_nothing_takes_its_region_along(value: dict[str, float]) -> None:
    assert not replace(REGION, **value).fits(640, 480)  # type: ignore[arg-type]


def test_a_region_without_a_unit_has_no_delta() -> None:
    assert replace(REGION, units_y=0, delta_y=0.0).fits(640, 480)
