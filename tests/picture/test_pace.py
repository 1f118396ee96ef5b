import pytest

from streaming.picture.pace import Pace, nominal_rate


def pace_of(fps: float, count: int, *, start_ns: int = 0) -> Pace:
    pace = Pace()
    for n in range(count):
        pace.picture(start_ns + int(n * 1e9 / fps))
    return pace


@pytest.mark.parametrize("fps", [5.0, 24.0, 25.0, 29.97, 30.0, 59.94, 60.0, 144.0])
def test_rate_is_measured(fps: float) -> None:
    assert pace_of(fps, 120).fps == pytest.approx(fps, rel=0.01)


def test_rate_is_unknown_at_first() -> None:
    assert Pace().fps == 0.0
    assert pace_of(30, 5).fps == 0.0


@pytest.mark.parametrize("step_ns", [-1, 2_000_000_000])
def test_step_back_or_pause_starts_anew(step_ns: int) -> None:
    pace = pace_of(30, 60)
    pace.picture(int(59e9 / 30) + step_ns)
    assert pace.fps == 0.0


@pytest.mark.parametrize(
    ("fps", "current", "nominal"),
    [
        (0.0, 30, 30),
        (25.0, 30, 30),
        (32.9, 30, 30),
        (33.1, 30, 60),
        (59.94, 30, 60),
        (25.0, 60, 60),
        (100.0, 30, 120),
        (1000.0, 30, 240),
    ],
)
def test_nominal_rate_only_grows(fps: float, current: int, nominal: int) -> None:
    assert nominal_rate(fps, current=current) == nominal
