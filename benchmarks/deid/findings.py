"""What the clips and the exposures come to: figures against their targets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.deid.bounds import upper_bound
from benchmarks.deid.exposure import Clean, Exposed
from benchmarks.deid.plan import Where
from benchmarks.deid.speed import Speed
from benchmarks.deid.trial import ClipFound, FieldFound
from benchmarks.deid.vendors import VENDORS
from benchmarks.report import Figure
from benchmarks.statistics import percentile

LEAST_KEPT = 97.0
EXPOSURE_P95_S = 1.0
FALSE_BOXES_A_MINUTE = 3.0
LIVE_CORES = 0.3
SCAN_10_S = 15.0


@dataclass(frozen=True, slots=True)
class Found:
    clips: tuple[ClipFound, ...]
    exposed: tuple[Exposed, ...]
    clean: tuple[Clean, ...]
    speed: Speed | None


@dataclass(frozen=True, slots=True)
class _Seen:
    clip: ClipFound
    field: FieldFound

    @property
    def is_leaked(self) -> bool:
        return self.clip.is_released and not self.field.verdict.is_masked

    @property
    def is_in_sector(self) -> bool:
        return self.field.where == Where.IN_SECTOR


def figures(found: Found) -> tuple[Figure, ...]:
    seen = [_Seen(clip, field) for clip in found.clips for field in clip.fields]
    legible = [one for one in seen if one.field.verdict.is_legible]
    return (
        *_leaks(seen, legible),
        *_per_background(found.clips, legible),
        *_kept(found.clips),
        *_live(found),
        *_speed(found.speed),
    )


def _leaks(seen: Sequence[_Seen], legible: Sequence[_Seen]) -> Iterable[Figure]:
    leaked = [one for one in legible if one.is_leaked]
    barely = [
        one for one in seen if not one.field.verdict.is_masked and not one.field.verdict.is_legible
    ]
    outside = [one for one in seen if not one.is_in_sector]
    yield Figure("fields", float(len(seen)), "")
    yield Figure("legible fields leaked in released clips", float(len(leaked)), "", 0.0)
    yield Figure("leaked at most, of all fields (95 %)", _bound(leaked, seen), "%")
    yield Figure("leaked at most, of legible in-sector ones (95 %)", _bound(leaked, legible), "%")
    yield Figure("barely legible fields (CNR ≤ 1)", float(len(barely)), "")
    escaped = sum(one.is_leaked for one in barely)
    yield Figure("barely legible fields in released clips", float(escaped), "")
    unmasked = sum(not one.field.verdict.is_masked for one in outside)
    yield Figure("banner, side and bottom fields not black", float(unmasked), "", 0.0)
    for name, chosen in {
        "in-sector, legible": legible,
        "in-sector, legible, faint": [one for one in legible if one.field.is_faint],
        "in-sector, legible, transient": [one for one in legible if one.field.is_transient],
        "in-sector, legible, below 16 px": [one for one in legible if one.field.size_px < 16],
    }.items():
        yield Figure(f"{name}: boxed", _share(one.field.verdict.is_boxed for one in chosen), "%")


def _per_background(clips: Sequence[ClipFound], legible: Sequence[_Seen]) -> Iterable[Figure]:
    for vendor in VENDORS:
        here = [one for one in legible if one.clip.vendor == vendor.name]
        own = [clip for clip in clips if clip.vendor == vendor.name]
        clean = [clip for clip in own if not clip.fields]
        leaked = [one for one in here if one.is_leaked]
        name = vendor.name
        boxed = _share(one.field.verdict.is_boxed for one in here)
        yield Figure(f"{name}: legible in-sector fields", float(len(here)), "")
        yield Figure(f"{name}: leaked", float(len(leaked)), "", 0.0)
        yield Figure(f"{name}: leaked at most (95 %)", _bound(leaked, here), "%")
        yield Figure(f"{name}: boxed", boxed, "%")
        held = _share(map(_is_held, clean))
        yield Figure(f"{name}: clips without text that a person gets", held, "%")


def _is_held(clip: ClipFound) -> bool:
    return not clip.is_released


def _kept(clips: Sequence[ClipFound]) -> Iterable[Figure]:
    kept = [100 * clip.kept for clip in clips]
    yield Figure("region kept, mean", sum(kept) / len(kept), "%", LEAST_KEPT, "higher")
    yield Figure("region kept, least", min(kept), "%")


def _live(found: Found) -> Iterable[Figure]:
    legible = [one for one in found.exposed if one.is_legible]
    covered = [one.seconds for one in legible if one.seconds is not None]
    if covered:
        yield Figure("live exposure, p50", percentile(covered, 50), "s")
        yield Figure("live exposure, p95", percentile(covered, 95), "s", EXPOSURE_P95_S)
    yield Figure("live: legible fields that came up", float(len(legible)), "")
    yield Figure("live: … of them never covered", float(len(legible) - len(covered)), "")
    for one in found.clean:
        a_minute = one.boxes * 60 / one.seconds
        target = None if _shows_flow(one.vendor) else FALSE_BOXES_A_MINUTE
        yield Figure(f"live, false boxes a minute: {one.vendor}", a_minute, "", target)
    if found.clean:
        cores = max(one.cores for one in found.clean)
        yield Figure("live, processor at most", cores, "cores", LIVE_CORES)


def _shows_flow(name: str) -> bool:
    return any(vendor.name == name and vendor.always_a_person for vendor in VENDORS)


def _speed(speed: Speed | None) -> Iterable[Figure]:
    if speed is not None:
        yield Figure("gate of a 10 s clip", speed.short_s, "s", SCAN_10_S)
        yield Figure("gate of a second of a long clip", speed.long_share, "s", 1.0)
        yield Figure("gate, memory of the process at most", speed.memory_mb, "MB")


def _bound(failed: Sequence[object], trials: Sequence[object]) -> float | None:
    return 100 * upper_bound(len(failed), len(trials)) if trials else None


def _share(holds: Iterable[bool]) -> float | None:
    known = list(holds)
    return 100 * sum(known) / len(known) if known else None
