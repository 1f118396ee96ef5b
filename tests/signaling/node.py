"""A real HTTP server on loopback with real seats, tickets and grants, and a room made for tests."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import select

from streaming.auth.accounts import AccountBook
from streaming.auth.grants import GrantKeys, Grants, mint
from streaming.auth.passwords import Passwords
from streaming.auth.rights import may_send
from streaming.auth.seats import SeatBook
from streaming.auth.sessions import SessionBook
from streaming.auth.tickets import Tickets
from streaming.domain.errors import BadInput
from streaming.domain.session import Role, Seat
from streaming.protocol.messages import (
    PROTOCOL_VERSION,
    ClientMessage,
    ClockPing,
    ClockPong,
    MediaAnswer,
    Replaced,
    SessionEnd,
    Welcome,
)
from streaming.signaling.application import create_app
from streaming.signaling.ports import Deps, SignOn
from streaming.signaling.server import bind_http, serve_http
from streaming.store.access import StoredAccess
from streaming.store.accounts import StoredAccounts
from streaming.store.audit import AuditLog
from streaming.store.database import Database
from streaming.store.models import AuditRow
from streaming.workflow.live.ports import Client

PASSWORD = "a lake of quiet herons"


@dataclass
class TestRoom:
    """Keeps the port's promises and remembers what it was told."""

    __test__ = False

    name: str = "demo"
    clients: dict[str, Client] = field(default_factory=dict)
    handled: list[tuple[str, ClientMessage]] = field(default_factory=list)
    players: set[str] = field(default_factory=set)
    detached: asyncio.Event = field(default_factory=asyncio.Event)
    players_ended: asyncio.Event = field(default_factory=asyncio.Event)
    looked_over: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def seat_ids(self) -> frozenset[str]:
        return frozenset(self.clients)

    def attach(self, seat: Seat, client: Client) -> None:
        older = self.clients.get(seat.id)
        if older is not None:
            older.send(Replaced())
            older.close("seat.replaced")
        self.clients[seat.id] = client
        client.send(Welcome(participant=seat.id, role=seat.role, room=self.name, server="run-1"))

    def detach(self, seat_id: str, client: Client) -> None:
        if self.clients.get(seat_id) is client:
            del self.clients[seat_id]
            self.detached.set()

    def remove(self, seat_id: str) -> None:
        client = self.clients.pop(seat_id, None)
        if client is not None:
            client.close("seat.revoked")

    async def handle(self, seat_id: str, message: ClientMessage) -> None:
        self.handled.append((seat_id, message))
        match message:
            case ClockPing(client_ms=client_ms):
                self.clients[seat_id].send(ClockPong(client_ms=client_ms, server_ns=2**60))
            case MediaAnswer():
                raise BadInput("sdp.malformed", "This answer can't be used.", fix="reload")
            case SessionEnd():
                raise RuntimeError("a mistake of the node, with a secret: DOE^JANE")

    async def whep_offer(self, sdp: str) -> tuple[str, str]:
        if not sdp.startswith("v=0"):
            raise BadInput("sdp.malformed", "This offer can't be used.")
        player = f"player-{len(self.players)}"
        self.players.add(player)
        return player, "v=0\r\ns=answer\r\n"

    async def whep_end(self, resource_id: str) -> bool:
        if resource_id not in self.players:
            return False
        self.players.remove(resource_id)
        return True

    def end_players(self, *, older_than_s: float = 0) -> int:
        self.looked_over.set()
        if older_than_s > 0 or not self.players:
            return 0
        ended = len(self.players)
        self.players.clear()
        self.players_ended.set()
        return ended

    def figures(self) -> Mapping[str, float]:
        return {"viewers": len(self.clients)}


@dataclass
class Node:
    origin: str
    room: TestRoom
    book: SeatBook
    accounts: AccountBook
    deps: Deps
    database: Database
    audit: AuditLog
    keys: GrantKeys

    def url(self, path: str) -> str:
        return self.origin + path

    async def invite(self, role: Role = Role.EXPERT, *, uses: int = 1) -> str:
        return await self.book.create_invite(
            room="demo", role=role, uses=uses, lifetime_s=3_600, now_s=int(time.time())
        )

    def grant(self, room: str = "demo") -> str:
        return mint(self.keys, room=room, now_s=int(time.time()))

    def browser(self) -> aiohttp.ClientSession:
        """Keeps Secure cookies of the loopback origin, as Chromium does."""
        jar = aiohttp.CookieJar(unsafe=True, treat_as_secure_origin=self.origin)
        return aiohttp.ClientSession(cookie_jar=jar, headers={"Origin": self.origin})

    async def audit_events(self) -> list[tuple[str, dict[str, Any]]]:
        """Event and facts of every row that was written so far."""
        query = select(AuditRow.event, AuditRow.facts).order_by(AuditRow.number)
        rows = await self.database.read(lambda session: session.execute(query).all())
        return [(event, json.loads(facts)) for event, facts in rows]

    async def signed_in(
        self, browser: aiohttp.ClientSession, *roles: Role, login: str = "ito"
    ) -> str:
        """A new account with a password of its own, signed in; the account's id."""
        account, password = await self.accounts.add(
            login=login, name="Dr. Ito", roles=roles or (Role.EXPERT,), now_s=int(time.time())
        )
        body = {"login": login, "password": password}
        async with browser.post(self.url("/api/login"), json=body) as response:
            assert response.status == 200
        change = {"old": password, "new": PASSWORD}
        async with browser.post(self.url("/api/me/password"), json=change) as response:
            assert response.status == 200
        return account.id

    async def seated(self, browser: aiohttp.ClientSession, role: Role = Role.EXPERT) -> str:
        """Takes a seat; the seat's id."""
        body = {"invite": await self.invite(role)}
        async with browser.post(self.url("/api/seats"), json=body) as response:
            assert response.status == 201
            return str((await response.json())["id"])

    async def ticket(self, browser: aiohttp.ClientSession, role: Role = Role.EXPERT) -> str:
        body = {"role": role.value}
        async with browser.post(self.url("/api/tickets"), json=body) as response:
            assert response.status == 201
            return str((await response.json())["ticket"])

    async def open(self, browser: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
        return await browser.ws_connect(self.url("/api/ws"))

    async def enter(
        self, browser: aiohttp.ClientSession, role: Role = Role.EXPERT
    ) -> aiohttp.ClientWebSocketResponse:
        """A seat, a ticket, a socket, and welcome."""
        await self.seated(browser, role)
        return await self.reenter(browser, role)

    async def reenter(
        self, browser: aiohttp.ClientSession, role: Role = Role.EXPERT
    ) -> aiohttp.ClientWebSocketResponse:
        ticket = await self.ticket(browser, role)
        socket = await self.open(browser)
        await socket.send_json({"type": "hello", "protocol": PROTOCOL_VERSION, "ticket": ticket})
        welcome = await socket.receive_json(timeout=5)
        assert welcome["type"] == "welcome"
        return socket


async def reply(socket: aiohttp.ClientWebSocketResponse) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(await socket.receive_str(timeout=5))
    return answer


async def close_of(socket: aiohttp.ClientWebSocketResponse) -> tuple[int | None, str]:
    """Reads until the socket closes: (close code, reason)."""
    while True:
        message = await socket.receive(timeout=5)
        if message.type is aiohttp.WSMsgType.CLOSE:
            return message.data, str(message.extra)
        if message.type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR):
            return socket.close_code, ""


MakeSignOn = Callable[[str, AccountBook], AbstractAsyncContextManager[SignOn]]
"""From the node's origin and accounts: an identity provider must know where it leads back to."""


@asynccontextmanager
async def running_node(
    folder: Path, *, sign_on: MakeSignOn | None = None, **changes: Any
) -> AsyncIterator[Node]:
    listener = bind_http("127.0.0.1", 0)
    origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
    database = Database.open(folder / "data")
    audit = AuditLog(database)
    book = SeatBook(StoredAccess(database))
    passwords, people = Passwords(), StoredAccounts(database)
    accounts = AccountBook(people, passwords, audit.record)
    keys = GrantKeys({"local": "k" * 43}, origin)
    room = TestRoom()
    deps = Deps(
        rooms={"demo": room},
        seats=book,
        accounts=accounts,
        sessions=SessionBook(people, passwords, audit.record),
        tickets=Tickets(),
        grants=Grants(keys),
        may_send=may_send,
        audit=audit,
        origins=frozenset({origin}),
        webdist=folder / "webdist",
        version="1.2.3",
    )
    deps = replace(deps, **changes)
    stack = AsyncExitStack()
    if sign_on is not None:
        deps = replace(deps, sign_on=await stack.enter_async_context(sign_on(origin, accounts)))
    runner = await serve_http(create_app(deps), listener)
    try:
        yield Node(origin, room, book, accounts, deps, database, audit, keys)
    finally:
        await runner.cleanup()
        await stack.aclose()
        passwords.close()
        await audit.flush()
        database.close()
