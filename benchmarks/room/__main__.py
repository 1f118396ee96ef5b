"""The bench of the consult room, of `make bench-room`; `--quick` is for developing it."""

import argparse
import asyncio
import dataclasses
import os
import sys

from benchmarks.live.harness import serve
from benchmarks.report import Report, table
from benchmarks.room.drawing import MARKS, POINTERS_PER_S, STROKES_PER_S
from benchmarks.room.film import BITRATE_BPS, pictures
from benchmarks.room.findings import figures
from benchmarks.room.pointing import DELAY_S
from benchmarks.room.screen import browser_with_microphone
from benchmarks.room.trials import Found, Plan, Trials

RUNS, QUICK_RUNS = 5, 1

REMARKS = (
    "Everything runs on one machine: node, worker, headless Chromium, which draws and decodes on "
    "the same cores, and the bench. Times of two pages are related by the bench's clock, which "
    "each page reads with an error of a few tenths of a millisecond. Values are medians over runs "
    "with a bootstrap interval; within a run, p50 and p95 are over all events of that run. Text "
    "inside the picture's regions isn't looked for, since the bench's clock in the picture would "
    "be taken for some and covered; what looks for it is a process of its own.",
    "Mouth to ear: from the beginning of a beep in the operator's captured track, after the "
    "browser's echo cancellation, noise suppression and level control, to its beginning in the "
    "expert's received lane, as each page's Web Audio gets it. In it are Opus, both networks, the "
    "node and the jitter buffer. Not in it: the hardware and drivers of microphone and "
    "loudspeaker, what those three take before the track, and the last step to the loudspeaker, "
    "which together add 20 to 60 ms on usual machines.",
    f"Pointer and mark: both pages' WebSockets go through a relay that delays each direction by "
    f"{DELAY_S * 1000:.0f} ms; media and HTTP aren't delayed. From the input in the expert's page "
    "(the event's own time of a mouse moved at 60 Hz, and of a pen let go) to the beginning of the "
    "screen refresh that has the change, in the operator's page. A place that gave way to a newer "
    "one isn't in the pointer's times: they are those of what was shown.",
    "Speakers and viewers: seats with sockets and packets of their own, which decode nothing, in "
    "one process; no browser runs beside them. Speakers send a packet of Opus at 32 kb/s every 20 "
    "ms without pause, which people never do; everybody also receives the scanner's picture at 4 "
    "Mb/s. Whom a listener heard is read from the decrypted packets, lost ones from the gaps in "
    "their sequence. arr: a picture captured to its last packet. Each added listener: the "
    "difference between the two crowds, for picture and eight voices.",
    f"Everything: the expert's page has its microphone open and hears the operator, "
    f"{POINTERS_PER_S} pointers and {STROKES_PER_S} parts of strokes a second, {MARKS} marks on "
    f"the board and a probe camera at 720p30 and {BITRATE_BPS / 1e6} Mb/s beside the picture. "
    "Alone: the same page and people, at rest. Without, with, with, without in one page, on a new "
    "node each time; moves by: the difference of the means, over those blocks, and the upper bound "
    "of its 95 % interval. Operator and camera have no browser, since a consult's people don't "
    "share one machine. cb: captured to the call of requestVideoFrameCallback's callback in the "
    "expert's page; arr: to the last packet at the operator, so without any browser.",
    "Freeze to still: from the press of the button in the expert's page to the refresh that has "
    "the lossless picture, there and in the operator's page. Probe camera: a canvas in the "
    "camera's page in place of a lens, from drawing a picture to the callback in the expert's "
    "page; the camera's encoder runs on the same cores. Its bitrate is that of the half second "
    "before, of moving noise; allowed is what the browser's estimate of the network lets it send. "
    "Join: from the page's "
    "`media.want`, with all lines in the offer, to its first frame.",
)


async def measure(*, runs: int, plan: Plan) -> Found:
    async with serve() as clock:
        trials = Trials(clock, plan)
        for run in range(runs):
            print(f"run {run + 1} of {runs}", file=sys.stderr)
            await trials.gather(run)
            async with browser_with_microphone() as browser:
                await trials.browse(browser)
        return trials.found


def report(found: Found, *, runs: int, plan: Plan) -> Report:
    failed = [f"Failed: {failure}." for failure in found.failures]
    shown = {name: value for name, value in dataclasses.asdict(plan).items() if name != "pictures"}
    return Report(
        "room",
        figures(found),
        remarks=(*REMARKS, *failed),
        details={"runs": runs, **shown, **dataclasses.asdict(found)},
    )


def main() -> int:
    """Exit status 1 when something couldn't be measured in any run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.room", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short run; figures are no good")
    parser.add_argument("--runs", type=int, help=f"of everything ({RUNS})")
    options = parser.parse_args()
    runs = options.runs or (QUICK_RUNS if options.quick else RUNS)
    print(f"load before: {os.getloadavg()[0]:.2f}", file=sys.stderr)
    filmed = pictures()
    plan = (
        Plan(seconds=2, voice_seconds=4, marks=4, freezes=2, blocks=1, pictures=filmed)
        if options.quick
        else Plan(seconds=5, voice_seconds=15, marks=15, freezes=5, blocks=2, pictures=filmed)
    )
    result = report(asyncio.run(measure(runs=runs, plan=plan)), runs=runs, plan=plan)
    path = result.write()
    print("\n".join(table(figure.as_json() for figure in result.figures)))
    print(f"written to {path.name} and {path.with_suffix('.md').name}", file=sys.stderr)
    return 1 if any(figure.value is None for figure in result.figures) else 0


if __name__ == "__main__":
    sys.exit(main())
