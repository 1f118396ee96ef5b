from benchmarks.live.latency import Sample
from benchmarks.recovery.watching import judge

OFFSET_US = 1_000_000.0


def sample(shown_ms: float, captured_ms: float | None) -> Sample:
    """Shown and captured in milliseconds of the capture clock."""
    return Sample(
        called_ms=shown_ms - OFFSET_US / 1000,
        expected_ms=shown_ms - OFFSET_US / 1000,
        width=1,
        height=1,
        captured_us=None if captured_ms is None else int(captured_ms * 1000),
        number=0,
    )


def test_picture_from_before_the_event_isnt_back() -> None:
    assert judge([sample(2000, 1990), sample(2030, 2020)], event_us=2e6 + 25e3, offset_us=0) is None


def test_slate_and_picture_are_told_apart() -> None:
    shown = [sample(2000, 1990), sample(2033, 2005), sample(2240, None), sample(2800, 2780)]
    found = judge(shown, event_us=2.01e6, offset_us=OFFSET_US)
    assert found is not None
    assert found.slate_ms is not None
    assert round(found.slate_ms) == 230
    assert round(found.back_ms) == 790
    assert round(found.largest_gap_ms) == 560


def test_no_slate_when_the_spare_was_quicker() -> None:
    found = judge([sample(2000, 1990), sample(2130, 2120)], event_us=2.01e6, offset_us=OFFSET_US)
    assert found is not None
    assert found.slate_ms is None
