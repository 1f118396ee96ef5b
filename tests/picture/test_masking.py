import numpy as np
import pytest

from streaming.domain.frame import Size
from streaming.domain.mask import Rectangle, Region
from streaming.picture.frame import RawFrame
from streaming.picture.masking import Masker, MaskState
from tests.picture.pictures import RECTANGLES, SECTOR, SIZE, profile, raw, raw_planes


def allowed_luma(*regions: Region) -> np.ndarray:
    """Independent of the code under test: pixels of blocks that pass, from the pure geometry."""
    allowed = np.zeros((SIZE.height, SIZE.width), bool)
    for run in profile(*regions).mask.runs():
        allowed[2 * run.row : 2 * run.row + 2, 2 * run.first : 2 * run.end] = True
    return allowed


@pytest.mark.parametrize("regions", [RECTANGLES, SECTOR, RECTANGLES + SECTOR])
def test_inside_is_untouched_and_outside_is_black(regions: tuple[Region, ...]) -> None:
    before = raw_planes(3)
    planes = Masker(profile(*regions)).mask(raw(3)).planes
    luma_in = allowed_luma(*regions)
    chroma_in = luma_in[::2, ::2]
    height, half = SIZE.height, SIZE.height // 2

    luma, old_luma = planes[:height], before[:height]
    assert (luma[luma_in] == old_luma[luma_in]).all()
    assert (luma[~luma_in] == 16).all()
    for plane, old in zip(
        planes[height:].reshape(2, half, -1), before[height:].reshape(2, half, -1), strict=True
    ):
        assert (plane[chroma_in] == old[chroma_in]).all()
        assert (plane[~chroma_in] == 128).all()


def test_text_below_black_level_is_removed_too() -> None:
    planes = raw_planes()
    planes[:40] = 0
    masked = Masker(profile(Rectangle(0, 100, 640, 360))).mask(raw(planes=planes))
    assert (masked.planes[:100] == 16).all()


def test_masking_is_in_place_and_keeps_what_names_the_frame() -> None:
    frame = raw(7)
    masked = Masker(profile(*RECTANGLES)).mask(frame)
    assert np.shares_memory(masked.planes, frame.planes)
    assert (masked.source_id, masked.number, masked.captured_at_ns, masked.size) == (
        frame.source_id,
        7,
        frame.captured_at_ns,
        SIZE,
    )


def is_black(frame: RawFrame, masker: Masker) -> bool:
    planes = masker.mask(frame).planes
    height = frame.size.height
    return bool((planes[:height] == 16).all() and (planes[height:] == 128).all())


def test_no_profile_is_black_and_says_so() -> None:
    masker = Masker()
    assert is_black(raw(), masker)
    assert masker.status.state is MaskState.BLACK
    assert masker.status.code == "mask.unconfirmed"


def test_unknown_picture_size_goes_black_and_names_both_sizes() -> None:
    masker = Masker(profile(size=Size(1280, 720)))
    assert is_black(raw(), masker)
    assert masker.status.code == "mask.size_mismatch"
    assert "640x360" in masker.status.detail and "1280x720" in masker.status.detail


def test_picture_passes_again_when_its_size_is_back() -> None:
    masker = Masker(profile())
    assert is_black(raw(size=Size(320, 240)), masker)
    assert not is_black(raw(), masker)
    assert masker.status.state is MaskState.CONFIRMED
    assert masker.status.profile == "test scanner"


def test_withdrawn_profile_goes_black() -> None:
    masker = Masker(profile())
    assert not is_black(raw(), masker)
    masker.set_profile(None)
    assert is_black(raw(), masker)
    assert masker.status.code == "mask.unconfirmed"


def test_new_profile_is_in_force_from_the_next_picture() -> None:
    masker = Masker()
    masker.set_profile(profile(Rectangle(0, 0, 320, 360)))
    planes = masker.mask(raw(1)).planes
    assert (planes[: SIZE.height, 320:] == 16).all()
    assert (planes[: SIZE.height, :320] == raw_planes(1)[: SIZE.height, :320]).all()


@pytest.mark.parametrize(
    "planes",
    [
        np.zeros((360, 640), np.uint8),
        np.zeros((540, 640), np.uint16),
        np.zeros((540, 1280), np.uint8)[:, ::2],
        np.zeros((540, 640, 3), np.uint8),
    ],
)
def test_planes_of_another_layout_are_refused(planes: np.ndarray) -> None:
    with pytest.raises(ValueError, match="planes"):
        Masker(profile()).mask(raw(planes=planes))


def test_odd_size_is_refused() -> None:
    planes = np.zeros((7, 5), np.uint8)
    with pytest.raises(ValueError, match="I420"):
        Masker().mask(raw(size=Size(5, 5), planes=planes))
