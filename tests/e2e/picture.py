"""What a browser shows, as numbers."""

import base64
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from playwright.async_api import Page

from streaming.domain.profile import ScannerProfile
from streaming.picture.masking import hidden_samples

VIDEO = '[data-testid="scanner-video"]'
MARGIN = 16
"""Pixels around a region in which the encoder's ringing is allowed."""

_MOVING = """
async (count) => {
  const video = document.querySelector('[data-testid="scanner-video"]');
  for (let seen = 0; seen < count; seen++) {
    await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
  }
  return [video.videoWidth, video.videoHeight];
}
"""

_RESIZED = """
async () => {
  const video = document.querySelector('[data-testid="scanner-video"]');
  await new Promise((resolve) => video.addEventListener('resize', resolve, { once: true }));
  return [video.videoWidth, video.videoHeight];
}
"""

_PIXELS = """
async () => {
  const video = document.querySelector('[data-testid="scanner-video"]');
  await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  const context = canvas.getContext('2d');
  context.drawImage(video, 0, 0);
  const blob = await canvas.convertToBlob({ type: 'image/png' });
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = '';
  for (let i = 0; i < bytes.length; i += 32768) {
    text += String.fromCharCode(...bytes.subarray(i, i + 32768));
  }
  return btoa(text);
}
"""


async def await_frames(page: Page, count: int = 10) -> tuple[int, int]:
    """Waits for ``count`` shown frames; the size they have."""
    await page.wait_for_selector(VIDEO)
    width, height = await page.evaluate(_MOVING, count)
    return width, height


async def resized(page: Page) -> tuple[int, int]:
    """Waits until the picture changes its size; the new one."""
    width, height = await page.evaluate(_RESIZED)
    return width, height


async def shown(page: Page) -> Any:
    """The next shown frame: BGR, shape (height, width, 3)."""
    encoded = base64.b64decode(await page.evaluate(_PIXELS))
    return cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_COLOR)


async def luma(page: Page) -> npt.NDArray[np.float64]:
    """Of the next shown frame: limited range, shape (height, width). ITU-R BT.601."""
    bgr = await shown(page)
    weights = np.array([24.966, 128.553, 65.481]) / 255
    return np.asarray(16 + bgr.astype(np.float64) @ weights)


def outside(profile: ScannerProfile) -> npt.NDArray[np.bool_]:
    """True at least ``MARGIN`` pixels outside every region; shape (height, width)."""
    size = profile.size
    hidden = hidden_samples(profile.mask)[: size.height]
    kernel = np.ones((2 * MARGIN + 1, 2 * MARGIN + 1), np.uint8)
    # Beyond the picture's edge nothing passes either.
    padded = np.pad(hidden, MARGIN, constant_values=255)
    eroded = cv2.erode(padded, kernel)[MARGIN:-MARGIN, MARGIN:-MARGIN]
    return np.asarray(eroded == 255)
