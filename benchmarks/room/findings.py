"""From what the trials found to figures with targets."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from benchmarks.report import Better, Figure, over_runs
from benchmarks.room.crowd import SPEAKERS, Crowd
from benchmarks.room.everything import Block, Watched
from benchmarks.room.moments import Filming, Freezes
from benchmarks.room.pointing import Pointing
from benchmarks.room.trials import FEW, MANY, Found
from benchmarks.room.voices import MouthToEar

MOUTH_TO_EAR_MS = 120.0
POINTER_MS = 100.0
MARK_MS = 150.0
CROWD_CORES = 1.0
MOVED_MS = 5.0
STILL_MS = 1_000.0
JOIN_MS = 300.0

Run = TypeVar("Run")


def figures(found: Found) -> tuple[Figure, ...]:
    return (
        *_voices(_known(found.voices)),
        *_pointing(_known(found.pointing)),
        *_crowd(f"{SPEAKERS} speakers, {MANY} viewers", _known(found.many), CROWD_CORES),
        *_crowd(f"{SPEAKERS} speakers, {FEW} viewers", _known(found.few), None),
        over_runs("each added listener, node", added_listeners(found), "core"),
        *_everything(_known(found.blocks)),
        *_freezes(_known(found.freezes)),
        *_filming(_known(found.filming)),
        over_runs("join to first frame", _joins(found), "ms", target=JOIN_MS),
        Figure("trials that failed", len(found.failures), "", 0.0),
    )


def added_listeners(found: Found) -> list[float | None]:
    """Cores of the node for each, run by run."""
    return [
        (many.costs["node"].cores - few.costs["node"].cores) / (MANY - FEW)
        if many is not None and few is not None
        else None
        for many, few in zip(found.many, found.few, strict=True)
    ]


def _known(runs: Sequence[Run | None]) -> list[Run]:
    return [run for run in runs if run is not None]


def _total(name: str, counts: Sequence[int], unit: str = "") -> Figure:
    """Of all runs; none may be."""
    total = float(sum(counts)) if counts else None
    return Figure(name, total, unit, 0.0, runs=len(counts))


def _voices(runs: Sequence[MouthToEar]) -> Iterator[Figure]:
    for name, values in (("p50", [r.p50 for r in runs]), ("p95", [r.p95 for r in runs])):
        yield over_runs(f"mouth to ear {name}", values, "ms", target=MOUTH_TO_EAR_MS)
    yield _total("beeps that nobody heard", [run.unheard for run in runs])


def _pointing(runs: Sequence[Pointing]) -> Iterator[Figure]:
    yield over_runs("round trip of the slow line", [run.rtt_ms for run in runs], "ms")
    yield over_runs("pointer p50", [run.pointer_p50 for run in runs], "ms")
    yield over_runs("pointer p95", [r.pointer_p95 for r in runs], "ms", target=POINTER_MS)
    shown = [100 * run.shown / run.moves for run in runs]
    yield over_runs("moves of the hand that were shown", shown, "%", better="higher")
    yield over_runs("mark p50", [run.mark_p50 for run in runs], "ms")
    yield over_runs("mark p95", [run.mark_p95 for run in runs], "ms", target=MARK_MS)
    yield _total("marks that never came", [run.marks_lost for run in runs])


def _crowd(name: str, runs: Sequence[Crowd], cores: float | None) -> Iterator[Figure]:
    node = [run.costs["node"].cores for run in runs]
    yield over_runs(f"{name}: node", node, "core", target=cores)
    yield over_runs(f"{name}: worker", [run.costs["worker"].cores for run in runs], "core")
    coming, going = [r.voice_in_per_s for r in runs], [r.voice_out_per_s for r in runs]
    yield over_runs(f"{name}: voice packets in", coming, "/s", better="higher")
    yield over_runs(f"{name}: voice packets out", going, "/s", better="higher")
    voices = [run.voice_percent for run in runs]
    yield over_runs(f"{name}: voice packets arrived", voices, "%", better="higher")
    yield _total(f"{name}: voice packets lost", [run.lost for run in runs])
    yield _total(f"{name}: speakers whom a listener didn't hear", [run.unheard for run in runs])
    yield over_runs(f"{name}: arr p50", [run.arr_p50 for run in runs], "ms")
    yield over_runs(f"{name}: arr p95", [run.arr_p95 for run in runs], "ms")
    arrived = [run.frames_percent for run in runs]
    yield over_runs(f"{name}: frames arrived", arrived, "%", better="higher")


def _everything(blocks: Sequence[Block]) -> Iterator[Figure]:
    shown: tuple[tuple[str, str, Better, Callable[[Watched], float]], ...] = (
        ("cb p50", "ms", "lower", lambda each: each.latency.cb_p50),
        ("cb p95", "ms", "lower", lambda each: each.latency.cb_p95),
        ("frames shown", "/s", "higher", lambda each: each.latency.fps),
        ("arr p95", "ms", "lower", lambda each: each.arr_p95),
        ("node", "core", "lower", lambda each: each.costs["node"].cores),
        ("worker", "core", "lower", lambda each: each.costs["worker"].cores),
    )
    for name, unit, better, value in shown:
        without = [value(each) for block in blocks for each in block.without]
        with_all = [value(each) for block in blocks for each in block.with_all]
        yield over_runs(f"alone: {name}", without, unit, better=better)
        yield over_runs(f"with everything: {name}", with_all, unit, better=better)
    moved = over_runs("cb p95 moves by", [b.moved(_cb_p95) for b in blocks], "ms")
    yield moved
    yield Figure("cb p95 moves by, upper bound", moved.high, "ms", MOVED_MS, runs=moved.runs)
    yield over_runs("arr p95 moves by", [b.moved(lambda e: e.arr_p95) for b in blocks], "ms")


def _cb_p95(watched: Watched) -> float:
    return watched.latency.cb_p95


def _freezes(runs: Sequence[Freezes]) -> Iterator[Figure]:
    own = [took for run in runs for took in run.own_ms]
    other = [took for run in runs for took in run.other_ms]
    for where, all_ms in (("own page", own), ("other page", other)):
        yield over_runs(f"freeze to still, {where}", all_ms, "ms", target=STILL_MS)
        longest = max(all_ms, default=None)
        name = f"freeze to still, {where}, the longest"
        yield Figure(name, longest, "ms", STILL_MS, runs=len(all_ms))
    missing = [2 * run.freezes - len(run.own_ms) - len(run.other_ms) for run in runs]
    yield _total("stills that never came", missing)


def _filming(runs: Sequence[Filming]) -> Iterator[Figure]:
    yield over_runs("probe camera cb p50", [run.cb_p50 for run in runs], "ms")
    yield over_runs("probe camera cb p95", [run.cb_p95 for run in runs], "ms")
    for seconds, began in (
        (1, [run.after_1_s for run in runs]),
        (2, [run.after_2_s for run in runs]),
    ):
        name = f"probe camera after {seconds} s"
        yield over_runs(f"{name}: bitrate", [b.mbps for b in began], "Mb/s", better="higher")
        allowed = [b.allowed_mbps for b in began]
        yield over_runs(f"{name}: allowed", allowed, "Mb/s", better="higher")
        heights = [float(b.height) for b in began]
        yield over_runs(f"{name}: height", heights, "px", better="higher")


def _joins(found: Found) -> list[float]:
    freezes, blocks = _known(found.freezes), _known(found.blocks)
    return [*(run.join_ms for run in freezes), *(run.join_ms for run in blocks)]
