"""H.264 levels: the smallest one a stream fits.

Source: ITU-T H.264 (08/2021), Table A-1, and A.3.1 (f), (g) for the longest side.
"""

from dataclasses import dataclass

from streaming.domain.frame import Size


@dataclass(frozen=True, slots=True)
class Level:
    """``idc`` is ten times the level; macroblocks of 16x16 pixels."""

    idc: int
    macroblocks_per_s: int
    macroblocks: int
    bitrate_bps: int


LEVELS = (
    Level(31, 108_000, 3_600, 14_000_000),
    Level(32, 216_000, 5_120, 20_000_000),
    Level(40, 245_760, 8_192, 20_000_000),
    Level(41, 245_760, 8_192, 50_000_000),
    Level(42, 522_240, 8_704, 50_000_000),
    Level(50, 589_824, 22_080, 135_000_000),
    Level(51, 983_040, 36_864, 240_000_000),
    Level(52, 2_073_600, 36_864, 240_000_000),
    Level(62, 16_711_680, 139_264, 800_000_000),
)
"""From 3.1 on, which every offer promises anyway."""


def fitting_level(size: Size, *, fps: float, bitrate_bps: int = 0, at_least: int = 31) -> int:
    """``level_idc`` for pictures of ``size`` at ``fps``; the highest there is when none fits."""
    columns, rows = -(-size.width // 16), -(-size.height // 16)
    for level in LEVELS:
        if (
            level.idc >= at_least
            and columns * rows <= level.macroblocks
            and columns * rows * fps <= level.macroblocks_per_s
            and max(columns, rows) ** 2 <= 8 * level.macroblocks
            and bitrate_bps <= level.bitrate_bps
        ):
            return level.idc
    return LEVELS[-1].idc
