from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streaming.domain.errors import MaskError
from streaming.domain.frame import Size
from streaming.domain.mask import MAX_POINTS, MAX_REGIONS, Mask, Polygon, Rectangle, Region, Run

SIZE = Size(64, 48)


def passing_blocks(*regions: Region) -> set[tuple[int, int]]:
    return {
        (column, run.row)
        for run in Mask(size=SIZE, regions=regions).runs()
        for column in range(run.first, run.end)
    }


def block_range(x0: int, y0: int, x1: int, y1: int) -> set[tuple[int, int]]:
    return {(x, y) for x in range(x0, x1) for y in range(y0, y1)}


def test_even_rectangle_passes_whole() -> None:
    assert passing_blocks(Rectangle(4, 6, 20, 10)) == block_range(2, 3, 10, 5)


def test_odd_edges_shrink_inward() -> None:
    assert passing_blocks(Rectangle(3, 5, 21, 11)) == block_range(2, 3, 10, 5)


def test_whole_picture_passes() -> None:
    assert passing_blocks(Rectangle(0, 0, 64, 48)) == block_range(0, 0, 32, 24)


def test_rectangles_that_meet_inside_a_block_leave_it_black() -> None:
    blocks = passing_blocks(Rectangle(0, 0, 11, 4), Rectangle(11, 0, 20, 4))
    assert blocks == block_range(0, 0, 10, 2) - {(5, 0), (5, 1)}


def test_runs_are_in_block_units() -> None:
    assert list(Mask(size=SIZE, regions=(Rectangle(2, 2, 6, 4),)).runs()) == [Run(1, 1, 3)]


@given(st.tuples(*[st.integers(0, 48)] * 4))
def test_polygon_of_a_rectangle_passes_what_the_rectangle_does(corners: tuple[int, ...]) -> None:
    x0, y0, x1, y1 = corners
    rectangle = Rectangle(x0, y0, x1, y1)
    polygon = Polygon(((x0, y0), (x1, y0), (x1, y1), (x0, y1)))
    if (x0 + 1) // 2 >= x1 // 2 or (y0 + 1) // 2 >= y1 // 2:
        with pytest.raises(MaskError):
            passing_blocks(rectangle)
    else:
        assert passing_blocks(polygon) == passing_blocks(rectangle)


def inside_everywhere(points: tuple[tuple[int, int], ...], column: int, row: int) -> bool:
    """Even-odd by brute force at many points of the block's inside."""
    return all(
        even_odd(points, 2 * column + 0.03 + 1.94 * i / 12, 2 * row + 0.03 + 1.94 * j / 12)
        for i in range(13)
        for j in range(13)
    )


def even_odd(points: tuple[tuple[int, int], ...], x: float, y: float) -> bool:
    inside = False
    for (xa, ya), (xb, yb) in zip(points, (*points[1:], points[0]), strict=True):
        if (ya > y) != (yb > y) and x < xa + (xb - xa) * (y - ya) / (yb - ya):
            inside = not inside
    return inside


POINTS = st.lists(
    st.tuples(st.integers(0, 24), st.integers(0, 24)), min_size=3, max_size=7, unique=True
)


@settings(max_examples=60, deadline=None)
@given(POINTS)
def test_every_block_that_passes_lies_wholly_inside_the_polygon(
    points: list[tuple[int, int]],
) -> None:
    outline = tuple(points)
    try:
        blocks = passing_blocks(Polygon(outline))
    except MaskError as error:
        assert error.code == "profile.region_empty"
        return
    assert all(inside_everywhere(outline, *block) for block in blocks)


def test_triangle_passes_nearly_all_of_its_area() -> None:
    blocks = passing_blocks(Polygon(((32, 0), (64, 48), (0, 48))))
    assert 0.8 * 64 * 48 / 2 < 4 * len(blocks) < 64 * 48 / 2


def test_bow_tie_passes_both_halves_and_nothing_else() -> None:
    blocks = passing_blocks(Polygon(((0, 0), (40, 40), (40, 0), (0, 40))))
    assert (2, 10) in blocks and (17, 10) in blocks
    assert (10, 2) not in blocks and (10, 17) not in blocks


def test_what_an_outline_covers_twice_stays_black() -> None:
    twice = Polygon(((0, 0), (40, 0), (40, 40), (10, 40), (10, 10), (30, 10), (30, 30), (0, 30)))
    blocks = passing_blocks(twice)
    assert (2, 2) in blocks
    assert not blocks & block_range(5, 5, 15, 15)


def refused(regions: Iterable[Region]) -> MaskError:
    with pytest.raises(MaskError) as caught:
        Mask(size=SIZE, regions=tuple(regions))
    assert caught.value.fix
    return caught.value


@pytest.mark.parametrize(
    "region",
    [
        Rectangle(10, 10, 10, 20),
        Rectangle(20, 10, 10, 20),
        Rectangle(11, 10, 13, 20),
        Polygon(((0, 0), (10, 10), (20, 20))),
        Polygon(((0, 0), (1, 0), (0, 1))),
    ],
)
def test_empty_region_is_refused(region: Region) -> None:
    assert refused([Rectangle(0, 0, 8, 8), region]).code == "profile.region_empty"


@pytest.mark.parametrize(
    "region",
    [
        Rectangle(0, 0, 65, 48),
        Rectangle(-2, 0, 64, 48),
        Rectangle(0, 0, 64, 49),
        Polygon(((0, 0), (64, 0), (64, 50))),
    ],
)
def test_region_outside_is_refused_and_named(region: Region) -> None:
    error = refused([Rectangle(0, 0, 8, 8), region])
    assert error.code == "profile.region_outside"
    assert "region 2" in str(error) and "64x48" in str(error)


def test_no_region_is_refused() -> None:
    assert refused([]).code == "profile.region_missing"


def test_too_many_regions_are_refused() -> None:
    assert refused([Rectangle(0, 0, 8, 8)] * (MAX_REGIONS + 1)).code == "profile.region_limit"


def test_too_many_points_are_refused() -> None:
    points = tuple((x % 64, x % 48) for x in range(MAX_POINTS + 1))
    assert refused([Polygon(points)]).code == "profile.region_limit"
