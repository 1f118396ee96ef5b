"""The "No signal" picture: dark, calm, without a clock (clients draw the elapsed time over it)."""

from dataclasses import replace

import cv2

from streaming.domain.frame import EncodedFrame, Rung, Size
from streaming.domain.mask import Rectangle
from streaming.domain.profile import ScannerProfile
from streaming.picture.black import black_picture
from streaming.picture.codec import Encoder
from streaming.picture.frame import MaskedFrame, RawFrame
from streaming.picture.masking import Masker

WORDS = "No signal"
GROUND_LUMA = 20
WORDS_LUMA = 110
WORDS_SHARE = 0.3
"""Of the picture's width."""


def slate_picture(size: Size, *, source_id: str, now_ns: int) -> MaskedFrame:
    """Drawn here from nothing, so the whole of it may pass."""
    planes = black_picture(size)
    luma = planes[: size.height]
    luma[:] = GROUND_LUMA
    font = cv2.FONT_HERSHEY_SIMPLEX
    (unscaled, _), _ = cv2.getTextSize(WORDS, font, 1.0, 1)
    scale = WORDS_SHARE * size.width / unscaled
    thickness = max(1, round(1.5 * scale))
    (width, height), _ = cv2.getTextSize(WORDS, font, scale, thickness)
    corner = ((size.width - width) // 2, (size.height + height) // 2)
    cv2.putText(luma, WORDS, corner, font, scale, WORDS_LUMA, thickness, cv2.LINE_AA)
    whole = ScannerProfile(
        name=WORDS, size=size, regions=(Rectangle(0, 0, size.width, size.height),)
    )
    return Masker(whole).mask(RawFrame(source_id, 0, now_ns, size, planes))


def encode_slate(encoder: Encoder, picture: MaskedFrame) -> EncodedFrame:
    """One key frame. ``encoder`` has the parameters of the rung's own but is another instance
    (the slate mustn't move the rung's references); it is closed here."""
    try:
        return replace(encoder.encode(picture, keyframe=True), rung=Rung.SLATE)
    finally:
        encoder.close()
