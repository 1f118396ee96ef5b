"""Text that was found inside the ultrasound region: black while it stands there, and a while
longer. Pure: time is an argument."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass

from streaming.domain.boxes import area, common, is_same, union
from streaming.domain.frame import Size
from streaming.domain.mask import Rectangle

HOLD_NS = 5_000_000_000
"""From the last sight of a text until its place is shown again."""

ALLOWED_FOR_NS = 60_000_000_000
"""From the last sight of a text that a person allowed until the same place is covered again."""

MOST_BOXES = 24
MOST_COVERED = 0.25
"""Beyond either it isn't a picture with text in it but a page of text: all of it goes black."""

WITHIN = 0.9
"""Of a box's area, inside an allowed one: then it is what was allowed. The other way round it may
be that and a name beside it."""


@dataclass(frozen=True, slots=True)
class FoundText:
    """Pixels of the picture; ``seen_at_ns`` when it was seen last."""

    id: int
    box: Rectangle
    seen_at_ns: int


class TextCover:
    """Any thread may call; ``covered`` is a value that never changes once read."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next_id = 1
        self._allowed: tuple[FoundText, ...] = ()
        self.covered: tuple[FoundText, ...] = ()

    def found(self, boxes: Iterable[Rectangle], *, now_ns: int) -> bool:
        """Whether any of them is news: a text that wasn't covered before."""
        with self._lock:
            ids = {each.id for each in self.covered}
            for box in boxes:
                if not self._is_allowed(box, now_ns):
                    self._cover(box, now_ns)
            return any(each.id not in ids for each in self.covered)

    def expire(self, now_ns: int) -> bool:
        """Whether anything is shown again."""
        with self._lock:
            kept = tuple(e for e in self.covered if now_ns - e.seen_at_ns < HOLD_NS)
            is_fewer = len(kept) < len(self.covered)
            self.covered = kept
            self._allowed = tuple(
                e for e in self._allowed if now_ns - e.seen_at_ns < ALLOWED_FOR_NS
            )
            return is_fewer

    def allow(self, text_id: int, *, now_ns: int) -> bool:
        """A person says that it identifies nobody. False when it isn't covered (any more)."""
        with self._lock:
            chosen = next((each for each in self.covered if each.id == text_id), None)
            if chosen is None:
                return False
            self.covered = tuple(each for each in self.covered if each is not chosen)
            self._allowed += (FoundText(chosen.id, chosen.box, now_ns),)
            return True

    def forget(self) -> None:
        """Another profile or picture size: what was found and allowed lay elsewhere."""
        with self._lock:
            self.covered = self._allowed = ()

    def is_flooded(self, size: Size) -> bool:
        covered = self.covered
        share = sum(area(each.box) for each in covered) / (size.width * size.height)
        return len(covered) > MOST_BOXES or share > MOST_COVERED

    def _cover(self, box: Rectangle, now_ns: int) -> None:
        again = [each for each in self.covered if is_same(each.box, box)]
        others = tuple(each for each in self.covered if each not in again)
        if again:
            text_id = again[0].id
            box = union([box, *(each.box for each in again)])
        else:
            text_id, self._next_id = self._next_id, self._next_id + 1
        self.covered = (*others, FoundText(text_id, box, now_ns))

    def _is_allowed(self, box: Rectangle, now_ns: int) -> bool:
        for each in self._allowed:
            if area(common(each.box, box)) >= WITHIN * area(box):
                again = FoundText(each.id, each.box, now_ns)
                self._allowed = tuple(again if other is each else other for other in self._allowed)
                return True
        return False
