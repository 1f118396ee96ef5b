"""Privacy is a type: what constructs a masked or an encoded picture, and what mypy refuses."""

import ast
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "streaming"

CALL_SITES = {
    "MaskedFrame": {"picture/masking.py", "picture/redaction.py"},
    "KeptPicture": {"picture/still_ring.py"},
    "EncodedFrame": {"picture/encode.py", "protocol/worker_packets.py"},
}
"""Who may make one. ``dataclasses.replace`` needs one to begin with."""


def call_sites() -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in CALL_SITES:
                    found[name].add(str(path.relative_to(PACKAGE)))
    return found


@pytest.mark.parametrize("name", sorted(CALL_SITES))
def test_only_listed_modules_construct(name: str) -> None:
    assert call_sites()[name] == CALL_SITES[name]


def test_no_alias_hides_a_constructor() -> None:
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                assert not [n for n in node.names if n.name in CALL_SITES and n.asname], path


def test_nobody_puts_other_planes_into_a_frame() -> None:
    """``dataclasses.replace`` could turn a masked frame into a raw one unnoticed."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                assert name != "replace" or "planes" not in {k.arg for k in node.keywords}, path


BYPASS = """
from streaming.domain.frame import EncodedFrame
from streaming.picture.encode import ArchiveEncoder, LiveEncoder, Vp8Encoder
from streaming.picture.frame import MaskedFrame, RawFrame
from streaming.picture.masking import Masker
from streaming.picture.still_png import encode_png
from streaming.picture.still_ring import StillRing

def bypass(
    raw: RawFrame,
    masker: Masker,
    live: LiveEncoder,
    vp8: Vp8Encoder,
    archive: ArchiveEncoder,
    ring: StillRing,
) -> EncodedFrame:
    live.encode(raw)
    vp8.encode(raw)
    archive.encode(raw)
    ring.keep(raw)
    encode_png(raw)
    masked: MaskedFrame = raw
    return live.encode(masker.mask(raw))
"""


def test_mypy_rejects_a_raw_picture_in_an_encoder(tmp_path: Path) -> None:
    snippet = tmp_path / "bypass.py"
    snippet.write_text(BYPASS)
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", str(snippet)],
        cwd=PACKAGE.parent,
        capture_output=True,
        text=True,
    )
    errors = [line for line in checked.stdout.splitlines() if ": error:" in line]
    lines = [int(error.split(":")[1]) for error in errors]
    refused = [n for n, line in enumerate(BYPASS.splitlines(), 1) if line.endswith("(raw)")]
    assert lines == [*refused, refused[-1] + 1]
    assert all("RawFrame" in error for error in errors)
