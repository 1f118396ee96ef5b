"""A frame cut into RTP payloads once, to be shared by every viewer."""

from dataclasses import dataclass

from streaming.domain.frame import Codec

MAX_PAYLOAD = 1200
"""Bytes of RTP payload in one packet: with headers and SRTP below every usual MTU."""


@dataclass(frozen=True, slots=True)
class PacketisedFrame:
    """Immutable; viewers share it.

    ``payloads`` are RTP payloads of at most ``MAX_PAYLOAD`` bytes; the last one carries the
    marker. Fragments of one NAL unit are equal in size and a multiple of four bytes except the
    last, so that a run of them can leave in one ``UDP_SEGMENT`` call.
    """

    codec: Codec
    keyframe: bool
    captured_at_ns: int
    payloads: tuple[bytes, ...]
