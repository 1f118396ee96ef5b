import pytest

from streaming.uplink.health import Vitals, resident_bytes

S = 1_000_000_000


def test_cpu_and_bitrate_are_those_of_the_last_second() -> None:
    vitals = Vitals()
    vitals.sample(0, cpu_s=0.0, sent_bytes=0)
    vitals.sample(S, cpu_s=0.25, sent_bytes=500_000)
    assert vitals.cpu_cores == pytest.approx(0.25)
    vitals.sample(2 * S, cpu_s=0.75, sent_bytes=500_000)
    assert vitals.cpu_cores == pytest.approx(0.5)
    assert vitals.bitrate_bps == 0


def test_first_sample_says_nothing() -> None:
    vitals = Vitals()
    vitals.sample(5, cpu_s=3.0, sent_bytes=9)
    assert (vitals.cpu_cores, vitals.bitrate_bps) == (0.0, 0)


def test_resident_memory_is_plausible() -> None:
    assert 5_000_000 < resident_bytes() < 64_000_000_000
