"""The text finder as the gate of imported cines."""

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
import pytest

from streaming.commands import prior_gate
from streaming.commands.prior_gate import TextGate, pixel_gate
from streaming.priors.encode import encode_cine
from streaming.priors.gate import PersonOnly, Verdict
from streaming.priors.prior import Picture
from streaming.text.models import FinderUnavailable

FRAMES = 36


def speckle(text: str = "") -> Iterator[Picture]:
    """Tissue that moves, and a line of a scanner's screen that doesn't."""
    noise = np.random.default_rng(1)
    for _ in range(FRAMES):
        grain = noise.normal(70, 60, (360, 480)).clip(0, 255).astype(np.uint8)
        picture = cv2.GaussianBlur(grain, (0, 0), 2)
        if text:
            cv2.putText(picture, text, (60, 60), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 255, 2)
        yield picture.astype(np.uint8)


def examined(text: str = "") -> Verdict:
    mp4, *_ = encode_cine(speckle(text), frame_time_ms=33.3, tags={})
    return TextGate().examine(mp4)


def test_tissue_without_text_is_clean() -> None:
    assert examined() is Verdict.CLEAN


def test_a_name_that_is_burned_in_needs_a_person() -> None:
    assert examined("OKAFOR ADA 12.04.1955") is Verdict.NEEDS_A_PERSON


def test_without_the_finder_everything_needs_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> Any:
        raise FinderUnavailable("text.unavailable", "not installed")

    monkeypatch.setattr(prior_gate, "ClipScanner", missing)
    gate = pixel_gate()
    assert isinstance(gate, PersonOnly)
    assert gate.examine(b"") is Verdict.NEEDS_A_PERSON
