import pytest

from streaming.domain.frame import Size
from streaming.picture.levels import fitting_level


@pytest.mark.parametrize(
    ("size", "fps", "bitrate_bps", "level"),
    [
        (Size(640, 480), 30, 4_000_000, 31),
        (Size(1280, 720), 30, 4_000_000, 31),
        (Size(1280, 720), 60, 4_000_000, 32),
        (Size(1920, 1080), 30, 6_000_000, 40),
        (Size(1920, 1080), 60, 6_000_000, 42),
        (Size(1280, 720), 30, 14_000_001, 32),
        (Size(1280, 720), 30, 20_000_001, 41),
        (Size(2704, 64), 30, 1_000_000, 31),
        (Size(2720, 64), 30, 1_000_000, 32),
        (Size(3840, 2160), 30, 20_000_000, 51),
        (Size(8192, 8192), 240, 50_000_000, 62),
    ],
)
def test_smallest_level_that_fits(size: Size, fps: int, bitrate_bps: int, level: int) -> None:
    assert fitting_level(size, fps=fps, bitrate_bps=bitrate_bps) == level


def test_level_is_at_least_what_was_asked_for() -> None:
    assert fitting_level(Size(640, 480), fps=30, at_least=41) == 41
    assert fitting_level(Size(1920, 1080), fps=60, at_least=41) == 42
