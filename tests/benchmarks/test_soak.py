import os
import socket

import pytest

from benchmarks.soak import Reading, Soak, Use, figures, slope, use_of


def soaked(*, mb_per_h: float, tasks: tuple[int, int] = (20, 20), sockets: int = 5) -> Soak:
    """Ten minutes, the first two of them a steep warm-up of the node."""
    readings = []
    for at_s in range(0, 600, 5):
        warm_up_mb = min(at_s, 120) / 4
        held_mb = 100 + warm_up_mb + mb_per_h * at_s / 3600
        node = Use(held_mb, held_mb - 20, 9, 5 if at_s < 300 else sockets)
        worker = Use(150, 130, 12, 2)
        count = tasks[0] if at_s < 300 else tasks[1]
        readings.append(Reading(at_s, {"node": node, "worker": worker}, count))
    return Soak(readings, 100.0)


def test_slope_is_per_hour() -> None:
    per_h, error = slope([0, 600, 1200, 1800], [100, 101, 102, 103])
    assert per_h == pytest.approx(6.0)
    assert error == pytest.approx(0.0, abs=1e-6)


def test_warm_up_is_no_drift_and_a_steady_climb_is() -> None:
    for mb_per_h, holds in ((3.0, True), (8.0, False)):
        found = figures(soaked(mb_per_h=mb_per_h), warm_up_s=120)
        drift = next(f for f in found if f.name == "node and worker RSS drift")
        assert drift.value == pytest.approx(mb_per_h)
        assert drift.holds is holds


def test_growing_tasks_and_sockets_do_not_hold() -> None:
    found = figures(soaked(mb_per_h=0.0, tasks=(20, 22), sockets=6), warm_up_s=120)
    failed = {figure.name: figure.value for figure in found if figure.holds is False}
    assert failed == {"node tasks growth": 2, "node sockets growth": 1}


def test_use_counts_sockets_of_every_kind() -> None:
    before = use_of(os.getpid())
    with socket.socket(socket.AF_UNIX), socket.socket(socket.AF_INET, socket.SOCK_DGRAM):
        assert use_of(os.getpid()).sockets == before.sockets + 2
    assert before.rss_mb >= before.pss_mb > 1
