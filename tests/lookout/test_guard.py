"""The guard with real processes: a stand-in that obeys its pictures, and the real look-out."""

import queue
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import cv2
import numpy as np
import psutil
import pytest

from streaming.lookout.guard import COMMAND, Guard
from streaming.lookout.ring import Luma
from streaming.lookout.words import Look
from tests.lookout.stand_in import CRASH, HANG, NONSENSE

STAND_IN = (sys.executable, "-m", "tests.lookout.stand_in")
PATIENCE_S = 60
PICTURE_NS = 33_333_333


class Watched:
    """A guard that is shown what ``picture`` gives, again and again, 30 times a second."""

    def __init__(self, command: tuple[str, ...], *, hung_s: float) -> None:
        self.looks: queue.Queue[Look] = queue.Queue()
        self.guard = Guard(self.looks.put, command=command, hung_s=hung_s)
        self.picture: Callable[[int], Luma] = lambda number: flat(0)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._capture)

    def start(self) -> None:
        self.guard.start()
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()
        self.guard.close()

    def look_with(self, boxes: int) -> Look:
        while True:
            look = self.looks.get(timeout=PATIENCE_S)
            if len(look.boxes) == boxes:
                return look

    def _capture(self) -> None:
        number = 0
        while not self._stopping.wait(1 / 30):
            number += 1
            self.guard.offer(self.picture(number), number * PICTURE_NS)


@contextmanager
def watched(
    command: tuple[str, ...] = STAND_IN, *, hung_s: float = PATIENCE_S
) -> Iterator[Watched]:
    watch = Watched(command, hung_s=hung_s)
    watch.start()
    try:
        yield watch
    finally:
        watch.stop()
        assert not lookouts(), "a look-out outlived its guard"


def lookouts() -> list[psutil.Process]:
    """This test run may have other children, such as a browser."""
    children = psutil.Process().children()
    return [child for child in children if "--fd" in child.cmdline()]


def flat(value: int, *, height: int = 32, width: int = 64) -> Luma:
    return np.full((height, width), value, np.uint8)


def test_what_is_found_is_told_with_its_pictures_time() -> None:
    with watched() as watch:
        watch.picture = lambda number: flat(2)
        look = watch.look_with(2)
        assert look.captured_at_ns % PICTURE_NS == 0
        assert look.rss_bytes > 0
        assert watch.guard.rss_bytes > 0


def test_another_picture_size_is_looked_at_as_well() -> None:
    with watched() as watch:
        watch.picture = lambda number: flat(1)
        watch.look_with(1)
        watch.picture = lambda number: flat(3, height=48, width=80)
        watch.look_with(3)


@pytest.mark.parametrize("end", [CRASH, NONSENSE])
def test_a_lookout_that_fails_is_replaced(end: int) -> None:
    with watched() as watch:
        watch.picture = lambda number: flat(1)
        watch.look_with(1)
        (first,) = lookouts()
        watch.picture = lambda number: flat(end)
        first.wait(PATIENCE_S)
        watch.picture = lambda number: flat(2)
        watch.look_with(2)


def test_a_lookout_that_hangs_is_killed_and_replaced() -> None:
    with watched(hung_s=3) as watch:
        watch.picture = lambda number: flat(1)
        watch.look_with(1)
        (first,) = lookouts()
        watch.picture = lambda number: flat(HANG)
        first.wait(PATIENCE_S)
        watch.picture = lambda number: flat(2)
        watch.look_with(2)


def test_a_guard_that_never_saw_a_picture_ends_its_lookout() -> None:
    guard = Guard(lambda look: None, command=STAND_IN)
    guard.start()
    guard.close()
    assert not lookouts()


def test_the_real_lookout_finds_a_name_in_speckle() -> None:
    noise = np.random.default_rng(5)

    def named(number: int) -> Luma:
        luma = noise.integers(20, 90, (720, 1280), np.uint8)
        cv2.putText(luma, "DOE JANE", (500, 360), cv2.FONT_HERSHEY_SIMPLEX, 0.9, 230, 2)
        return luma

    with watched(COMMAND) as watch:
        watch.picture = named
        while not any(
            box.x0 <= 500 and box.x1 >= 620 and box.y0 <= 345 and box.y1 >= 355
            for box in watch.looks.get(timeout=PATIENCE_S).boxes
        ):
            pass
