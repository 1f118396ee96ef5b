"""A viewer that isn't a browser: aiortc's own peer connection, decoding what it gets."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise

import numpy as np
from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import VideoFrame

from tests.webrtc.stage import LIMIT_S, Room, number_of


def with_candidates_everywhere(offer: str) -> str:
    """aiortc takes those of the last line of a bundle; the offer has them in the first one."""
    candidates = "".join(re.findall(r"a=candidate:.*\r\n", offer)) + "a=end-of-candidates\r\n"
    session, first, *others = re.split(r"(?m)^(?=m=)", offer)
    return session + first + "".join(other + candidates for other in others)


class Viewer:
    """``numbers`` are those of the pictures it decoded, modulo 256."""

    def __init__(self) -> None:
        self.connection = RTCPeerConnection()
        self.numbers: list[int] = []
        self._shown = asyncio.Event()
        self._track: asyncio.Future[MediaStreamTrack] = asyncio.get_running_loop().create_future()
        self.connection.on("track", self._take_first)

    def _take_first(self, track: MediaStreamTrack) -> None:
        """The scanner's; the room's second picture and voices come after it."""
        if not self._track.done():
            self._track.set_result(track)

    async def answer(self, offer: str) -> str:
        everywhere = with_candidates_everywhere(offer)
        await self.connection.setRemoteDescription(RTCSessionDescription(everywhere, "offer"))
        await self.connection.setLocalDescription(await self.connection.createAnswer())
        return self.connection.localDescription.sdp

    async def offer(self) -> str:
        self.connection.addTransceiver("video", direction="recvonly")
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return self.connection.localDescription.sdp

    async def take(self, answer: str) -> None:
        await self.connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))

    async def watch(self) -> None:
        track = await self._track
        try:
            while True:
                frame = await track.recv()
                assert isinstance(frame, VideoFrame)
                luma = np.asarray(frame.to_ndarray(format="gray"), np.uint8)
                self.numbers.append(number_of(luma))
                self._shown.set()
        except MediaStreamError:
            return

    async def until_shown(self, count: int) -> None:
        """``count`` more pictures."""
        goal = len(self.numbers) + count
        async with asyncio.timeout(LIMIT_S):
            while len(self.numbers) < goal:
                self._shown.clear()
                await self._shown.wait()


@asynccontextmanager
async def viewer() -> AsyncIterator[Viewer]:
    watching = Viewer()
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(watching.watch())
        try:
            yield watching
        finally:
            task.cancel()
            await watching.connection.close()


async def join(room: Room, watching: Viewer) -> None:
    """The node offers, as in a room."""
    await room.peer.accept_answer(await watching.answer(await room.peer.create_offer()))
    await room.until_connected()


def are_consecutive(numbers: list[int]) -> bool:
    return all((after - before) % 256 == 1 for before, after in pairwise(numbers))
