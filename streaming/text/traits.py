"""What makes a clip a person's to decide whatever was found in it: colour, and stillness."""

import numpy as np

from streaming.text.clip_file import ClipPicture
from streaming.text.detector import BLACK
from streaming.text.opening import NS_PER_S, Window

NEUTRAL = 128
TINT = 20
"""From neutral: grey maps are tinted by less, flow is coloured by far more."""
COLOURED = 0.002
"""Of what isn't black."""

SPAN = 8
"""Grey levels a pixel of a picture held still moves by, coding and converter noise included."""
TISSUE = 40
STILL = 0.25
"""Of the tissue. More than one half of a split screen would have, so that a frozen one counts."""


class Traits:
    def __init__(self) -> None:
        self.coloured = False
        self.still_s = 0.0
        self._still_in_a_row_ns = 0

    def see_colour(self, picture: ClipPicture) -> None:
        if self.coloured:
            return
        shown = int(np.count_nonzero(picture.luma[::2, ::2] > BLACK))
        u, v = np.split(picture.chroma, 2)
        tinted = (np.abs(u.astype(np.int16) - NEUTRAL) > TINT) | (
            np.abs(v.astype(np.int16) - NEUTRAL) > TINT
        )
        self.coloured = int(np.count_nonzero(tinted)) > COLOURED * shown

    def see_motion(self, window: Window) -> None:
        """Windows come one after the other."""
        tissue = window.mean > TISSUE
        amount = int(np.count_nonzero(tissue))
        still = int(np.count_nonzero(tissue & (window.span <= SPAN)))
        is_still = amount > 0 and still > STILL * amount
        lasted_ns = window.ends_ns - window.begins_ns
        self._still_in_a_row_ns = self._still_in_a_row_ns + lasted_ns if is_still else 0
        self.still_s = max(self.still_s, self._still_in_a_row_ns / NS_PER_S)
