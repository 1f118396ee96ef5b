import pytest

from benchmarks.live.latency import Sample, age_ms, summarise


def sample(called_ms: float, captured_us: int | None) -> Sample:
    return Sample(
        called_ms=called_ms,
        expected_ms=called_ms + 5,
        width=1280,
        height=720,
        captured_us=captured_us,
        number=0,
    )


def test_age_survives_the_wrap_of_the_barcode() -> None:
    wrap = 1 << 40
    assert age_ms(0.0, wrap - 7_000, wrap + 13_000) == pytest.approx(20.0)
    assert age_ms(0.0, 13_000, 13_000) == 0.0


def test_a_clock_that_is_slightly_off_gives_a_small_negative_age() -> None:
    assert age_ms(10.0, 10_500, 0.0) == pytest.approx(-0.5)


def test_frames_are_summarised_over_both_clocks() -> None:
    offset_us = 1_000_000.0
    frames = [sample(33.0 * n, int(offset_us) + 33_000 * n - 20_000) for n in range(31)]
    latency = summarise(frames, offset_us)
    assert latency.cb_p50 == latency.cb_p99 == pytest.approx(20.0)
    assert latency.exp_p50 == pytest.approx(25.0)
    assert latency.fps == pytest.approx(1000 / 33)
    assert latency.largest_gap_ms == pytest.approx(33.0)


def test_a_frame_without_a_barcode_counts_as_shown_but_not_as_read() -> None:
    latency = summarise([sample(0, 0), sample(33, None), sample(99, 90_000)], 0.0)
    assert (latency.frames, latency.unread) == (3, 1)
    assert latency.largest_gap_ms == 66


def test_black_pictures_are_an_error_and_not_a_latency() -> None:
    with pytest.raises(ValueError, match="0 of 2 frames"):
        summarise([sample(0, None), sample(33, None)], 0.0)
