from streaming.domain.boxes import area, common, is_same, padded, union
from streaming.domain.mask import Rectangle

BOX = Rectangle(10, 10, 50, 30)


def test_boxes_that_do_not_meet_have_nothing_in_common() -> None:
    assert area(common(BOX, Rectangle(60, 40, 90, 60))) == 0


def test_a_box_inside_another_is_the_same_text() -> None:
    assert is_same(BOX, Rectangle(12, 12, 20, 20))


def test_a_box_that_only_touches_is_another_text() -> None:
    assert not is_same(BOX, Rectangle(45, 10, 90, 30))


def test_union_covers_all() -> None:
    assert union([BOX, Rectangle(5, 20, 20, 60)]) == Rectangle(5, 10, 50, 60)


def test_padding_ends_at_the_picture() -> None:
    assert padded(BOX, 12, width=55, height=100) == Rectangle(0, 0, 55, 42)
