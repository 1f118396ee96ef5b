"""The mask together with what the look-out says."""

import numpy as np
import pytest

from streaming.domain.frame import Size
from streaming.domain.mask import Rectangle
from streaming.domain.profile import ScannerProfile
from streaming.picture.black import BLACK_LUMA, NEUTRAL_CHROMA
from streaming.picture.frame import I420, Luma, RawFrame
from streaming.picture.masking import Masker, MaskState
from streaming.picture.text_cover import HOLD_NS, MOST_BOXES
from streaming.picture.text_screen import TextScreen
from streaming.picture.text_watch import BLIND_NS, LONGEST_STEP_NS, Watch

SIZE = Size(64, 48)
REGION = Rectangle(8, 8, 56, 40)
PROFILE = ScannerProfile("Test scanner", SIZE, (REGION,))
NAME = Rectangle(21, 13, 31, 17)


class Shown:
    """A scanner of one grey, masked with a look-out that is told what to see."""

    def __init__(self) -> None:
        self.seen: list[tuple[Luma, int]] = []
        self.screen = TextScreen(lambda luma, at_ns: self.seen.append((luma.copy(), at_ns)))
        self.masker = Masker(PROFILE, screen=self.screen)
        self.at_ns = 0

    def picture(self, *, step_ns: int = 33_000_000, size: Size = SIZE) -> I420:
        self.at_ns += step_ns
        planes = np.full((size.height * 3 // 2, size.width), 90, np.uint8)
        return self.masker.mask(RawFrame("s", 0, self.at_ns, size, planes)).planes


def is_black(planes: I420) -> bool:
    return bool((planes[: SIZE.height] == BLACK_LUMA).all())


def test_a_found_text_is_black_by_whole_blocks_and_nothing_else_is() -> None:
    shown = Shown()
    before = shown.picture()
    assert shown.screen.looked([NAME], shown.at_ns)
    after = shown.picture()
    changed = before != after
    luma = changed[: SIZE.height]
    assert luma[12:18, 20:32].all()
    assert luma.sum() == 6 * 12
    chroma = after[SIZE.height :].reshape(2, SIZE.height // 2, SIZE.width // 2)
    assert (chroma[:, 6:9, 10:16] == NEUTRAL_CHROMA).all()
    assert changed[SIZE.height :].sum() == 2 * 3 * 6


def test_the_lookout_goes_on_seeing_what_is_covered() -> None:
    shown = Shown()
    shown.picture()
    shown.screen.looked([NAME], shown.at_ns)
    shown.picture()
    first, last = shown.seen[0][0], shown.seen[-1][0]
    assert (first == last).all()
    assert (first[13:17, 21:31] == 90).all()


def test_the_lookout_never_sees_what_the_profile_hides() -> None:
    shown = Shown()
    shown.picture()
    luma = shown.seen[0][0]
    assert (luma[:8] == BLACK_LUMA).all() and (luma[:, 56:] == BLACK_LUMA).all()


def test_a_text_that_is_gone_is_shown_again_after_the_hold() -> None:
    shown = Shown()
    before = shown.picture()
    shown.screen.looked([NAME], shown.at_ns)
    shown.picture(step_ns=HOLD_NS)
    shown.screen.looked([], shown.at_ns)
    assert (shown.picture() == before).all()


def test_an_allowed_text_is_shown() -> None:
    shown = Shown()
    before = shown.picture()
    shown.screen.looked([NAME], shown.at_ns)
    assert shown.screen.allow(shown.screen.texts[0].id, now_ns=shown.at_ns)
    assert (shown.picture() == before).all()


def test_a_page_of_text_makes_everything_black_and_says_why() -> None:
    shown = Shown()
    shown.picture()
    rows = [Rectangle(x, y, x + 2, y + 2) for y in range(8, 40, 4) for x in range(8, 56, 12)]
    assert len(rows) > MOST_BOXES
    shown.screen.looked(rows, shown.at_ns)
    assert is_black(shown.picture())
    assert shown.masker.status.code == "mask.text_page"


def test_a_lookout_that_is_gone_makes_the_picture_black_until_a_person_overrides() -> None:
    shown = Shown()
    for _ in range(BLIND_NS // LONGEST_STEP_NS + 1):
        planes = shown.picture(step_ns=LONGEST_STEP_NS)
    assert is_black(planes)
    assert shown.masker.status.code == "mask.unwatched"
    assert shown.screen.override()
    assert not is_black(shown.picture())
    assert shown.screen.watch is Watch.OVERRIDDEN


def test_a_lookout_that_comes_back_gives_the_picture_back() -> None:
    shown = Shown()
    for _ in range(BLIND_NS // LONGEST_STEP_NS + 1):
        shown.picture(step_ns=LONGEST_STEP_NS)
    assert shown.masker.status.state is MaskState.BLACK
    shown.screen.looked([], shown.at_ns)
    assert not is_black(shown.picture())


@pytest.mark.parametrize("change", ["profile", "size"])
def test_what_was_found_elsewhere_is_forgotten(change: str) -> None:
    shown = Shown()
    shown.picture()
    shown.screen.looked([NAME], shown.at_ns)
    if change == "profile":
        shown.masker.set_profile(PROFILE)
    else:
        shown.picture(size=Size(32, 32))
    assert shown.screen.texts == ()


def test_without_a_lookout_nothing_is_covered_and_nothing_goes_black() -> None:
    screen = TextScreen()
    masker = Masker(PROFILE, screen=screen)
    for number in range(60):
        planes = np.full((SIZE.height * 3 // 2, SIZE.width), 90, np.uint8)
        masked = masker.mask(RawFrame("s", number, number * LONGEST_STEP_NS, SIZE, planes))
    assert not is_black(masked.planes)
    assert screen.watch is Watch.OFF


@pytest.mark.parametrize("box", [Rectangle(-9, -9, 200, 200), Rectangle(60, 60, 70, 70)])
def test_a_box_that_reaches_outside_the_picture_is_cut(box: Rectangle) -> None:
    shown = Shown()
    shown.picture()
    shown.screen.looked([box], shown.at_ns)
    shown.picture()
