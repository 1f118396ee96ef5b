"""What the live use case needs of the outside: a feed of frames, peers to send them to, an audit.

Adapters (``feed/``, ``webrtc/``, ``store/``, ``signaling/``) implement these; ``streaming.app``
puts them together. Everything here is called on the node's one event loop.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from streaming.domain.errors import BadInput
from streaming.domain.frame import AudioFrame, Codec, EncodedFrame, Rung, Still
from streaming.domain.session import Role, Seat
from streaming.protocol.messages import ClientMessage, ServerMessage
from streaming.protocol.worker_link import Alarm, Health, ProfileConfirmed
from streaming.relay.camera import CameraSink
from streaming.relay.film import FilmPacket
from streaming.relay.lane import LanePacket, VoicePacket
from streaming.relay.packets import PacketisedFrame


@dataclass(frozen=True, slots=True)
class Anchor:
    """RTP timestamp ``rtp_timestamp`` (90 kHz) of ``ssrc`` is ``captured_at_ns``."""

    ssrc: int
    rtp_timestamp: int
    captured_at_ns: int


class SdpError(BadInput):
    """A session description that can't be used: too large, malformed, or nothing in common."""


class VideoSender(Protocol):
    """One viewer's outgoing scanner video. Exists once the peer is connected."""

    @property
    def codec(self) -> Codec: ...

    @property
    def anchor(self) -> Anchor | None:
        """None until the first frame was sent."""

    def send(self, frame: PacketisedFrame) -> bool:
        """Stamp, protect and send every packet of ``frame`` now.

        False when the socket would block: some of the frame may be lost to this viewer, who then
        needs a key frame. Never blocks, never queues, never raises for what a viewer did.
        """


@dataclass(frozen=True, slots=True)
class PeerPlan:
    """What a connection may carry, for good: what it may not is neither offered nor taken.

    ``sees`` pictures, ``hears`` the others and, when asked for, the scanner; ``speaks`` with a
    microphone; ``films`` the probe hand.
    """

    speaks: bool
    films: bool
    hears: bool
    sees: bool = True


WATCHING = PeerPlan(speaks=False, films=False, hears=False)

PLAN_OF_ROLE: Mapping[Role, PeerPlan] = {
    Role.OPERATOR: PeerPlan(speaks=True, films=True, hears=True),
    Role.EXPERT: PeerPlan(speaks=True, films=False, hears=True),
    Role.OBSERVER: PeerPlan(speaks=False, films=False, hears=True),
    Role.CAMERA: PeerPlan(speaks=False, films=True, hears=False, sees=False),
}


class PeerEvents(Protocol):
    """What a peer tells its room; called on the event loop, never concurrently."""

    def connected(self, sender: VideoSender | None) -> None:
        """None when the peer's plan doesn't let it see."""

    def keyframe_wanted(self) -> None:
        """A PLI or FIR arrived, or the viewer roamed."""

    def voice(self, packet: VoicePacket) -> None:
        """From this peer's microphone; only if its plan lets it speak."""

    def film(self, packet: FilmPacket) -> None:
        """From this peer's camera, as it came; only if its plan lets it film."""

    def camera_keyframe_wanted(self) -> None:
        """Of the room's probe camera, as ``keyframe_wanted`` of the scanner."""

    def closed(self, code: str, detail: str) -> None:
        """Called exactly once, also after ``Peer.close``."""


class Peer(Protocol):
    """One participant's connection. ``id`` is random and appears in logs."""

    @property
    def id(self) -> str: ...

    async def create_offer(self) -> str:
        """The node's SDP offer; every m-line is pre-negotiated."""

    async def accept_answer(self, sdp: str) -> None:
        """Raises SdpError; the peer is then closed."""

    async def answer_offer(self, sdp: str) -> str:
        """For WHEP, where the viewer offers. Raises SdpError; the peer is then closed."""

    def send_voice(self, packet: LanePacket) -> None:
        """One lane's next packet, to who hears. Never blocks, never raises; what finds no room in
        the socket is lost."""

    def send_doppler(self, frame: AudioFrame) -> None:
        """The scanner's own sound, likewise."""

    @property
    def camera(self) -> CameraSink | None:
        """Where the room's probe camera is sent, to who sees it; there once it is connected."""

    def request_film_keyframe(self) -> None:
        """Ask this peer's own camera for a key frame; nothing happens if it doesn't film."""

    def stats(self) -> Mapping[str, float]:
        """Of the scanner's picture ``packets``, ``bytes``, ``nacks``, ``retransmitted``, ``plis``,
        ``rtt_ms``, ``lost``; packets of voices ``voice_in``, ``voice_out``; and ``refused``, those
        that nobody agreed to."""

    def close(self) -> None:
        """Idempotent and at once: ``closed`` is called before this returns."""


class PeerFactory(Protocol):
    def create_peer(self, events: PeerEvents, plan: PeerPlan = WATCHING) -> Peer: ...


class FeedEvents(Protocol):
    """What a feed tells its room."""

    def frame(self, frame: EncodedFrame) -> None: ...

    def audio(self, frame: AudioFrame) -> None:
        """The scanner's own sound; only between ``set_audio(on=True)`` and ``on=False``."""

    def health(self, health: Health) -> None: ...

    def no_signal(self, since_ns: int, code: str, detail: str) -> None:
        """No picture for too long, or the worker is gone; slates until ``frame`` comes again."""

    def alarm(self, alarm: Alarm) -> None: ...

    def profile_confirmed(self, message: ProfileConfirmed) -> None: ...

    def setup_ready(self, url: str) -> None: ...


class Feed(Protocol):
    """One source, kept alive: a worker process that is replaced when it dies or hangs."""

    def request_idr(self, rung: Rung) -> None: ...

    def set_rung(self, rung: Rung, *, on: bool) -> None: ...

    def set_audio(self, *, on: bool) -> None:
        """Whether anybody listens to the scanner's own sound. Where the room's settings don't
        allow it, or the source has none, no ``audio`` comes all the same."""

    async def still(self, captured_at_ns: int) -> Still:
        """Exactly the masked picture that was captured then, without loss.

        Raises:
            SonopairError: ``still.too_old``, ``still.unknown``, ``still.broken``; to be tried
                again ``still.busy``, ``still.timeout`` and ``still.lost`` (the worker is gone).
        """

    def allow_text(self, text_id: int) -> None:
        """Show a text that is covered; for one that isn't (any more) nothing."""

    def override_watch(self) -> None:
        """Show the picture though nothing looks for text in it; unless that is so, nothing."""

    def open_setup(self) -> None: ...

    async def close(self) -> None: ...


class AuditSink(Protocol):
    def record(self, event: str, **facts: str | int | float | bool) -> None:
        """Append one event. Never an identity, an IP address or free text of a person."""


class ConfirmationSink(Protocol):
    def confirmed(self, source_id: str, *, toml: str, sha256: str) -> None:
        """Keep a profile that a person confirmed at the capturing machine, for later starts."""


class Client(Protocol):
    """One participant's open WebSocket."""

    def send(self, message: ServerMessage) -> None:
        """Queue and return at once; a client that can't keep up is closed, never waited for."""

    def send_passing(self, message: ServerMessage, *, key: str = "") -> bool:
        """Something that is worth nothing later. With a ``key`` only the newest of its kind is
        sent, as soon as nothing else waits; without, it is dropped (False) unless it can leave
        about now."""

    def close(self, code: str) -> None: ...


class LiveRoomPort(Protocol):
    """What signaling needs of a room (implemented by ``workflow.live.room.LiveRoom``)."""

    @property
    def name(self) -> str: ...

    def attach(self, seat: Seat, client: Client) -> None:
        """Greets (welcome, session.state, source.state); an older client of the seat is replaced
        (it gets ``replaced`` and is closed)."""

    def detach(self, seat_id: str, client: Client) -> None: ...

    @property
    def seat_ids(self) -> frozenset[str]:
        """Seats with a socket or with media."""

    def remove(self, seat_id: str) -> None:
        """A revoked seat: its socket and its media end now. Nothing happens if it isn't here."""

    async def handle(self, seat_id: str, message: ClientMessage) -> None:
        """Any message but ``hello``. Raises SonopairError, which the client gets as ``error``."""

    async def whep_offer(self, sdp: str) -> tuple[str, str]:
        """Admit a stranger's player: (resource id, SDP answer). Raises SonopairError."""

    async def whep_end(self, resource_id: str) -> bool:
        """False when there is no such player (any more)."""

    def end_players(self, *, older_than_s: float = 0) -> int:
        """End the players that started at least that long ago; how many there were."""

    def figures(self) -> Mapping[str, float]:
        """For /metrics, by name: what the room, its viewers and its source do now."""
