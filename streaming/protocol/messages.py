"""What a browser and the node say to each other on the WebSocket, version 1.

Every message is one JSON object with a ``type``. Unknown types and extra fields are refused with
``error``; the socket stays open until a client has sent too many of them. docs/protocol.md is the
specification; the JSON Schema and the TypeScript types of the web client are generated from here.

Times named ``*_ns`` are integers of nanoseconds in the node's monotonic clock, sent as strings
because they pass 2^53; the client relates them to its own clock by ``clock.ping``.
"""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from streaming.domain.session import Role
from streaming.protocol.consult_messages import (
    BoardClear as BoardClear,
)
from streaming.protocol.consult_messages import (
    ConsentGive as ConsentGive,
)
from streaming.protocol.consult_messages import (
    ConsentWithdraw as ConsentWithdraw,
)
from streaming.protocol.consult_messages import (
    ConsultEvent as ConsultEvent,
)
from streaming.protocol.consult_messages import (
    ConsultState as ConsultState,
)
from streaming.protocol.consult_messages import (
    Freeze as Freeze,
)
from streaming.protocol.consult_messages import (
    LeadGive as LeadGive,
)
from streaming.protocol.consult_messages import (
    MarkAdd as MarkAdd,
)
from streaming.protocol.consult_messages import (
    MarkRemove as MarkRemove,
)
from streaming.protocol.consult_messages import (
    Pointed as Pointed,
)
from streaming.protocol.consult_messages import (
    Pointer as Pointer,
)
from streaming.protocol.consult_messages import (
    ProbeReply as ProbeReply,
)
from streaming.protocol.consult_messages import (
    ProbeSuggest as ProbeSuggest,
)
from streaming.protocol.consult_messages import (
    StillFailed as StillFailed,
)
from streaming.protocol.consult_messages import (
    StillReady as StillReady,
)
from streaming.protocol.consult_messages import (
    Stroke as Stroke,
)
from streaming.protocol.consult_messages import (
    Stroked as Stroked,
)
from streaming.protocol.consult_messages import (
    Unfreeze as Unfreeze,
)
from streaming.protocol.encounter_messages import (
    EncounterState as EncounterState,
)
from streaming.protocol.label_messages import LabelDoubt
from streaming.protocol.lookout_messages import CoveredText, LookoutOverride, TextAllow
from streaming.protocol.people_messages import (
    AudioWant as AudioWant,
)
from streaming.protocol.people_messages import (
    CallAccept as CallAccept,
)
from streaming.protocol.people_messages import (
    CallCancel as CallCancel,
)
from streaming.protocol.people_messages import (
    CallRing as CallRing,
)
from streaming.protocol.people_messages import (
    CallState as CallState,
)
from streaming.protocol.people_messages import (
    CameraNow as CameraNow,
)
from streaming.protocol.people_messages import (
    CameraState as CameraState,
)
from streaming.protocol.people_messages import (
    HandRaise as HandRaise,
)
from streaming.protocol.people_messages import (
    LobbyAdmit as LobbyAdmit,
)
from streaming.protocol.people_messages import (
    Participant as Participant,
)
from streaming.protocol.people_messages import (
    SeatKick as SeatKick,
)
from streaming.protocol.people_messages import (
    SessionSummary as SessionSummary,
)
from streaming.protocol.people_messages import (
    VoiceLanes as VoiceLanes,
)
from streaming.protocol.people_messages import (
    VoiceMute as VoiceMute,
)
from streaming.protocol.people_messages import (
    VoiceMuted as VoiceMuted,
)
from streaming.protocol.people_messages import (
    VoiceSpeaking as VoiceSpeaking,
)
from streaming.protocol.people_messages import (
    VoiceState as VoiceState,
)
from streaming.protocol.wire import Message, Nanoseconds

PROTOCOL_VERSION = 2

# ---- client to server ------------------------------------------------------------------------


class Hello(Message):
    """First message on every socket, within 5 s. ``ticket`` is one-time and lives 30 s."""

    type: Literal["hello"] = "hello"
    protocol: int
    ticket: str = Field(min_length=16, max_length=128)


class MediaWant(Message):
    """Ask for a peer connection (the first, or a new one in the same seat after a failure)."""

    type: Literal["media.want"] = "media.want"


class MediaAnswer(Message):
    """The browser's SDP answer to the ``media.offer`` with the same ``peer``."""

    type: Literal["media.answer"] = "media.answer"
    peer: str = Field(max_length=64)
    sdp: str = Field(max_length=65_536)


class ClockPing(Message):
    """``client_ms`` is ``performance.now()`` at sending; it comes back untouched."""

    type: Literal["clock.ping"] = "clock.ping"
    client_ms: float


class MediaReport(Message):
    """Once a second: how old the shown picture is, as the viewer sees it."""

    type: Literal["media.report"] = "media.report"
    behind_ms: float | None = Field(default=None, ge=-1_000, le=3_600_000)
    fps: float = Field(ge=0, le=1_000)
    largest_gap_ms: float = Field(ge=0, le=3_600_000)
    lost: int = Field(default=0, ge=0)
    rtt_ms: float | None = Field(default=None, ge=0)


class SetupOpen(Message):
    """Operator only: open the worker's set-up page, which answers as ``setup.ready``."""

    type: Literal["setup.open"] = "setup.open"


class SessionEnd(Message):
    """Operator only: end the session for everybody."""

    type: Literal["session.end"] = "session.end"


class SessionRestart(Message):
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
    | SessionRestart
    | TextAllow
    | LookoutOverride
    | Pointer
    | Stroke
    | MarkAdd
    | MarkRemove
    | BoardClear
    | Freeze
    | Unfreeze
    | ProbeSuggest
    | ProbeReply
    | ConsentGive
    | ConsentWithdraw
    | LeadGive
    | VoiceState
    | VoiceMute
    | CameraState
    | AudioWant
    | HandRaise
    | LobbyAdmit
    | SeatKick
    | CallRing
    | CallCancel
    | CallAccept,
    Field(discriminator="type"),
]

# ---- server to client ------------------------------------------------------------------------


class Welcome(Message):
    type: Literal["welcome"] = "welcome"
    protocol: int = PROTOCOL_VERSION
    participant: str
    role: Role
    room: str
    server: str
    """Identifies this run of the node: another value after a reconnect means it restarted."""
    admitted: bool = True
    """In the lobby nothing but ``session.state`` follows, until one is admitted: then again
    ``welcome`` and all that comes after it."""


class SessionState(Message):
    """Sent after ``welcome`` and whenever it changes."""

    type: Literal["session.state"] = "session.state"
    state: Literal["waiting", "live", "interrupted", "ended"]
    participants: list[Participant]
    players: int = 0
    """Programs that show the picture by WHEP: they have no seat, but they see."""
    attended: bool = False
    """An operator or an expert is in the room: somebody hears a knock."""


class SourceState(Message):
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
    mm_per_pixel: float | None = None
    """Of the captured picture, ``width`` pixels wide; without it a caliper shows no millimetres."""
    audio: bool = False
    """The scanner's own sound can be listened to (``audio.want``)."""
    watch: Literal["off", "on", "late", "blind", "overridden"] = "off"
    """Whether something looks for text in the picture: ``late`` hasn't for 3 s, ``blind`` for
    15 s (the mask is black by ``mask.unwatched``); ``overridden`` shows it all the same."""
    texts: list[CoveredText] = Field(default=[])
    """What was found and is covered."""


class MediaOffer(Message):
    type: Literal["media.offer"] = "media.offer"
    peer: str
    sdp: str


class MediaAnchor(Message):
    """RTP timestamp ``rtp_timestamp`` of ``ssrc`` is the picture captured at ``captured_at_ns``.

    90 kHz; the client unwraps 32 bits. Sent when media starts and whenever the relation changes.
    """

    type: Literal["media.anchor"] = "media.anchor"
    peer: str
    ssrc: int
    rtp_timestamp: int
    captured_at_ns: Nanoseconds


class MediaFailed(Message):
    """The peer connection is gone; ``media.want`` asks for a new one."""

    type: Literal["media.failed"] = "media.failed"
    peer: str
    code: str
    message: str
    retry: bool


class ClockPong(Message):
    type: Literal["clock.pong"] = "clock.pong"
    client_ms: float
    server_ns: Nanoseconds


class SetupReady(Message):
    type: Literal["setup.ready"] = "setup.ready"
    url: str


class Replaced(Message):
    """The same seat connected from another tab or device; this socket closes after it."""

    type: Literal["replaced"] = "replaced"


class Error(Message):
    """``code`` is stable; ``message`` is for a person; ``retry``: the same may succeed later.
    ``id`` names the kept message that was refused, and is empty for any other."""

    type: Literal["error"] = "error"
    code: str
    message: str
    retry: bool = False
    fix: str = ""
    id: str = ""


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
    | Pointed
    | Stroked
    | ConsultState
    | ConsultEvent
    | StillReady
    | StillFailed
    | VoiceLanes
    | VoiceSpeaking
    | VoiceMuted
    | CameraNow
    | CallState
    | EncounterState
    | LabelDoubt
    | SessionSummary
    | Error,
    Field(discriminator="type"),
]

CLIENT_MESSAGE: TypeAdapter[ClientMessage] = TypeAdapter(ClientMessage)
SERVER_MESSAGE: TypeAdapter[ServerMessage] = TypeAdapter(ServerMessage)
