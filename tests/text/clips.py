"""Moving speckle, with and without words on it, as pictures and as coded clips."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

from streaming.text.detector import Grey

WIDTH, HEIGHT = 640, 480
NAME = "OKAFOR ADA"
NAME_AT = (200, 240)
RATE = 30
STEP_NS = 1_000_000_000 // RATE


def speckle(count: int, *, seed: int = 1) -> Iterator[Grey]:
    """Tissue-like noise that is new in every picture, on black."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        noise = rng.rayleigh(40, (HEIGHT - 120, WIDTH - 160)).clip(0, 200).astype(np.uint8)
        picture = np.full((HEIGHT, WIDTH), 16, np.uint8)
        picture[60:-60, 80:-80] = 16 + cv2.GaussianBlur(noise, (7, 7), 0)
        yield picture


def write(picture: Grey, text: str = NAME, at: tuple[int, int] = NAME_AT) -> Grey:
    """``text`` on it, in place, its base line's left end at ``at``."""
    cv2.putText(picture, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.7, 220, 2, cv2.LINE_AA)
    return picture


def ink(text: str = NAME, at: tuple[int, int] = NAME_AT) -> Grey:
    """255 where ``write`` writes."""
    blank = np.zeros((HEIGHT, WIDTH), np.uint8)
    return (write(blank, text, at) > 100).astype(np.uint8) * 255


def grey(lumas: Iterable[Grey]) -> Iterator[Grey]:
    """I420 without colour."""
    for luma in lumas:
        height, width = luma.shape
        yield np.concatenate([luma, np.full((height // 2, width), 128, np.uint8)])


def save(path: Path, pictures: Iterable[Grey], *, rate: int = RATE) -> Path:
    """I420 pictures as H.264 in the container that ``path`` names, a key frame a second."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=rate, options={"preset": "ultrafast"})
        stream.pix_fmt = "yuv420p"
        stream.codec_context.gop_size = rate
        for number, planes in enumerate(pictures):
            if number == 0:
                stream.width, stream.height = planes.shape[1], planes.shape[0] * 2 // 3
            frame = av.VideoFrame.from_ndarray(planes, "yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path
