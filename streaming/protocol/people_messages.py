"""Messages about people and devices: who may come in, who speaks, who films, who is called."""

from typing import Literal

from pydantic import Field

from streaming.domain.session import Role
from streaming.protocol.wire import Message, Nanoseconds, SeatId

LANES = 8

# ---- client to node --------------------------------------------------------------------------


class VoiceState(Message):
    """Sent when one's microphone is opened, closed, muted or unmuted. While ``muted`` the node
    forwards nothing, whatever arrives."""

    type: Literal["voice.state"] = "voice.state"
    microphone: bool
    muted: bool


class VoiceMute(Message):
    """Mute somebody else; only they can unmute themselves."""

    type: Literal["voice.mute"] = "voice.mute"
    participant: SeatId


class CameraState(Message):
    """One starts or stops filming the probe hand. The newest camera is the room's."""

    type: Literal["camera.state"] = "camera.state"
    on: bool


class AudioWant(Message):
    """Whether one wants the scanner's own sound (Doppler); off at first."""

    type: Literal["audio.want"] = "audio.want"
    on: bool


class HandRaise(Message):
    type: Literal["hand.raise"] = "hand.raise"
    raised: bool


class LobbyAdmit(Message):
    type: Literal["lobby.admit"] = "lobby.admit"
    participant: SeatId


class SeatKick(Message):
    """End somebody's seat, in the lobby (refuse) or in the room."""

    type: Literal["seat.kick"] = "seat.kick"
    participant: SeatId


class CallRing(Message):
    """Ring the experts on call, and those who have the room open."""

    type: Literal["call.ring"] = "call.ring"


class CallCancel(Message):
    type: Literal["call.cancel"] = "call.cancel"


class CallAccept(Message):
    """By an expert in the room: the ringing stops everywhere."""

    type: Literal["call.accept"] = "call.accept"


# ---- node to client --------------------------------------------------------------------------


class Participant(Message):
    """``verified``: an account of this site is behind the seat; the others are guests."""

    id: str
    role: Role
    name: str
    present: bool
    admitted: bool = True
    verified: bool = False
    microphone: bool = False
    muted: bool = False
    hand: bool = False


class VoiceLanes(Message):
    """Who is heard in which lane: seat ids in lane order, empty for a free lane."""

    type: Literal["voice.lanes"] = "voice.lanes"
    lanes: list[str] = Field(max_length=LANES)


class VoiceSpeaking(Message):
    """Who speaks now, the one who began last at the end."""

    type: Literal["voice.speaking"] = "voice.speaking"
    participants: list[str]


class VoiceMuted(Message):
    """Somebody muted you."""

    type: Literal["voice.muted"] = "voice.muted"
    by: str


class CameraNow(Message):
    """Whose camera is the room's second view; empty: nobody's."""

    type: Literal["camera.now"] = "camera.now"
    participant: str


class CallState(Message):
    """``since_ns`` is when it took this state. ``by`` rang, or accepted; ``reached`` is how many
    experts on call have their worklist open."""

    type: Literal["call.state"] = "call.state"
    state: Literal["idle", "ringing", "accepted", "unanswered"]
    by: str
    since_ns: Nanoseconds
    reached: int


class Attendance(Message):
    name: str
    role: Role
    seconds: int


class SessionSummary(Message):
    """What was seen and sent, after the session ended. ``frames`` are live pictures that left."""

    type: Literal["session.summary"] = "session.summary"
    seconds: int
    attendance: list[Attendance]
    players: int = 0
    """WHEP players that got the picture."""
    frames: int
    marks: int
    stills: int
    suggestions: int
    profile: str
    consent: str
    """The basis, or empty: nothing could be recorded."""
