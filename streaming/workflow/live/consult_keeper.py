"""Puts what is asked of a consult in order, and on disk before anybody is told.

One task works on the log. It takes whatever waits as one batch: decided one after another, written
in one transaction, then told in the same order. So the disk's time is paid once a batch, and an
acknowledged event survives whatever happens next.
"""

import asyncio
import secrets
import time
from collections import deque
from collections.abc import Awaitable, Callable, Collection
from enum import Enum, auto
from typing import Protocol

import structlog

from streaming.domain.consult_events import Entry, Order
from streaming.domain.consult_log import ConsultLog, Draft
from streaming.domain.consult_rules import Around
from streaming.domain.errors import SonopairError, Unavailable
from streaming.workflow.live.consult_ports import ConsultRecords

MAX_WAITING = 256
"""Orders that wait for the disk. When it is full, a newer one is refused and may be sent again."""

RETRY_S = 1.0
"""Pause after the disk refused something."""

ID_BYTES = 12

log = structlog.get_logger()


class ConsultBusy(Unavailable):
    """``consult.busy`` or ``consult.not_kept``: nothing changed, the same may be sent again."""


class Audience(Protocol):
    """Who is told what became of the log; called on the event loop, in the log's order."""

    def began(self, consult: ConsultLog) -> None:
        """It was read from disk or begun anew: its whole state is news."""

    def happened(self, consult: ConsultLog, entry: Entry) -> None:
        """``entry`` is on disk, and was just added."""

    def repeated(self, consult: ConsultLog, order: Order, entry: Entry) -> None:
        """``order`` was answered by ``entry`` before."""

    def refused(self, order: Order, error: SonopairError) -> None: ...


class _Own(Enum):
    """What the node itself wants done; each waits at most once between two orders."""

    BEGIN = auto()
    SETTLE = auto()


class ConsultKeeper:
    """``around`` is asked at the moment of deciding. ``run`` is the one task that owns the log;
    the other methods return at once."""

    def __init__(
        self,
        room: str,
        *,
        records: ConsultRecords,
        audience: Audience,
        around: Callable[[], Around],
        clock_ns: Callable[[], int] = time.monotonic_ns,
        utc_s: Callable[[], float] = time.time,
        retry_s: float = RETRY_S,
    ) -> None:
        self._room = room
        self._records = records
        self._audience = audience
        self._around = around
        self._clock_ns = clock_ns
        self._utc_s = utc_s
        self._retry_s = retry_s
        self._waiting: deque[Order | _Own] = deque()
        self._wake = asyncio.Event()
        self._before = ""
        """Who led the consult before, and is preferred in the next one."""
        self._is_stale = False
        """More may be on disk than in memory."""
        self.log: ConsultLog | None = None
        """None until it was read from disk."""
        self.not_kept = 0
        """Orders that the disk refused."""

    # ---- asked -------------------------------------------------------------------------------

    def submit(self, order: Order) -> None:
        """Raises:
        ConsultBusy: ``consult.busy``.
        """
        if len(self._waiting) >= MAX_WAITING:
            raise ConsultBusy("consult.busy", "Too much at once.", fix="send it again in a moment")
        self._put(order)

    def begin_anew(self) -> None:
        """What was asked before still belongs to the old consult."""
        if not self._waiting or self._waiting[-1] is not _Own.BEGIN:
            self._put(_Own.BEGIN)

    def settle_lead(self) -> None:
        if _Own.SETTLE not in self._waiting:
            self._put(_Own.SETTLE)

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def _put(self, item: Order | _Own) -> None:
        self._waiting.append(item)
        self._wake.set()

    # ---- done --------------------------------------------------------------------------------

    async def run(self) -> None:
        """Until cancelled. It may be run again after it crashed: what counts is on disk."""
        await self._insist(self._load)
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                if self._waiting[0] is _Own.BEGIN:
                    await self._insist(self._begin)
                    self._waiting.popleft()
                else:
                    await self._work_off(self._next_batch())

    async def _insist(self, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                return await work()
            except SonopairError as error:
                log.error("consult log not at hand", room=self._room, code=error.code)
            await asyncio.sleep(self._retry_s)

    async def _load(self) -> None:
        stored = await self._records.current(self._room)
        if stored is None:
            await self._begin()
            return
        self.log = ConsultLog(stored.consult, stored.entries)
        self._is_stale = False
        self._audience.began(self.log)

    async def _begin(self) -> None:
        consult = secrets.token_urlsafe(ID_BYTES)
        await self._records.begin(self._room, consult, at_ms=self._now_ms())
        self._before = self.log.state.lead if self.log else ""
        self.log = ConsultLog(consult)
        self._is_stale = False
        self._audience.began(self.log)

    def _next_batch(self) -> list[Order | _Own]:
        batch = []
        while self._waiting and self._waiting[0] is not _Own.BEGIN:
            batch.append(self._waiting.popleft())
        return batch

    async def _work_off(self, batch: Collection[Order | _Own]) -> None:
        orders = [item for item in batch if isinstance(item, Order)]
        try:
            if self._is_stale:
                await self._catch_up()
            repeated = await self._keep(batch)
        except SonopairError as error:
            self._is_stale = True
            self._refuse(orders, error)
            if _Own.SETTLE in batch:
                self.settle_lead()
            await asyncio.sleep(self._retry_s)
            return
        await self._acknowledge_again(repeated)

    async def _keep(self, batch: Collection[Order | _Own]) -> list[Order]:
        """Decide, write, add, tell; which orders were answered before. Nothing is told of what was
        decided unless all that it builds on is on disk."""
        consult = self._known()
        draft = Draft(consult, at_ms=self._now_ms(), at_ns=self._clock_ns())
        around = self._around()
        repeated: list[Order] = []
        refused: list[tuple[Order, SonopairError]] = []
        for item in batch:
            if not isinstance(item, Order):
                draft.settle_lead(around, before=self._before)
                continue
            try:
                if not draft.take(item, around):
                    repeated.append(item)
            except SonopairError as error:
                refused.append((item, error))
        if draft.entries:
            await self._records.append(consult.state.consult, draft.entries)
        for entry in draft.entries:
            self._add(consult, entry)
        for order, refusal in refused:
            self._audience.refused(order, refusal)
        return repeated

    async def _acknowledge_again(self, orders: Collection[Order]) -> None:
        if not orders:
            return
        consult = self._known()
        try:
            entries = await self._records.find(consult.state.consult, {o.id for o in orders})
        except SonopairError as error:
            for order in orders:
                self._audience.refused(order, error)
            return
        for order in orders:
            self._audience.repeated(consult, order, entries[order.id])

    async def _catch_up(self) -> None:
        """What was written although the disk seemed to refuse it counts, and is told."""
        consult = self._known()
        stored = await self._records.current(self._room)
        if stored is None or stored.consult != consult.state.consult:
            await self._load()
            return
        for entry in stored.entries[consult.state.seq :]:
            self._add(consult, entry)
        self._is_stale = False

    def _add(self, consult: ConsultLog, entry: Entry) -> None:
        consult.add(entry)
        self._audience.happened(consult, entry)

    def _refuse(self, orders: Collection[Order], error: SonopairError) -> None:
        self.not_kept += len(orders)
        log.error("consult events not kept", room=self._room, code=error.code, orders=len(orders))
        for order in orders:
            refusal = ConsultBusy(
                "consult.not_kept",
                "The node couldn't write this down, so it doesn't count.",
                fix=error.fix or "send it again",
            )
            self._audience.refused(order, refusal)

    def _known(self) -> ConsultLog:
        assert self.log is not None  # run() begins with it
        return self.log

    def _now_ms(self) -> int:
        return int(self._utc_s() * 1000)
