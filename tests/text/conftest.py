"""The networks, loaded once."""

import pytest

from streaming.text.clip import ClipScanner
from streaming.text.detector import Detector
from streaming.text.reader import Reader


@pytest.fixture(scope="session")
def detector() -> Detector:
    return Detector()


@pytest.fixture(scope="session")
def reader() -> Reader:
    return Reader()


@pytest.fixture(scope="session")
def scanner() -> ClipScanner:
    return ClipScanner()
