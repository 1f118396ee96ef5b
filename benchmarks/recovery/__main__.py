"""`python -m benchmarks.recovery`: end, hang, unplug and restart; when is the picture back?"""

import argparse
import asyncio
import sys

from benchmarks.live import harness
from benchmarks.live.browser import chromium
from benchmarks.recovery.trials import FAULT_AFTER_S, STALL_S, Found, Trials
from benchmarks.report import Figure, Report, over_runs, table

RUNS, QUICK_RUNS = 5, 1

TARGETS = {
    "worker killed: picture back": (1_000, "ms"),
    "worker killed: packets lost": (0, ""),
    "worker killed: new peer connections": (0, ""),
    "both workers killed: slate": (300, "ms"),
    "both workers killed: picture back": (3_000, "ms"),
    "worker hung (SIGSTOP): slate": (1_000, "ms"),
    "worker hung (SIGSTOP): picture back": (3_000, "ms"),
    "source unplugged: slate": (1_000, "ms"),
    "source stalled: slate": (1_000, "ms"),
    "source delivers again: picture back": (3_000, "ms"),
    "node restarted: every seat's picture back": (5_000, "ms"),
}
SLATE = ": slate"
REMARKS = (
    "The phantom at 720p30 in headless Chromium on the same machine; times from the signal (for "
    "the restart: from the node's end; for the source: from the capture of its last picture, and "
    "from when it delivers again) to the first shown frame. Medians over runs.",
    "Worker killed: a warm spare waits, so no slate is due. Restart: cart, expert and observer. "
    "Text in the picture isn't looked for, since the clock in it would be taken for some.",
    f"The source fails {FAULT_AFTER_S:.0f} s after it opened; stalled, it is back {STALL_S:.0f} s "
    "later. A run in which the slate never came isn't in its median, but counted on its own line.",
)


async def measure(runs: int) -> Found:
    async with harness.serve() as clock, chromium() as browser:
        trials = Trials(browser, clock)
        for run in range(runs):
            print(f"run {run + 1} of {runs}", file=sys.stderr)
            await trials.run()
        return trials.found


def figures(found: Found) -> tuple[Figure, ...]:
    slates = [value for name in TARGETS if name.endswith(SLATE) for value in found.values[name]]
    missing = float(slates.count(None)) if slates else None
    return (
        *(
            over_runs(name, found.values[name], unit, target=target)
            for name, (target, unit) in TARGETS.items()
        ),
        Figure("slates that never came", missing, "", 0.0, runs=len(slates)),
        Figure("trials that failed", float(len(found.failures)), ""),
    )


def report(found: Found) -> Report:
    failed = [f"Failed: {failure}." for failure in found.failures]
    return Report(
        "recovery",
        figures(found),
        remarks=(*REMARKS, *failed),
        details={"runs": dict(found.values), "failures": found.failures},
    )


def main() -> int:
    """Exit status 1 when something couldn't be measured in any run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recovery", description=__doc__)
    parser.add_argument("--runs", type=int, help=f"runs of each kind ({RUNS})")
    parser.add_argument("--quick", action="store_true", help="one run; the figures are no good")
    options = parser.parse_args()
    runs = options.runs or (QUICK_RUNS if options.quick else RUNS)
    result = report(asyncio.run(measure(runs)))
    path = result.write()
    print("\n".join(table(figure.as_json() for figure in result.figures)))
    print(f"written to {path.name} and {path.with_suffix('.md').name}", file=sys.stderr)
    return 1 if any(figure.value is None for figure in result.figures) else 0


if __name__ == "__main__":
    sys.exit(main())
