"""What worker and look-out say to each other: JSON in one SOCK_SEQPACKET packet each."""

import json
from dataclasses import asdict, dataclass

from streaming.domain.frame import Size
from streaming.domain.mask import Rectangle

LARGEST_PACKET = 64 * 1024
MOST_BOXES = 512
"""A look that finds more says so many: far fewer already make the picture black."""


class Garbled(Exception):
    """The other end said something that can't be."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a look found. Boxes are padded, in pixels of the picture; ``captured_at_ns`` is the
    newest picture's that it saw, ``cpu_cores`` and ``rss_bytes`` what the look-out uses."""

    captured_at_ns: int
    boxes: tuple[Rectangle, ...]
    cpu_cores: float
    rss_bytes: int


def encode_look(look: Look) -> bytes:
    values = asdict(look) | {
        "boxes": [[box.x0, box.y0, box.x1, box.y1] for box in look.boxes[:MOST_BOXES]]
    }
    return json.dumps(values).encode()


def decode_look(packet: bytes) -> Look:
    """Raises Garbled."""
    try:
        values = json.loads(packet)
        return Look(
            captured_at_ns=int(values["captured_at_ns"]),
            boxes=tuple(Rectangle(*map(int, box)) for box in values["boxes"]),
            cpu_cores=float(values["cpu_cores"]),
            rss_bytes=int(values["rss_bytes"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise Garbled(type(error).__name__) from None


def encode_size(size: Size) -> bytes:
    """Comes with the ring's file descriptor."""
    return json.dumps([size.width, size.height]).encode()


def decode_size(packet: bytes) -> Size:
    """Raises Garbled."""
    try:
        width, height = json.loads(packet)
        return Size(int(width), int(height))
    except (ValueError, TypeError) as error:
        raise Garbled(type(error).__name__) from None
