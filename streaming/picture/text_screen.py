"""What is done about text inside the ultrasound region: shown to the look-out, covered where it
sees some, and all of it withheld when it is too much or nobody looks."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from streaming.domain.frame import Size
from streaming.domain.mask import Rectangle
from streaming.picture.black import black_out
from streaming.picture.frame import I420, Luma
from streaming.picture.text_cover import FoundText, TextCover
from streaming.picture.text_watch import TextWatch, Watch

Witness = Callable[[Luma, int], None]
"""Gets luma of shape ``(height, width)``, which isn't its own, and its capture time."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """Why no picture may pass just now."""

    code: str
    detail: str


FLOODED = Withheld(
    "mask.text_page", "The picture is full of text: a page of the scanner, not ultrasound."
)
UNWATCHED = Withheld("mask.unwatched", "Nothing looks for text in the picture any more.")


class TextScreen:
    """``show`` and ``cover`` are the capture thread's, the rest may come from any thread."""

    def __init__(self, witness: Witness | None = None) -> None:
        """Without a ``witness`` there is no look-out: nothing is covered, ``watch`` says so."""
        self._witness = witness
        self._cover = TextCover()
        self._watch = TextWatch(on=witness is not None)

    @property
    def watch(self) -> Watch:
        return self._watch.state

    @property
    def texts(self) -> tuple[FoundText, ...]:
        """What is covered."""
        return self._cover.covered

    def show(self, luma: Luma, captured_at_ns: int) -> None:
        """What would pass: masked by the profile, nothing covered yet. A text that is covered
        must be seen on, else it would be shown again."""
        if self._witness is not None:
            self._watch.picture(captured_at_ns)
            self._witness(luma, captured_at_ns)

    def withheld(self, size: Size) -> Withheld | None:
        if self._watch.state is Watch.BLIND:
            return UNWATCHED
        return FLOODED if self._cover.is_flooded(size) else None

    def cover(self, planes: I420, size: Size) -> None:
        """In place, on I420 of shape ``(height * 3 // 2, width)``."""
        for text in self._cover.covered:
            black_out(planes, text.box, size)

    def looked(self, boxes: Iterable[Rectangle], captured_at_ns: int) -> bool:
        """Whether a text is there that wasn't covered before."""
        self._watch.looked(captured_at_ns)
        is_news = self._cover.found(boxes, now_ns=captured_at_ns)
        self._cover.expire(captured_at_ns)
        return is_news

    def allow(self, text_id: int, *, now_ns: int) -> bool:
        """False when that text isn't covered (any more)."""
        return self._cover.allow(text_id, now_ns=now_ns)

    def override(self) -> bool:
        """False unless the picture is withheld because nobody looks."""
        return self._watch.override()

    def forget(self) -> None:
        self._cover.forget()
