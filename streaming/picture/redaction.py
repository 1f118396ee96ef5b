"""Blacks out boxes of a picture that is masked already: what passes can only become less."""

from collections.abc import Iterable

from streaming.domain.mask import Rectangle
from streaming.picture.black import black_out
from streaming.picture.frame import MaskedFrame


def redacted(frame: MaskedFrame, boxes: Iterable[Rectangle]) -> MaskedFrame:
    """A copy with every 2x2 block black that a box touches: one chroma sample covers as many."""
    planes = frame.planes.copy()
    for box in boxes:
        black_out(planes, box, frame.size)
    return MaskedFrame(frame.source_id, frame.number, frame.captured_at_ns, frame.size, planes)
