import numpy as np
import pytest

from streaming.domain.mask import Rectangle
from streaming.text.detector import Grey, TextBox
from streaming.text.reader import Reader, Reading
from streaming.text.sift import KEPT, Sift
from tests.text.clips import HEIGHT, WIDTH, write

BOX = TextBox(Rectangle(194, 218, 290, 248), 0.9)


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[Reading]:
    """Each that was made, in order."""
    made: list[Reading] = []
    read = Reader.read

    def noted(reader: Reader, crop: Grey) -> Reading:
        made.append(read(reader, crop))
        return made[-1]

    monkeypatch.setattr(Reader, "read", noted)
    return made


def label(text: str) -> Grey:
    return write(np.full((HEIGHT, WIDTH), 16, np.uint8), text)


def test_a_scanners_label_is_left_and_a_name_is_not() -> None:
    sift = Sift()
    assert sift.foreign([BOX], label("PLAX"), scale=1.0) == []
    assert sift.foreign([BOX], label("OKAFOR"), scale=1.0) == [BOX]


def test_an_unchanged_box_is_read_once(readings: list[Reading]) -> None:
    sift = Sift()
    for _ in range(3):
        sift.foreign([BOX], label("PLAX"), scale=1.0)
    assert len(readings) == 1


def test_a_name_where_a_label_stood_is_read_anew(readings: list[Reading]) -> None:
    sift = Sift()
    sift.foreign([BOX], label("PLAX"), scale=1.0)
    assert sift.foreign([BOX], label("ADA"), scale=1.0) == [BOX]
    assert len(readings) == 2


def test_labels_that_take_turns_in_one_place_are_each_read_once(readings: list[Reading]) -> None:
    sift = Sift()
    for text in ("PLAX", "SUBCOSTAL", "SUBCOSTAL", "PLAX"):
        sift.foreign([BOX], label(text), scale=1.0)
    assert len(readings) == 2


def test_it_remembers_so_many_boxes_and_no_more(readings: list[Reading]) -> None:
    sift = Sift()
    picture = label("PLAX")
    boxes = [TextBox(Rectangle(4 * n, 100, 4 * n + 40, 120), 0.9) for n in range(KEPT + 1)]
    sift.foreign(boxes, picture, scale=1.0)
    sift.foreign(boxes[-1:], picture, scale=1.0)
    assert len(readings) == KEPT + 1
    sift.foreign(boxes[:1], picture, scale=1.0)
    assert len(readings) == KEPT + 2
