import numpy as np
import pytest

from streaming.domain.frame import Size
from streaming.domain.mask import Rectangle
from streaming.picture.freeze import FreezeJudge
from streaming.picture.masking import Masker
from tests.picture.pictures import SIZE, profile, raw, raw_planes

FRAME_NS = 33_333_333
REGION = Rectangle(100, 60, 600, 340)


def observe(judge: FreezeJudge, planes: np.ndarray, number: int) -> int | None:
    frame = Masker(profile(REGION)).mask(raw(number, planes=planes.copy()))
    return judge.observe(frame, now_ns=number * FRAME_NS)


def noisy(planes: np.ndarray, seed: int, sigma: float) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(0, sigma, planes.shape)
    return (planes + noise).clip(0, 255).astype(np.uint8)


def test_moving_speckle_is_never_frozen() -> None:
    judge = FreezeJudge()
    assert [observe(judge, raw_planes(n), n) for n in range(60)] == [None] * 60


def test_frozen_since_the_last_change_after_one_second() -> None:
    judge = FreezeJudge()
    for n in range(5):
        observe(judge, raw_planes(n), n)
    verdicts = [observe(judge, raw_planes(4), n) for n in range(5, 45)]
    assert verdicts[28] is None
    assert verdicts[30:] == [4 * FRAME_NS] * 10


def test_capture_noise_doesnt_hide_a_freeze() -> None:
    judge = FreezeJudge()
    still = raw_planes(1)
    verdicts = [observe(judge, noisy(still, n, 2.0), n) for n in range(40)]
    assert verdicts[-1] == 0


def test_cursor_outside_the_region_doesnt_hide_a_freeze() -> None:
    judge = FreezeJudge()
    verdicts = []
    for n in range(40):
        planes = raw_planes(1)
        planes[4:40, 4:90] = 235 if n % 2 else 16
        verdicts.append(observe(judge, planes, n))
    assert verdicts[-1] == 0


def test_text_cursor_inside_the_region_doesnt_hide_a_freeze() -> None:
    judge = FreezeJudge()
    verdicts = []
    for n in range(40):
        planes = raw_planes(1)
        planes[200:216, 300:308] = 235 if n % 20 < 10 else 16
        verdicts.append(observe(judge, planes, n))
    assert verdicts[-1] == 0


def test_slow_sweep_is_motion() -> None:
    """M-mode: only a column of a few pixels is new in each picture."""
    judge = FreezeJudge()
    planes = np.full((SIZE.height * 3 // 2, SIZE.width), 60, np.uint8)
    for n in range(90):
        planes[80:300, 110 + 2 * n : 112 + 2 * n] = raw_planes(n)[80:300, 300:302]
        assert observe(judge, planes, n) is None


def test_thaw_is_seen_at_once() -> None:
    judge = FreezeJudge()
    for n in range(40):
        observe(judge, raw_planes(1), n)
    assert observe(judge, raw_planes(2), 40) is None


def test_forgotten_picture_starts_anew() -> None:
    judge = FreezeJudge()
    for n in range(40):
        observe(judge, raw_planes(1), n)
    judge.forget()
    assert observe(judge, raw_planes(1), 40) is None


@pytest.mark.parametrize("size", [Size(16, 16), Size(320, 240)])
def test_size_change_starts_anew(size: Size) -> None:
    judge = FreezeJudge()
    for n in range(40):
        observe(judge, raw_planes(1), n)
    frame = Masker(profile(size=size)).mask(raw(40, size))
    assert judge.observe(frame, now_ns=40 * FRAME_NS) is None
