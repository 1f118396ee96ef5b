import cv2
import numpy as np
import pytest

from streaming.domain.boxes import area, common
from streaming.domain.mask import Rectangle
from streaming.text.detector import Detector, Grey, TextBox, is_text_like, look_scale
from tests.text.clips import HEIGHT, WIDTH, speckle, write


def covered(boxes: list[Rectangle], truth: Rectangle) -> float:
    return sum(area(common(box, truth)) for box in boxes) / area(truth)


def blank() -> Grey:
    return np.full((HEIGHT, WIDTH), 16, np.uint8)


NAME_BOX = Rectangle(203, 227, 325, 240)
"""Where ``clips.write`` puts its ink, a few pixels tight."""


def test_words_are_boxed_where_they_stand(detector: Detector) -> None:
    boxes = [box.place for box in detector.find(write(blank()), scale=1.0)]
    assert covered(boxes, NAME_BOX) > 0.9
    assert sum(map(area, boxes)) < 3 * area(NAME_BOX)


def test_colour_is_looked_at_too(detector: Detector) -> None:
    picture = np.full((HEIGHT, WIDTH, 3), 16, np.uint8)
    cv2.putText(picture, "OKAFOR ADA", (200, 240), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (200, 90, 30), 2)
    assert covered([box.place for box in detector.find(picture, scale=1.0)], NAME_BOX) > 0.9


def test_boxes_are_in_pixels_of_the_unscaled_picture(detector: Detector) -> None:
    small = cv2.resize(write(blank()), None, fx=0.75, fy=0.75, interpolation=cv2.INTER_AREA)
    boxes = detector.find(np.asarray(small, np.uint8), scale=0.75)
    assert covered([box.place for box in boxes], NAME_BOX) > 0.9


def test_black_holds_nothing_and_costs_nothing(detector: Detector) -> None:
    assert detector.find(blank(), scale=1.0) == []


def test_speckle_alone_is_no_text(detector: Detector) -> None:
    for luma in speckle(3):
        assert detector.find(luma, scale=1.0) == []


@pytest.mark.parametrize("size", [0.7, 1.0, 1.5])
def test_large_letters_in_speckle_are_sure_enough(detector: Detector, size: float) -> None:
    (picture,) = speckle(1)
    cv2.putText(picture, "OKAFOR", (150, 260), cv2.FONT_HERSHEY_SIMPLEX, size, 220, 3)
    boxes = [box.place for box in detector.find(picture, scale=1.0)]
    assert covered(boxes, Rectangle(155, 250, 230, 260)) > 0.9


def test_a_tall_box_must_be_surer() -> None:
    tall = Rectangle(100, 100, 200, 100 + HEIGHT // 15)
    assert not is_text_like(TextBox(tall, 0.79), picture_height=HEIGHT)
    assert is_text_like(TextBox(tall, 0.8), picture_height=HEIGHT)


def test_what_is_as_high_as_a_sector_is_no_text(detector: Detector) -> None:
    picture = blank()
    cv2.putText(picture, "AB", (150, 300), cv2.FONT_HERSHEY_SIMPLEX, 6.0, 220, 12)
    assert detector.find(picture, scale=1.0) == []


@pytest.mark.parametrize(("height", "scale"), [(480, 1.0), (720, 0.75), (1080, 0.5)])
def test_pictures_are_looked_at_in_one_height(height: int, scale: float) -> None:
    assert look_scale(height) == scale
