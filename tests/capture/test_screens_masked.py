"""The synthetic screens behind the real mask: ultrasound passes, no identity does."""

import pytest

from streaming.capture import barcode, demo_screen, phantom
from streaming.capture.demo_screen import demo_profile_toml
from streaming.capture.phantom import phantom_profile_toml
from streaming.capture.spec import open_source
from streaming.domain.frame import Size
from streaming.domain.profile import parse_profile
from streaming.picture.masking import Masker
from tests.capture.reading import next_frame, opened

SCREENS = [
    ("phantom:?size=640x480", phantom_profile_toml(Size(640, 480)), phantom.BARCODE_ORIGIN),
    ("phantom:", phantom_profile_toml(Size(1280, 720)), phantom.BARCODE_ORIGIN),
    ("phantom:?size=1920x1080", phantom_profile_toml(Size(1920, 1080)), phantom.BARCODE_ORIGIN),
    ("demo:?barcode=1", demo_profile_toml(), demo_screen.BARCODE_ORIGIN),
]


@pytest.mark.parametrize(("spec", "toml", "origin"), SCREENS, ids=[row[0] for row in SCREENS])
def test_the_mask_leaves_ultrasound_and_barcode_and_takes_every_text(
    spec: str, toml: str, origin: tuple[int, int]
) -> None:
    profile = parse_profile(toml)
    with opened(open_source(spec, source_id="s")) as source:
        frame = next_frame(source)
    assert frame.size == profile.size
    height = frame.size.height
    before = frame.planes[:height].copy()
    after = Masker(profile).mask(frame).planes[:height]

    assert barcode.read(after, *origin) == barcode.read(before, *origin) is not None
    assert (after[:72] == 16).all(), "the header"
    assert (after[height - 40 :] == 16).all(), "the footer"
    passed = after != 16
    assert passed.mean() > 0.1
    assert (after[passed] == before[passed]).all()
    assert before[:72].max() > 200, "which was there"


@pytest.mark.parametrize("spec", ["phantom:?size=800x600", "phantom:?size=1920x1080"])
def test_a_profile_of_another_size_shows_nothing(spec: str) -> None:
    profile = parse_profile(phantom_profile_toml(Size(1280, 720)))
    with opened(open_source(spec, source_id="s")) as source:
        masked = Masker(profile).mask(next_frame(source))
    assert (masked.planes[: masked.size.height] == 16).all()
