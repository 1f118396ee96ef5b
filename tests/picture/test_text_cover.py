from itertools import count

from streaming.domain.frame import Size
from streaming.domain.mask import Rectangle
from streaming.picture.text_cover import (
    ALLOWED_FOR_NS,
    HOLD_NS,
    MOST_BOXES,
    TextCover,
)

SIZE = Size(1280, 720)
NAME = Rectangle(100, 100, 260, 120)
LABEL = Rectangle(500, 400, 560, 420)


def boxes(cover: TextCover) -> list[Rectangle]:
    return [each.box for each in cover.covered]


def test_what_is_found_is_covered_and_is_news_once() -> None:
    cover = TextCover()
    assert cover.found([NAME], now_ns=1)
    assert not cover.found([NAME], now_ns=2)
    assert cover.found([NAME, LABEL], now_ns=3)
    assert boxes(cover) == [NAME, LABEL]


def test_a_text_stays_covered_for_a_while_after_it_was_seen_last() -> None:
    cover = TextCover()
    cover.found([NAME], now_ns=0)
    cover.found([NAME], now_ns=10)
    assert not cover.expire(9 + HOLD_NS)
    assert boxes(cover) == [NAME]
    assert cover.expire(10 + HOLD_NS)
    assert boxes(cover) == []


def test_a_text_seen_again_a_little_elsewhere_is_covered_in_both_places() -> None:
    cover = TextCover()
    cover.found([NAME], now_ns=0)
    (before,) = cover.covered
    assert not cover.found([Rectangle(110, 98, 270, 118)], now_ns=1)
    (after,) = cover.covered
    assert (after.id, after.box) == (before.id, Rectangle(100, 98, 270, 120))


def test_a_box_that_joins_two_covers_both_as_one() -> None:
    cover = TextCover()
    cover.found([Rectangle(0, 0, 50, 20), Rectangle(60, 0, 110, 20)], now_ns=0)
    cover.found([Rectangle(0, 0, 110, 20)], now_ns=1)
    assert boxes(cover) == [Rectangle(0, 0, 110, 20)]


def test_an_allowed_text_is_shown_and_not_covered_again_while_it_stands() -> None:
    cover = TextCover()
    cover.found([LABEL], now_ns=0)
    assert cover.allow(cover.covered[0].id, now_ns=1)
    assert boxes(cover) == []
    for now_ns in (ALLOWED_FOR_NS, 2 * ALLOWED_FOR_NS - 1):
        cover.expire(now_ns)
        assert not cover.found([LABEL], now_ns=now_ns)
    assert boxes(cover) == []


def test_an_allowance_ends_when_its_text_is_gone() -> None:
    cover = TextCover()
    cover.found([LABEL], now_ns=0)
    cover.allow(cover.covered[0].id, now_ns=1)
    cover.expire(1 + ALLOWED_FOR_NS)
    assert cover.found([LABEL], now_ns=2 + ALLOWED_FOR_NS)


def test_an_allowed_label_doesnt_let_a_longer_text_through() -> None:
    cover = TextCover()
    cover.found([LABEL], now_ns=0)
    cover.allow(cover.covered[0].id, now_ns=1)
    wider = Rectangle(LABEL.x0, LABEL.y0, LABEL.x1 + 100, LABEL.y1)
    assert cover.found([wider], now_ns=2)
    assert boxes(cover) == [wider]


def test_what_isnt_covered_cant_be_allowed() -> None:
    cover = TextCover()
    cover.found([LABEL], now_ns=0)
    text_id = cover.covered[0].id
    assert not cover.allow(text_id + 1, now_ns=1)
    assert cover.allow(text_id, now_ns=1)
    assert not cover.allow(text_id, now_ns=2)


def test_ids_arent_used_again() -> None:
    cover = TextCover()
    cover.found([NAME], now_ns=0)
    first = cover.covered[0].id
    cover.expire(HOLD_NS)
    cover.found([NAME], now_ns=HOLD_NS)
    assert cover.covered[0].id != first


def test_a_page_of_text_is_a_flood_by_number_or_by_area() -> None:
    cover = TextCover()
    rows = (Rectangle(10, y, 100, y + 10) for y in count(0, 25))
    for _ in range(MOST_BOXES):
        cover.found([next(rows)], now_ns=0)
    assert not cover.is_flooded(SIZE)
    cover.found([next(rows)], now_ns=0)
    assert cover.is_flooded(SIZE)
    cover.forget()
    assert not cover.is_flooded(SIZE)
    cover.found([Rectangle(0, 0, 1280, 181)], now_ns=0)
    assert cover.is_flooded(SIZE)


def test_forgetting_takes_covers_and_allowances_away() -> None:
    cover = TextCover()
    cover.found([NAME, LABEL], now_ns=0)
    cover.allow(cover.covered[1].id, now_ns=0)
    cover.forget()
    assert boxes(cover) == []
    assert cover.found([LABEL], now_ns=1)
