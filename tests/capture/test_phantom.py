import itertools
import tomllib
from fractions import Fraction

import cv2
import numpy as np
import pytest

from streaming.capture import barcode
from streaming.capture.phantom import (
    BARCODE_ORIGIN,
    Phantom,
    Resize,
    Sector,
    phantom_profile_toml,
)
from streaming.domain.frame import Size
from tests.capture.reading import luma, next_frame, opened

SIZES = [Size(640, 480), Size(1280, 720), Size(1920, 1080)]


def allowed(size: Size, *, margin: int = 0) -> np.ndarray:
    """The profile's regions as a stencil, ``margin`` pixels wider."""
    stencil = np.zeros((size.height, size.width), np.uint8)
    for region in tomllib.loads(phantom_profile_toml(size))["regions"]:
        if isinstance(region[0], int):
            x0, y0, x1, y1 = region
            stencil[y0:y1, x0:x1] = 255
        else:
            cv2.fillPoly(stencil, [np.array(region)], (255,))
    return cv2.dilate(stencil, np.ones((2 * margin + 1, 2 * margin + 1), np.uint8)) > 0


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_barcode_holds_the_stamp_and_number_of_its_frame(size: Size) -> None:
    with opened(Phantom(source_id="s", size=size, fps=Fraction(60))) as source:
        for _ in range(3):
            frame = next_frame(source)
            assert frame.size == size
            expected = (frame.captured_at_ns // 1000 % 2**40, frame.number)
            assert barcode.read(luma(frame), *BARCODE_ORIGIN) == expected


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_profile_allows_the_barcode_and_the_sector_and_no_identity(size: Size) -> None:
    with opened(Phantom(source_id="s", size=size)) as source:
        picture = luma(next_frame(source))
    x, y = BARCODE_ORIGIN
    stencil = allowed(size)
    assert stencil[y : y + barcode.HEIGHT, x : x + barcode.WIDTH].all()
    wide = allowed(size, margin=16)
    assert not wide[:64].any(), "the header with the identity is at least 16 pixels away"
    assert picture[:64].max() > 200, "and there is an identity in it"
    bounds = Sector.within(size).bounds
    assert (
        picture[bounds.y0 : bounds.y1, bounds.x0 : bounds.x1][
            ~stencil[bounds.y0 : bounds.y1, bounds.x0 : bounds.x1]
        ].max()
        == 16
    )


def test_the_sector_moves_from_frame_to_frame() -> None:
    with opened(Phantom(source_id="s", fps=Fraction(60))) as source:
        frames = [next_frame(source) for _ in range(4)]
    bounds = Sector.within(frames[0].size).bounds
    for before, after in itertools.pairwise(frames):
        difference = cv2.absdiff(luma(before), luma(after))
        assert difference[bounds.y0 : bounds.y1, bounds.x0 : bounds.x1].mean() > 1


def test_numbers_go_up_and_stamps_follow_the_frame_rate() -> None:
    with opened(Phantom(source_id="s", fps=Fraction(100), size=Size(640, 480))) as source:
        frames = [next_frame(source) for _ in range(10)]
    for before, after in itertools.pairwise(frames):
        assert after.number > before.number
        assert after.captured_at_ns > before.captured_at_ns
    elapsed_s = (frames[-1].captured_at_ns - frames[0].captured_at_ns) / 1e9
    assert elapsed_s >= (frames[-1].number - 1) / 100


def test_the_size_changes_once_as_asked() -> None:
    resize = Resize(after_s=0.05, size=Size(1280, 720))
    with opened(
        Phantom(source_id="s", size=Size(640, 480), fps=Fraction(60), resize=resize)
    ) as source:
        sizes = [next_frame(source).size for _ in range(3)]
        while (frame := next_frame(source)).size == Size(640, 480):
            pass
        assert sizes[0] == Size(640, 480)
        assert frame.size == Size(1280, 720)
        assert barcode.read(luma(frame), *BARCODE_ORIGIN) is not None


def test_a_frame_belongs_to_its_reader() -> None:
    with opened(Phantom(source_id="s", size=Size(640, 480), fps=Fraction(100))) as source:
        first = next_frame(source)
        first.planes[:] = 0
        assert luma(next_frame(source))[:64].max() > 200


def test_the_same_seed_gives_the_same_speckle() -> None:
    def first(seed: int) -> np.ndarray:
        with opened(Phantom(source_id="s", size=Size(640, 480), seed=seed)) as source:
            return luma(next_frame(source))[200:]

    assert (first(3) == first(3)).all()
    assert (first(3) != first(4)).any()


def test_no_frame_within_a_short_timeout() -> None:
    with opened(Phantom(source_id="s", size=Size(640, 480), fps=Fraction(1))) as source:
        next_frame(source)
        assert source.read(0.01) is None
