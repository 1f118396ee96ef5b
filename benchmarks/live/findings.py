"""From what the runs found to figures with targets."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import TypeVar

from benchmarks.live.fanout import FanOut
from benchmarks.live.plan import CROWDS, P720_30, P720_60, P1080_30, WATCHED, Trial, Who
from benchmarks.live.stages import Stages
from benchmarks.live.trials import Found, Watched
from benchmarks.report import Better, Figure, over_runs

MOST = 32
PRODUCT = Trial(Who.PRODUCT)
PRODUCT_CROWD = Trial(Who.PRODUCT, viewers=MOST)

CB_TARGETS_MS = {P720_30: (20.0, 35.0), P1080_30: (30.0, 50.0), P720_60: (20.0, 30.0)}
TARGETS: dict[tuple[Trial, str], float] = {
    (Trial(Who.PRODUCT, picture, archive=archive), f"cb {percentile}"): target
    for picture, targets in CB_TARGETS_MS.items()
    for percentile, target in zip(("p50", "p95"), targets, strict=True)
    for archive in (True, False)
} | {
    (PRODUCT_CROWD, "arr p95"): 25.0,
    (PRODUCT_CROWD, "node"): 0.15,
    (PRODUCT_CROWD, "worker"): 0.35,
    (Trial(Who.PRODUCT, viewers=100), "node"): 0.4,
}
STAGE_TARGETS_MS = {"encode_live": 6.0, "worker_link": 1.0}
PREPARE_MS = 1.0
STOCK_RATIO = 3.0
JANUS_DIFFERENCE_MS = 5.0
JANUS_CORE_SHARE = 1 / 3
JOIN_MS = 300.0
KEY_FRAME_MS = 100.0
MEMORY_MB = 350.0

WATCHED_FIELDS: tuple[tuple[str, str, str, Better], ...] = (
    ("cb p50", "latency.cb_p50", "ms", "lower"),
    ("cb p95", "latency.cb_p95", "ms", "lower"),
    ("cb p99", "latency.cb_p99", "ms", "lower"),
    ("exp p50", "latency.exp_p50", "ms", "lower"),
    ("exp p95", "latency.exp_p95", "ms", "lower"),
    ("exp p99", "latency.exp_p99", "ms", "lower"),
    ("frames shown", "latency.fps", "/s", "higher"),
    ("largest gap", "latency.largest_gap_ms", "ms", "lower"),
)
CROWD_FIELDS: tuple[tuple[str, str, str, Better], ...] = (
    ("arr p50", "arr_p50", "ms", "lower"),
    ("arr p95", "arr_p95", "ms", "lower"),
    ("frames arrived", "frames_percent", "%", "higher"),
)

Run = TypeVar("Run", Watched, FanOut)


def figures(found: Found, stages: dict[str, Stages]) -> tuple[Figure, ...]:
    return (
        *(f for trial in WATCHED for f in _trial(trial, found.watched[trial], WATCHED_FIELDS)),
        *_compared(found),
        *(f for trial in CROWDS for f in _trial(trial, found.crowds[trial], CROWD_FIELDS)),
        *_added_viewers(found),
        *_moments(found),
        *(f for t in WATCHED if t.who is Who.PRODUCT for f in _memory(t, found.watched[t])),
        Figure("trials that failed", sum(map(len, found.failures.values())), ""),
        *(figure for name, one in stages.items() for figure in _stages(name, one)),
    )


def paired(
    first: Sequence[Run | None],
    second: Sequence[Run | None],
    compare: Callable[[Run, Run], float],
) -> list[float | None]:
    """Run by run, because both of a run met the same state of the machine. Empty when one of them
    never ran."""
    return [
        compare(a, b) if a is not None and b is not None else None
        for a, b in zip(first, second, strict=False)
    ]


def _trial(
    trial: Trial, runs: Sequence[Run | None], shown: Sequence[tuple[str, str, str, Better]]
) -> Iterator[Figure]:
    for label, path, unit, better in shown:
        value = attrgetter(path)
        yield over_runs(
            f"{trial} {label}",
            [None if run is None else value(run) for run in runs],
            unit,
            target=TARGETS.get((trial, label)),
            better=better,
        )
    for role in next((list(run.costs) for run in runs if run is not None), []):
        cores = [None if run is None else run.costs[role].cores for run in runs]
        yield over_runs(f"{trial} {role}", cores, "core", target=TARGETS.get((trial, role)))


def _compared(found: Found) -> Iterator[Figure]:
    ours, janus = found.watched[PRODUCT], found.watched[Trial(Who.JANUS)]
    for who in (Who.STOCK_VP8, Who.STOCK_H264):
        ratios = paired(
            found.watched[Trial(who)], ours, lambda a, b: a.latency.cb_p50 / b.latency.cb_p50
        )
        name = f"{who} : {Who.PRODUCT}, cb p50"
        yield over_runs(name, ratios, "x", target=STOCK_RATIO, better="higher")
    differences = paired(ours, janus, lambda a, b: a.latency.cb_p50 - b.latency.cb_p50)
    name = f"{Who.PRODUCT} - {Who.JANUS}, cb p50"
    yield over_runs(name, differences, "ms", target=JANUS_DIFFERENCE_MS)


def _added_viewers(found: Found) -> Iterator[Figure]:
    def added(who: Who) -> list[float | None]:
        many, one = (found.crowds[Trial(who, viewers=n)] for n in (MOST, 1))
        return paired(
            many, one, lambda a, b: (a.costs["node"].cores - b.costs["node"].cores) / (MOST - 1)
        )

    ours, theirs = added(Who.PRODUCT), added(Who.JANUS)
    yield over_runs(f"{Who.PRODUCT}, each added viewer", ours, "core")
    yield over_runs(f"{Who.JANUS}, each added viewer", theirs, "core")
    shares = [a / b if a is not None and b else None for a, b in zip(ours, theirs, strict=False)]
    name = f"{Who.PRODUCT} : {Who.JANUS}, each added viewer"
    yield over_runs(name, shares, "x", target=JANUS_CORE_SHARE)


def _moments(found: Found) -> Iterator[Figure]:
    ours = [run for run in found.watched[PRODUCT] if run is not None]
    yield over_runs("join to first frame", [run.join_ms for run in ours], "ms", target=JOIN_MS)
    probed = [run for run in found.crowds[Trial(Who.PRODUCT, viewers=1)] if run is not None]
    waits = [wait for run in probed for wait in run.key_frames_ms]
    yield over_runs("key frame asked for to decoded", waits, "ms", target=KEY_FRAME_MS)


def _memory(trial: Trial, runs: Sequence[Watched | None]) -> Iterator[Figure]:
    """The target speaks of a 720p room."""
    costs = [run.costs for run in runs if run is not None]
    serving = [one["node"].pss_mb + one["worker"].pss_mb for one in costs]
    target = MEMORY_MB if trial.picture.height == 720 else None
    yield over_runs(f"{trial} memory of node and worker", serving, "MB", target=target)
    spare = [one["spare"].pss_mb for one in costs]
    yield over_runs(f"{trial} memory of the warm spare", spare, "MB")


def troubles(found: Found) -> Iterator[str]:
    """What failed and why, for the remarks."""
    for trial, reasons in found.failures.items():
        said = "; ".join(sorted(set(reasons)))
        worked = sum(run is not None for run in (found.watched | found.crowds)[trial])
        yield f"Failed: {trial}, {len(reasons)} of {len(reasons) + worked} runs ({said})."


def _stages(picture: str, stages: Stages) -> Iterator[Figure]:
    targeted = picture == str(P720_30)
    prepare_ms = stages.mask + stages.convert_yuyv
    yield Figure(
        f"{picture} mask and convert from YUYV", prepare_ms, "ms", PREPARE_MS if targeted else None
    )
    for field in fields(stages):
        target = STAGE_TARGETS_MS.get(field.name) if targeted else None
        name = f"{picture} {field.name.replace('_', ' ')}"
        yield Figure(name, getattr(stages, field.name), "ms", target)
