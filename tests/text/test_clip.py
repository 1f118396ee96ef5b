from pathlib import Path

import numpy as np
import pytest

from streaming.domain.gate import Finding, Reason
from streaming.text.clip import ClipScanner
from tests.text.clips import RATE, grey, ink, save, speckle, write


def hidden_ink(findings: tuple[Finding, ...]) -> float:
    hidden = np.zeros_like(ink())
    for finding in findings:
        hidden[finding.place.y0 : finding.place.y1, finding.place.x0 : finding.place.x1] = 255
    return float((hidden[ink() > 0] > 0).mean())


def test_speckle_alone_may_leave(scanner: ClipScanner, tmp_path: Path) -> None:
    scan = scanner.scan(save(tmp_path / "clip.mp4", grey(speckle(2 * RATE))))
    assert scan.reasons() == ()
    assert scan.pictures == 2 * RATE and abs(scan.duration_s - 2) < 0.05


def test_standing_text_is_found_with_its_ink_and_its_time(
    scanner: ClipScanner, tmp_path: Path
) -> None:
    lumas = (write(luma) for luma in speckle(2 * RATE))
    scan = scanner.scan(save(tmp_path / "clip.mp4", grey(lumas)))
    assert scan.reasons() == (Reason.TEXT,)
    assert hidden_ink(scan.findings) > 0.9
    assert scan.findings[0].begins_s < 0.6 and scan.findings[0].ends_s > 1.4


@pytest.mark.parametrize("first", [17, 22])
def test_text_of_a_third_of_a_second_between_the_single_pictures_is_found(
    scanner: ClipScanner, tmp_path: Path, first: int
) -> None:
    lumas = (
        write(luma) if first <= number < first + 10 else luma
        for number, luma in enumerate(speckle(2 * RATE))
    )
    scan = scanner.scan(save(tmp_path / "clip.mp4", grey(lumas)))
    assert Reason.TEXT in scan.reasons()


def test_text_that_flickers_is_found(scanner: ClipScanner, tmp_path: Path) -> None:
    """The single pictures looked at are those without it."""
    lumas = (write(luma) if number % 2 else luma for number, luma in enumerate(speckle(2 * RATE)))
    scan = scanner.scan(save(tmp_path / "clip.mp4", grey(lumas)))
    assert Reason.TEXT in scan.reasons()


def test_text_in_the_last_pictures_is_found(scanner: ClipScanner, tmp_path: Path) -> None:
    lumas = (write(luma) if number >= 38 else luma for number, luma in enumerate(speckle(44)))
    scan = scanner.scan(save(tmp_path / "clip.mp4", grey(lumas)))
    assert Reason.TEXT in scan.reasons()


def test_a_scanners_label_is_left_and_counted(scanner: ClipScanner, tmp_path: Path) -> None:
    lumas = (write(luma, "PLAX") for luma in speckle(RATE))
    scan = scanner.scan(save(tmp_path / "clip.mp4", grey(lumas)))
    assert scan.reasons() == () and scan.left > 0


def test_colour_and_stillness_are_told(scanner: ClipScanner, tmp_path: Path) -> None:
    (planes,) = grey(speckle(1))
    planes[480:].reshape(2, 240, 320)[0, 60:160, 80:240] = 200
    scan = scanner.scan(save(tmp_path / "clip.mp4", [planes] * RATE))
    assert set(scan.reasons()) == {Reason.COLOUR, Reason.HELD_STILL}


def test_progress_comes_to_the_end_and_never_goes_back(
    scanner: ClipScanner, tmp_path: Path
) -> None:
    told: list[float] = []
    scanner.scan(save(tmp_path / "clip.mp4", grey(speckle(RATE))), progress=told.append)
    assert told == sorted(told) and 0.9 < told[-1] <= 1
