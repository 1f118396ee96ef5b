"""A real room with the consult's desk, records as a test wants them, and clients that wait."""

import asyncio
import functools
import itertools
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from streaming.domain.consult_events import Entry
from streaming.domain.errors import Unavailable
from streaming.domain.session import Role, Seat
from streaming.protocol import messages as wire
from streaming.protocol.consult_messages import Mark
from streaming.workflow.live.consult import ConsultDesk
from streaming.workflow.live.consult_ports import ConsultRecords, StillFiles, StoredConsult
from streaming.workflow.live.door import DoorDesk, SeatKeeper
from streaming.workflow.live.label_check import LabelCheck
from streaming.workflow.live.room import LiveRoom
from tests.workflow.live.surroundings import FakeClient, FakeNode

T = TypeVar("T")

OPERATOR = Seat("operator", "r", Role.OPERATOR, "Operator")
FIRST = Seat("expert-1", "r", Role.EXPERT, "Expert 1")
SECOND = Seat("expert-2", "r", Role.EXPERT, "Expert 2")
OBSERVER = Seat("observer", "r", Role.OBSERVER, "Observer")

_numbers = itertools.count(1)


def new_id() -> str:
    return f"order-{next(_numbers):06}"


class DiskFull(Unavailable):
    pass


class MemoryRecords:
    """As ``StoredConsults``, but for the disk. ``failing``: what it is asked next is refused, by
    ``after`` it was done all the same."""

    def __init__(self) -> None:
        self.rooms: dict[str, list[str]] = {}
        self.logs: dict[str, list[Entry]] = {}
        self.failing = 0
        self.after = False
        self.appended: list[int] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked = asyncio.Event()

    async def current(self, room: str) -> StoredConsult | None:
        self._maybe_fail()
        names = self.rooms.get(room)
        return StoredConsult(names[-1], tuple(self.logs[names[-1]])) if names else None

    async def begin(self, room: str, consult: str, *, at_ms: int) -> None:
        self._maybe_fail()
        self.rooms.setdefault(room, []).append(consult)
        self.logs[consult] = []

    async def append(self, consult: str, entries: Collection[Entry]) -> None:
        self.asked.set()
        await self.gate.wait()
        if not self.after:
            self._maybe_fail()
        kept = self.logs[consult]
        assert [e.seq for e in entries] == list(range(len(kept) + 1, len(kept) + 1 + len(entries)))
        kept += [Entry(e.seq, e.id, e.by, e.at_ms, e.event) for e in entries]
        self.appended.append(len(entries))
        self._maybe_fail()

    async def find(self, consult: str, order_ids: Collection[str]) -> dict[str, Entry]:
        self._maybe_fail()
        return {entry.id: entry for entry in self.logs[consult] if entry.id in order_ids}

    def _maybe_fail(self) -> None:
        if self.failing:
            self.failing -= 1
            raise DiskFull("store.full", "The disk with the records is full.", fix="free space")


@dataclass
class MemoryFiles:
    """As ``StillFolder``, but for the disk; with ``refused`` it takes and gives nothing."""

    files: dict[tuple[str, str], bytes] = field(default_factory=dict)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    refused: DiskFull | None = None
    kept: int = 0
    deleted: int = 0

    async def keep(self, consult: str, still: str, png: bytes) -> None:
        self._touch()
        self.files[consult, still] = png
        self.kept += 1

    async def find(self, consult: str, still: str) -> bytes | None:
        self._touch()
        return self.files.get((consult, still))

    async def keep_only(self, consult: str, stills: Collection[str]) -> None:
        self._touch()
        for key in [key for key in self.files if key[0] == consult and key[1] not in stills]:
            del self.files[key]

    async def delete(self, consult: str) -> None:
        self._touch()
        self.files = {key: png for key, png in self.files.items() if key[0] != consult}
        self.deleted += 1

    def _touch(self) -> None:
        self.changed.set()
        if self.refused is not None:
            raise self.refused


@dataclass(eq=False)
class WaitingClient(FakeClient):
    """Waits for what it expects."""

    came: asyncio.Event = field(default_factory=asyncio.Event)

    def send(self, message: wire.ServerMessage) -> None:
        super().send(message)
        self.came.set()

    async def until(self, holds: Callable[[], T | None]) -> T:
        async with asyncio.timeout(20):
            while not (found := holds()):
                self.came.clear()
                await self.came.wait()
        return found

    def all(self, kind: type[T]) -> list[T]:
        return [message for message in self.messages if isinstance(message, kind)]

    def events(self) -> list[wire.ConsultEvent]:
        return self.all(wire.ConsultEvent)

    def answer_to(self, order_id: str) -> wire.ConsultEvent | wire.Error | None:
        answers: list[wire.ConsultEvent | wire.Error] = [*self.events(), *self.all(wire.Error)]
        return next((message for message in answers if message.id == order_id), None)


@dataclass
class ConsultRoom:
    room: LiveRoom
    desk: ConsultDesk
    node: FakeNode
    log_task: "asyncio.Task[None]"

    async def enter(self, seat: Seat) -> WaitingClient:
        """In the room, and told the consult's state."""
        client = WaitingClient()
        self.room.attach(seat, client)
        await client.until(lambda: client.all(wire.ConsultState))
        return client

    async def ask(
        self, client: WaitingClient, seat: Seat, kind: type[Any], **fields: Any
    ) -> wire.ConsultEvent | wire.Error:
        """Send a kept message; its acknowledgement or refusal."""
        message = kind(**{"id": new_id(), **fields})
        await self.room.handle(seat.id, message)
        return await client.until(lambda: client.answer_to(message.id))


def a_mark(name: str | None = None, **fields: Any) -> Mark:
    given: dict[str, Any] = {"kind": "pen", "points": [0.25, 0.5, 0.75, 1], "captured_at_ns": 7}
    return Mark(**(given | {"id": name or new_id()} | fields))


class Nobody:
    """A site map of one patient, called Okafor."""

    async def naming(self, words: Collection[str], *, case: str = "") -> frozenset[str]:
        return frozenset(words) & {"okafor"}


def has_the_lead(desk: ConsultDesk, seat_id: str) -> bool:
    state = desk.state()
    return state is not None and state.lead == seat_id


@asynccontextmanager
async def consulting(
    records: ConsultRecords,
    files: StillFiles | None = None,
    *,
    node: FakeNode | None = None,
    lead_grace_s: float = 1_000,
    door: SeatKeeper | None = None,
) -> AsyncIterator[ConsultRoom]:
    node = node or FakeNode()
    room = LiveRoom(
        "r",
        source_id="s",
        server="run1",
        peers=node,
        audit=node,
        confirmations=node,
        clock_ns=node.clock_ns,
    )
    desk = ConsultDesk(
        "r",
        people=room.people,
        records=records,
        files=files or MemoryFiles(),
        audit=node,
        labels=LabelCheck("r", patients=Nobody(), case=lambda: "", audit=node),
        clock_ns=node.clock_ns,
        lead_grace_s=lead_grace_s,
        retry_s=0,
    )
    room.add(desk)
    if door is not None:
        leads = functools.partial(has_the_lead, desk)
        room.add(DoorDesk(room, people=room.people, seats=door, audit=node, leads=leads))
    room.bind(node)
    tasks = [asyncio.create_task(room.run()), asyncio.create_task(desk.run())]
    try:
        yield ConsultRoom(room, desk, node, tasks[1])
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
