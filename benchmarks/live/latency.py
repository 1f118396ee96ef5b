"""From what the page read to figures: how old each frame was when it was shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypedDict

from benchmarks.statistics import percentile

_WRAP_US = 1 << 40


class Sample(TypedDict):
    """One frame that the browser showed; times of its own clock in milliseconds.

    ``captured_us`` and ``number`` come from the barcode, None where the picture had no valid one.
    """

    called_ms: float
    expected_ms: float
    width: int
    height: int
    captured_us: int | None
    number: int | None


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds. ``cb``: captured to the call of requestVideoFrameCallback's callback;
    ``exp``: captured to expectedDisplayTime. ``unread``: frames shown without a valid barcode."""

    cb_p50: float
    cb_p95: float
    cb_p99: float
    exp_p50: float
    exp_p95: float
    exp_p99: float
    fps: float
    largest_gap_ms: float
    frames: int
    unread: int


def age_ms(shown_ms: float, captured_us: int, offset_us: float) -> float:
    """``offset_us`` turns the browser's clock into the capture clock; the barcode holds 40 bits."""
    age_us = (shown_ms * 1000 + offset_us - captured_us) % _WRAP_US
    return (age_us - _WRAP_US if age_us > _WRAP_US / 2 else age_us) / 1000


def summarise(samples: Sequence[Sample], offset_us: float) -> Latency:
    """Raises ValueError when fewer than two frames could be read."""
    read = [(s, s["captured_us"]) for s in samples if s["captured_us"] is not None]
    if len(read) < 2:
        raise ValueError(f"{len(read)} of {len(samples)} frames held a barcode")
    callback = [age_ms(s["called_ms"], captured, offset_us) for s, captured in read]
    expected = [age_ms(s["expected_ms"], captured, offset_us) for s, captured in read]
    times = [s["called_ms"] for s in samples]
    return Latency(
        cb_p50=percentile(callback, 50),
        cb_p95=percentile(callback, 95),
        cb_p99=percentile(callback, 99),
        exp_p50=percentile(expected, 50),
        exp_p95=percentile(expected, 95),
        exp_p99=percentile(expected, 99),
        fps=(len(times) - 1) / (times[-1] - times[0]) * 1000,
        largest_gap_ms=max(later - earlier for earlier, later in pairwise(times)),
        frames=len(samples),
        unread=len(samples) - len(read),
    )
