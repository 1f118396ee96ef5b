from fractions import Fraction

import numpy as np
import pytest

from streaming.capture.cine import Cine, CinePlayer
from streaming.picture.frame import I420
from streaming.picture.source import SourceError
from tests.capture.reading import next_frame

FAST = Fraction(200)


def damaged() -> SourceError:
    return SourceError("source.dicom_corrupt", "damaged")


def picture(level: int) -> I420:
    return np.full((24, 16), level, np.uint8)


def test_a_clip_starts_again_after_its_last_picture() -> None:
    player = CinePlayer(Cine(3, FAST, picture), source_id="s")
    frames = [next_frame(player) for _ in range(8)]
    assert [int(frame.planes[0, 0]) for frame in frames] == [frame.number % 3 for frame in frames]
    assert frames[-1].number >= 7


def test_a_damaged_picture_is_left_out() -> None:
    def decode(index: int) -> I420:
        if index == 1:
            raise damaged()
        return picture(index)

    player = CinePlayer(Cine(3, FAST, decode), source_id="s")
    levels = {int(next_frame(player).planes[0, 0]) for _ in range(12)}
    assert levels == {0, 2}


def test_a_clip_without_one_good_picture_is_given_up() -> None:
    def decode(index: int) -> I420:
        raise damaged()

    player = CinePlayer(Cine(3, FAST, decode), source_id="s")
    with pytest.raises(SourceError):
        for _ in range(1000):
            player.read(1)
