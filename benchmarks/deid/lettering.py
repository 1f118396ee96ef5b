"""Text as scanners and hospital systems burn it in: what it says, and the ink of it."""

from enum import StrEnum

import cv2
import numpy as np
import numpy.typing as npt

Ink = npt.NDArray[np.float32]
"""Shape ``(height, width)``, 0..1: how much of a pixel is letter. Cropped to the letters."""


class Font(StrEnum):
    SANS = "sans"
    ITALIC = "italic"
    UNICODE = "uni"
    STROKES = "strokes"
    BITMAP = "bitmap"
    """Letters of whole pixels, doubled, as older scanners draw them."""


MIN_PX, MAX_PX = 12, 28
_ROOM = 4


def ink(text: str, font: Font, size_px: int) -> Ink:
    """``size_px`` is the font's size: capital letters take about 0.7 of it."""
    match font:
        case Font.BITMAP:
            small = (_drawn(text, Font.SANS, max(8, size_px // 2)) > 0.45).astype(np.float32)
            doubled = small.repeat(2, axis=0).repeat(2, axis=1)
            return _cropped(doubled if size_px >= 16 else _drawn(text, Font.SANS, size_px).round())
        case _:
            return _cropped(_drawn(text, font, size_px))


def _drawn(text: str, font: Font, size_px: int) -> Ink:
    width, height = size_px * (len(text) + _ROOM), size_px * 3
    canvas = np.zeros((height, width), np.uint8)
    foot = (size_px, 2 * size_px)
    if font is Font.STROKES:
        scale = size_px * 0.7 / 21  # Hershey's capitals are 21 units high
        thick = 1 if size_px < 20 else 2
        cv2.putText(canvas, text, foot, cv2.FONT_HERSHEY_SIMPLEX, scale, 255, thick, cv2.LINE_AA)
    else:
        cv2.putText(canvas, text, foot, (255,), cv2.FontFace(font.value), size_px, 400)
    return np.asarray(canvas / np.float32(255), np.float32)


def _cropped(drawn: Ink) -> Ink:
    x, y, width, height = cv2.boundingRect((drawn > 0.1).astype(np.uint8))
    return drawn[y : y + height, x : x + width]


_SYLLABLES = (
    *("ka", "lo", "mi", "ra", "sen", "tor", "ve", "da", "ni", "ros", "hal", "ber", "qui", "zan"),
    *("ok", "fu", "ele", "ma", "stu", "wi", "ja", "gre"),
)


def words(rng: np.random.Generator) -> str:
    """A name, a number, a date, a hospital: made up, and seldom the same twice."""
    name = _name(rng).upper()
    match int(rng.integers(7)):
        case 0:
            return f"{name} {_name(rng).upper()}"
        case 1:
            return f"{name.title()}, {_name(rng).title()}"
        case 2:
            return f"MRN {rng.integers(1000, 9999)}-{rng.integers(100, 999)}"
        case 3:
            return f"ID {rng.integers(10**7, 10**8)}"
        case 4:
            day, month = rng.integers(1, 29), rng.integers(1, 13)
            return f"DOB {day:02}/{month:02}/{rng.integers(1930, 2020)}"
        case 5:
            return f"{name.title()} Hospital"
        case _:
            return name


def _name(rng: np.random.Generator) -> str:
    return "".join(rng.choice(_SYLLABLES, size=int(rng.integers(2, 4))))
