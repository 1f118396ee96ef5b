"""What a peer sends as RTP, read up to bounds (RFC 3550, 5.1; RFC 8285). Pure."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass

_FIXED = struct.Struct("!BBHII")
_BLOCK = struct.Struct("!HH")
_ONE_BYTE, _TWO_BYTES = 0xBEDE, 0x1000
_STOP_ID = 15
_MAX_BLOCK_BYTES = 256
_NONE: Mapping[int, bytes] = {}


@dataclass(frozen=True, slots=True)
class ReceivedRtp:
    """``extensions`` are elements by id; of two with one id the first counts."""

    payload_type: int
    marker: bool
    sequence: int
    timestamp: int
    ssrc: int
    extensions: Mapping[int, bytes]
    payload: bytes


def read_rtp(data: bytes) -> ReceivedRtp | None:
    """An authentic packet. None if its lengths don't fit together, or its extensions take more
    than 256 bytes; never raises."""
    if len(data) < _FIXED.size or data[0] >> 6 != 2:
        return None
    first, second, sequence, timestamp, ssrc = _FIXED.unpack_from(data)
    start, end = _FIXED.size + 4 * (first & 0x0F), len(data)
    extensions = _NONE
    if first & 0x10:
        if start + _BLOCK.size > end:
            return None
        profile, words = _BLOCK.unpack_from(data, start)
        block, start = start + _BLOCK.size, start + _BLOCK.size + 4 * words
        if start > end or start - block > _MAX_BLOCK_BYTES:
            return None
        extensions = _elements(profile, data[block:start])
    if first & 0x20 and end > start:
        end -= data[-1] or 1
    if start > end:
        return None
    return ReceivedRtp(
        payload_type=second & 0x7F,
        marker=second >= 0x80,
        sequence=sequence,
        timestamp=timestamp,
        ssrc=ssrc,
        extensions=extensions,
        payload=data[start:end],
    )


def _elements(profile: int, block: bytes) -> Mapping[int, bytes]:
    """Up to the first that doesn't fit. There are at most as many as ids."""
    one_byte = profile == _ONE_BYTE
    if not one_byte and profile & 0xFFF0 != _TWO_BYTES:
        return _NONE
    found: dict[int, bytes] = {}
    at, end, head = 0, len(block), 1 if one_byte else 2
    while at < end:
        if not block[at]:  # padding
            at += 1
            continue
        if at + head > end:
            break
        number = block[at] >> 4 if one_byte else block[at]
        length = (block[at] & 0x0F) + 1 if one_byte else block[at + 1]
        at += head + length
        if at > end or (one_byte and number == _STOP_ID):
            break
        found.setdefault(number, block[at - length : at])
    return found
