"""What a process costs while something is measured: cores and memory."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import psutil

MB = 10**6


@dataclass(frozen=True, slots=True)
class Cost:
    """``cores``: CPU seconds per second of wall time. ``pss_mb``: resident memory, with each
    shared page divided among the processes that share it."""

    cores: float
    pss_mb: float


class CostMeter:
    """Measures named groups of processes between ``start`` and ``stop``.

    Processes that join or leave meanwhile aren't counted.
    """

    def __init__(self, groups: Mapping[str, list[int]]) -> None:
        self._groups = {
            name: [psutil.Process(pid) for pid in pids] for name, pids in groups.items()
        }
        self._before: dict[str, float] = {}
        self._started = 0.0

    def start(self) -> None:
        self._before = {name: _seconds(group) for name, group in self._groups.items()}
        self._started = time.perf_counter()

    def stop(self) -> dict[str, Cost]:
        wall_s = time.perf_counter() - self._started
        return {
            name: Cost((_seconds(group) - self._before[name]) / wall_s, _pss_mb(group))
            for name, group in self._groups.items()
        }


def _seconds(group: list[psutil.Process]) -> float:
    return sum(times.user + times.system for times in (process.cpu_times() for process in group))


def _pss_mb(group: list[psutil.Process]) -> float:
    return sum(float(process.memory_full_info().pss) for process in group) / MB
