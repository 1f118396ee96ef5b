import numpy as np

from streaming.domain.mask import Rectangle
from streaming.picture.black import BLACK_LUMA, NEUTRAL_CHROMA
from streaming.picture.redaction import redacted
from tests.picture.pictures import SIZE, masked


def test_a_box_is_black_in_luma_and_chroma_and_the_rest_is_as_it_was() -> None:
    frame = masked()
    before = frame.planes.copy()
    planes = redacted(frame, [Rectangle(101, 51, 199, 99)]).planes
    height, width = SIZE.height, SIZE.width
    hidden = np.zeros((height, width), bool)
    hidden[50:100, 100:200] = True
    assert (planes[:height][hidden] == BLACK_LUMA).all()
    assert (planes[:height][~hidden] == before[:height][~hidden]).all()
    chroma = planes[height:].reshape(2, height // 2, width // 2)
    was = before[height:].reshape(2, height // 2, width // 2)
    assert (chroma[:, hidden[::2, ::2]] == NEUTRAL_CHROMA).all()
    assert (chroma[:, ~hidden[::2, ::2]] == was[:, ~hidden[::2, ::2]]).all()


def test_the_frame_itself_is_not_written_to() -> None:
    frame = masked()
    before = frame.planes.copy()
    redacted(frame, [Rectangle(0, 0, 100, 100)])
    assert (frame.planes == before).all()


def test_what_lies_outside_the_picture_is_left_out() -> None:
    frame = masked()
    planes = redacted(frame, [Rectangle(600, 340, 900, 900)]).planes
    assert planes.shape == frame.planes.shape
    assert (planes[340 : SIZE.height, 600:] == BLACK_LUMA).all()
