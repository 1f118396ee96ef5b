import itertools
import subprocess
import sys
import tomllib

import cv2
import numpy as np
import pytest

from streaming.capture import barcode, demo_screen
from streaming.capture.demo_screen import BARCODE_ORIGIN, DemoScreen, demo_profile_toml
from streaming.domain.frame import Size
from streaming.picture.source import SourceError
from tests.capture.reading import luma, next_frame, opened

HEADER = 72


def stencil(*, margin: int = 0) -> np.ndarray:
    profile = tomllib.loads(demo_profile_toml())
    width, height = profile["size"]
    drawn = np.zeros((height, width), np.uint8)
    for region in profile["regions"]:
        if isinstance(region[0], int):
            x0, y0, x1, y1 = region
            drawn[y0:y1, x0:x1] = 255
        else:
            cv2.fillPoly(drawn, [np.array(region)], (255,))
    return cv2.dilate(drawn, np.ones((2 * margin + 1, 2 * margin + 1), np.uint8)) > 0


@pytest.fixture(scope="module")
def cycle() -> np.ndarray:
    """The luma of a second of the demo."""
    with opened(DemoScreen(source_id="s")) as source:
        return np.stack([luma(next_frame(source)) for _ in range(20)])


def test_it_is_a_720p_screen_with_an_identity_above_and_ultrasound_in_the_region(
    cycle: np.ndarray,
) -> None:
    assert cycle.shape[1:] == (720, 1280)
    assert cycle[0, :HEADER].max() > 200
    assert cycle[0][stencil()].mean() > 24


def test_only_ultrasound_moves_and_all_of_it_is_in_the_region(cycle: np.ndarray) -> None:
    moving = cycle.max(axis=0).astype(int) - cycle.min(axis=0) > 12
    assert moving.sum() > 20_000
    assert not (moving & ~stencil(margin=3)).any()


def test_the_region_keeps_its_distance_from_every_text() -> None:
    wide = stencil(margin=16)
    assert not wide[:HEADER].any()
    assert not wide[720 - 44 :].any()
    assert not wide[:, :200].any()
    assert not wide[:, 1080:].any()


def test_the_cine_s_own_burned_in_text_is_not_on_the_screen(cycle: np.ndarray) -> None:
    """Its patient's name stands at the top left of the original, left of the sector's part."""
    around = cycle[0][HEADER:300, 256:560].copy()
    around[stencil(margin=3)[HEADER:300, 256:560]] = 16
    assert around.max() <= 20


def test_colour_is_kept() -> None:
    with opened(DemoScreen(source_id="s")) as source:
        frame = next_frame(source)
    bgr = cv2.cvtColor(frame.planes, cv2.COLOR_YUV2BGR_I420)
    blue, green, red = (int(level) for level in bgr[100, 700])
    assert green > red + 40 and green > blue, "the orientation marker is green"


def test_it_plays_at_the_clip_s_rate() -> None:
    with opened(DemoScreen(source_id="s")) as source:
        frames = [next_frame(source) for _ in range(5)]
    for before, after in itertools.pairwise(frames):
        assert after.number > before.number
    elapsed_s = (frames[-1].captured_at_ns - frames[0].captured_at_ns) / 1e9
    assert elapsed_s > (frames[-1].number - 1) / 30


def test_the_barcode_is_inside_the_sector_when_asked_for() -> None:
    with opened(DemoScreen(source_id="s", with_barcode=True)) as source:
        frame = next_frame(source)
    expected = (frame.captured_at_ns // 1000 % 2**40, frame.number)
    assert barcode.read(luma(frame), *BARCODE_ORIGIN) == expected
    x, y = BARCODE_ORIGIN
    assert stencil()[y : y + barcode.HEIGHT, x : x + barcode.WIDTH].all()


def test_the_profile_is_of_this_screen() -> None:
    profile = tomllib.loads(demo_profile_toml())
    assert Size(*profile["size"]) == demo_screen.SIZE
    assert 0.3 < profile["mm_per_pixel"] < 0.4


def test_without_the_clip_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_screen, "find_spec", lambda name: None)
    with pytest.raises(SourceError) as caught:
        DemoScreen(source_id="s").open()
    assert caught.value.code == "source.demo_missing"
    assert "sonopair[demo]" in caught.value.fix
    assert not caught.value.lost


def test_the_profile_alone_loads_no_picture_library() -> None:
    """The node writes it down, and holds no pictures."""
    code = (
        "import sys, streaming.capture.demo_profile;"
        "print([name for name in ('numpy', 'cv2', 'av', 'pydicom') if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert shown.stdout.decode().strip() == "[]"
