import numpy as np
import pytest

from streaming.domain.frame import Size
from streaming.domain.mask import Rectangle
from streaming.picture.frame import MaskedFrame, RawFrame
from streaming.picture.masking import Masker
from streaming.picture.still_ring import KEEP_NS, MATCH_NS, MAX_BYTES, StillError, StillRing
from tests.picture.pictures import SIZE, profile, raw_planes

FRAME_NS = 33_333_333
HD = Size(1280, 720)


def masked(at_ns: int, *, planes: np.ndarray, size: Size = SIZE) -> MaskedFrame:
    frame = RawFrame("test", at_ns // FRAME_NS, at_ns, size, planes)
    return Masker(profile(size=size)).mask(frame)


def grey(level: int = 90, size: Size = SIZE, chroma: tuple[int, int] = (128, 128)) -> np.ndarray:
    planes = np.full((size.height * 3 // 2, size.width), level, np.uint8)
    planes[size.height : size.height * 5 // 4] = chroma[0]
    planes[size.height * 5 // 4 :] = chroma[1]
    return planes


def code(ring: StillRing, at_ns: int) -> str:
    with pytest.raises(StillError) as caught:
        ring.find(at_ns)
    return caught.value.code


def test_exactly_the_picture_of_that_time_comes_back() -> None:
    ring = StillRing()
    pictures = {n * FRAME_NS: raw_planes(n) for n in range(10)}
    for at_ns, planes in pictures.items():
        ring.keep(masked(at_ns, planes=planes.copy()))
    for at_ns, planes in pictures.items():
        found = ring.find(at_ns)
        assert (found.captured_at_ns, found.number, found.size) == (at_ns, at_ns // FRAME_NS, SIZE)
        assert not isinstance(found.chroma, tuple)
        assert np.array_equal(found.luma, planes[: SIZE.height])
        assert np.array_equal(found.chroma.ravel(), planes[SIZE.height :].ravel())


@pytest.mark.parametrize("off_ns", [-11_112, 11_112])
def test_a_time_known_to_a_tick_of_rtp_finds_its_picture(off_ns: int) -> None:
    ring = StillRing()
    for number in range(4):
        ring.keep(masked(number * FRAME_NS, planes=grey()))
    assert ring.find(2 * FRAME_NS + off_ns).captured_at_ns == 2 * FRAME_NS


def test_what_is_masked_is_not_in_it() -> None:
    ring = StillRing()
    frame = RawFrame("test", 0, 0, SIZE, raw_planes())
    ring.keep(Masker(profile(Rectangle(100, 60, 600, 340))).mask(frame))
    luma = ring.find(0).luma
    assert np.all(luma[:60] == 16) and np.all(luma[:, :100] == 16)
    assert np.any(luma[60:340, 100:600] != 16)


def test_a_picture_older_than_two_seconds_is_gone() -> None:
    ring = StillRing()
    for n in range(100):
        ring.keep(masked(n * FRAME_NS, planes=grey()))
    newest_ns = 99 * FRAME_NS
    oldest_ns = next(n * FRAME_NS for n in range(100) if n * FRAME_NS >= newest_ns - KEEP_NS)
    assert ring.find(oldest_ns).captured_at_ns == oldest_ns
    assert code(ring, oldest_ns - FRAME_NS) == "still.too_old"


def test_a_time_at_which_no_picture_was_captured_is_unknown() -> None:
    ring = StillRing()
    assert code(ring, 1) == "still.unknown"
    ring.keep(masked(FRAME_NS, planes=grey()))
    ring.keep(masked(2 * FRAME_NS, planes=grey()))
    assert code(ring, FRAME_NS + 2 * MATCH_NS) == "still.unknown"
    assert code(ring, 9 * FRAME_NS) == "still.unknown"


def test_two_seconds_of_grey_720p_are_fifty_five_megabytes() -> None:
    ring = StillRing()
    for n in range(90):
        ring.keep(masked(n * FRAME_NS, planes=grey(size=HD), size=HD))
    assert ring.nbytes == 61 * HD.width * HD.height  # both ends of the two seconds
    assert ring.find(89 * FRAME_NS).luma.base is None  # or the whole picture would be held


def test_chroma_of_one_value_is_two_numbers() -> None:
    ring = StillRing()
    ring.keep(masked(0, planes=grey(chroma=(120, 140))))
    assert ring.find(0).chroma == (120, 140)


def test_one_coloured_sample_is_kept() -> None:
    planes = grey()
    planes[-1, -1] = 129
    ring = StillRing()
    ring.keep(masked(0, planes=planes))
    chroma = ring.find(0).chroma
    assert not isinstance(chroma, tuple)
    assert (chroma[0].max(), chroma[1][-1, -1], chroma[1][0, 0]) == (128, 129, 128)


def test_bytes_are_bounded_whatever_comes() -> None:
    ring = StillRing(max_bytes=10 * SIZE.width * SIZE.height)
    for n in range(50):
        ring.keep(masked(n * FRAME_NS, planes=grey() if n % 3 else raw_planes(n)))
        assert ring.nbytes <= 10 * SIZE.width * SIZE.height
    assert ring.find(49 * FRAME_NS).number == 49
    assert code(ring, 39 * FRAME_NS) == "still.too_old"
    assert MAX_BYTES < 256 * 1024 * 1024


def test_a_stamp_that_comes_twice_counts_once() -> None:
    ring = StillRing()
    for level in (50, 60):
        ring.keep(masked(FRAME_NS, planes=grey(level)))
    assert ring.nbytes == SIZE.width * SIZE.height
    assert ring.find(FRAME_NS).luma[0, 0] == 60


def test_pictures_of_a_withdrawn_mask_are_gone_and_no_late_one_enters() -> None:
    ring = StillRing()
    for n in range(3):
        ring.keep(masked(n * FRAME_NS, planes=grey()))
    ring.forget(before_ns=4 * FRAME_NS)
    ring.keep(masked(3 * FRAME_NS, planes=grey()))  # was in the masking meanwhile
    assert ring.nbytes == 0
    assert {code(ring, n * FRAME_NS) for n in range(4)} == {"still.too_old"}
    ring.keep(masked(4 * FRAME_NS, planes=grey()))
    assert ring.find(4 * FRAME_NS).number == 4
