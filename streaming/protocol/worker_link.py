"""The contract between the node and a capture worker: one message per packet, versioned.

Locally the link is a SOCK_SEQPACKET pair, so a message arrives whole or not at all. A frame has a
binary header followed by the encoded bytes; everything else is JSON behind the same four-byte
preamble. The worker speaks first (``Ready``), the node answers ``Start`` when it wants the source
opened: until then the worker is a warm spare. docs/worker-link.md is the specification.

Preamble, network byte order::

    0   2   magic b"SP"
    2   1   version (1)
    3   1   kind: 1 frame, 2 JSON

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
"""

import struct
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from streaming.domain.errors import BadInput
from streaming.domain.frame import Codec, EncodedFrame, Rung, Size

VERSION = 1
MAGIC = b"SP"
RUNGS = (Rung.LIVE, Rung.LIVE_VP8, Rung.ARCHIVE, Rung.SLATE)
CODECS = (Codec.H264, Codec.VP8)

_PREAMBLE = struct.Struct("!2sBB")
_FRAME = struct.Struct("!BBBBHHQQ")
_KIND_FRAME, _KIND_JSON = 1, 2


class WorkerLinkError(BadInput):
    """The other end of the link sent something that isn't this version of the contract."""


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


# ---- up: worker to node ----------------------------------------------------------------------


class Ready(_Message):
    """Sent once, before anything else: imports are done, no source is open yet."""

    type: Literal["ready"] = "ready"
    pid: int


class Health(_Message):
    """Sent every 250 ms and at once when ``source`` or ``mask`` changes.

    ``since_ns`` is the monotonic time at which ``source`` took its value (for ``frozen``, when the
    picture last changed; for ``lost``, when the last picture arrived). ``code`` and ``detail`` say
    why, for a person; they never hold text read from the picture.
    """

    type: Literal["health"] = "health"
    source: Literal["starting", "live", "frozen", "lost"]
    since_ns: int
    code: str = ""
    detail: str = ""
    mask: Literal["confirmed", "black"]
    mask_code: str = ""
    mask_detail: str = ""
    profile: str = ""
    width: int = 0
    height: int = 0
    fps: float = 0.0
    encoder: str = ""
    bitrate_bps: int = 0
    dropped: int = 0
    cpu_cores: float = 0.0
    rss_bytes: int = 0


class Alarm(_Message):
    """Something that belongs in the audit trail (mask went black, encoder fell back)."""

    type: Literal["alarm"] = "alarm"
    code: str
    detail: str
    at_ns: int


class SetupReady(_Message):
    """The answer to ``OpenSetup``: a loopback address with a one-use token in its fragment."""

    type: Literal["setup_ready"] = "setup_ready"
    url: str


class ProfileConfirmed(_Message):
    """A person at the capturing machine confirmed a profile, which is in force from now on."""

    type: Literal["profile_confirmed"] = "profile_confirmed"
    toml: str
    sha256: str
    at_ns: int


class Failed(_Message):
    """The source can't be opened or decoded at all; the worker ends after this."""

    type: Literal["failed"] = "failed"
    code: str
    detail: str
    fix: str = ""
    retry: bool = False


# ---- down: node to worker --------------------------------------------------------------------


class Start(_Message):
    """Open ``spec``. ``profile_toml`` is a confirmed profile, or None: everything stays black."""

    type: Literal["start"] = "start"
    source_id: str
    spec: str
    profile_toml: str | None = None
    live_bitrate_bps: int = Field(default=4_000_000, ge=100_000, le=50_000_000)
    encoder: str = "auto"
    rungs: tuple[Rung, ...] = (Rung.LIVE,)


class RequestIdr(_Message):
    type: Literal["idr"] = "idr"
    rung: Rung = Rung.LIVE


class SetBitrate(_Message):
    type: Literal["bitrate"] = "bitrate"
    rung: Rung = Rung.LIVE
    bitrate_bps: int = Field(ge=100_000, le=50_000_000)


class SetRung(_Message):
    type: Literal["rung"] = "rung"
    rung: Rung
    on: bool


class SetProfile(_Message):
    """Replace the confirmed profile; None withdraws it (the picture goes black)."""

    type: Literal["profile"] = "profile"
    profile_toml: str | None


class OpenSetup(_Message):
    type: Literal["open_setup"] = "open_setup"


class Stop(_Message):
    type: Literal["stop"] = "stop"


Up = Ready | Health | Alarm | SetupReady | ProfileConfirmed | Failed
Down = Start | RequestIdr | SetBitrate | SetRung | SetProfile | OpenSetup | Stop

_JSON: TypeAdapter[Up | Down] = TypeAdapter(Annotated[Up | Down, Field(discriminator="type")])


def encode_message(message: Up | Down) -> bytes:
    return _PREAMBLE.pack(MAGIC, VERSION, _KIND_JSON) + message.model_dump_json().encode()


def encode_frame(frame: EncodedFrame) -> list[bytes]:
    """Header and payload as two buffers for ``sendmsg``, so that the payload isn't copied."""
    source = frame.source_id.encode()
    header = _PREAMBLE.pack(MAGIC, VERSION, _KIND_FRAME) + _FRAME.pack(
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


def decode(packet: bytes) -> EncodedFrame | Up | Down:
    """One packet of the link.

    Raises:
        WorkerLinkError: ``link.magic``, ``link.version``, ``link.truncated`` or ``link.message``.
    """
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
    if kind == _KIND_FRAME:
        return _decode_frame(packet)
    try:
        return _JSON.validate_json(packet[_PREAMBLE.size :])
    except ValidationError as error:
        raise WorkerLinkError("link.message", "unknown or malformed message") from error


def _decode_frame(packet: bytes) -> EncodedFrame:
    start = _PREAMBLE.size + _FRAME.size
    if len(packet) < start:
        raise WorkerLinkError("link.truncated", f"a frame of {len(packet)} bytes")
    rung, codec, flags, source_length, width, height, number, captured = _FRAME.unpack_from(
        packet, _PREAMBLE.size
    )
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
