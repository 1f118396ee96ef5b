from dataclasses import replace

import pytest

from streaming.domain.board import MAX_BOARD_POINTS, MAX_MARK_POINTS, MAX_MARKS, Board, Drawn
from streaming.domain.consult import MarkKind
from tests.domain.consult_orders import mark


@pytest.mark.parametrize(
    ("kind", "counts"),
    [
        (MarkKind.PEN, {1, 2, 3, MAX_MARK_POINTS}),
        (MarkKind.ARROW, {2}),
        (MarkKind.ELLIPSE, {2}),
        (MarkKind.CALIPER, {2}),
    ],
)
def test_each_kind_has_its_number_of_points(kind: MarkKind, counts: set[int]) -> None:
    tried = (0, 1, 2, 3, MAX_MARK_POINTS, MAX_MARK_POINTS + 1)
    fit = {n for n in tried if replace(mark(count=max(n, 1)), kind=kind).is_well_formed and n}
    assert fit == counts


def test_half_a_point_is_malformed() -> None:
    assert not replace(mark(), points=(0.1, 0.2, 0.3)).is_well_formed


@pytest.mark.parametrize(("text", "fits"), [("cyst", True), ("", False), ("  ", False)])
def test_a_label_is_one_point_with_words(text: str, fits: bool) -> None:
    label = replace(mark(count=1), kind=MarkKind.LABEL, text=text)
    assert label.is_well_formed is fits
    assert not replace(label, points=(0.1, 0.2, 0.3, 0.4)).is_well_formed


def test_only_a_label_has_words() -> None:
    assert not replace(mark(), text="cyst").is_well_formed


def test_a_board_counts_its_points() -> None:
    board = Board().with_mark(Drawn("a", mark("m1", count=3)))
    board = board.with_mark(Drawn("b", mark("m2", count=5)))
    assert (list(board.marks), board.points) == (["m1", "m2"], 8)
    assert (board.of("a"), board.of("c")) == (("m1",), ())
    assert board.without(["m2", "unknown"]) == Board().with_mark(Drawn("a", mark("m1", count=3)))


def test_a_board_is_full_at_so_many_marks() -> None:
    board = Board()
    for number in range(MAX_MARKS):
        assert board.has_room_for(mark())
        board = board.with_mark(Drawn("a", mark(f"m{number}", count=1)))
    assert not board.has_room_for(mark())


def test_a_board_is_full_at_so_many_points() -> None:
    board = Board(points=MAX_BOARD_POINTS - 2)
    assert board.has_room_for(mark(count=2))
    assert not board.has_room_for(mark(count=3))
