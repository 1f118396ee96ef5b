"""Finds the key frames among a viewer's RTP packets and looks at their pixels."""

import struct
from collections.abc import Iterator
from functools import lru_cache

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext

from streaming.capture import barcode
from streaming.capture.phantom import BARCODE_ORIGIN

_START_CODE = b"\x00\x00\x00\x01"
_HEADER = struct.Struct("!BBHI")
_IDR = 5
_STAP_A, _FU_A = 24, 28
_NAL_TYPE, _FU_START = 0x1F, 0x80


class KeyFrames:
    """Feed it every decrypted packet of one stream, in order."""

    def __init__(self) -> None:
        self._timestamp: int | None = None
        self._next_sequence: int | None = None
        self._units: list[bytes] = []
        self._whole = False

    def push(self, packet: bytes) -> bytes | None:
        """The Annex B bytes of a key frame that this packet completes, without a gap."""
        first, second, sequence, timestamp = _HEADER.unpack_from(packet)
        if timestamp != self._timestamp:
            self._timestamp, self._units, self._whole = timestamp, [], True
        elif sequence != self._next_sequence:
            self._whole = False
        self._next_sequence = sequence + 1 & 0xFFFF
        self._take(_payload(packet, first))
        if not second & 0x80 or not self._whole:
            return None
        if not any(unit[0] & _NAL_TYPE == _IDR for unit in self._units):
            return None
        return b"".join(_START_CODE + unit for unit in self._units)

    def _take(self, payload: bytes) -> None:
        kind = payload[0] & _NAL_TYPE
        if kind == _STAP_A:
            self._units.extend(_aggregated(payload))
        elif kind != _FU_A:
            self._units.append(payload)
        elif payload[1] & _FU_START:
            header = bytes([payload[0] & 0xE0 | payload[1] & _NAL_TYPE])
            self._units.append(header + payload[2:])
        elif self._units:
            self._units[-1] += payload[2:]
        else:
            self._whole = False


def _payload(packet: bytes, first: int) -> bytes:
    start = 12 + 4 * (first & 0x0F)
    if first & 0x10:
        start += 4 + 4 * int.from_bytes(packet[start + 2 : start + 4], "big")
    end = len(packet) - (packet[-1] if first & 0x20 else 0)
    return packet[start:end]


def _aggregated(payload: bytes) -> Iterator[bytes]:
    position = 1
    while position + 2 <= len(payload):
        size = int.from_bytes(payload[position : position + 2], "big")
        yield payload[position + 2 : position + 2 + size]
        position += 2 + size


@lru_cache(maxsize=4)
def captured_us(key_frame: bytes) -> int | None:
    """Decode ``key_frame`` and read its barcode; None for a picture without one (a slate).

    Viewers that joined together get the same one: a hundred decodes would make them lose packets.
    """
    decoder = av.CodecContext.create("h264", "r")
    assert isinstance(decoder, VideoCodecContext)
    frames = [*decoder.decode(av.Packet(key_frame)), *decoder.decode(None)]
    if not frames:
        return None
    planes = np.asarray(frames[0].to_ndarray(format="yuv420p"), np.uint8)
    code = barcode.read(planes[: frames[0].height], *BARCODE_ORIGIN)
    return None if code is None else code[0]
