"""Where things are on the demo's screen, and its scanner profile.

Apart from ``demo_screen``, so that whoever only needs the profile loads no picture library.
"""

from streaming.capture.rect import Rect
from streaming.domain.frame import Size

SIZE = Size(1280, 720)
CROP = Rect(84, 32, 596, 416)
PLACE = Rect(256, 88, 1024, 664)
SCALE = 1.5
CM_PER_PIXEL = 0.05104970559477806 / SCALE
_SECTOR_IN_CINE = (
    (315, 44), (362, 44), (595, 298), (587, 311), (568, 327), (543, 343), (513, 360),
    (479, 376), (428, 392), (383, 400), (340, 403), (296, 400), (250, 392), (200, 376),
    (164, 360), (136, 343), (112, 327), (91, 311), (84, 298),
)  # fmt: skip
_MARKER_IN_CINE = Rect(372, 33, 388, 48)


def demo_profile_toml() -> str:
    """The confirmed scanner profile of the demo screen: the sector and the orientation marker."""
    outline = ", ".join(str(list(on_screen(x, y))) for x, y in _SECTOR_IN_CINE)
    marker = [
        *on_screen(_MARKER_IN_CINE.x0, _MARKER_IN_CINE.y0),
        *on_screen(_MARKER_IN_CINE.x1, _MARKER_IN_CINE.y1),
    ]
    return (
        'name = "Demo scanner"\n'
        f"size = [{SIZE.width}, {SIZE.height}]\n"
        'source = "demo:"\n'
        f"mm_per_pixel = {CM_PER_PIXEL * 10:.4f}\n"
        f"regions = [{marker}, [{outline}]]\n"
    )


def on_screen(x: int, y: int) -> tuple[int, int]:
    """Where a pixel of the cine is on the screen."""
    return (
        round(PLACE.x0 + (x - CROP.x0) * SCALE),
        round(PLACE.y0 + (y - CROP.y0) * SCALE),
    )
