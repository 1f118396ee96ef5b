import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.capture import barcode

GREY = 90


def canvas() -> np.ndarray:
    return np.full((barcode.HEIGHT + 20, barcode.WIDTH + 40), GREY, np.uint8)


@given(captured_at_ns=st.integers(1_000, 2**50), number=st.integers(0, 2**40))
def test_what_is_drawn_is_read_back(captured_at_ns: int, number: int) -> None:
    luma = canvas()
    barcode.draw(luma, 8, 4, captured_at_ns, number)
    expected = (captured_at_ns // 1000 % 2**40, number % 2**16)
    assert barcode.read(luma, 8, 4) == expected


def test_cells_lie_as_specified() -> None:
    luma = canvas()
    barcode.draw(luma, 8, 4, captured_at_ns=(1 << 39) * 1000, number=1)
    cells = luma[4 + 8 : 4 + 64 : 16, 8 + 8 : 8 + 256 : 16]
    bits = "".join("1" if cell == 235 else "0" for cell in cells.reshape(-1))
    assert set(np.unique(cells)) == {16, 235}
    assert bits[:40] == "1" + "0" * 39
    assert bits[40:56] == f"{1:016b}"
    assert int(bits[56:], 2) == barcode.crc8(bytes([0x80, 0, 0, 0, 0, 0, 1]))


def test_crc8_has_the_published_check_value() -> None:
    assert barcode.crc8(b"123456789") == 0xF4


def test_nothing_outside_the_barcode_is_touched() -> None:
    luma = canvas()
    barcode.draw(luma, 8, 4, 123_456_789, 5)
    luma[4 : 4 + barcode.HEIGHT, 8 : 8 + barcode.WIDTH] = GREY
    assert (luma == GREY).all()


def test_survives_noise_and_a_lowered_contrast() -> None:
    luma = canvas()
    barcode.draw(luma, 8, 4, 123_456_789_000, 77)
    noise = np.random.default_rng(1).normal(0, 25, luma.shape)
    blurred = np.clip(luma * 0.7 + 40 + noise, 0, 255).astype(np.uint8)
    assert barcode.read(blurred, 8, 4) == (123_456_789, 77)


@pytest.mark.parametrize("level", [0, 16, 128, 255])
def test_an_even_picture_holds_no_barcode(level: int) -> None:
    assert barcode.read(np.full((80, 280), level, np.uint8), 0, 0) is None


def test_every_single_wrong_cell_is_noticed() -> None:
    luma = canvas()
    barcode.draw(luma, 0, 0, 987_654_321_000, 4242)
    for cell in range(64):
        y, x = cell // 16 * 16, cell % 16 * 16
        damaged = luma.copy()
        damaged[y : y + 16, x : x + 16] = 251 - damaged[y : y + 16, x : x + 16]
        assert barcode.read(damaged, 0, 0) is None


def test_a_picture_too_small_for_it_holds_no_barcode() -> None:
    assert barcode.read(np.zeros((40, 40), np.uint8), 0, 0) is None
