"""How long the gate takes, in a process of its own, as ``sonopair gate`` does it."""

import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.deid.plan import ClipPlan, Coding
from benchmarks.deid.trial import coded
from benchmarks.deid.vendors import FPS, VENDORS, screen
from streaming.commands.redraw import write_mp4

SHORT_S, LONG_S = 10, 300


@dataclass(frozen=True, slots=True)
class Speed:
    """``long_share``: seconds of scan for each second of a five-minute clip."""

    short_s: float
    long_share: float
    memory_mb: float


def measure(*, long_s: int = LONG_S) -> Speed:
    with TemporaryDirectory(prefix="sonopair-deid-") as folder:
        short = _gate_s(_clip(Path(folder) / "short.mp4", SHORT_S))
        long = _gate_s(_clip(Path(folder) / "long.mp4", long_s))
    memory_kib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return Speed(short, long / long_s, memory_kib / 1024)


def _clip(path: Path, seconds: int) -> Path:
    plan = ClipPlan(0, VENDORS[0], Coding.ARCHIVE, 0, ())
    write_mp4(path, coded(plan, screen(VENDORS[0]), [], count=seconds * FPS))
    return path


def _gate_s(clip: Path) -> float:
    began_s = time.monotonic()
    command = [sys.executable, "-m", "streaming.cli", "gate", str(clip), "--json"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - began_s
