"""Many viewers of one contender: how old frames are when they arrive, and what that costs."""

import json
from dataclasses import dataclass

from benchmarks.live.contender import Contender, child, next_line, python
from benchmarks.processes import Cost, CostMeter
from benchmarks.statistics import percentile


@dataclass(frozen=True, slots=True)
class FanOut:
    """``arr``: captured to last packet, over all frames of all viewers, milliseconds.

    ``frames_percent`` is what arrived of what the phantom made in the same time.
    """

    arr_p50: float
    arr_p95: float
    frames_percent: float
    costs: dict[str, Cost]
    key_frames_ms: list[float]


async def fan_out(
    contender: Contender, *, viewers: int, seconds: float, fps: int, key_frames: int = 0
) -> FanOut:
    """Raises RuntimeError when not every viewer got a picture."""
    command = python(
        "benchmarks.live.receivers",
        *contender.signalling,
        *("--viewers", str(viewers), "--seconds", str(seconds), "--key-frames", str(key_frames)),
    )
    async with child(*command) as process:
        joined = json.loads(await next_line(process, timeout_s=20 + viewers))["joined"]
        if joined < viewers:
            raise RuntimeError(f"only {joined} of {viewers} viewers saw a picture")
        assert process.stdin is not None
        process.stdin.write(b"go\n")
        meter = CostMeter(contender.processes)
        meter.start()
        arrived = json.loads(await next_line(process, timeout_s=seconds + 10))
        costs = meter.stop()
        waits = json.loads(await next_line(process, timeout_s=10 + 12 * key_frames))
    ages = [age for viewer in arrived["ages_ms"] for age in viewer]
    return FanOut(
        arr_p50=percentile(ages, 50),
        arr_p95=percentile(ages, 95),
        frames_percent=100 * len(ages) / (viewers * seconds * fps),
        costs=costs,
        key_frames_ms=waits["key_frames_ms"],
    )
