"""The contract between the node and a capture worker: one message per packet, versioned.

Locally the link is a SOCK_SEQPACKET pair, so a message arrives whole or not at all. Pictures and
sound have a binary header (``worker_packets``); everything else is JSON behind the same four-byte
preamble. The worker speaks first (``Ready``), the node answers ``Start`` when it wants the source
opened: until then the worker is a warm spare. docs/worker-link.md is the specification.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from streaming.domain.frame import AudioFrame, EncodedFrame, Rung
from streaming.protocol.worker_packets import (
    VERSION,
    Kind,
    StillChunk,
    WorkerLinkError,
    decode_packet,
    encode_audio,
    encode_frame,
    encode_still_chunk,
    kind_of,
    preamble,
)

__all__ = [
    "VERSION",
    "StillChunk",
    "WorkerLinkError",
    "encode_audio",
    "encode_frame",
    "encode_still_chunk",
]


MAX_OTHER_PROFILES = 4


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


# ---- up: worker to node ----------------------------------------------------------------------


class CoveredText(_Message):
    """A text that was found inside the ultrasound region and is blacked out: where, never what.

    Pixels of the picture, half-open as a profile's rectangles.
    """

    id: int
    x0: int
    y0: int
    x1: int
    y1: int


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
    mm_per_pixel: float | None = None
    width: int = 0
    height: int = 0
    fps: float = 0.0
    encoder: str = ""
    bitrate_bps: int = 0
    dropped: int = 0
    cpu_cores: float = 0.0
    rss_bytes: int = 0
    audio: Literal["none", "off", "on"] = "none"
    """``none``: the source has no sound, or it may not be captured; ``off``: nobody listens."""
    watch: Literal["off", "on", "late", "blind", "overridden"] = "off"
    """Whether a look-out for text sees the picture; ``late`` after 3 s of pictures it didn't see,
    ``blind`` after 15 s: everything is black unless it is ``overridden``."""
    texts: tuple[CoveredText, ...] = ()
    lookout_cpu_cores: float = 0.0
    lookout_rss_bytes: int = 0


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


class StillFailed(_Message):
    """The answer to ``RequestStill`` in place of its chunks."""

    type: Literal["still_failed"] = "still_failed"
    id: str
    code: str
    detail: str


class Failed(_Message):
    """The source can't be opened or decoded at all; the worker ends after this."""

    type: Literal["failed"] = "failed"
    code: str
    detail: str
    fix: str = ""
    retry: bool = False


# ---- down: node to worker --------------------------------------------------------------------


class Start(_Message):
    """Open ``spec``. ``profile_toml`` is a confirmed profile, or None: everything stays black.

    ``audio_allowed``: the room's setting; without it no sound is ever read from the source.
    """

    type: Literal["start"] = "start"
    source_id: str
    spec: str
    profile_toml: str | None = None
    other_profiles: tuple[str, ...] = Field(default=(), max_length=MAX_OTHER_PROFILES)
    """Confirmed earlier at this source, newest first: each is for another page or size."""

    live_bitrate_bps: int = Field(default=4_000_000, ge=100_000, le=50_000_000)
    encoder: str = "auto"
    rungs: tuple[Rung, ...] = (Rung.LIVE,)
    audio_allowed: bool = False
    audio_on: bool = False
    lookout: Literal["auto", "on", "off"] = "off"
    """Whether text is looked for inside the regions. ``auto``: if it is installed here."""


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


class RequestStill(_Message):
    """Answered by the chunks of that very picture, or by ``StillFailed``, with the same ``id``."""

    type: Literal["request_still"] = "request_still"
    id: str = Field(min_length=1, max_length=64, pattern=r"^[!-~]+$")
    captured_at_ns: int


class SetAudio(_Message):
    """Somebody listens to the scanner's sound, or nobody does any more."""

    type: Literal["audio"] = "audio"
    on: bool


class AllowText(_Message):
    """A person says that this covered text identifies nobody."""

    type: Literal["allow_text"] = "allow_text"
    id: int


class OverrideWatch(_Message):
    """A person wants the picture though nothing looks for text in it any more."""

    type: Literal["override_watch"] = "override_watch"


class OpenSetup(_Message):
    type: Literal["open_setup"] = "open_setup"


class Stop(_Message):
    type: Literal["stop"] = "stop"


Up = Ready | Health | Alarm | SetupReady | ProfileConfirmed | StillFailed | Failed
Down = (
    Start
    | RequestIdr
    | SetBitrate
    | SetRung
    | SetProfile
    | RequestStill
    | SetAudio
    | AllowText
    | OverrideWatch
    | OpenSetup
    | Stop
)
Packet = EncodedFrame | StillChunk | AudioFrame
"""What goes up in a binary layout of its own."""

_JSON: TypeAdapter[Up | Down] = TypeAdapter(Annotated[Up | Down, Field(discriminator="type")])


def encode_message(message: Up | Down) -> bytes:
    return preamble(Kind.JSON) + message.model_dump_json().encode()


def decode(packet: bytes) -> Packet | Up | Down:
    """One packet of the link.

    Raises:
        WorkerLinkError: ``link.magic``, ``link.version``, ``link.truncated`` or ``link.message``.
    """
    kind = kind_of(packet)
    if kind is not Kind.JSON:
        return decode_packet(kind, packet)
    try:
        return _JSON.validate_json(packet[len(preamble(kind)) :])
    except ValidationError as error:
        raise WorkerLinkError("link.message", "unknown or malformed message") from error
