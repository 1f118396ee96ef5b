"""A look for a proposal, at a demo scanner that moves as fast as it is asked."""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest

from streaming.capture import dicom_cine
from streaming.capture.cine import Cine
from streaming.capture.demo_screen import demo_cine_path
from streaming.domain.frame import Size
from streaming.domain.profile import ScannerProfile
from streaming.picture.frame import RawFrame
from streaming.picture.masking import UNCONFIRMED, MaskStatus
from streaming.picture.proposal import Sureness
from streaming.setup_page import looking
from streaming.setup_page.looking import STEPS, Looking

SIZE = Size(640, 480)


class Desk:
    """``playing``: a cine, a tenth of a second from picture to picture."""

    profile: ScannerProfile | None = None
    mask: MaskStatus = UNCONFIRMED
    picture_size: Size | None = SIZE

    def __init__(self, *, playing: bool = True, plugged: bool = True) -> None:
        cine = dicom_cine.load(demo_cine_path())
        assert isinstance(cine, Cine)
        self._cine = cine
        self._playing = playing
        self._plugged = plugged
        self._numbers = itertools.count()

    def freeze(self, timeout_s: float) -> RawFrame | None:
        if not self._plugged:
            return None
        number = next(self._numbers)
        index = 3 * number % self._cine.count if self._playing else 0
        planes = np.ascontiguousarray(self._cine.decode(index))
        return RawFrame("s", number, number * 100_000_000, SIZE, planes)

    def confirm(self, profile: ScannerProfile) -> None:
        raise AssertionError


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A step is four pictures."""
    ticks = itertools.count()
    time = SimpleNamespace(
        monotonic=lambda: next(ticks) / 4 * looking.STEP_S, sleep=lambda seconds: None
    )
    monkeypatch.setattr(looking, "time", time)


def look(desk: Desk) -> looking.Look:
    found = Looking(desk)
    shares = [found.step(anew=step == 0).share for step in range(STEPS - 1)]
    assert shares == [step / STEPS for step in range(1, STEPS)]
    return found.step(anew=False)


def test_look_ends_with_a_proposal_and_the_picture_it_is_for() -> None:
    found = look(Desk())
    assert found.share == 1 and found.frame is not None and found.proposal is not None
    assert found.proposal.sureness is Sureness.SURE
    assert found.proposal.size == found.frame.size == SIZE


def test_frozen_scanner_is_told() -> None:
    found = look(Desk(playing=False))
    assert found.proposal is not None and found.proposal.code == "proposal.frozen"


def test_no_picture_is_no_proposal() -> None:
    found = look(Desk(plugged=False))
    assert (found.proposal, found.frame) == (None, None)


def test_look_that_begins_anew_forgets_the_one_before() -> None:
    found = Looking(Desk())
    for _ in range(STEPS - 1):
        found.step(anew=False)
    assert found.step(anew=True).share == 1 / STEPS
