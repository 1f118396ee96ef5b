"""RTCP as a sender of video needs it (RFC 3550, 6; RFC 4585; RFC 5104; RFC 3611). Pure.

What a viewer sends is read up to bounds and up to the first thing that makes no sense; whatever
was read until then counts.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_PACKETS = 32
MAX_NACKED = 1_024

_SR, _RR, _SDES, _BYE, _RTPFB, _PSFB, _XR = 200, 201, 202, 203, 205, 206, 207
_GENERIC_NACK, _PLI, _FIR = 1, 1, 4
_RRTR, _DLRR = 4, 5
_COMMON = struct.Struct("!BBH")
_FEEDBACK = struct.Struct("!II")
_BLOCK = struct.Struct("!IIIIII")
_NACK = struct.Struct("!HH")


@dataclass(frozen=True, slots=True)
class Report:
    """A viewer's report block on our stream (RFC 3550, 6.4.1).

    ``last_sr`` and ``delay`` are in 1/65536 s; ``last_sr`` 0 means no sender report arrived yet.
    """

    fraction_lost: float
    lost: int
    jitter: int
    last_sr: int
    delay: int


@dataclass(slots=True)
class Feedback:
    """``firs`` are FIR sequence numbers; ``reference_times`` and ``sender_reports`` are (ssrc,
    middle NTP bits); ``left`` are the SSRCs that said goodbye."""

    reports: list[Report] = field(default_factory=list)
    nacked: list[int] = field(default_factory=list)
    plis: int = 0
    firs: list[int] = field(default_factory=list)
    reference_times: list[tuple[int, int]] = field(default_factory=list)
    sender_reports: list[tuple[int, int]] = field(default_factory=list)
    left: list[int] = field(default_factory=list)


def parse_rtcp(data: bytes, ssrc: int) -> Feedback:
    """What a compound packet says about our stream ``ssrc``. Never raises."""
    feedback = Feedback()
    for kind, count, body in _packets(data):
        if kind in (_SR, _RR):
            if kind == _SR and len(body) >= 12:
                reporter, ntp = struct.unpack_from("!IQ", body)
                feedback.sender_reports.append((reporter, ntp >> 16 & 0xFFFF_FFFF))
            blocks = body[4:] if kind == _RR else body[24:]
            feedback.reports.extend(_reports(blocks[: count * _BLOCK.size], ssrc))
        elif kind == _RTPFB and count == _GENERIC_NACK:
            room = MAX_NACKED - len(feedback.nacked)
            feedback.nacked.extend(_nacked(body, ssrc)[:room])
        elif kind == _PSFB and count == _PLI:
            feedback.plis += _is_about(body, ssrc)
        elif kind == _PSFB and count == _FIR:
            feedback.firs.extend(_firs(body, ssrc))
        elif kind == _XR:
            feedback.reference_times.extend(_reference_times(body))
        elif kind == _BYE:
            feedback.left.extend(struct.unpack_from(f"!{min(count, len(body) // 4)}I", body))
    return feedback


def _packets(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(packet type, count or format, body) of each packet of a compound, without padding."""
    offset = 0
    for _ in range(MAX_PACKETS):
        if offset + _COMMON.size > len(data):
            return
        first, kind, words = _COMMON.unpack_from(data, offset)
        start, end = offset + _COMMON.size, offset + 4 * (words + 1)
        if first >> 6 != 2 or end > len(data):
            return
        offset = end
        if first & 0x20 and end > start:
            end = max(start, end - data[end - 1])
        yield kind, first & 0x1F, data[start:end]


def _reports(blocks: bytes, ssrc: int) -> Iterator[Report]:
    for offset in range(0, len(blocks) - _BLOCK.size + 1, _BLOCK.size):
        about, loss, _highest, jitter, last_sr, delay = _BLOCK.unpack_from(blocks, offset)
        if about == ssrc:
            lost = loss & 0xFF_FFFF
            yield Report(
                fraction_lost=(loss >> 24) / 256,
                lost=lost - (1 << 24) if lost >> 23 else lost,
                jitter=jitter,
                last_sr=last_sr,
                delay=delay,
            )


def _is_about(body: bytes, ssrc: int) -> bool:
    return len(body) >= _FEEDBACK.size and _FEEDBACK.unpack_from(body)[1] == ssrc


def _nacked(body: bytes, ssrc: int) -> list[int]:
    if not _is_about(body, ssrc):
        return []
    sequences = []
    for offset in range(_FEEDBACK.size, len(body) - _NACK.size + 1, _NACK.size):
        first, following = _NACK.unpack_from(body, offset)
        sequences.append(first)
        sequences.extend(first + bit + 1 & 0xFFFF for bit in range(16) if following >> bit & 1)
    return sequences


def _firs(body: bytes, ssrc: int) -> Iterator[int]:
    """The media SSRC of FIR is unused; each entry names its own (RFC 5104, 4.3.1.1)."""
    for offset in range(_FEEDBACK.size, len(body) - 7, 8):
        about, sequence = struct.unpack_from("!IB", body, offset)
        if about == ssrc:
            yield sequence


def _reference_times(body: bytes) -> Iterator[tuple[int, int]]:
    """Receiver Reference Time blocks (RFC 3611, 4.4)."""
    offset = 4
    while offset + 4 <= len(body):
        kind, _, words = _COMMON.unpack_from(body, offset)
        if kind == _RRTR and words == 2 and offset + 12 <= len(body):
            ntp = struct.unpack_from("!Q", body, offset + 4)[0]
            yield struct.unpack_from("!I", body)[0], ntp >> 16 & 0xFFFF_FFFF
        offset += 4 * (words + 1)


def sender_report(
    *, ssrc: int, ntp: int, rtp_timestamp: int, packets: int, octets: int, cname: str
) -> bytes:
    """SR and SDES: the least that a sender's compound may be (RFC 3550, 6.1)."""
    mask = 0xFFFF_FFFF
    report = struct.pack("!IQIII", ssrc, ntp, rtp_timestamp, packets & mask, octets & mask)
    name = cname.encode()
    item = struct.pack("!IBB", ssrc, 1, len(name)) + name + b"\x00"
    item += bytes(-len(item) % 4)
    return _packet(_SR, 0, report) + _packet(_SDES, 1, item)


def receiver_report(*, ssrc: int, blocks: bytes) -> bytes:
    """RR of ``ssrc`` about the streams that ``blocks`` (24 bytes each) describe."""
    return _packet(_RR, len(blocks) // _BLOCK.size, struct.pack("!I", ssrc) + blocks)


def last_reference_time_report(*, ssrc: int, about: int, last_rr: int, delay: int) -> bytes:
    """DLRR (RFC 3611, 4.5): tells a viewer its RTT, so that it times its NACKs well."""
    block = struct.pack("!BBHIII", _DLRR, 0, 3, about, last_rr, delay)
    return _packet(_XR, 0, struct.pack("!I", ssrc) + block)


def _packet(kind: int, count: int, body: bytes) -> bytes:
    return _COMMON.pack(0x80 | count, kind, len(body) // 4) + body
