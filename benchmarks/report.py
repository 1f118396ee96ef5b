"""The one form in which every bench reports: `results/NAME.json` and a Markdown table beside it."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from benchmarks.statistics import median_of_runs

RESULTS = Path(__file__).parent / "results"

Better = Literal["lower", "higher"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value. ``target`` None: shown for comparison, nothing to hold.

    ``low`` and ``high`` bound the 95 % confidence interval of ``value`` where there is one, and
    ``runs`` says how many values that median rests on.
    """

    name: str
    value: float | None
    unit: str
    target: float | None = None
    better: Better = "lower"
    low: float | None = None
    high: float | None = None
    runs: int | None = None

    @property
    def holds(self) -> bool | None:
        """None without a target; a figure that couldn't be measured doesn't hold."""
        if self.target is None:
            return None
        if self.value is None:
            return False
        return self.value <= self.target if self.better == "lower" else self.value >= self.target

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"holds": self.holds}


def over_runs(
    name: str,
    values: Iterable[float | None],
    unit: str,
    *,
    target: float | None = None,
    better: Better = "lower",
) -> Figure:
    """The median of the runs that have a value, with its interval."""
    known = [value for value in values if value is not None]
    if not known:
        return Figure(name, None, unit, target, better, runs=0)
    middle = median_of_runs(known)
    return Figure(name, middle.value, unit, target, better, middle.low, middle.high, middle.runs)


@dataclass(frozen=True, slots=True)
class Report:
    """Figures with what is needed to believe them: machine, commit, date, command, remarks."""

    name: str
    figures: tuple[Figure, ...]
    remarks: tuple[str, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)

    def write(self, folder: Path = RESULTS) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.name}.json"
        content = {
            "name": self.name,
            "machine": machine(),
            "commit": commit(),
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "command": " ".join(["python -m", *module_and_arguments()]),
            "remarks": list(self.remarks),
            "figures": [figure.as_json() for figure in self.figures],
            "details": self.details,
        }
        path.write_text(json.dumps(content, indent=1, allow_nan=False) + "\n")
        path.with_suffix(".md").write_text(markdown(content))
        return path


def markdown(content: dict[str, Any]) -> str:
    head = [
        f"# {content['name']}",
        "",
        f"`{content['command']}` at `{content['commit']}`, {content['date']}, "
        f"on {content['machine']['cpu']} with {content['machine']['cores']} cores "
        f"and {content['machine']['memory_gib']} GiB, Python {content['machine']['python']}.",
        "",
    ]
    remarks = [line for remark in content["remarks"] for line in (remark, "")]
    return "\n".join([*head, *remarks, *table(content["figures"])]) + "\n"


def table(figures: Iterable[dict[str, Any]]) -> list[str]:
    rows = [
        "| figure | value | 95 % interval | runs | target | holds |",
        "|---|---:|---:|---:|---:|---|",
    ]
    for figure in figures:
        low, high = figure["low"], figure["high"]
        interval = f"{shown(low)} to {shown(high)}" if low is not None and high is not None else ""
        sign = "≤" if figure["better"] == "lower" else "≥"
        target = f"{sign} {shown(figure['target'])}" if figure["target"] is not None else ""
        holds = {True: "yes", False: "**no**", None: ""}[figure["holds"]]
        value = f"{shown(figure['value'])} {figure['unit']}".strip()
        runs = "" if figure["runs"] is None else figure["runs"]
        rows.append(f"| {figure['name']} | {value} | {interval} | {runs} | {target} | {holds} |")
    return rows


def shown(value: float | None) -> str:
    """Three significant digits, never in exponent form."""
    if value is None:
        return "not measured"
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3g}"


def machine() -> dict[str, Any]:
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "cpu": cpu_model(),
        "cores": os.cpu_count(),
        "memory_gib": round(pages / 2**30),
        "system": platform.system(),
        "kernel": platform.release().split("-")[0],
        "python": platform.python_version(),
    }


def cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def commit() -> str:
    """The commit that was measured, with a plus sign when the tree held other changes."""
    root = Path(__file__).parent
    head = _git(root, "rev-parse", "--short=12", "HEAD") or "unknown"
    changed = _git(root, "status", "--porcelain", "--untracked-files=no", "--", "../streaming")
    return f"{head}+" if changed else head


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


def module_and_arguments() -> list[str]:
    module = Path(sys.argv[0])
    inside = module.with_suffix("").parts
    start = inside.index("benchmarks") if "benchmarks" in inside else len(inside) - 1
    return [".".join(inside[start:]).removesuffix(".__main__"), *sys.argv[1:]]
