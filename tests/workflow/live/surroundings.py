"""A room's surroundings at its ports: no socket, no process."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from streaming.domain.frame import AudioFrame, Codec, EncodedFrame, Rung, Size, Still
from streaming.domain.session import Role, Seat
from streaming.protocol import messages as wire
from streaming.relay.film_line import CameraPacket
from streaming.relay.lane import LanePacket
from streaming.relay.packets import PacketisedFrame
from streaming.workflow.live.ports import WATCHING, Anchor, PeerEvents, PeerPlan, SdpError
from streaming.workflow.live.room import LiveRoom

T = TypeVar("T")

OPERATOR = Seat("op", "r", Role.OPERATOR, "Operator")
EXPERT = Seat("ex", "r", Role.EXPERT, "Expert")


@dataclass(eq=False)
class FakeSender:
    codec: Codec = Codec.H264
    anchor: Anchor | None = None
    frames: list[PacketisedFrame] = field(default_factory=list)

    def send(self, frame: PacketisedFrame) -> bool:
        self.frames.append(frame)
        self.anchor = self.anchor or Anchor(7, 1000, frame.captured_at_ns)
        return True


@dataclass(eq=False)
class FakeCameraSink:
    """``takes`` only ``codecs``."""

    codecs: tuple[Codec, ...] = tuple(Codec)
    packets: list[CameraPacket] = field(default_factory=list)

    def takes(self, codec: Codec) -> bool:
        return codec in self.codecs

    def restart(self) -> None: ...

    def send(self, packet: CameraPacket) -> None:
        self.packets.append(packet)


@dataclass(eq=False)
class FakePeer:
    id: str
    events: PeerEvents
    plan: PeerPlan = WATCHING
    sender: FakeSender = field(default_factory=FakeSender)
    heard: list[LanePacket | AudioFrame] = field(default_factory=list)
    is_closed: bool = False
    sink: FakeCameraSink = field(default_factory=FakeCameraSink)
    film_keyframes: int = 0

    async def create_offer(self) -> str:
        return "offer"

    async def accept_answer(self, sdp: str) -> None:
        if sdp == "bad":
            self.close()
            raise SdpError("sdp.malformed", "That isn't SDP.")
        self.events.connected(self.sender if self.plan.sees else None)

    async def answer_offer(self, sdp: str) -> str:
        await self.accept_answer(sdp)
        return "answer"

    def send_voice(self, packet: LanePacket) -> None:
        self.heard.append(packet)

    def send_doppler(self, frame: AudioFrame) -> None:
        self.heard.append(frame)

    @property
    def camera(self) -> FakeCameraSink | None:
        return self.sink if self.plan.sees else None

    def request_film_keyframe(self) -> None:
        self.film_keyframes += 1

    def stats(self) -> Mapping[str, float]:
        return {}

    def close(self) -> None:
        if not self.is_closed:
            self.is_closed = True
            self.events.closed("peer.closed", "closed")


@dataclass
class FakeNode:
    """Peers, audit, confirmations and feed in one, keeping what they were asked."""

    peers: list[FakePeer] = field(default_factory=list)
    audit: list[str] = field(default_factory=list)
    profiles: list[str] = field(default_factory=list)
    asked: list[object] = field(default_factory=list)
    number: int = 0
    now_ns: int = 1_000_000_000

    def clock_ns(self) -> int:
        self.now_ns += 1_000_000
        return self.now_ns

    def skip_s(self, seconds: int) -> None:
        self.now_ns += seconds * 1_000_000_000

    def create_peer(self, events: PeerEvents, plan: PeerPlan = WATCHING) -> FakePeer:
        self.peers.append(FakePeer(f"p{len(self.peers)}", events, plan))
        return self.peers[-1]

    def record(self, event: str, **facts: str | int | float | bool) -> None:
        self.audit.append(event)

    def confirmed(self, source_id: str, *, toml: str, sha256: str) -> None:
        self.profiles.append(sha256)

    def request_idr(self, rung: Rung) -> None:
        self.asked.append(rung)

    def set_rung(self, rung: Rung, *, on: bool) -> None:
        self.asked.append((rung, on))

    def set_audio(self, *, on: bool) -> None:
        self.asked.append(("audio", on))

    async def still(self, captured_at_ns: int) -> Still:
        self.asked.append(("still", captured_at_ns))
        return Still(Size(64, 64), self.number, captured_at_ns, b"\x89PNG")

    def allow_text(self, text_id: int) -> None:
        self.asked.append(f"allow {text_id}")

    def override_watch(self) -> None:
        self.asked.append("override")

    def open_setup(self) -> None:
        self.asked.append("setup")

    async def close(self) -> None: ...

    def frame(self, rung: Rung = Rung.LIVE, codec: Codec = Codec.H264) -> EncodedFrame:
        self.number += 1
        data = b"\x00\x00\x00\x01\x65picture"
        return EncodedFrame("s", rung, codec, Size(64, 64), self.number, self.number, True, data)


@dataclass(eq=False)
class FakeClient:
    messages: list[wire.ServerMessage] = field(default_factory=list)
    closed: str = ""

    def send(self, message: wire.ServerMessage) -> None:
        self.messages.append(message)

    def send_passing(self, message: wire.ServerMessage, *, key: str = "") -> bool:
        self.messages.append(message)
        return True

    def close(self, code: str) -> None:
        self.closed = code

    def last(self, kind: type[T]) -> T:
        return [m for m in self.messages if isinstance(m, kind)][-1]


@asynccontextmanager
async def opened() -> AsyncIterator[tuple[LiveRoom, FakeNode]]:
    node = FakeNode()
    room = LiveRoom(
        "r",
        source_id="s",
        server="run1",
        peers=node,
        audit=node,
        confirmations=node,
        clock_ns=node.clock_ns,
    )
    room.bind(node)
    run = asyncio.create_task(room.run())
    await asyncio.sleep(0)
    try:
        yield room, node
    finally:
        run.cancel()
        await asyncio.gather(run, return_exceptions=True)


async def watch(room: LiveRoom, seat: Seat) -> FakeClient:
    client = FakeClient()
    room.attach(seat, client)
    await room.handle(seat.id, wire.MediaWant())
    offer = client.last(wire.MediaOffer)
    await room.handle(seat.id, wire.MediaAnswer(peer=offer.peer, sdp="fine"))
    return client
