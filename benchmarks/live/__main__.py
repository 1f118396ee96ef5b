"""The live bench, of `make bench`; `--quick` is for developing it."""

import argparse
import asyncio
import dataclasses
import importlib.util
import os
import sys
from collections.abc import Mapping, Sequence

from benchmarks.live import janus
from benchmarks.live.browser import chromium
from benchmarks.live.contender import Picture
from benchmarks.live.fanout import FanOut
from benchmarks.live.findings import figures, troubles
from benchmarks.live.harness import serve
from benchmarks.live.plan import (
    CROWDS,
    OVERLOADED,
    P720_30,
    P1080_30,
    WATCHED,
    Trial,
    Who,
    due,
    rotated,
)
from benchmarks.live.stages import Stages, measure_stages
from benchmarks.live.trials import Found, Runner, Watched
from benchmarks.report import Report, table

RUNS, SECONDS, STAGE_PICTURES = 10, 4.0, 150
QUICK_RUNS, QUICK_SECONDS, QUICK_STAGE_PICTURES = 2, 2.0, 20

REMARKS = (
    "cb: from the picture in memory to the call of requestVideoFrameCallback's callback in "
    "headless Chromium; exp: to its expectedDisplayTime; arr: to the last packet of the frame at "
    "a viewer that doesn't decode. None of them holds the capture card's or the display's time. "
    "Join to first frame: from the page's `media.want` to its first requestVideoFrameCallback.",
    "Every contender shows the same phantom at 4 Mb/s, on the same machine as its viewers. "
    '"With archive encode": the worker also encodes what a recorder will need. This release has '
    "no recorder and no setting for it, so the bench turns it on itself. The others are compared "
    "with the product without it, since they have none either. Text inside the picture's regions "
    "isn't looked for, since the clock would be taken for some and covered.",
    "Memory is PSS: a page that processes share is divided among them. The warm spare, idle and "
    "past its start before anything is measured, is not in the worker's figures.",
    "Stock aiortc encodes for every viewer, and one H.264 viewer takes most of a core: 8 of them "
    "overload two cores, so they are tried only twice, and 32 not at all. 100 viewers are more "
    "than the product lets watch one room by WHEP (64): the bench raises that bound.",
    "Values are medians over interleaved runs in rotated order, intervals are a bootstrap of the "
    "median; differences and ratios are taken run by run. What is shown for comparison only has "
    "fewer runs. 30 or 60 pictures a second keep one phase to Chromium's 60 Hz for a whole run, "
    "which moves cb and exp by up to 16.7 ms from run to run: most of the intervals' width.",
)


async def measure(*, runs: int, seconds: float, trials: tuple[Trial, ...]) -> Found:
    watched = [trial for trial in trials if trial.viewers is None]
    crowds = [trial for trial in trials if trial.viewers is not None]
    async with serve() as harness:
        runner = Runner(harness, seconds=seconds)
        for run in range(runs):
            print(f"run {run + 1} of {runs}", file=sys.stderr)
            for trial in trials:
                if not due(trial, run):
                    runner.leave_out(trial)
            async with chromium() as browser:
                for trial in rotated(watched, run):
                    if due(trial, run):
                        await runner.watch(trial, browser)
            for trial in rotated(crowds, run):
                if due(trial, run):
                    await runner.crowd(trial)
    return runner.found


def stages_of(*pictures: Picture, count: int) -> dict[str, Stages]:
    return {str(picture): measure_stages(picture, pictures=count) for picture in pictures}


def report(found: Found, stages: dict[str, Stages], *, runs: int, seconds: float) -> Report:
    return Report(
        "live",
        figures(found, stages),
        remarks=(*REMARKS, *troubles(found)),
        details={
            "runs": runs,
            "seconds": seconds,
            "failures": {str(trial): why for trial, why in found.failures.items()},
            "uvloop": importlib.util.find_spec("uvloop") is not None,
            "watched": _plain(found.watched),
            "crowds": _plain(found.crowds),
        },
    )


def _plain(runs: Mapping[Trial, Sequence[Watched | FanOut | None]]) -> dict[str, list[object]]:
    return {
        str(trial): [dataclasses.asdict(one) if one is not None else None for one in found]
        for trial, found in runs.items()
    }


def never_worked(found: Found) -> list[Trial]:
    """Stock aiortc's crowd isn't expected to."""
    return [
        trial
        for trial in found.failures
        if not any((found.watched | found.crowds)[trial]) and trial != OVERLOADED
    ]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live")
    parser.add_argument("--quick", action="store_true", help="few, short runs; figures are no good")
    parser.add_argument("--runs", type=int)
    parser.add_argument("--seconds", type=float, help="of measuring in each trial")
    options = parser.parse_args()
    runs = options.runs or (QUICK_RUNS if options.quick else RUNS)
    seconds = options.seconds or (QUICK_SECONDS if options.quick else SECONDS)
    trials: tuple[Trial, ...] = WATCHED + CROWDS
    if janus.library() is None:
        print("no Janus on this machine: its figures will be missing", file=sys.stderr)
        trials = tuple(trial for trial in trials if trial.who is not Who.JANUS)

    load = os.getloadavg()[0]
    print(f"load before: {load:.2f}", file=sys.stderr)
    count = QUICK_STAGE_PICTURES if options.quick else STAGE_PICTURES
    stages = stages_of(P720_30, P1080_30, count=count)
    found = asyncio.run(measure(runs=runs, seconds=seconds, trials=trials))
    result = report(found, stages, runs=runs, seconds=seconds)
    path = result.write()
    print("\n".join(table(figure.as_json() for figure in result.figures)))
    print(f"written to {path.name} and {path.with_suffix('.md').name}", file=sys.stderr)
    return 1 if never_worked(found) else 0


if __name__ == "__main__":
    sys.exit(main())
