"""What surrounds the picture on a scanner's screen: text, scales, and a patient who isn't one.

The identity is planted on every synthetic screen, outside the allowed regions. A test that finds
it anywhere downstream of the mask has found a leak.
"""

import cv2
import numpy as np

from streaming.capture.i420 import Plane
from streaming.capture.rect import Rect
from streaming.domain.frame import Size
from streaming.picture.frame import I420

FAKE_NAME = "DOE^JANE"
FAKE_BIRTH_DATE = "1980-01-01"
FAKE_ID = "0000000"
FAKE_IDENTITY = f"{FAKE_NAME}  {FAKE_BIRTH_DATE}  ID {FAKE_ID}"

Colour = tuple[int, int, int]
"""Red, green, blue, 0 to 255."""

INK: Colour = (226, 230, 235)
DIM: Colour = (132, 140, 150)
ACCENT: Colour = (236, 176, 72)
PANEL: Colour = (24, 28, 34)
EDGE: Colour = (52, 58, 68)


class Screen:
    """A canvas that is drawn once, in colour, and then serves as the background of every frame."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self._canvas = np.zeros((size.height, size.width, 3), np.uint8)

    def text(
        self, text: str, *, x: int, baseline: int, height: float = 12, ink: Colour = INK
    ) -> None:
        """``height`` is that of a capital letter, in pixels."""
        font = cv2.FONT_HERSHEY_DUPLEX if height >= 14 else cv2.FONT_HERSHEY_SIMPLEX
        scale = height / 22
        cv2.putText(self._canvas, text, (x, baseline), font, scale, ink, 1, cv2.LINE_AA)

    def panel(self, rect: Rect, *, fill: Colour = PANEL, edge: Colour = EDGE) -> None:
        corners = ((rect.x0, rect.y0), (rect.x1 - 1, rect.y1 - 1))
        cv2.rectangle(self._canvas, *corners, fill, cv2.FILLED)
        cv2.rectangle(self._canvas, *corners, edge, 1)

    def line(self, x0: int, y0: int, x1: int, y1: int, *, ink: Colour = DIM) -> None:
        cv2.line(self._canvas, (x0, y0), (x1, y1), ink, 1, cv2.LINE_8)

    def depth_scale(self, *, x: int, top: int, pixels_per_cm: float, depth_cm: int) -> None:
        for centimetre in range(depth_cm + 1):
            y = round(top + centimetre * pixels_per_cm)
            length = 12 if centimetre % 5 == 0 else 5
            self.line(x, y, x + length, y)
            if centimetre % 5 == 0:
                self.text(str(centimetre), x=x + 18, baseline=y + 5, height=9, ink=DIM)

    def grey_bar(self, rect: Rect) -> None:
        ramp = np.linspace(255, 0, rect.y1 - rect.y0).astype(np.uint8)
        self._canvas[rect.y0 : rect.y1, rect.x0 : rect.x1] = ramp[:, None, None]

    def header(self, *, height: int, place: str, right: str) -> None:
        """The band with the identity in it."""
        self.panel(Rect(0, 0, self.size.width, height))
        middle = height // 2
        self.text(FAKE_IDENTITY, x=20, baseline=middle - 4, height=14)
        self.text(place, x=20, baseline=middle + 22, height=10, ink=DIM)
        self.text(right, x=self.size.width - 200, baseline=middle - 4, height=10, ink=DIM)

    def to_i420(self) -> I420:
        return cv2.cvtColor(self._canvas, cv2.COLOR_RGB2YUV_I420).astype(np.uint8, copy=False)

    def luma(self) -> Plane:
        return self.to_i420()[: self.size.height]
