"""The bench of the release gate: its own judgement, and a slice of it that is run in full."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.deid.bounds import upper_bound
from benchmarks.deid.drawing import Placed, place
from benchmarks.deid.exposure import Exposed
from benchmarks.deid.findings import Found, figures
from benchmarks.deid.judge import Verdict, contrast, verdicts
from benchmarks.deid.lettering import Font, ink
from benchmarks.deid.plan import FIELDS_PER_CLIP, ClipPlan, Coding, Field, Where, clips
from benchmarks.deid.trial import ClipFound, FieldFound, coded, from_json, run
from benchmarks.deid.vendors import SIZE, VENDORS, screen
from benchmarks.report import Figure
from streaming.commands.redraw import write_mp4
from streaming.domain.mask import Rectangle
from streaming.picture.masking import hidden_samples
from streaming.text.clip import ClipScanner

SEEN = Verdict(blacked=0.0, boxed=0.0, cnr=5.0)


@pytest.mark.parametrize(
    ("failures", "trials", "bound"),
    [(0, 600, 0.00498), (0, 40, 0.0722), (1, 100, 0.0466), (5, 5, 1.0)],
)
def test_the_bound_is_clopper_and_pearsons(failures: int, trials: int, bound: float) -> None:
    assert upper_bound(failures, trials) == pytest.approx(bound, rel=0.01)


def test_no_trials_bound_nothing() -> None:
    with pytest.raises(ValueError):
        upper_bound(0, 0)


def test_contrast_counts_in_deviations_of_the_surround() -> None:
    surround = np.array([90, 110] * 50, np.uint8)
    assert contrast(np.full(20, 130, np.uint8), surround) == pytest.approx(3.0)
    assert contrast(np.full(20, 16, np.uint8), surround) == 0, "black letters aren't there"


@pytest.mark.parametrize("font", list(Font))
def test_every_font_has_ink_of_about_its_size(font: Font) -> None:
    for size_px in (12, 28):
        letters = ink("MRN 4471", font, size_px)
        assert 0.5 * size_px <= letters.shape[0] <= 1.2 * size_px
        assert 0.1 < (letters > 0.5).mean() < 0.7


def test_a_plan_is_the_same_again_and_spreads_over_all() -> None:
    plans = clips(600, seed=1)
    assert plans == clips(600, seed=1) != clips(600, seed=2)
    fields = [field for plan in plans for field in plan.fields]
    assert len(fields) >= 600
    assert len({plan.vendor.name for plan in plans}) == len(VENDORS)
    assert {plan.coding for plan in plans} == set(Coding)
    assert {field.where for field in fields} == set(Where)
    assert {field.font for field in fields} == set(Font)
    assert any(not plan.fields for plan in plans)
    assert all(plan.fields[0].where is Where.IN_SECTOR for plan in plans if plan.fields)


@pytest.fixture(scope="module")
def shown_field() -> tuple[ClipPlan, Placed]:
    plan = clips(FIELDS_PER_CLIP * len(VENDORS), seed=3)[0]
    field = Field(Where.IN_SECTOR, "OKAFOR ADA", Font.SANS, 20, 200, 40, 0, 90, 5)
    return plan, place(field, screen(plan.vendor))


def test_fields_stand_where_they_should(shown_field: tuple[ClipPlan, Placed]) -> None:
    plan, inside = shown_field
    passes = hidden_samples(screen(plan.vendor).profile.mask)[: SIZE.height] == 0
    assert passes[inside.ink_plane()].all()
    for where in (Where.BANNER, Where.SIDE, Where.BOTTOM):
        outside = place(replace(inside.field, where=where), screen(plan.vendor))
        assert not passes[outside.ink_plane()].any()


def test_ink_that_is_seen_in_the_coded_clip_is_judged(
    shown_field: tuple[ClipPlan, Placed], tmp_path: Path
) -> None:
    plan, inside = shown_field
    shown = screen(plan.vendor)
    outside = place(replace(inside.field, where=Where.BANNER), shown)
    clip = tmp_path / "clip.mp4"
    write_mp4(clip, coded(plan, shown, [inside, outside], count=10))
    seen, masked = verdicts(clip, [inside, outside], [])
    assert not seen.is_masked and seen.is_legible and not seen.is_boxed
    assert masked.is_masked and masked.cnr == 0
    half = Rectangle(inside.box.x0, inside.box.y0, inside.box.x1 - 60, inside.box.y1)
    assert not verdicts(clip, [inside], [half])[0].is_boxed
    assert verdicts(clip, [inside], [inside.box])[0].is_boxed


def found_clip(verdict: Verdict, *reasons: str, where: Where = Where.IN_SECTOR) -> ClipFound:
    field = FieldFound(where.value, False, False, 20, "sans", verdict)
    return ClipFound(0, VENDORS[0].name, "x264", reasons, (field,), 0, 1.0, 1.0)


def leaked(*found: ClipFound) -> float | None:
    return value("legible fields leaked in released clips", *found)


def value(name: str, *found: ClipFound) -> float | None:
    known: list[Figure] = [each for each in figures(Found(found, (), (), None))]
    return next(figure.value for figure in known if figure.name == name)


def test_a_legible_field_in_a_released_clip_is_a_leak() -> None:
    assert leaked(found_clip(SEEN)) == 1
    assert leaked(found_clip(SEEN, "text")) == 0
    assert leaked(found_clip(replace(SEEN, cnr=0.9))) == 0
    assert leaked(found_clip(replace(SEEN, blacked=0.95))) == 0


def test_a_box_alone_hides_nothing_in_a_released_clip() -> None:
    """The gate's boxes are drawn only when a person lets it mask the clip."""
    assert leaked(found_clip(replace(SEEN, boxed=1.0))) == 1


def test_a_field_that_the_mask_should_have_taken_has_a_line_of_its_own() -> None:
    name = "banner, side and bottom fields not black"
    assert value(name, found_clip(SEEN, where=Where.SIDE)) == 1
    assert value(name, found_clip(replace(SEEN, blacked=1.0), where=Where.SIDE)) == 0


def test_text_that_is_never_covered_live_is_no_short_exposure() -> None:
    exposed = (Exposed("a", 5.0, 0.4), Exposed("a", 5.0, None), Exposed("a", 0.5, None))
    known = {each.name: each for each in figures(Found((found_clip(SEEN),), exposed, (), None))}
    assert known["live exposure, p95"].value == pytest.approx(0.4)
    assert known["live: … of them never covered"].value == 1


def test_what_is_kept_of_a_run_is_read_back() -> None:
    found = found_clip(SEEN, "text")
    assert from_json(found.as_json()) == replace(found, fields=found.fields)


def test_no_legible_field_leaks_in_a_slice_of_the_bench() -> None:
    """Two clips with fields and one without of each background, coded at all three rates."""
    scanner = ClipScanner()
    found = [run(plan, scanner) for plan in clips(2 * FIELDS_PER_CLIP * len(VENDORS), seed=11)]
    assert leaked(*found) == 0
    assert value("banner, side and bottom fields not black", *found) == 0
    boxed = value("in-sector, legible: boxed", *found)
    assert boxed is not None and boxed >= 80
    kept = value("region kept, mean", *found)
    assert kept is not None and kept >= 90
    flow = {vendor.name for vendor in VENDORS if vendor.always_a_person}
    assert all("colour" in clip.reasons for clip in found if clip.vendor in flow)
    assert any(clip.is_released for clip in found), (
        "a gate that lets nothing through proves nothing"
    )
