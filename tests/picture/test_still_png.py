import cv2
import numpy as np
import pytest

from streaming.domain.frame import Size
from streaming.picture.still_png import encode_png, luma_of_grey
from streaming.picture.still_ring import KeptPicture, StillRing
from tests.picture.pictures import SIZE, raw_planes
from tests.picture.test_still_ring import grey, masked


def kept(planes: np.ndarray, size: Size = SIZE) -> KeptPicture:
    ring = StillRing()
    ring.keep(masked(0, planes=planes, size=size))
    return ring.find(0)


def decoded(png: bytes) -> np.ndarray:
    image = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    assert image is not None
    return np.asarray(image)


@pytest.mark.parametrize("size", [SIZE, Size(1280, 720), Size(1920, 1080)], ids=str)
def test_luma_of_a_grey_picture_comes_back_exactly(size: Size) -> None:
    planes = grey(size=size)
    planes[: size.height] = raw_planes(3, size)[: size.height].clip(16, 235)
    png = encode_png(kept(planes.copy(), size))
    image = decoded(png)
    assert image.ndim == 2
    assert np.array_equal(luma_of_grey(image), planes[: size.height])
    assert png[:8] == b"\x89PNG\r\n\x1a\n"


def test_every_level_has_a_grey_of_its_own_and_black_is_black() -> None:
    planes = grey()
    planes[0, :220] = np.arange(16, 236)
    image = decoded(encode_png(kept(planes)))
    assert len(set(image[0, :220].tolist())) == 220
    assert (image[0, 0], image[0, 219]) == (0, 255)


def test_beyond_limited_range_is_black_and_white() -> None:
    planes = grey()
    planes[0, :2] = (3, 250)
    assert decoded(encode_png(kept(planes)))[0, :2].tolist() == [0, 255]


@pytest.mark.parametrize(
    ("levels", "colour"),
    [
        ((63, 102, 240), (255, 0, 0)),
        ((173, 42, 26), (0, 255, 0)),
        ((32, 240, 118), (0, 0, 255)),
        ((235, 128, 128), (255, 255, 255)),
    ],
    ids=["red", "green", "blue", "white"],
)
def test_colours_are_those_of_bt_709(
    levels: tuple[int, int, int], colour: tuple[int, int, int]
) -> None:
    luma, u, v = levels
    planes = grey(luma, chroma=(u, v))
    planes[-1, -1] = v ^ 1
    rgb = decoded(encode_png(kept(planes)))[..., ::-1]
    assert np.abs(rgb[0, 0].astype(int) - colour).max() <= 2


def test_a_constant_tint_is_a_colour_too() -> None:
    image = decoded(encode_png(kept(grey(100, chroma=(140, 120)))))
    assert image.shape == (SIZE.height, SIZE.width, 3)
    assert image[0, 0, 0] > image[0, 0, 2]


def test_nothing_but_pixels_is_in_the_file() -> None:
    png = encode_png(kept(grey()))
    names, at = set(), 8
    while at < len(png):
        length = int.from_bytes(png[at : at + 4], "big")
        names.add(png[at + 4 : at + 8])
        at += 12 + length
    assert names == {b"IHDR", b"IDAT", b"IEND"}
