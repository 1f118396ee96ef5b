"""A room whose every state a test sets by hand, with real media behind it."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping

from streaming.domain.errors import NotAllowed
from streaming.domain.session import Role, Seat
from streaming.protocol.messages import (
    ClientMessage,
    ClockPing,
    ClockPong,
    MediaAnchor,
    MediaAnswer,
    MediaFailed,
    MediaOffer,
    MediaWant,
    Participant,
    Replaced,
    ServerMessage,
    SessionEnd,
    SessionRestart,
    SessionState,
    SetupOpen,
    SetupReady,
    SourceState,
    Welcome,
)
from streaming.relay.film import FilmPacket
from streaming.relay.lane import VoicePacket
from streaming.relay.packets import PacketisedFrame
from streaming.workflow.live.ports import Client, Peer, PeerFactory, VideoSender
from tests.web_client.consult import CannedConsult
from tests.web_client.pictures import Pictures

LIVE_SOURCE = SourceState(
    source="live",
    since_ns=0,
    mask="confirmed",
    profile="Demo scanner",
    width=1280,
    height=720,
    fps=30,
    encoder="libx264",
    bitrate_bps=4_000_000,
)
OTHERS = (
    Participant(id="op", role=Role.OPERATOR, name="Operator", present=True),
    Participant(id="ito", role=Role.EXPERT, name="Dr. Ito", present=True),
    Participant(id="ob1", role=Role.OBSERVER, name="Student 1", present=True),
    Participant(id="ob2", role=Role.OBSERVER, name="Student 2", present=False),
)


class CannedRoom:
    """Implements ``LiveRoomPort``. ``late_ms`` makes every picture look that much older.

    ``also`` is told to whoever comes, after the states. In the ``lobby`` one is told no more than
    that there is a session.
    """

    name = "demo"

    def __init__(self, peers: PeerFactory) -> None:
        self._peers = peers
        self._loop = asyncio.get_running_loop()
        self._clients: dict[str, tuple[Seat, Client]] = {}
        self._lines: dict[str, _Line] = {}
        self.pictures = Pictures(self._from_thread)
        self.consult = CannedConsult(self._clients)
        self.received: list[ClientMessage] = []
        self.heard = asyncio.Event()
        self.server = "run-1"
        self.late_ms = 0
        self.setup_link: Callable[[], Awaitable[str]] | None = None
        self.source = LIVE_SOURCE
        self.session = SessionState(state="live", participants=list(OTHERS), attended=True)
        self.also: list[ServerMessage] = []
        self.lobby = False

    # ---- what a test does ------------------------------------------------------------------

    def show(self, *, source: Mapping[str, object] | None = None, state: str | None = None) -> None:
        """Changes what everybody is told. ``source`` overrides fields of a live source."""
        if source is not None:
            self.source = SourceState.model_validate({**LIVE_SOURCE.model_dump(), **source})
        if state is not None:
            self.session = SessionState.model_validate(
                {**self.session.model_dump(), "state": state}
            )
        for _, client in self._clients.values():
            client.send(self.session)
            client.send(self.source)

    def gather(self, *people: Participant, players: int = 0) -> None:
        """Changes who is here, besides the page's own seat."""
        knows = {Role.OPERATOR, Role.EXPERT}
        attended = any(p.present and p.admitted and p.role in knows for p in people)
        here = {"participants": list(people), "players": players, "attended": attended}
        self.session = self.session.model_copy(update=here)
        self.say(self.session)

    def say(self, message: ServerMessage) -> None:
        for _, client in self._clients.values():
            client.send(message)

    def drop_sockets(self) -> None:
        for _, client in tuple(self._clients.values()):
            client.close("server.stopping")

    def peer_ids(self) -> list[str]:
        return [line.peer.id for line in self._lines.values()]

    async def fail_media(self, *, retry: bool) -> None:
        for seat_id, line in tuple(self._lines.items()):
            del self._lines[seat_id]
            line.peer.close()
            _, client = self._clients[seat_id]
            client.send(
                MediaFailed(
                    peer=line.peer.id, code="peer.silent", message="The line broke.", retry=retry
                )
            )

    async def close(self) -> None:
        for line in tuple(self._lines.values()):
            line.peer.close()

    # ---- LiveRoomPort ----------------------------------------------------------------------

    @property
    def seat_ids(self) -> frozenset[str]:
        return frozenset(self._clients)

    def attach(self, seat: Seat, client: Client) -> None:
        if seat.id in self._clients:
            _, older = self._clients[seat.id]
            older.send(Replaced())
            older.close("replaced")
        self._clients[seat.id] = seat, client
        welcome = Welcome(
            participant=seat.id,
            role=seat.role,
            room=self.name,
            server=self.server,
            admitted=not self.lobby,
        )
        client.send(welcome)
        if self.lobby:
            client.send(self.session.model_copy(update={"participants": []}))
            return
        client.send(self.session)
        client.send(self.source)
        self.consult.attach(seat, client)
        for message in self.also:
            client.send(message)

    def detach(self, seat_id: str, client: Client) -> None:
        if seat_id in self._clients and self._clients[seat_id][1] is client:
            del self._clients[seat_id]

    def remove(self, seat_id: str) -> None:
        if seat_id in self._clients:
            self._clients.pop(seat_id)[1].close("seat.revoked")

    async def handle(self, seat_id: str, message: ClientMessage) -> None:
        self.received.append(message)
        self.heard.set()
        seat, client = self._clients[seat_id]
        self.consult.handle(seat, client, message)
        match message:
            case ClockPing(client_ms=client_ms):
                now_ns = time.monotonic_ns() + self.late_ms * 1_000_000
                client.send(ClockPong(client_ms=client_ms, server_ns=now_ns))
            case MediaWant():
                await self._offer(seat_id, client)
            case MediaAnswer(peer=peer_id, sdp=sdp):
                line = self._lines.get(seat_id)
                if line is not None and line.peer.id == peer_id:
                    await line.peer.accept_answer(sdp)
            case SetupOpen():
                if self.setup_link is None:
                    raise NotAllowed(
                        "setup.unavailable",
                        "The capture worker doesn't answer.",
                        fix="try again in a moment",
                    )
                client.send(SetupReady(url=await self.setup_link()))
            case SessionEnd():
                self.show(state="ended")
            case SessionRestart():
                self.show(state="live")

    async def whep_offer(self, sdp: str) -> tuple[str, str]:
        raise NotImplementedError

    async def whep_end(self, resource_id: str) -> bool:
        return False

    def end_players(self, *, older_than_s: float = 0) -> int:
        return 0

    def figures(self) -> Mapping[str, float]:
        return {}

    # ---- media -----------------------------------------------------------------------------

    async def _offer(self, seat_id: str, client: Client) -> None:
        older = self._lines.pop(seat_id, None)
        if older is not None:
            older.peer.close()
        line = _Line(self.pictures, client)
        line.peer = self._peers.create_peer(line)
        self._lines[seat_id] = line
        client.send(MediaOffer(peer=line.peer.id, sdp=await line.peer.create_offer()))

    def _from_thread(self, frame: PacketisedFrame) -> None:
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._deliver, frame)

    def _deliver(self, frame: PacketisedFrame) -> None:
        for line in self._lines.values():
            line.deliver(frame)


class _Line:
    """One participant's peer. Implements ``PeerEvents``."""

    peer: Peer

    def __init__(self, pictures: Pictures, client: Client) -> None:
        self._pictures = pictures
        self._client = client
        self._sender: VideoSender | None = None
        self._started = False

    def connected(self, sender: VideoSender | None) -> None:
        self._sender = sender
        self._pictures.request_keyframe()

    def keyframe_wanted(self) -> None:
        self._pictures.request_keyframe()

    def voice(self, packet: VoicePacket) -> None:
        """Nobody else is here."""

    def film(self, packet: FilmPacket) -> None:
        """Nobody else is here."""

    def camera_keyframe_wanted(self) -> None:
        """No camera is forwarded."""

    def closed(self, code: str, detail: str) -> None:
        self._sender = None

    def deliver(self, frame: PacketisedFrame) -> None:
        if self._sender is None or not (self._started or frame.keyframe):
            return
        self._sender.send(frame)
        anchor = self._sender.anchor
        if not self._started and anchor is not None:
            self._started = True
            self._client.send(
                MediaAnchor(
                    peer=self.peer.id,
                    ssrc=anchor.ssrc,
                    rtp_timestamp=anchor.rtp_timestamp,
                    captured_at_ns=anchor.captured_at_ns,
                )
            )
