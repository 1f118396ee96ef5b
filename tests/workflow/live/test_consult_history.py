"""No acknowledged message is lost or doubled, whatever breaks when: on a real SQLite file.

Clients do as docs/protocol.md says: after ``consult.state`` they send again what wasn't answered.
"""

import asyncio
import itertools
from collections.abc import Collection, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from streaming.domain.consult_events import Entry
from streaming.domain.errors import SonopairError
from streaming.domain.session import Seat
from streaming.protocol import messages as wire
from streaming.protocol.consult_codec import KeptMessage, event_message, event_of_json
from streaming.protocol.consult_messages import MarkAdded
from streaming.store.consults import StoredConsults
from streaming.store.database import Database
from streaming.store.models import ConsultEventRow, ConsultRow
from streaming.workflow.live.consult_ports import StoredConsult
from tests.history import History, Socket
from tests.workflow.live.consult_room import (
    FIRST,
    OPERATOR,
    SECOND,
    ConsultRoom,
    DiskFull,
    WaitingClient,
    a_mark,
    consulting,
    new_id,
)

SEATS = (OPERATOR, FIRST, SECOND)
_rooms = itertools.count(1)


class Crash(Exception):
    """The log's task dies there."""


class CutRecords:
    """The real records of a room of its own; ``cut`` says how the next write breaks off."""

    def __init__(self, database: Database) -> None:
        self._stored = StoredConsults(database)
        self.room = f"room-{next(_rooms)}"
        self.cut = ""

    async def current(self, room: str) -> StoredConsult | None:
        return await self._stored.current(self.room)

    async def begin(self, room: str, consult: str, *, at_ms: int) -> None:
        with self._cut_off():
            await self._stored.begin(self.room, consult, at_ms=at_ms)

    async def append(self, consult: str, entries: Collection[Entry]) -> None:
        with self._cut_off():
            await self._stored.append(consult, entries)

    async def find(self, consult: str, order_ids: Collection[str]) -> dict[str, Entry]:
        return await self._stored.find(consult, order_ids)

    @contextmanager
    def _cut_off(self) -> Iterator[None]:
        cut, self.cut = self.cut, ""
        fault = Crash() if cut.startswith("crash") else DiskFull("store.full", "Full.")
        if cut.endswith("before"):
            raise fault
        yield
        if cut.endswith("after"):
            raise fault


@dataclass(eq=False)
class Device(WaitingClient):
    """One socket of a seat, which remembers over its sockets what wasn't answered yet."""

    person: "Person | None" = None

    def send(self, message: wire.ServerMessage) -> None:
        super().send(message)
        if self.person is not None and self.person.device is self:
            self.person.hear(message)


@dataclass(eq=False)
class Person:
    seat: Seat
    history: History
    progress: asyncio.Event
    device: Device | None = None
    socket: Socket | None = None
    consult: str = ""
    known: list[str] = field(default_factory=list)
    """Marks it has seen."""
    waiting: dict[str, KeptMessage] = field(default_factory=dict)
    to_send: list[KeptMessage] = field(default_factory=list)

    def connect(self, c: ConsultRoom) -> None:
        self.device = Device(person=self)
        self.socket = Socket(self.seat.id)
        self.history.sockets.append(self.socket)
        self.to_send = []
        c.room.attach(self.seat, self.device)

    def hear(self, message: wire.ServerMessage) -> None:
        assert self.socket is not None
        self.progress.set()
        match message:
            case wire.ConsultState():
                self.socket.seen.append(message)
                if self.consult not in ("", message.consult):
                    self.waiting.clear()
                for name in message.handled:
                    self.waiting.pop(name, None)
                self.consult = message.consult
                self.to_send = list(self.waiting.values())
            case wire.ConsultEvent():
                self.socket.seen.append(message)
                if message.by == self.seat.id:
                    self.waiting.pop(message.id, None)
                if isinstance(message.event, MarkAdded):
                    self.known.append(message.event.mark.id)
            case wire.Error(id=name) if name in self.waiting:
                refused = self.waiting[name] if message.retry else self.waiting.pop(name)
                if message.retry:
                    self.to_send.append(refused)

    async def ask(self, c: ConsultRoom, message: KeptMessage) -> None:
        self.history.sent[message.id] = self.seat.id
        self.waiting[message.id] = message
        await self._send(c, message)

    async def send_again(self, c: ConsultRoom) -> None:
        again, self.to_send = self.to_send, []
        for message in again:
            if message.id in self.waiting:
                await self._send(c, message)

    async def _send(self, c: ConsultRoom, message: KeptMessage) -> None:
        try:
            await c.room.handle(self.seat.id, message)
        except SonopairError as error:
            assert error.retry or error.code == "session.ended", error.code
            if not error.retry:
                self.waiting.pop(message.id, None)


class Stage:
    """A room over the records, whose node is started anew when its log's task crashed."""

    def __init__(self, records: CutRecords) -> None:
        self.records = records
        self.history = History()
        self.progress = asyncio.Event()
        self.people = [Person(seat, self.history, self.progress) for seat in SEATS]
        self.stack = AsyncExitStack()
        self.c: ConsultRoom

    async def start(self) -> None:
        await self.stack.aclose()
        self.c = await self.stack.enter_async_context(consulting(self.records))
        self.c.log_task.add_done_callback(lambda _: self.progress.set())
        for person in self.people:
            person.connect(self.c)

    async def settle(self) -> None:
        """Until everybody's every message was answered."""
        async with asyncio.timeout(60):
            while True:
                self.progress.clear()
                if self.c.log_task.done():
                    await self.start()
                for person in self.people:
                    await person.send_again(self.c)
                if all(p.socket and p.socket.seen and not p.waiting for p in self.people):
                    return
                await self.progress.wait()

    async def step(self, what: str, person: Person) -> None:
        match what:
            case "reconnect":
                person.connect(self.c)
            case "settle":
                await self.settle()
            case "new session":
                await self.settle()
                old = self.people[0].consult
                await self.c.room.handle(OPERATOR.id, wire.SessionEnd())
                while self.people[0].consult == old:
                    await self.progress.wait()
                    self.progress.clear()
                    if self.c.log_task.done():
                        await self.start()
                        return
                await self.c.room.handle(OPERATOR.id, wire.SessionRestart())
            case "crash before" | "crash after" | "refuse before" | "refuse after":
                self.records.cut = what
            case "answer":
                if self.c.log_task.done():
                    await self.start()
                await person.send_again(self.c)
                await asyncio.sleep(0)
            case _:
                await person.ask(self.c, kept(what, person))


def kept(what: str, person: Person) -> KeptMessage:
    fields: dict[str, Any] = {"id": new_id()}
    match what:
        case "mark":
            return wire.MarkAdd(mark=a_mark(), **fields)
        case "remove":
            return wire.MarkRemove(mark=person.known[-1] if person.known else new_id(), **fields)
        case "clear":
            return wire.BoardClear(scope="all", **fields)
        case "freeze":
            return wire.Freeze(captured_at_ns=5, **fields)
        case "lead":
            return wire.LeadGive(participant=SECOND.id, **fields)
    raise ValueError(what)


ASKED = ("mark", "mark", "mark", "remove", "clear", "freeze", "lead")
BROKEN = ("crash before", "crash after", "refuse before", "refuse after")
BETWEEN = ("reconnect", "answer", "answer", "settle", "new session")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            (*ASKED, *BROKEN, "reconnect", "answer", "answer", "settle", "new session")
        ),
        st.sampled_from(range(len(SEATS))),
    ),
    max_size=40,
)


def logs_on_disk(database: Database, room: str) -> dict[str, list[wire.ConsultEvent]]:
    rows = database.submit(
        lambda session: session.execute(
            select(ConsultRow.id, ConsultEventRow)
            .join(ConsultEventRow, isouter=True)
            .where(ConsultRow.room == room)
            .order_by(ConsultEventRow.seq)
        ).all()
    ).result()
    logs: dict[str, list[wire.ConsultEvent]] = {}
    for consult, row in rows:
        lines = logs.setdefault(consult, [])
        if row is not None:
            event = event_of_json(row.event)
            entry = Entry(row.seq, row.order_id or "", row.by, row.at_ms, event)
            lines.append(event_message(consult, entry))
    return logs


async def play(database: Database, steps: list[tuple[str, int]]) -> int:
    """How many messages were acknowledged."""
    stage = Stage(CutRecords(database))
    await stage.start()
    try:
        for what, number in steps:
            await stage.step(what, stage.people[number])
        await stage.settle()
    finally:
        await stage.stack.aclose()
    logs = logs_on_disk(database, stage.records.room)
    stage.history.check(logs)
    return sum(bool(line.id) for lines in logs.values() for line in lines)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = Database.open(tmp_path_factory.mktemp("records"))
    yield database
    database.close()


@settings(max_examples=40, deadline=None)
@given(steps=STEPS)
def test_nothing_acknowledged_is_lost_doubled_or_told_out_of_turn(
    database: Database, steps: list[tuple[str, int]]
) -> None:
    asyncio.run(play(database, steps))


def test_a_crash_at_every_write_loses_nothing(database: Database) -> None:
    steps = [
        step
        for where in BROKEN
        for step in ((where, 0), ("mark", 1), ("mark", 0), ("settle", 0), ("mark", 2))
    ]
    assert asyncio.run(play(database, steps)) == 3 * len(BROKEN)
