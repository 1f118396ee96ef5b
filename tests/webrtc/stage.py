"""A picture that says which one it is, really encoded, and a room of one that sends it."""

import asyncio
import fractions
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import av
import numpy as np
from numpy.typing import NDArray

from streaming.domain.frame import Codec, EncodedFrame, Rung, Size
from streaming.relay.film import FilmPacket
from streaming.relay.lane import VoicePacket
from streaming.relay.packetiser import packetise
from streaming.webrtc.peer import MediaPeer
from streaming.webrtc.port import MediaPort
from streaming.workflow.live.ports import WATCHING, PeerPlan, VideoSender

SIZE = Size(320, 240)
BITS, BLOCK = 8, 40
FRAME_S = 1 / 30
LIMIT_S = 20
"""What a loaded machine may need for anything a test waits for."""


def numbered_picture(number: int) -> NDArray[np.uint8]:
    """I420: the number's low 8 bits as black and white blocks on top, noise below."""
    picture = np.full((SIZE.height * 3 // 2, SIZE.width), 128, np.uint8)
    noise = np.random.default_rng(number).integers(60, 190, (120, SIZE.width), dtype=np.uint8)
    picture[80:200] = noise
    for bit in range(BITS):
        picture[:BLOCK, bit * BLOCK : (bit + 1) * BLOCK] = 235 if number >> bit & 1 else 16
    return picture


def number_of(luma: NDArray[np.uint8]) -> int:
    middle = BLOCK // 2
    return sum(int(luma[middle, bit * BLOCK + middle] > 128) << bit for bit in range(BITS))


async def eventually(condition: Callable[[], bool]) -> None:
    """For what tells nobody when it changes, such as the port's counters."""
    async with asyncio.timeout(LIMIT_S):
        while True:
            if condition():
                return
            await asyncio.sleep(0.005)


class Encoder:
    """The live encode in small: constrained baseline or VP8, key frames on demand only."""

    def __init__(self, codec: Codec) -> None:
        h264 = codec is Codec.H264
        self._codec = codec
        context = av.CodecContext.create("libx264" if h264 else "libvpx", "w")
        assert isinstance(context, av.VideoCodecContext)
        context.width, context.height, context.pix_fmt = SIZE.width, SIZE.height, "yuv420p"
        context.time_base = fractions.Fraction(1, 30)
        context.bit_rate = 1_500_000
        context.gop_size = 100_000
        context.options = (
            {"preset": "ultrafast", "tune": "zerolatency", "profile": "baseline", "level": "3.1"}
            if h264
            else {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}
        )
        self._context = context
        self._number = 0

    def encode(self, *, keyframe: bool) -> EncodedFrame:
        picture = av.VideoFrame.from_ndarray(numbered_picture(self._number), format="yuv420p")
        picture.pts = self._number
        if keyframe:
            picture.pict_type = av.video.frame.PictureType.I
        captured_at_ns = time.monotonic_ns()
        (packet,) = self._context.encode(picture)
        self._number += 1
        return EncodedFrame(
            source_id="stage",
            rung=Rung.LIVE if self._codec is Codec.H264 else Rung.LIVE_VP8,
            codec=self._codec,
            size=SIZE,
            number=self._number - 1,
            captured_at_ns=captured_at_ns,
            keyframe=packet.is_keyframe,
            data=bytes(packet),
        )


class Room:
    """Implements ``PeerEvents``: a key frame on connecting and whenever one is wanted."""

    peer: MediaPeer

    def __init__(self) -> None:
        self.sender: VideoSender | None = None
        self.is_connected = False
        self.heard: list[VoicePacket] = []
        self.filmed: list[FilmPacket] = []
        self.keyframes_wanted = 0
        self.ends: list[str] = []
        self.sent = 0
        self.captured_at_ns: dict[int, int] = {}
        self._keyframe_due = True
        self._changed = asyncio.Event()

    def connected(self, sender: VideoSender | None) -> None:
        self.sender = sender
        self.is_connected = True
        self._changed.set()

    def keyframe_wanted(self) -> None:
        self.keyframes_wanted += 1
        self._keyframe_due = True
        self._changed.set()

    def voice(self, packet: VoicePacket) -> None:
        self.heard.append(packet)
        self._changed.set()

    def film(self, packet: FilmPacket) -> None:
        self.filmed.append(packet)
        self._changed.set()

    def camera_keyframe_wanted(self) -> None: ...

    def closed(self, code: str, detail: str) -> None:
        self.ends.append(code)
        self._changed.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(LIMIT_S):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    async def until_connected(self) -> VideoSender:
        await self.until(lambda: self.sender is not None or bool(self.ends))
        assert self.sender is not None, self.ends
        return self.sender

    async def send_pictures(self) -> None:
        """30 a second from the connection on."""
        sender = await self.until_connected()
        encoder = Encoder(sender.codec)
        while not self.ends:
            keyframe, self._keyframe_due = self._keyframe_due, False
            frame = encoder.encode(keyframe=keyframe)
            self.captured_at_ns[frame.number] = frame.captured_at_ns
            sender.send(packetise(frame))
            self.sent += 1
            self._changed.set()
            await asyncio.sleep(FRAME_S)


@asynccontextmanager
async def media_port(host: str = "127.0.0.1") -> AsyncIterator[MediaPort]:
    port = await MediaPort.open(host, 0)
    try:
        yield port
    finally:
        await port.close()


@asynccontextmanager
async def showing(port: MediaPort, plan: PeerPlan = WATCHING) -> AsyncIterator[Room]:
    """A room whose peer gets pictures as soon as it is connected."""
    room = Room()
    room.peer = port.create_peer(room, plan)
    async with asyncio.TaskGroup() as tasks:
        pictures = tasks.create_task(room.send_pictures())
        try:
            yield room
        finally:
            pictures.cancel()
            room.peer.close()
