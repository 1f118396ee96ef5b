"""`python -m benchmarks.soak --minutes 10`: does a room that is left alone grow?

One 720p30 room of the product with one viewer that doesn't decode. Memory, threads, sockets and
asyncio tasks are read every few seconds; memory's drift is the slope of a straight line through
what follows the warm-up.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import psutil

from benchmarks.live.contender import child, next_line, python
from benchmarks.live.plan import P720_30
from benchmarks.live.product import Product, product
from benchmarks.processes import MB
from benchmarks.report import Figure, Report, table

EVERY_S = 5.0
WARM_UP_S = 120.0
LONGEST_WARM_UP = 1 / 3
"""Of the whole time."""

DRIFT_MB_PER_H = 5.0
MEASURED = "node", "worker"
REMARKS = (
    "One 720p30 room, one viewer that doesn't decode, no recorder. The first {warm_up:.0f} s are "
    "not in the fit. Intervals are 1.96 standard errors of the slope; readings that follow one "
    "another resemble one another, so they are narrower than they should be.",
    "The target is held against RSS: PSS also moves when other processes that share pages come "
    "and go.",
    "Tasks are the node's asyncio tasks. Growth: from the end of the warm-up to the last reading.",
)


@dataclass(frozen=True, slots=True)
class Use:
    """What one process holds."""

    rss_mb: float
    pss_mb: float
    threads: int
    sockets: int


@dataclass(frozen=True, slots=True)
class Reading:
    at_s: float
    use: dict[str, Use]
    tasks: int


@dataclass(frozen=True, slots=True)
class Soak:
    """``frames_percent``: of what the phantom made, what the viewer received."""

    readings: list[Reading]
    frames_percent: float


def use_of(pid: int) -> Use:
    process = psutil.Process(pid)
    memory = process.memory_full_info()
    return Use(memory.rss / MB, memory.pss / MB, process.num_threads(), _sockets(pid))


def _sockets(pid: int) -> int:
    """Of any kind, so not psutil's list of connections."""
    count = 0
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            count += os.readlink(descriptor).startswith("socket:")
    return count


async def soak(seconds: float) -> Soak:
    async with product(P720_30, count_tasks=True) as room:
        viewer = ["benchmarks.live.receivers", *room.signalling, "--seconds", str(seconds)]
        async with child(*python(*viewer)) as process:
            await next_line(process)
            assert process.stdin is not None
            process.stdin.write(b"go\n")
            readings = await _read(room, seconds)
            arrived = json.loads(await next_line(process, timeout_s=60))
    frames = sum(map(len, arrived["ages_ms"]))
    return Soak(readings, 100 * frames / (seconds * P720_30.fps))


async def _read(room: Product, seconds: float) -> list[Reading]:
    readings: list[Reading] = []
    started_s = time.monotonic()
    while (at_s := time.monotonic() - started_s) < seconds:
        use = {role: use_of(room.processes[role][0]) for role in MEASURED}
        readings.append(Reading(at_s, use, int(room.tasks.read_text() or 0)))
        held = sum(one.rss_mb for one in use.values())
        print(f"{at_s:5.0f} s  {held:.1f} MB of node and worker", file=sys.stderr)
        await asyncio.sleep(started_s + len(readings) * EVERY_S - time.monotonic())
    return readings


def slope(at_s: Sequence[float], values: Sequence[float]) -> tuple[float, float]:
    """Of a straight line by least squares, per hour, and its standard error. Needs four points."""
    hours = np.asarray(at_s) / 3600
    (fitted, _), covariance = np.polyfit(hours, np.asarray(values), 1, cov=True)
    return float(fitted), float(np.sqrt(covariance[0, 0]))


def figures(found: Soak, *, warm_up_s: float) -> tuple[Figure, ...]:
    readings = [reading for reading in found.readings if reading.at_s >= warm_up_s]
    return (
        *_drifts(readings, "RSS", lambda use: use.rss_mb, target=DRIFT_MB_PER_H),
        *_drifts(readings, "PSS", lambda use: use.pss_mb),
        *_growths(readings),
        Figure("frames arrived", found.frames_percent, "%", better="higher"),
    )


def _drifts(
    readings: Sequence[Reading],
    kind: str,
    held: Callable[[Use], float],
    *,
    target: float | None = None,
) -> Iterator[Figure]:
    at_s = [reading.at_s for reading in readings]
    both = [sum(held(reading.use[role]) for role in MEASURED) for reading in readings]
    yield _drift(f"node and worker {kind} drift", at_s, both, target=target)
    for role in MEASURED:
        one = [held(reading.use[role]) for reading in readings]
        yield _drift(f"{role} {kind} drift", at_s, one)
        yield Figure(f"{role} {kind} at the end", one[-1], "MB")


def _drift(
    name: str, at_s: Sequence[float], values: Sequence[float], *, target: float | None = None
) -> Figure:
    per_h, error = slope(at_s, values)
    low, high = per_h - 1.96 * error, per_h + 1.96 * error
    return Figure(name, per_h, "MB/h", target, low=low, high=high)


def _growths(readings: Sequence[Reading]) -> Iterator[Figure]:
    first, last = readings[0], readings[-1]
    yield Figure("node tasks growth", last.tasks - first.tasks, "", 0.0)
    for role in MEASURED:
        before, after = first.use[role], last.use[role]
        yield Figure(f"{role} threads growth", after.threads - before.threads, "", 0.0)
        yield Figure(f"{role} sockets growth", after.sockets - before.sockets, "", 0.0)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak")
    parser.add_argument("--minutes", type=float, default=10.0, help="at least 1 (10)")
    seconds = max(1.0, parser.parse_args().minutes) * 60
    warm_up_s = min(WARM_UP_S, LONGEST_WARM_UP * seconds)
    found = asyncio.run(soak(seconds))
    result = Report(
        "soak",
        figures(found, warm_up_s=warm_up_s),
        remarks=tuple(remark.format(warm_up=warm_up_s) for remark in REMARKS),
        details={"seconds": seconds, "readings": [asdict(one) for one in found.readings]},
    )
    path = result.write()
    print("\n".join(table(figure.as_json() for figure in result.figures)))
    print(f"written to {path.name} and {path.with_suffix('.md').name}", file=sys.stderr)


if __name__ == "__main__":
    main()
