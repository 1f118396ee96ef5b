import random
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pydicom
import pytest

from streaming.dicom.uids import UidMint
from streaming.domain.subject import Subject
from streaming.priors.gate import PersonOnly, PixelGate, Verdict
from streaming.priors.importer import Importer

SUBJECT = Subject("SP-7K3QX9MDB", -40 * 86_400)


def folder(package: str, *parts: str) -> Path:
    spec = find_spec(package)
    assert spec is not None and spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]).joinpath(*parts)


def ultrasound_files() -> list[Path]:
    """Every file of ``pydicom-data`` and ``pydicom`` whose modality is US."""
    roots = (folder("data_store", "data"), folder("pydicom", "data", "test_files"))
    return [
        path
        for root in roots
        for path in sorted(root.glob("*.dcm"))
        if b"CS\x02\x00US" in (start := path.read_bytes()[:4096])
        or b"\x60\x00\x02\x00\x00\x00US" in start
        or b"CS\x00\x02US" in start
    ]


class Always:
    """A gate with one answer, which keeps what it was asked about."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        self.asked: list[bytes] = []

    def examine(self, mp4: bytes) -> Verdict:
        self.asked.append(mp4)
        return self.verdict


MakeImporter = Callable[..., Importer]


@pytest.fixture
def importer(tmp_path: Path) -> MakeImporter:
    def make(gate: PixelGate | None = None, subject: Subject = SUBJECT) -> Importer:
        return Importer(
            tmp_path / "to",
            subject_of=lambda _: subject,
            mint=UidMint(random.Random(1).randbytes(32)),
            gate=gate or PersonOnly(),
            study="of this run",
        )

    return make


def read(path: Path) -> pydicom.Dataset:
    return pydicom.dcmread(path)
