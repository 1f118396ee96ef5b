"""What a receiver of video asks its sender for: packets again, a key frame (RFC 4585). Pure."""

import struct
from collections.abc import Sequence

_RTPFB, _PSFB, _GENERIC_NACK, _PLI = 205, 206, 1, 1
_BITS = 16


def generic_nack(*, ssrc: int, about: int, sequences: Sequence[int]) -> bytes:
    """``sequences``: 16 bits each, in rising order but for the wrap (6.2.1)."""
    fields: list[list[int]] = []
    for sequence in sequences:
        ahead = sequence - fields[-1][0] & 0xFFFF if fields else 0
        if 1 <= ahead <= _BITS:
            fields[-1][1] |= 1 << ahead - 1
        else:
            fields.append([sequence, 0])
    return _feedback(
        _RTPFB, _GENERIC_NACK, ssrc, about, b"".join(struct.pack("!HH", *each) for each in fields)
    )


def picture_loss(*, ssrc: int, about: int) -> bytes:
    """PLI (6.3.1)."""
    return _feedback(_PSFB, _PLI, ssrc, about, b"")


def _feedback(kind: int, form: int, ssrc: int, about: int, fields: bytes) -> bytes:
    return struct.pack("!BBHII", 0x80 | form, kind, 2 + len(fields) // 4, ssrc, about) + fields
