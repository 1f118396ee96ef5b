"""A still has the colours of the live picture that it replaces."""

from pathlib import Path

import cv2
import numpy as np

from streaming.domain.frame import Size
from streaming.picture.still_png import encode_png
from streaming.picture.still_ring import StillRing
from tests.chromium import OpenPage
from tests.e2e.demo import running_demo
from tests.e2e.picture import await_frames, shown
from tests.picture.test_still_ring import masked

SIZE = Size(1280, 720)
PROFILE = f'name = "whole"\nsize = [{SIZE.width}, {SIZE.height}]\nregions = [[0, 0, 1280, 720]]\n'
ENCODED = 6
"""Levels that the live encode may be off."""


def quarters() -> np.ndarray:
    """Another colour in each corner."""
    planes = np.full((SIZE.height * 3 // 2, SIZE.width), 120, np.uint8)
    u, v = planes[SIZE.height :].reshape(2, SIZE.height // 2, SIZE.width // 2)
    u[:, :320], u[:, 320:] = 90, 160
    v[:180], v[180:] = 190, 80
    return planes


async def test_chromium_shows_the_live_picture_in_the_colours_of_the_still(
    tmp_path: Path, open_page: OpenPage
) -> None:
    (tmp_path / "whole.toml").write_text(PROFILE)
    header = f"YUV4MPEG2 W{SIZE.width} H{SIZE.height} F30:1 Ip A1:1 C420jpeg\n".encode()
    (tmp_path / "a.y4m").write_bytes(header + 5 * (b"FRAME\n" + quarters().tobytes()))
    ring = StillRing()
    ring.keep(masked(0, planes=quarters(), size=SIZE))
    png = np.frombuffer(encode_png(ring.find(0)), np.uint8)
    still = cv2.imdecode(png, cv2.IMREAD_COLOR)
    assert still is not None
    source = ("--source", f"y4m:{tmp_path}/a.y4m", "--profile", f"{tmp_path}/whole.toml")
    async with running_demo(tmp_path, *source) as demo:
        page = await open_page(demo.expert_url)
        await await_frames(page, 20)
        live = await shown(page)
    for row in (180, 540):
        for column in (320, 960):
            difference = live[row, column].astype(int) - still[row, column].astype(int)
            assert np.abs(difference).max() <= ENCODED
