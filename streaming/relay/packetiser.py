"""One encoded frame to RTP payloads: H.264 (RFC 6184, packetization-mode 1) and VP8 (RFC 7741)."""

import struct
from collections.abc import Iterator

from streaming.domain.frame import Codec, EncodedFrame
from streaming.relay.packets import MAX_PAYLOAD, PacketisedFrame

_START_CODE = b"\x00\x00\x01"
_NAL_TYPE = 0x1F
_NRI = 0x60
_VCL_TYPES = range(1, 6)
_ACCESS_UNIT_DELIMITER, _FILLER = 9, 12
_STAP_A, _FU_A = 24, 28
_FU_START, _FU_END = 0x80, 0x40
_VP8_FIRST, _VP8_NEXT = b"\x10", b"\x00"
_LENGTH = struct.Struct("!H")


def packetise(frame: EncodedFrame) -> PacketisedFrame:
    """Cut ``frame`` into payloads of at most ``MAX_PAYLOAD`` bytes; a frame without data has none.

    H.264 access unit delimiters and filler are left out (RTP has its own frame boundaries).
    """
    cut = _vp8_payloads if frame.codec is Codec.VP8 else _h264_payloads
    return PacketisedFrame(
        codec=frame.codec,
        keyframe=frame.keyframe,
        captured_at_ns=frame.captured_at_ns,
        payloads=tuple(cut(frame.data)),
    )


def nal_units(data: bytes) -> Iterator[bytes]:
    """The NAL units of an Annex B byte stream, with 3- or 4-byte start codes.

    A NAL unit never ends in a zero byte (ITU-T H.264, 7.4.1.1), so zeros before a start code
    belong to it or are ``trailing_zero_8bits``.
    """
    start = data.find(_START_CODE)
    while start >= 0:
        start += len(_START_CODE)
        end = data.find(_START_CODE, start)
        unit = data[start : end if end >= 0 else len(data)].rstrip(b"\x00")
        if unit:
            yield unit
        start = end


def _h264_payloads(data: bytes) -> Iterator[bytes]:
    """Parameter sets and other small units ahead of a slice share a packet; slices don't."""
    waiting: list[bytes] = []
    for unit in nal_units(data):
        kind = unit[0] & _NAL_TYPE
        if kind in (_ACCESS_UNIT_DELIMITER, _FILLER):
            continue
        if kind in _VCL_TYPES or _aggregate_size([*waiting, unit]) > MAX_PAYLOAD:
            yield from _aggregate(waiting)
            waiting = []
        if kind in _VCL_TYPES or _aggregate_size([unit]) > MAX_PAYLOAD:
            yield from _single_or_fragments(unit)
        else:
            waiting.append(unit)
    yield from _aggregate(waiting)


def _aggregate_size(units: list[bytes]) -> int:
    return 1 + sum(_LENGTH.size + len(unit) for unit in units)


def _aggregate(units: list[bytes]) -> Iterator[bytes]:
    """STAP-A (RFC 6184, 5.7.1); its NRI is the highest of its units."""
    if len(units) < 2:
        yield from units
        return
    nri = max(unit[0] & _NRI for unit in units)
    parts = (part for unit in units for part in (_LENGTH.pack(len(unit)), unit))
    yield bytes([nri | _STAP_A]) + b"".join(parts)


def _single_or_fragments(unit: bytes) -> Iterator[bytes]:
    """FU-A (RFC 6184, 5.8) when the unit doesn't fit one packet."""
    if len(unit) <= MAX_PAYLOAD:
        yield unit
        return
    indicator = unit[0] & ~_NAL_TYPE | _FU_A
    kind = unit[0] & _NAL_TYPE
    step = _fragment_size(len(unit) - 1, header=2)
    for start in range(1, len(unit), step):
        first = _FU_START if start == 1 else 0
        last = _FU_END if start + step >= len(unit) else 0
        yield bytes((indicator, first | last | kind)) + unit[start : start + step]


def _vp8_payloads(data: bytes) -> Iterator[bytes]:
    """The one-byte descriptor (RFC 7741, 4.2): S on the first packet, partition index 0."""
    step = _fragment_size(len(data), header=1) if data else 1
    for start in range(0, len(data), step):
        yield (_VP8_NEXT if start else _VP8_FIRST) + data[start : start + step]


def _fragment_size(size: int, *, header: int) -> int:
    """Bytes of data in each fragment, so that payloads are even and a multiple of four bytes."""
    fragments = -(-size // (MAX_PAYLOAD - header))
    payload = -(-size // fragments) + header
    return (payload + 3) // 4 * 4 - header
