import pytest

from benchmarks.live.__main__ import never_worked
from benchmarks.live.fanout import FanOut
from benchmarks.live.findings import figures, troubles
from benchmarks.live.latency import Latency
from benchmarks.live.plan import OVERLOADED, P720_30, P1080_30, Trial, Who
from benchmarks.live.trials import Found, Watched
from benchmarks.processes import Cost
from benchmarks.report import Figure


def watched(cb_p50: float, *, join_ms: float | None = None) -> Watched:
    latency = Latency(cb_p50, cb_p50 * 2, cb_p50 * 3, 1.0, 2.0, 3.0, 30.0, 50.0, 150, 0)
    costs = {"node": Cost(0.02, 90.0), "worker": Cost(0.2, 150.0), "spare": Cost(0.0, 75.0)}
    return Watched(latency, costs, join_ms)


def crowd(node: float) -> FanOut:
    costs = {"node": Cost(node, 90.0), "worker": Cost(0.2, 150.0)}
    return FanOut(8.0, 12.0, 100.0, costs, [])


def by_name(found: Found) -> dict[str, Figure]:
    return {figure.name: figure for figure in figures(found, {})}


def test_a_run_that_failed_is_left_out_of_the_median() -> None:
    found = Found()
    found.watched[Trial(Who.PRODUCT)] = [watched(18.0), None, watched(22.0)]
    figure = by_name(found)["sonopair 720p30 cb p50"]
    assert (figure.value, figure.target, figure.holds) == (20.0, 20.0, True)


def test_what_never_ran_is_not_measured_and_does_not_hold() -> None:
    figure = by_name(Found())["sonopair 720p30 cb p50"]
    assert figure.value is None
    assert figure.holds is False


def test_contenders_are_compared_run_by_run() -> None:
    found = Found()
    found.watched[Trial(Who.PRODUCT)] = [watched(10.0), watched(40.0), watched(20.0)]
    found.watched[Trial(Who.JANUS)] = [watched(12.0), watched(39.0), None]
    found.watched[Trial(Who.STOCK_VP8)] = [watched(40.0), watched(160.0), watched(80.0)]
    named = by_name(found)
    assert named["sonopair - Janus, cb p50"].value == -0.5
    assert named["stock aiortc VP8 : sonopair, cb p50"].value == 4.0


def test_an_added_viewer_costs_the_slope_between_one_and_many() -> None:
    found = Found()
    for who, one, many in ((Who.PRODUCT, 0.02, 0.082), (Who.JANUS, 0.01, 0.32)):
        found.crowds[Trial(who, viewers=1)] = [crowd(one)]
        found.crowds[Trial(who, viewers=32)] = [crowd(many)]
    named = by_name(found)
    assert named["sonopair, each added viewer"].value == pytest.approx(0.002)
    share = named["sonopair : Janus, each added viewer"]
    assert share.value == pytest.approx(0.2)
    assert share.holds


def test_memory_is_that_of_what_serves_and_the_spare_is_told_apart() -> None:
    found = Found()
    for picture in (P720_30, P1080_30):
        found.watched[Trial(Who.PRODUCT, picture)] = [watched(10.0, join_ms=210.0)]
    named = by_name(found)
    memory = named["sonopair 720p30 memory of node and worker"]
    assert (memory.value, memory.target) == (240.0, 350.0)
    assert named["sonopair 1080p30 memory of node and worker"].target is None
    assert named["sonopair 720p30 memory of the warm spare"].value == 75.0
    assert named["join to first frame"].value == 210.0


def test_failed_runs_are_counted_and_told() -> None:
    found = Found()
    trial = Trial(Who.PRODUCT, viewers=8)
    found.crowds[trial] = [crowd(0.02), None, None]
    found.failures[trial] = ["TimeoutError: no answer"]
    assert by_name(found)["trials that failed"].value == 1
    told = "Failed: sonopair 720p30 x 8, 1 of 2 runs (TimeoutError: no answer)."
    assert list(troubles(found)) == [told]
    assert never_worked(found) == []


def test_only_what_never_worked_and_should_have_is_an_error() -> None:
    found = Found()
    for trial in (Trial(Who.PRODUCT, viewers=8), OVERLOADED):
        found.crowds[trial] = [None]
        found.failures[trial] = ["TimeoutError: no answer"]
    assert never_worked(found) == [Trial(Who.PRODUCT, viewers=8)]
