"""What a browser and the node say to each other on the WebSocket, version 1.

Every message is one JSON object with a ``type``. Unknown types and extra fields are refused with
``error``; the socket stays open until a client has sent too many of them. docs/protocol.md is the
specification; the JSON Schema and the TypeScript types of the web client are generated from here.

Times named ``*_ns`` are integers of nanoseconds in the node's monotonic clock, sent as strings
because they pass 2^53; the client relates them to its own clock by ``clock.ping``.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, TypeAdapter

from streaming.domain.session import Role

PROTOCOL_VERSION = 1


def _nanoseconds(value: int) -> str:
    return str(value)


Nanoseconds = Annotated[int, PlainSerializer(_nanoseconds, return_type=str, when_used="json")]


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


# ---- client to server ------------------------------------------------------------------------


class Hello(_Message):
    """First message on every socket, within 5 s. ``ticket`` is one-time and lives 30 s."""

    type: Literal["hello"] = "hello"
    protocol: int
    ticket: str = Field(min_length=16, max_length=128)


class MediaWant(_Message):
    """Ask for a peer connection (the first, or a new one in the same seat after a failure)."""

    type: Literal["media.want"] = "media.want"


class MediaAnswer(_Message):
    """The browser's SDP answer to the ``media.offer`` with the same ``peer``."""

    type: Literal["media.answer"] = "media.answer"
    peer: str = Field(max_length=64)
    sdp: str = Field(max_length=65_536)


class ClockPing(_Message):
    """``client_ms`` is ``performance.now()`` at sending; it comes back untouched."""

    type: Literal["clock.ping"] = "clock.ping"
    client_ms: float


class MediaReport(_Message):
    """Once a second: how old the shown picture is, as the viewer sees it."""

    type: Literal["media.report"] = "media.report"
    behind_ms: float | None = Field(default=None, ge=-1_000, le=3_600_000)
    fps: float = Field(ge=0, le=1_000)
    largest_gap_ms: float = Field(ge=0, le=3_600_000)
    lost: int = Field(default=0, ge=0)
    rtt_ms: float | None = Field(default=None, ge=0)


class SetupOpen(_Message):
    """Operator only: open the worker's set-up page, which answers as ``setup.ready``."""

    type: Literal["setup.open"] = "setup.open"


class SessionEnd(_Message):
    """Operator only: end the session for everybody."""

    type: Literal["session.end"] = "session.end"


class SessionRestart(_Message):
    """Operator only: open a new session in the same room after the last one ended."""

    type: Literal["session.restart"] = "session.restart"


ClientMessage = Annotated[
    Hello
    | MediaWant
    | MediaAnswer
    | ClockPing
    | MediaReport
    | SetupOpen
    | SessionEnd
    | SessionRestart,
    Field(discriminator="type"),
]

# ---- server to client ------------------------------------------------------------------------


class Participant(_Message):
    id: str
    role: Role
    name: str
    present: bool


class Welcome(_Message):
    type: Literal["welcome"] = "welcome"
    protocol: int = PROTOCOL_VERSION
    participant: str
    role: Role
    room: str
    server: str
    """Identifies this run of the node: another value after a reconnect means it restarted."""


class SessionState(_Message):
    """Sent after ``welcome`` and whenever it changes."""

    type: Literal["session.state"] = "session.state"
    state: Literal["waiting", "live", "interrupted", "ended"]
    participants: list[Participant]


class SourceState(_Message):
    """What the scanner's picture is doing; sent after ``welcome`` and whenever it changes.

    ``since_ns`` counts "No signal 0:04" and "Scanner frozen 0:12". With ``mask`` ``black`` the
    reason is in ``mask_code`` and ``mask_detail`` and is shown on the cart.
    """

    type: Literal["source.state"] = "source.state"
    source: Literal["starting", "live", "frozen", "no_signal"]
    since_ns: Nanoseconds
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


class MediaOffer(_Message):
    type: Literal["media.offer"] = "media.offer"
    peer: str
    sdp: str


class MediaAnchor(_Message):
    """RTP timestamp ``rtp_timestamp`` of ``ssrc`` is the picture captured at ``captured_at_ns``.

    90 kHz; the client unwraps 32 bits. Sent when media starts and whenever the relation changes.
    """

    type: Literal["media.anchor"] = "media.anchor"
    peer: str
    ssrc: int
    rtp_timestamp: int
    captured_at_ns: Nanoseconds


class MediaFailed(_Message):
    """The peer connection is gone; ``media.want`` asks for a new one."""

    type: Literal["media.failed"] = "media.failed"
    peer: str
    code: str
    message: str
    retry: bool


class ClockPong(_Message):
    type: Literal["clock.pong"] = "clock.pong"
    client_ms: float
    server_ns: Nanoseconds


class SetupReady(_Message):
    type: Literal["setup.ready"] = "setup.ready"
    url: str


class Replaced(_Message):
    """The same seat connected from another tab or device; this socket closes after it."""

    type: Literal["replaced"] = "replaced"


class Error(_Message):
    """``code`` is stable; ``message`` is for a person; ``retry``: the same may succeed later."""

    type: Literal["error"] = "error"
    code: str
    message: str
    retry: bool = False
    fix: str = ""


ServerMessage = Annotated[
    Welcome
    | SessionState
    | SourceState
    | MediaOffer
    | MediaAnchor
    | MediaFailed
    | ClockPong
    | SetupReady
    | Replaced
    | Error,
    Field(discriminator="type"),
]

CLIENT_MESSAGE: TypeAdapter[ClientMessage] = TypeAdapter(ClientMessage)
SERVER_MESSAGE: TypeAdapter[ServerMessage] = TypeAdapter(ServerMessage)
