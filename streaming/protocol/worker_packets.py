"""The binary packets of the worker link: pictures, chunks of stills, sound.

Network byte order. Every packet, JSON too, starts with a preamble::

    0   2   magic b"SP"
    2   1   version (2)
    3   1   kind: 1 frame, 2 JSON, 3 chunk of a still, 4 sound

Frame::

    4   1   rung     (index in RUNGS)
    5   1   codec    (index in CODECS)
    6   1   flags    (bit 0: key frame)
    7   1   length of source id, s
    8   2   width, pixels
    10  2   height, pixels
    12  8   picture number
    20  8   captured_at_ns
    28  s   source id, UTF-8
    28+s    encoded bytes

Chunk of a still::

    4   1   length of the request's id, s
    5   1   0
    6   2   index, from 0
    8   2   count of chunks
    10  2   width, pixels
    12  2   height, pixels
    14  8   picture number
    22  8   captured_at_ns
    30  s   id, ASCII
    30+s    bytes of the PNG

Sound::

    4   1   channels
    5   3   0
    8   8   number
    16  8   captured_at_ns
    24      one Opus packet of 20 ms
"""

import struct
from dataclasses import dataclass
from enum import IntEnum

from streaming.domain.errors import BadInput
from streaming.domain.frame import AudioFrame, Codec, EncodedFrame, Rung, Size

VERSION = 2
MAGIC = b"SP"
RUNGS = (Rung.LIVE, Rung.LIVE_VP8, Rung.ARCHIVE, Rung.SLATE)
CODECS = (Codec.H264, Codec.VP8)

MAX_CHUNK_BYTES = 128 * 1024
MAX_CHUNKS = 512
"""Times the largest chunk: more than any picture of 4096x2304 has as a PNG."""

_PREAMBLE = struct.Struct("!2sBB")
_FRAME = struct.Struct("!BBBBHHQQ")
_CHUNK = struct.Struct("!BxHHHHQQ")
_SOUND = struct.Struct("!B3xQQ")


class WorkerLinkError(BadInput):
    """The other end of the link sent something that isn't this version of the contract."""


class Kind(IntEnum):
    FRAME = 1
    JSON = 2
    STILL = 3
    SOUND = 4


@dataclass(frozen=True, slots=True)
class StillChunk:
    """Chunk ``index`` of ``count`` of the PNG that answers request ``id``; they come in order."""

    id: str
    index: int
    count: int
    size: Size
    number: int
    captured_at_ns: int
    data: bytes


def preamble(kind: Kind) -> bytes:
    return _PREAMBLE.pack(MAGIC, VERSION, kind)


def kind_of(packet: bytes) -> Kind:
    """Raises WorkerLinkError."""
    if len(packet) < _PREAMBLE.size:
        raise WorkerLinkError("link.truncated", f"a packet of {len(packet)} bytes")
    magic, version, kind = _PREAMBLE.unpack_from(packet)
    if magic != MAGIC:
        raise WorkerLinkError("link.magic", "the packet isn't of the worker link")
    if version != VERSION:
        raise WorkerLinkError(
            "link.version",
            f"the other end speaks version {version} of the worker link, this one {VERSION}",
            fix="install the same release of sonopair at both ends",
        )
    try:
        return Kind(kind)
    except ValueError:
        raise WorkerLinkError("link.message", f"a packet of the unknown kind {kind}") from None


def encode_frame(frame: EncodedFrame) -> list[bytes]:
    """Header and payload as two buffers for ``sendmsg``, so that the payload isn't copied."""
    source = frame.source_id.encode()
    header = preamble(Kind.FRAME) + _FRAME.pack(
        RUNGS.index(frame.rung),
        CODECS.index(frame.codec),
        int(frame.keyframe),
        len(source),
        frame.size.width,
        frame.size.height,
        frame.number,
        frame.captured_at_ns,
    )
    return [header + source, frame.data]


def encode_still_chunk(chunk: StillChunk) -> list[bytes]:
    """Two buffers, as of a frame."""
    name = chunk.id.encode("ascii")
    header = preamble(Kind.STILL) + _CHUNK.pack(
        len(name),
        chunk.index,
        chunk.count,
        chunk.size.width,
        chunk.size.height,
        chunk.number,
        chunk.captured_at_ns,
    )
    return [header + name, chunk.data]


def encode_audio(frame: AudioFrame) -> list[bytes]:
    """Two buffers, as of a frame."""
    header = _SOUND.pack(frame.channels, frame.number, frame.captured_at_ns)
    return [preamble(Kind.SOUND) + header, frame.opus]


def decode_packet(kind: Kind, packet: bytes) -> EncodedFrame | StillChunk | AudioFrame:
    """``kind`` is any but JSON. Raises WorkerLinkError."""
    match kind:
        case Kind.STILL:
            return _decode_chunk(packet)
        case Kind.SOUND:
            return _decode_audio(packet)
        case _:
            return _decode_frame(packet)


def _decode_frame(packet: bytes) -> EncodedFrame:
    rung, codec, flags, source_length, width, height, number, captured = _header(_FRAME, packet)
    start = _PREAMBLE.size + _FRAME.size
    payload = start + source_length
    if rung >= len(RUNGS) or codec >= len(CODECS) or len(packet) <= payload:
        raise WorkerLinkError("link.message", "malformed frame header")
    return EncodedFrame(
        source_id=packet[start:payload].decode("utf-8", "replace"),
        rung=RUNGS[rung],
        codec=CODECS[codec],
        size=Size(width, height),
        number=number,
        captured_at_ns=captured,
        keyframe=bool(flags & 1),
        data=packet[payload:],
    )


def _decode_chunk(packet: bytes) -> StillChunk:
    name_length, index, count, width, height, number, captured = _header(_CHUNK, packet)
    start = _PREAMBLE.size + _CHUNK.size
    payload = start + name_length
    fits = 0 < len(packet) - payload <= MAX_CHUNK_BYTES
    if not (fits and name_length and index < count <= MAX_CHUNKS):
        raise WorkerLinkError("link.message", "malformed chunk of a still")
    return StillChunk(
        id=packet[start:payload].decode("ascii", "replace"),
        index=index,
        count=count,
        size=Size(width, height),
        number=number,
        captured_at_ns=captured,
        data=packet[payload:],
    )


def _decode_audio(packet: bytes) -> AudioFrame:
    channels, number, captured = _header(_SOUND, packet)
    opus = packet[_PREAMBLE.size + _SOUND.size :]
    if channels not in (1, 2) or not opus:
        raise WorkerLinkError("link.message", "malformed sound")
    return AudioFrame(number=number, captured_at_ns=captured, channels=channels, opus=opus)


def _header(layout: struct.Struct, packet: bytes) -> tuple[int, ...]:
    if len(packet) < _PREAMBLE.size + layout.size:
        raise WorkerLinkError("link.truncated", f"a packet of {len(packet)} bytes")
    return layout.unpack_from(packet, _PREAMBLE.size)
