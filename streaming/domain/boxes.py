"""Boxes in a picture, in pixels, and what they have in common. Pure."""

from collections.abc import Iterable

from streaming.domain.mask import Rectangle

SAME = 0.5
"""Of the smaller box's area: what overlaps by more is the same text, seen again."""


def area(box: Rectangle) -> int:
    return max(0, box.x1 - box.x0) * max(0, box.y1 - box.y0)


def common(one: Rectangle, other: Rectangle) -> Rectangle:
    """Empty, with no or a negative side, where they don't meet."""
    return Rectangle(
        max(one.x0, other.x0), max(one.y0, other.y0), min(one.x1, other.x1), min(one.y1, other.y1)
    )


def union(boxes: Iterable[Rectangle]) -> Rectangle:
    """Of at least one box."""
    known = list(boxes)
    return Rectangle(
        min(box.x0 for box in known),
        min(box.y0 for box in known),
        max(box.x1 for box in known),
        max(box.y1 for box in known),
    )


def is_same(one: Rectangle, other: Rectangle) -> bool:
    return area(common(one, other)) > SAME * min(area(one), area(other))


def padded(box: Rectangle, pad: int, *, width: int, height: int) -> Rectangle:
    return Rectangle(
        max(0, box.x0 - pad),
        max(0, box.y0 - pad),
        min(width, box.x1 + pad),
        min(height, box.y1 + pad),
    )
