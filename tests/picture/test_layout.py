"""Pages that name patients go black on every vendor's screen; the tour of settings never does."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from streaming.domain.frame import Size
from streaming.domain.layout import COLUMNS, KINDS, ROWS
from streaming.domain.mask import Mask, Rectangle
from streaming.domain.profile import (
    ScannerProfile,
    parse_profile,
    profile_sha256,
    render_profile,
    still_meant,
)
from streaming.picture.frame import RawFrame
from streaming.picture.layout import CALM_PICTURES, LayoutJudge, Likeness, layout_of
from streaming.picture.masking import Masker, MaskState
from streaming.picture.proposal import glimpse, propose
from tests.picture.scanner_pages import PAGES, TOUR, Luma, tour, write
from tests.picture.scanner_screens import ScannerScreen, made_up_screens, vendor_screens

SCREENS = {screen.name: screen for screen in (*vendor_screens(), *made_up_screens()[::3])}


@lru_cache
def confirmed(name: str) -> tuple[ScannerProfile, Luma]:
    """The profile that is proposed, with the layout of the picture it was confirmed on."""
    screen = SCREENS[name]
    pictures = list(screen.play(24, 5))
    height, width = pictures[0].shape
    size = Size(width, height)
    regions = propose([glimpse(picture) for picture in pictures], size=size).regions
    profile = ScannerProfile(name=name, size=size, regions=regions)
    return replace(profile, layout=layout_of(pictures[-1], profile.mask)), pictures[3]


def frame(luma: Luma) -> RawFrame:
    height, width = luma.shape
    planes = np.full((height * 3 // 2, width), 128, np.uint8)
    planes[:height] = luma
    return RawFrame("s", 0, 0, Size(width, height), planes)


def is_black(masker: Masker, luma: Luma) -> bool:
    masked = masker.mask(frame(luma))
    return bool((masked.planes[: luma.shape[0]] == 16).all())


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", SCREENS)
def test_first_picture_of_an_identity_page_is_black(name: str, page: str) -> None:
    profile, live = confirmed(name)
    masker = Masker(profile)
    assert not is_black(masker, live)
    assert is_black(masker, PAGES[page](live))
    assert masker.status.code == "mask.layout_changed"
    shown = [not is_black(masker, live) for _ in range(CALM_PICTURES + 1)]
    assert shown == [False] * (CALM_PICTURES - 1) + [True, True]
    assert masker.status.state is MaskState.CONFIRMED


@pytest.mark.parametrize("stop", TOUR)
@pytest.mark.parametrize("name", SCREENS)
def test_tour_of_the_settings_never_blanks(name: str, stop: str) -> None:
    profile, live = confirmed(name)
    masker = Masker(profile)
    picture = tour(live, SCREENS[name].truth, 3)[stop]
    masker.mask(frame(picture))
    assert masker.status.state is MaskState.CONFIRMED


def test_profile_without_a_signature_shows_any_page() -> None:
    profile, live = confirmed("SonoSite")
    masker = Masker(replace(profile, layout=None))
    masker.mask(frame(PAGES["light worklist"](live)))
    assert masker.status.state is MaskState.CONFIRMED


def test_confirming_anew_shows_the_page_that_was_confirmed() -> None:
    profile, live = confirmed("SonoSite")
    masker = Masker(profile)
    page = PAGES["split screen"](live)
    assert is_black(masker, page)
    masker.set_profile(replace(profile, layout=layout_of(page, profile.mask)))
    assert not is_black(masker, page)


def test_profile_set_while_a_strange_page_is_masked_shows_none_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A picture is shown by the rules that it was masked under."""
    profile, live = confirmed("SonoSite")
    masker = Masker(profile)
    compare = LayoutJudge.compare

    def meanwhile(judge: LayoutJudge, luma: Luma) -> Likeness:
        masker.set_profile(replace(profile, layout=None))
        return compare(judge, luma)

    monkeypatch.setattr(LayoutJudge, "compare", meanwhile)
    assert is_black(masker, PAGES["light worklist"](live))
    assert masker.status.state is MaskState.CONFIRMED


# ---- several profiles ------------------------------------------------------------------------


def two_pages() -> tuple[ScannerProfile, ScannerProfile, Luma, Luma]:
    """One scanner's live page, and its page of two pictures, each with its own profile."""
    first, live = confirmed("SonoSite")
    page = PAGES["split screen"](live)
    other = replace(first, name="two", regions=(Rectangle(40, 160, 300, 300),), layout=None)
    return first, replace(other, layout=layout_of(page, other.mask)), live, page


def test_profile_that_was_confirmed_for_a_page_takes_over_on_it_and_goes_again() -> None:
    first, second, live, page = two_pages()
    masker = Masker()
    masker.set_profile(first, others=[second])
    assert not is_black(masker, live)
    shown = [not is_black(masker, page) for _ in range(CALM_PICTURES)]
    assert shown == [False] * (CALM_PICTURES - 1) + [True]
    assert masker.profile == second and masker.status.profile == "two"
    assert is_black(masker, live)
    shown = [not is_black(masker, live) for _ in range(CALM_PICTURES - 1)]
    assert shown[-1] and masker.profile == first
    assert is_black(masker, PAGES["light worklist"](live))


def test_what_is_withdrawn_takes_the_others_along() -> None:
    first, second, _, page = two_pages()
    masker = Masker()
    masker.set_profile(first, others=[second])
    masker.set_profile(None)
    assert all(is_black(masker, page) for _ in range(2 * CALM_PICTURES))
    masker.set_profile(None, others=[second])
    assert all(is_black(masker, page) for _ in range(2 * CALM_PICTURES))


def test_other_without_a_layout_is_never_chosen() -> None:
    first, second, _, page = two_pages()
    masker = Masker()
    masker.set_profile(first, others=[replace(second, layout=None)])
    assert all(is_black(masker, page) for _ in range(2 * CALM_PICTURES))


def test_another_size_has_its_own_profile() -> None:
    first, live = confirmed("SonoSite")
    other, large = confirmed("Philips CX50")
    masker = Masker()
    masker.set_profile(first, others=[other])
    assert not is_black(masker, live)
    assert [is_black(masker, large) for _ in range(CALM_PICTURES)][-2:] == [True, False]


def test_replaced_profile_of_a_page_doesnt_come_back() -> None:
    first, second, live, _ = two_pages()
    wrong = replace(first, regions=(Rectangle(0, 0, 640, 480),))
    wrong = replace(wrong, layout=layout_of(live, second.mask))
    assert still_meant([first, wrong, second]) == [first, second]
    bare = replace(second, layout=None)
    assert still_meant([first, bare]) == [first]
    assert still_meant([bare, first]) == [bare]
    assert still_meant([]) == []


# ---- nothing legible -------------------------------------------------------------------------


def headed(name: str) -> Luma:
    screen = np.full((720, 1280), 16, np.uint8)
    screen[:72] = 60
    write(screen, name, 0.16, 0.06, 220, 1.0)
    screen[100:700, 320:960] = 90
    return screen


MASK = Mask(size=Size(1280, 720), regions=(Rectangle(320, 100, 960, 700),))


def test_names_of_one_length_leave_the_same_signature() -> None:
    layouts = {
        layout_of(headed(name), MASK)
        for name in ("OKAFOR, ADA 40771", "MARTIN, EVE 81930", "HANSEN, BOB 55128")
    }
    assert len(layouts) == 1


def test_file_says_of_a_cell_only_what_kind_it_is() -> None:
    """Two bits for 40 by 40 pixels, which letters share: less than one letter needs."""
    profile, _ = confirmed("Philips CX50")
    assert profile.layout is not None
    text = render_profile(profile)
    assert parse_profile(text) == profile
    cells = "".join(profile.layout.rows)
    assert len(cells) == ROWS * COLUMNS and set(cells) <= set("." + KINDS)
    assert len(KINDS) == 4


def test_signature_belongs_to_what_was_confirmed() -> None:
    profile, _ = confirmed("Philips CX50")
    assert profile_sha256(profile) != profile_sha256(replace(profile, layout=None))


def test_cells_at_the_region_are_ignored() -> None:
    rows = layout_of(headed("X"), MASK).rows
    assert rows[0] == "2" * COLUMNS or set(rows[0]) <= {"1", "2"}
    assert set(rows[9][8:24]) == {"."} and rows[9][:7] == "0" * 7


def played(screen: ScannerScreen) -> list[Luma]:
    return list(screen.play(40, 11))


@pytest.mark.parametrize("name", SCREENS)
def test_live_picture_itself_stays(name: str) -> None:
    profile, _ = confirmed(name)
    masker = Masker(profile)
    for picture in played(SCREENS[name]):
        masker.mask(frame(picture))
        assert masker.status.state is MaskState.CONFIRMED
