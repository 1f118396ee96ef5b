import av
import numpy as np
import pytest
from av.video.reformatter import ColorRange

from streaming.capture import i420
from streaming.domain.frame import Size
from streaming.picture.source import SourceError


def noise(*shape: int) -> np.ndarray:
    return np.random.default_rng(2).integers(0, 256, shape, dtype=np.uint8)


@pytest.mark.parametrize(("width", "height"), [(15, 480), (640, 8), (4098, 480), (640, 2306)])
def test_a_size_out_of_bounds_is_refused(width: int, height: int) -> None:
    with pytest.raises(SourceError) as caught:
        i420.even_size(width, height)
    assert caught.value.code == "source.size"
    assert caught.value.fix


def test_odd_sides_are_cropped() -> None:
    assert i420.even_size(641, 479) == Size(640, 478)


def test_split_shows_the_planes_without_a_copy() -> None:
    planes = i420.black(Size(64, 32))
    luma, u, v = i420.split(planes)
    assert (luma.shape, u.shape, v.shape) == ((32, 64), (16, 32), (16, 32))
    v[:] = 7
    assert (planes.reshape(-1)[-16 * 32 :] == 7).all()
    assert (planes[:32] == 16).all()


def test_full_range_grey_becomes_limited() -> None:
    grey = np.tile(np.arange(256, dtype=np.uint8), (16, 1))
    luma, u, v = i420.split(i420.from_grey(grey, limited=False))
    assert (luma[0, 0], luma[0, 255]) == (16, 235)
    assert (u == 128).all() and (v == 128).all()
    assert (i420.split(i420.from_grey(grey, limited=True))[0] == grey).all()


def test_nv12_is_unzipped_also_from_padded_rows() -> None:
    luma, chroma = noise(48, 80), noise(24, 80)
    y, u, v = i420.split(i420.from_nv12(luma[:, :64], chroma[:, :64]))
    assert (y == luma[:, :64]).all()
    assert (u == chroma[:, 0:64:2]).all()
    assert (v == chroma[:, 1:64:2]).all()


def test_yuyv_keeps_luma_and_averages_chroma_rows() -> None:
    packed = noise(32, 64, 2)
    y, u, v = i420.split(i420.from_yuyv(packed))
    assert (y == packed[..., 0]).all()
    for plane, wide in ((u, packed[:, 0::2, 1]), (v, packed[:, 1::2, 1])):
        mean = (wide[0::2].astype(int) + wide[1::2]) / 2
        assert np.abs(plane - mean).max() <= 0.5


def test_rgb_black_and_white_have_limited_luma() -> None:
    rgb = np.zeros((32, 32, 3), np.uint8)
    rgb[:, 16:] = 255
    luma, u, _ = i420.split(i420.from_rgb(rgb))
    assert (luma[:, :16] == 16).all() and (luma[:, 16:] == 235).all()
    assert np.abs(u.astype(int) - 128).max() <= 1


def test_a_decoded_yuv420p_picture_is_copied_as_it_is() -> None:
    planes = noise(72, 64)
    frame = av.VideoFrame.from_ndarray(planes, "yuv420p")
    converted = i420.Converter().convert(frame)
    assert (converted == planes).all()
    converted[:] = 0
    assert (frame.to_ndarray() == planes).all()


def test_a_decoded_full_range_picture_is_compressed_to_limited() -> None:
    frame = av.VideoFrame.from_ndarray(np.full((72, 64), 255, np.uint8), "yuv420p")
    frame.color_range = ColorRange.JPEG
    assert (i420.Converter().convert(frame)[:48] == 235).all()


@pytest.mark.parametrize("name", ["yuv420p", "yuv422p", "yuv444p", "rgb24", "gray"])
def test_odd_decoded_pictures_of_any_format_become_even(name: str) -> None:
    frame = av.VideoFrame(51, 37, name)
    planes = i420.Converter().convert(frame)
    assert planes.shape == (36 * 3 // 2, 50)
    assert planes.flags.c_contiguous


def test_in_place_range_conversion() -> None:
    planes = i420.to_limited(np.full((48, 32), 255, np.uint8))
    luma, u, _ = i420.split(planes)
    assert (luma == 235).all() and (u == 240).all()
