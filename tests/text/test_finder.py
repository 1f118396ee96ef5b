import numpy as np

from streaming.domain.boxes import area, common
from streaming.text.detector import Grey
from streaming.text.finder import Finder
from tests.text.clips import STEP_NS, ink, speckle, write


def shown(finder: Finder, lumas: list[Grey]) -> None:
    for number, luma in enumerate(lumas):
        finder.show(luma, number * STEP_NS)


def test_text_in_moving_speckle_is_boxed_with_its_ink() -> None:
    finder = Finder()
    shown(finder, [write(luma) for luma in speckle(16)])
    sighting = finder.look()
    assert sighting is not None
    hidden = np.zeros_like(ink())
    for box in sighting.boxes:
        hidden[box.place.y0 : box.place.y1, box.place.x0 : box.place.x1] = 255
    assert (hidden[ink() > 0] > 0).mean() > 0.9
    assert sum(area(box.place) for box in sighting.boxes) < 0.1 * ink().size
    assert (sighting.begins_ns, sighting.ends_ns) == (0, 14 * STEP_NS)


def test_a_scanners_own_label_is_left() -> None:
    finder = Finder()
    shown(finder, [write(luma, "PLAX") for luma in speckle(16)])
    sighting = finder.look()
    assert sighting is not None and sighting.boxes == ()


def test_nothing_new_is_no_sighting() -> None:
    finder = Finder()
    assert finder.look() is None
    shown(finder, list(speckle(4)))
    assert finder.look() is None
    shown(finder, list(speckle(16)))
    assert finder.look() is not None
    assert finder.look() is None


def test_boxes_are_in_pixels_of_a_large_picture() -> None:
    finder = Finder()
    large = [np.asarray(write(luma).repeat(2, 0).repeat(2, 1)) for luma in speckle(16)]
    shown(finder, large)
    sighting = finder.look()
    assert sighting is not None and sighting.boxes
    box = sighting.boxes[0].place
    assert area(common(box, type(box)(404, 450, 690, 480))) > 0


def test_text_that_no_sixth_of_a_second_holds_is_seen_in_the_mean_of_some_looks() -> None:
    """It flickers, so that the lowest value of each block is without it."""
    finder, boxes = Finder(), []
    for number, luma in enumerate(speckle(45)):
        finder.show(write(luma) if number % 2 else luma, number * STEP_NS)
        if number % 15 == 14:
            sighting = finder.look()
            assert sighting is not None
            boxes.append(sighting.boxes)
    assert boxes[0] == ()
    assert any(boxes[1:])
