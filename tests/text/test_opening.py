import numpy as np

from streaming.text.detector import Grey
from streaming.text.opening import BLOCK_NS, BLOCKS, STEADY_WINDOWS, Opening, Window, steady
from tests.text.clips import STEP_NS, ink, speckle, write


def shown(opening: Opening, count: int, *, text_from: int, text_until: int) -> Window:
    for number, luma in enumerate(speckle(count)):
        if text_from <= number < text_until:
            write(luma)
        opening.add(luma, number * STEP_NS)
    window = opening.window()
    assert window is not None
    return window


def contrast(picture: Grey) -> float:
    """Of the text against its surround."""
    inside = ink() > 0
    around = np.zeros_like(inside)
    around[215:250, 190:360] = True
    surround = picture[around & ~inside].astype(float)
    return float((picture[inside].mean() - surround.mean()) / surround.std())


def test_text_that_stands_still_comes_out_of_the_speckle() -> None:
    assert contrast(shown(Opening(), 16, text_from=0, text_until=16).open) > 5


def test_text_that_stood_for_one_block_only_is_kept() -> None:
    """Nine pictures hold a whole block of five, wherever they begin."""
    assert contrast(shown(Opening(), 16, text_from=3, text_until=12).open) > 5


def test_a_flash_of_one_picture_is_not() -> None:
    assert contrast(shown(Opening(), 16, text_from=7, text_until=8).open) < 1


def test_open_lies_below_mean_and_mean_below_close_where_nothing_moves() -> None:
    opening = Opening()
    still = next(speckle(1))
    for number in range(16):
        opening.add(still, number * STEP_NS)
    window = opening.window()
    assert window is not None
    assert (window.open == still).all() and (window.close == still).all()
    assert (window.mean == still).all() and not window.span.any()


def test_a_window_holds_whole_blocks_only() -> None:
    opening = Opening()
    assert opening.window() is None
    whole = [opening.add(luma, number * STEP_NS) for number, luma in enumerate(speckle(16))]
    assert [number for number, news in enumerate(whole) if news] == [5, 10, 15]
    window = opening.window()
    assert window is not None
    assert window.begins_ns == 0 and window.ends_ns == 14 * STEP_NS


def test_the_rest_holds_the_block_that_is_being_filled() -> None:
    opening = Opening()
    for number, luma in enumerate(speckle(7)):
        opening.add(luma, number * STEP_NS)
    rest = opening.rest(0)
    assert rest is not None
    assert (rest.begins_ns, rest.ends_ns) == (5 * STEP_NS, 6 * STEP_NS)


def test_another_size_begins_anew() -> None:
    opening = Opening()
    for number, luma in enumerate(speckle(7)):
        opening.add(luma, number * STEP_NS)
    opening.add(np.zeros((100, 100), np.uint8), 7 * STEP_NS)
    assert opening.window() is None


def test_a_clock_that_goes_back_begins_anew() -> None:
    opening = Opening()
    for number, luma in enumerate(speckle(7)):
        opening.add(luma, number * STEP_NS)
    opening.add(next(speckle(1)), 0)
    assert opening.window() is None


def test_a_block_of_very_many_pictures_keeps_its_mean() -> None:
    opening = Opening()
    bright = np.full((4, 4), 255, np.uint8)
    for _ in range(400):
        opening.add(bright, 0)
    opening.add(bright, BLOCK_NS)
    window = opening.window()
    assert window is not None and (window.mean == 255).all()


def test_faint_text_comes_out_of_what_is_steady() -> None:
    opening, windows = Opening(), []
    blocks = 0
    for number, luma in enumerate(speckle(61)):
        luma[ink() > 0] += 12
        blocks += opening.add(luma, number * STEP_NS)
        if blocks == BLOCKS:
            window = opening.window()
            assert window is not None
            windows.append(window)
            blocks = 0
    assert len(windows) == STEADY_WINDOWS
    once, stood = windows[0], steady(windows)
    assert contrast(stood.mean) > 1.5 * contrast(once.mean)
    assert (stood.low <= once.open).all()
