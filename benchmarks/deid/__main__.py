"""`python -m benchmarks.deid`: text planted in real ultrasound; does any of it get out?"""

import argparse
import hashlib
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from benchmarks.deid import exposure, speed
from benchmarks.deid.findings import Found, figures
from benchmarks.deid.plan import ClipPlan, clips
from benchmarks.deid.trial import ClipFound, from_json, run
from benchmarks.deid.vendors import VENDORS
from benchmarks.report import Report, table
from streaming.text.clip import ClipScanner

FIELDS, NIGHTLY_FIELDS, QUICK_FIELDS = 600, 3_000, 30
EXPOSURES, NIGHTLY_EXPOSURES, QUICK_EXPOSURES = 60, 300, 5
QUICK_CLEAN_S, QUICK_LONG_S = 4, 20
SEED = 1
ROOT = Path(__file__).parents[2]
PROGRESS = ROOT / "build" / "bench-deid"

REMARKS = (
    "Made-up names, numbers and dates, burned into three-second clips of five real scanners' "
    "pictures on a 720p screen, masked by a profile, coded at three rates and looked through by "
    "the gate as a finished clip is. One field a clip stands in the sector, where only the gate "
    "can find it; two stand outside, where the mask takes them. A quarter are faint (20 to 59 "
    "grey levels above their surround), a quarter are there for 0.4 to 1 s only. Five fonts, 12 "
    "to 28 px.",
    "A field is hidden when 90 % of its ink is black or under a box. It is legible when the ink "
    "left has a contrast to its surround above the deviation there (CNR > 1) in the picture that "
    "shows it best. It has leaked when it is legible and not black in a clip released without a "
    "person. Boxed: hidden if the clip is masked by the gate's boxes.",
    "Bounds are one-sided 95 % (Clopper-Pearson) for independent fields. Fields on one background "
    "are not independent, and there are five backgrounds, so the bounds per background say more; "
    "another scanner's speckle may do worse. Only the SonoSite's picture is a cine: the others "
    "are stills, swayed and speckled anew ten times a second, their caliper marks painted over. "
    "GE's shows power Doppler: its clips always go to a person, so none can leak.",
    "Clips without text that a person gets, and boxes on pictures without text, are what the "
    "gate and the live finder cost. Live: on a simulated clock, two looks a second, each as long "
    "as the processor took; before coding.",
)


def scanned(plans: Sequence[ClipPlan], *, jobs: int, kept: Path) -> Iterator[ClipFound]:
    """Those that an earlier run of the same code finished are read instead."""
    done = _finished(kept)
    yield from (done[plan.number] for plan in plans if plan.number in done)
    left = [plan for plan in plans if plan.number not in done]
    kept.parent.mkdir(parents=True, exist_ok=True)
    context = multiprocessing.get_context("spawn")
    with kept.open("a") as log, ProcessPoolExecutor(jobs, mp_context=context) as pool:
        waiting = [pool.submit(_scan, plan) for plan in left]
        for finished in as_completed(waiting):
            found = finished.result()
            log.write(json.dumps(found.as_json()) + "\n")
            log.flush()
            yield found


_scanner: ClipScanner | None = None


def _scan(plan: ClipPlan) -> ClipFound:
    global _scanner  # one a process: loading it takes longer than a scan
    _scanner = _scanner or ClipScanner()
    return run(plan, _scanner)


def _finished(kept: Path) -> dict[int, ClipFound]:
    if not kept.exists():
        return {}
    lines = [line for line in kept.read_text().splitlines(keepends=True) if line.endswith("\n")]
    return {found.number: found for found in (from_json(json.loads(line)) for line in lines)}


def code_digest() -> str:
    """Of everything that a result depends on."""
    folders = ("benchmarks/deid", "streaming/text", "streaming/picture", "streaming/domain")
    digest = hashlib.sha256()
    for path in sorted(path for each in folders for path in (ROOT / each).glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def measure(options: argparse.Namespace) -> Found:
    quick = options.quick
    fields = options.fields or _chosen(options, QUICK_FIELDS, NIGHTLY_FIELDS, FIELDS)
    looks = _chosen(options, QUICK_EXPOSURES, NIGHTLY_EXPOSURES, EXPOSURES)
    _say("measuring the gate's speed, alone")
    taken = speed.measure(long_s=QUICK_LONG_S if quick else speed.LONG_S)
    plans = clips(fields, seed=options.seed)
    kept = PROGRESS / f"{fields}-{options.seed}-{code_digest()}.jsonl"
    found = []
    began_s = time.monotonic()
    for clip in scanned(plans, jobs=options.jobs, kept=kept):
        found.append(clip)
        if len(found) % 10 == 0 or len(found) == len(plans):
            _say(f"{len(found)} of {len(plans)} clips, {time.monotonic() - began_s:.0f} s")
    _say(f"{looks} fields that come up live")
    exposed = tuple(exposure.exposures(looks, seed=options.seed))
    _say("pictures without text, live")
    clean_s = QUICK_CLEAN_S if quick else exposure.CLEAN_S
    clean = tuple(exposure.clean(vendor, seconds=clean_s) for vendor in VENDORS)
    return Found(tuple(sorted(found, key=lambda one: one.number)), exposed, clean, taken)


def _chosen(options: argparse.Namespace, quick: int, nightly: int, otherwise: int) -> int:
    return quick if options.quick else nightly if options.nightly else otherwise


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def report(found: Found, *, seed: int) -> Report:
    return Report(
        "deid",
        figures(found),
        remarks=REMARKS,
        details={"seed": seed, "clips": [clip.as_json() for clip in found.clips]},
    )


def main() -> int:
    """Exit status 1 when a legible field leaked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.deid", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="thirty fields; figures are no good")
    parser.add_argument("--nightly", action="store_true", help=f"{NIGHTLY_FIELDS} fields")
    parser.add_argument("--fields", type=int, help=f"so many ({FIELDS})")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    found = measure(options)
    result = report(found, seed=options.seed)
    path = result.write()
    print("\n".join(table(figure.as_json() for figure in result.figures)))
    _say(f"written to {path.name} and {path.with_suffix('.md').name}")
    return int(any(figure.holds is False and "leaked" in figure.name for figure in result.figures))


if __name__ == "__main__":
    sys.exit(main())
