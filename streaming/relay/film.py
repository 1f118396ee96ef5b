"""A probe camera's packets: RTP payloads that are forwarded as they came, never decoded here."""

from dataclasses import dataclass

from streaming.domain.frame import Codec

MAX_FILM_PAYLOAD = 1_200
"""Bytes of RTP payload; browsers keep whole packets below this. Larger ones aren't forwarded."""

_NAL_TYPE = 0x1F
_SPS, _STAP_A, _FU_A = 7, 24, 28
_FU_START = 0x80
_VP8_EXTENDED, _VP8_START, _VP8_PARTITION = 0x80, 0x10, 0x07
_VP8_PICTURE_ID, _VP8_TL0, _VP8_TID_OR_KEYIDX = 0x80, 0x40, 0x30
_VP8_LONG_PICTURE_ID, _VP8_INTER = 0x80, 0x01


@dataclass(frozen=True, slots=True)
class FilmPacket:
    """One packet of a camera, as it was sent.

    ``sequence`` is unwrapped, ``timestamp`` has 32 bits at 90 kHz; both belong to ``stream``: with
    another number of it the camera began anew and nothing may be related to what was before.
    A payload without bytes is padding that took a sequence number.
    """

    stream: int
    codec: Codec
    sequence: int
    timestamp: int
    marker: bool
    payload: bytes


def starts_keyframe(codec: Codec, payload: bytes) -> bool:
    """Whether a decoder can begin with this packet.

    H.264: it holds a sequence parameter set, which senders of WebRTC put before every IDR (RFC
    6184, 5.6 to 5.8; RFC 7742, 6.2). VP8: the first packet of a frame that isn't predicted (RFC
    7741, 4.2 and 4.3). False for what makes no sense.
    """
    return _has_sps(payload) if codec is Codec.H264 else _starts_vp8_keyframe(payload)


def _has_sps(payload: bytes) -> bool:
    if not payload:
        return False
    kind = payload[0] & _NAL_TYPE
    if kind == _STAP_A:
        return _aggregates_sps(payload)
    if kind == _FU_A:
        return len(payload) > 1 and payload[1] & (_FU_START | _NAL_TYPE) == _FU_START | _SPS
    return kind == _SPS


def _aggregates_sps(payload: bytes) -> bool:
    offset = 1
    while offset + 2 < len(payload):
        if payload[offset + 2] & _NAL_TYPE == _SPS:
            return True
        offset += 2 + int.from_bytes(payload[offset : offset + 2])
    return False


def _starts_vp8_keyframe(payload: bytes) -> bool:
    if not payload or payload[0] & (_VP8_START | _VP8_PARTITION) != _VP8_START:
        return False
    header = _vp8_descriptor_bytes(payload)
    return header < len(payload) and not payload[header] & _VP8_INTER


def _vp8_descriptor_bytes(payload: bytes) -> int:
    """Length of the payload descriptor; beyond the payload if it is cut off."""
    if not payload[0] & _VP8_EXTENDED:
        return 1
    if len(payload) < 3:
        return len(payload)
    extensions, length = payload[1], 2
    if extensions & _VP8_PICTURE_ID:
        length += 2 if payload[2] & _VP8_LONG_PICTURE_ID else 1
    length += bool(extensions & _VP8_TL0)
    return length + bool(extensions & _VP8_TID_OR_KEYIDX)
