"""One clip: drawn, masked, coded, looked through by the gate, and judged."""

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.deid.drawing import Placed, place, raw_pictures
from benchmarks.deid.judge import Verdict, covered_plane, verdicts
from benchmarks.deid.plan import PICTURES, ClipPlan, Coding
from benchmarks.deid.vendors import FPS, SIZE, Screen, screen
from streaming.commands.redraw import write_mp4
from streaming.domain.frame import EncodedFrame
from streaming.domain.gate import Reason, Scan
from streaming.picture.codec import Encoder
from streaming.picture.encode import ArchiveEncoder, LiveEncoder
from streaming.picture.masking import Masker, hidden_samples
from streaming.text.clip import ClipScanner


@dataclass(frozen=True, slots=True)
class FieldFound:
    where: str
    is_faint: bool
    is_transient: bool
    size_px: int
    font: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class ClipFound:
    """``kept`` is the share of the region that the gate's boxes leave, ``scan_s`` the processor
    time of the scan."""

    number: int
    vendor: str
    coding: str
    reasons: tuple[str, ...]
    fields: tuple[FieldFound, ...]
    boxes: int
    kept: float
    scan_s: float

    @property
    def is_released(self) -> bool:
        return not self.reasons

    @property
    def is_found(self) -> bool:
        return Reason.TEXT in self.reasons

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def from_json(values: dict[str, Any]) -> ClipFound:
    fields = tuple(
        FieldFound(**(each | {"verdict": Verdict(**each["verdict"])})) for each in values["fields"]
    )
    return ClipFound(**(values | {"reasons": tuple(values["reasons"]), "fields": fields}))


def run(plan: ClipPlan, scanner: ClipScanner) -> ClipFound:
    shown = screen(plan.vendor)
    placed = [place(field, shown) for field in plan.fields]
    with TemporaryDirectory(prefix="sonopair-deid-") as folder:
        clip = Path(folder) / "clip.mp4"
        write_mp4(clip, coded(plan, shown, placed))
        began_s = time.thread_time()
        scan = scanner.scan(clip)
        scan_s = time.thread_time() - began_s
        boxes = [finding.place for finding in scan.findings]
        judged = verdicts(clip, placed, boxes)
    return ClipFound(
        number=plan.number,
        vendor=plan.vendor.name,
        coding=plan.coding.value,
        reasons=tuple(reason.value for reason in scan.reasons()),
        fields=tuple(map(_found, placed, judged)),
        boxes=len(boxes),
        kept=_kept(shown, scan),
        scan_s=round(scan_s, 3),
    )


def coded(
    plan: ClipPlan, shown: Screen, placed: list[Placed], *, count: int = PICTURES
) -> Iterator[EncodedFrame]:
    masker = Masker(shown.profile)
    encoder = _encoder(plan.coding)
    for number, raw in enumerate(raw_pictures(plan, shown, placed, count=count)):
        yield encoder.encode(masker.mask(raw), keyframe=number == 0)
    encoder.close()


def _encoder(coding: Coding) -> Encoder:
    match coding:
        case Coding.ARCHIVE:
            return ArchiveEncoder(SIZE, nominal_fps=FPS)
        case Coding.LIVE_4M:
            return LiveEncoder(SIZE, bitrate_bps=4_000_000, nominal_fps=FPS)
        case Coding.LIVE_1M5:
            return LiveEncoder(SIZE, bitrate_bps=1_500_000, nominal_fps=FPS)


def _found(placed: Placed, verdict: Verdict) -> FieldFound:
    field = placed.field
    return FieldFound(
        where=field.where.value,
        is_faint=field.is_faint,
        is_transient=field.is_transient,
        size_px=field.size_px,
        font=field.font.value,
        verdict=verdict,
    )


def _kept(shown: Screen, scan: Scan) -> float:
    passes = hidden_samples(shown.profile.mask)[: SIZE.height] == 0
    covered = covered_plane([finding.place for finding in scan.findings])
    return round(1 - float(np.count_nonzero(passes & covered) / np.count_nonzero(passes)), 4)
