"""The product's own HTTP server and media port around a room of canned states."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import streaming
from streaming.auth.accounts import AccountBook
from streaming.auth.grants import GrantKeys, Grants
from streaming.auth.passwords import Passwords
from streaming.auth.rights import may_send
from streaming.auth.seats import SeatBook
from streaming.auth.sessions import SessionBook
from streaming.auth.tickets import Tickets
from streaming.domain.session import Role
from streaming.signaling.application import create_app
from streaming.signaling.ports import Deps
from streaming.signaling.server import bind_http, serve_http
from streaming.store.access import StoredAccess
from streaming.store.accounts import StoredAccounts
from streaming.store.audit import AuditLog
from streaming.store.database import Database
from streaming.webrtc.port import MediaPort
from streaming.workflow.live.calls import CallBoard
from tests.web_client.encounters import CannedEncounters
from tests.web_client.room import CannedRoom

WEBDIST = Path(streaming.__file__).parent / "webdist"
PAGES = {Role.OPERATOR: "cart", Role.EXPERT: "expert", Role.OBSERVER: "observer"}


@dataclass
class Node:
    origin: str
    room: CannedRoom
    seats: SeatBook
    accounts: AccountBook
    calls: CallBoard
    encounters: CannedEncounters
    duty: asyncio.Event

    async def duty_changed(self) -> None:
        """Until more or fewer worklists can ring, or a call changes."""
        self.duty.clear()
        await asyncio.wait_for(self.duty.wait(), 20)

    async def sign_up(self, *roles: Role) -> tuple[str, str]:
        """Login name and one-time password of a new account with these roles."""
        login = f"ito-{secrets.token_hex(4)}"
        _, password = await self.accounts.add(
            login=login, name="Dr. Ito", roles=roles, now_s=int(time.time())
        )
        return login, password

    async def link(self, role: Role) -> str:
        """An invitation as it would be sent to somebody."""
        invite = await self.seats.create_invite(
            room="demo", role=role, uses=1, lifetime_s=3_600, now_s=int(time.time())
        )
        return f"{self.origin}/{PAGES[role]}#invite={invite}"


@asynccontextmanager
async def running_node(folder: Path) -> AsyncIterator[Node]:
    listener = bind_http("127.0.0.1", 0)
    origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
    database = Database.open(folder / "data")
    media = await MediaPort.open("127.0.0.1", 0, advertise=("127.0.0.1",))
    room = CannedRoom(media)
    audit = AuditLog(database)
    book = SeatBook(StoredAccess(database))
    passwords, people = Passwords(), StoredAccounts(database)
    accounts = AccountBook(people, passwords, audit.record)
    calls = CallBoard(clock_ns=time.monotonic_ns)
    duty = asyncio.Event()
    calls.open("demo", lambda _: duty.set())
    encounters = CannedEncounters(room.say)
    deps = Deps(
        rooms={"demo": room},
        seats=book,
        accounts=accounts,
        sessions=SessionBook(people, passwords, audit.record),
        tickets=Tickets(),
        grants=Grants(GrantKeys({"local": "k" * 43}, origin)),
        may_send=may_send,
        audit=audit,
        origins=frozenset({origin}),
        webdist=WEBDIST,
        version="1.2.3",
        stills={"demo": room.consult},
        encounters={"demo": encounters},
        calls=calls,
    )
    runner = await serve_http(create_app(deps), listener)
    with room.pictures:
        try:
            yield Node(origin, room, book, accounts, calls, encounters, duty)
        finally:
            calls.close()
            await room.close()
            await runner.cleanup()
            await media.close()
            passwords.close()
            await audit.flush()
            database.close()
