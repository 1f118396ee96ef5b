import pytest

from benchmarks.statistics import median_of_runs, percentile


def test_percentiles_interpolate() -> None:
    assert percentile([1.0, 2.0, 3.0, 4.0], 50) == 2.5
    assert percentile([5.0], 95) == 5.0


def test_the_interval_of_a_median_encloses_it_and_narrows_with_agreement() -> None:
    wide = median_of_runs([10.0, 30.0, 12.0, 28.0, 20.0, 15.0, 25.0])
    narrow = median_of_runs([20.0, 20.1, 19.9, 20.0, 20.05, 19.95, 20.0])
    assert wide.low <= wide.value <= wide.high
    assert narrow.high - narrow.low < 0.2 < wide.high - wide.low


def test_nothing_is_said_about_no_runs() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 50)
    with pytest.raises(ValueError, match="no values"):
        median_of_runs([])
