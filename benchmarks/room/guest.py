"""A seat without a browser: takes it, keeps its WebSocket and answers the offer with a ``Line``."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from benchmarks.live.dtls import Certificate
from benchmarks.live.receivers import BETWEEN_JOINS_S, JOIN_TIMEOUT_S
from benchmarks.room.line import Line
from streaming.domain.session import Role
from streaming.links import PAGE_OF_ROLE
from streaming.protocol.messages import PROTOCOL_VERSION

Json = dict[str, Any]

_TICK_S = 0.05
_ANSWER_TIMEOUT_S = 10.0
_ROLES = {page: role for role, page in PAGE_OF_ROLE.items()}


class Guest:
    """``enter`` first, then ``attend`` for as long as it is there. Whatever the node refuses ends
    ``attend`` with a RuntimeError that has the code."""

    def __init__(self, link: str, certificate: Certificate) -> None:
        parts = urlsplit(link)
        self.line = Line(certificate)
        self.role = _ROLES[parts.path.strip("/")]
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._invite = parts.fragment.removeprefix("invite=")
        self._socket: aiohttp.ClientWebSocketResponse
        self._has_joined = asyncio.Event()

    @property
    def joined(self) -> bool:
        """Media flow; who sees has read the clock in a picture."""
        return self.line.connected and (self.line.anchored or self.role is Role.CAMERA)

    async def enter(self, http: aiohttp.ClientSession) -> None:
        """``http`` keeps the seat's cookie. Raises aiohttp.ClientError when it gets no seat."""
        api = f"{self._origin}/api"
        async with http.post(f"{api}/seats", json={"invite": self._invite}):
            pass
        async with http.post(f"{api}/tickets", json={"role": self.role}) as given:
            ticket = (await given.json())["ticket"]
        self._socket = await http.ws_connect(f"{api}/ws")
        await self.say({"type": "hello", "protocol": PROTOCOL_VERSION, "ticket": ticket})
        await self.say({"type": "media.want"})

    async def until_joined(self) -> None:
        """While ``keep_line`` runs."""
        await self._has_joined.wait()

    async def say(self, message: Json) -> None:
        await self._socket.send_str(json.dumps(message))

    async def attend(self) -> None:
        while True:
            received = await self._socket.receive()
            if received.type is not aiohttp.WSMsgType.TEXT:
                raise RuntimeError(f"the node closed a seat's socket: {self._socket.close_code}")
            message: Json = json.loads(received.data)
            if message["type"] == "media.offer":
                sdp = self.line.answer(message["sdp"])
                await self.say({"type": "media.answer", "peer": message["peer"], "sdp": sdp})
            elif message["type"] in ("error", "media.failed"):
                raise RuntimeError(f"the node refused a {self.role}: {message['code']}")

    async def keep_line(self) -> None:
        """Sends checks when they are due, until cancelled."""
        while True:
            self.line.tick()
            if self.joined:
                self._has_joined.set()
            await asyncio.sleep(_TICK_S)


@asynccontextmanager
async def guests(links: Sequence[str]) -> AsyncIterator[list[Guest]]:
    """Everybody, once all see the picture.

    Raises:
        TimeoutError: not all of them did in time.
        ExceptionGroup: of a RuntimeError, whenever the node ends or refuses one of them.
    """
    certificate = Certificate()
    async with AsyncExitStack() as opened, asyncio.TaskGroup() as tasks:
        everybody: list[Guest] = []
        running: list[asyncio.Task[None]] = []
        for link in links:
            guest = Guest(link, certificate)
            everybody.append(guest)
            _watch_socket(guest, opened)
            await guest.enter(await opened.enter_async_context(_browser(link)))
            running.append(tasks.create_task(guest.attend()))
            running.append(tasks.create_task(guest.keep_line()))
            await asyncio.sleep(BETWEEN_JOINS_S)
        await _until_joined(everybody)
        yield everybody
        for task in running:
            task.cancel()


async def _until_joined(everybody: Sequence[Guest]) -> None:
    try:
        async with asyncio.timeout(JOIN_TIMEOUT_S):
            for guest in everybody:
                await guest.until_joined()
    except TimeoutError:
        joined = sum(guest.joined for guest in everybody)
        raise TimeoutError(f"only {joined} of {len(everybody)} guests joined") from None


def _watch_socket(guest: Guest, opened: AsyncExitStack) -> None:
    udp = guest.line.socket
    loop = asyncio.get_running_loop()
    opened.callback(guest.line.close)
    loop.add_reader(udp, guest.line.readable)
    opened.callback(loop.remove_reader, udp)


def _browser(link: str) -> aiohttp.ClientSession:
    """Of its own, so that no two seats share a cookie."""
    parts = urlsplit(link)
    origin = f"{parts.scheme}://{parts.netloc}"
    return aiohttp.ClientSession(
        cookie_jar=aiohttp.CookieJar(unsafe=True, treat_as_secure_origin=origin),
        headers={"Origin": origin},
        raise_for_status=True,
        timeout=aiohttp.ClientTimeout(total=_ANSWER_TIMEOUT_S),
    )
