"""A freeze's lossless picture: fetched, told, kept only with consent, and gone with it."""

import asyncio
import struct
from collections.abc import Callable
from dataclasses import dataclass, field

from streaming.domain.consult_state import MAX_STILLS as STILLS_OF_A_CONSULT
from streaming.domain.errors import SonopairError
from streaming.domain.frame import Size, Still
from streaming.protocol import messages as wire
from streaming.workflow.live import consult_stills
from streaming.workflow.live.consult_stills import MAX_FETCHES, MAX_STILLS
from tests.workflow.live.consult_room import (
    FIRST,
    OPERATOR,
    ConsultRoom,
    DiskFull,
    MemoryFiles,
    MemoryRecords,
    WaitingClient,
    consulting,
)
from tests.workflow.live.surroundings import FakeNode


def png(width: int, height: int, size: int = 24) -> bytes:
    """As far as anybody here reads one."""
    head = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR"
    return (head + struct.pack(">II", width, height)).ljust(size, b"\0")


@dataclass
class Camera(FakeNode):
    """A node whose stills are PNGs, or refused, or wait for ``gate``."""

    refused: SonopairError | None = None
    png_bytes: int = 24
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    async def still(self, captured_at_ns: int) -> Still:
        await super().still(captured_at_ns)
        await self.gate.wait()
        if self.refused is not None:
            raise self.refused
        return Still(Size(640, 480), 1, captured_at_ns, png(640, 480, self.png_bytes))


async def frozen(c: ConsultRoom, client: WaitingClient, captured_at_ns: int = 7) -> str:
    """Name of the still that ``client``, the first expert, asked for."""
    event = await c.ask(client, FIRST, wire.Freeze, captured_at_ns=captured_at_ns)
    assert isinstance(event, wire.ConsultEvent) and event.event.kind == "frozen"
    return event.event.still


async def consented(c: ConsultRoom, client: WaitingClient) -> None:
    await c.ask(client, OPERATOR, wire.ConsentGive, basis="patient")


async def settled(files: MemoryFiles, holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():
            files.changed.clear()
            await files.changed.wait()


async def test_everybody_is_told_of_the_still_and_newcomers_too() -> None:
    async with consulting(MemoryRecords(), node=Camera()) as c:
        expert, operator = await c.enter(FIRST), await c.enter(OPERATOR)
        still = await frozen(c, expert, captured_at_ns=7)
        ready = await operator.until(lambda: operator.all(wire.StillReady))
        assert ready == [
            wire.StillReady(
                still=still,
                path=f"/api/rooms/r/stills/{still}.png",
                width=640,
                height=480,
                captured_at_ns=7,
            )
        ]
        assert ("still", 7) in c.node.asked
        newcomer = await c.enter(FIRST)
        after = newcomer.messages[newcomer.messages.index(newcomer.last(wire.ConsultState)) + 1 :]
        assert ready[0] in after
        assert await c.desk.still_png(still) == png(640, 480)


async def test_a_still_that_cannot_be_had_is_told_with_its_reason() -> None:
    camera = Camera(refused=SonopairError("still.too_old", "That picture is gone."))
    async with consulting(MemoryRecords(), node=camera) as c:
        expert = await c.enter(FIRST)
        still = await frozen(c, expert)
        (failed,) = await expert.until(lambda: expert.all(wire.StillFailed))
        assert (failed.still, failed.code) == (still, "still.too_old")
        assert await c.desk.still_png(still) is None


async def test_without_consent_nothing_reaches_the_disk() -> None:
    files = MemoryFiles()
    async with consulting(MemoryRecords(), files, node=Camera()) as c:
        expert, operator = await c.enter(FIRST), await c.enter(OPERATOR)
        still = await frozen(c, expert)
        await expert.until(lambda: expert.all(wire.StillReady))
        await consented(c, operator)
        second = await frozen(c, expert)
        await settled(files, lambda: bool(files.files))
        assert {name for _, name in files.files} == {second} != {still}


async def test_withdrawing_consent_deletes_what_was_kept() -> None:
    files = MemoryFiles()
    async with consulting(MemoryRecords(), files, node=Camera()) as c:
        expert, operator = await c.enter(FIRST), await c.enter(OPERATOR)
        await consented(c, operator)
        await frozen(c, expert)
        await settled(files, lambda: bool(files.files))
        await c.ask(operator, OPERATOR, wire.ConsentWithdraw)
        await settled(files, lambda: not files.files)


async def test_consent_that_is_withdrawn_while_a_still_is_fetched_keeps_it_off_the_disk() -> None:
    files, camera = MemoryFiles(), Camera()
    async with consulting(MemoryRecords(), files, node=camera) as c:
        expert, operator = await c.enter(FIRST), await c.enter(OPERATOR)
        await consented(c, operator)
        camera.gate.clear()
        await frozen(c, expert)
        await c.ask(operator, OPERATOR, wire.ConsentWithdraw)
        files.deleted = 0
        camera.gate.set()
        await expert.until(lambda: expert.all(wire.StillReady))
        await settled(files, lambda: files.deleted > 0)
        assert (files.files, files.kept) == ({}, 0)


async def test_a_kept_still_is_there_after_a_restart() -> None:
    records, files = MemoryRecords(), MemoryFiles()
    async with consulting(records, files, node=Camera()) as c:
        expert, operator = await c.enter(FIRST), await c.enter(OPERATOR)
        await consented(c, operator)
        still = await frozen(c, expert, captured_at_ns=9)
        await settled(files, lambda: bool(files.files))
    async with consulting(records, files, node=Camera()) as c:
        expert = await c.enter(FIRST)
        (ready,) = await expert.until(lambda: expert.all(wire.StillReady))
        assert (ready.still, ready.width, ready.height) == (still, 640, 480)
        assert (ready.captured_at_ns, c.node.asked) == (9, [])
        assert await c.desk.still_png(still) == png(640, 480)


async def test_a_still_that_was_not_kept_is_lost_with_a_restart() -> None:
    records = MemoryRecords()
    async with consulting(records, node=Camera()) as c:
        still = await frozen(c, await c.enter(FIRST))
    async with consulting(records, node=Camera()) as c:
        expert = await c.enter(FIRST)
        (failed,) = await expert.until(lambda: expert.all(wire.StillFailed))
        assert (failed.still, failed.code) == (still, "still.lost")


async def test_what_a_withdrawal_left_behind_is_deleted_at_the_next_start() -> None:
    records, files = MemoryRecords(), MemoryFiles()
    async with consulting(records, files, node=Camera()) as c:
        await c.enter(FIRST)
        consult = next(iter(records.logs))
    files.files[consult, "left-behind"] = b"png"
    async with consulting(records, files, node=Camera()):
        await settled(files, lambda: not files.files)


async def test_a_disk_that_refuses_a_still_costs_the_file_and_nothing_else() -> None:
    files = MemoryFiles(refused=DiskFull("store.full", "The disk is full."))
    async with consulting(MemoryRecords(), files, node=Camera()) as c:
        expert, operator = await c.enter(FIRST), await c.enter(OPERATOR)
        await consented(c, operator)
        await frozen(c, expert)
        await frozen(c, expert)
        await expert.until(lambda: len(expert.all(wire.StillReady)) == 2)
        await c.ask(operator, OPERATOR, wire.ConsentWithdraw)
        # Once at the beginning, without consent, and once now.
        await settled(files, lambda: c.node.audit.count("stills.not_deleted") == 2)
        assert "still.kept" not in c.node.audit


async def test_the_disk_holds_no_still_that_nobody_can_fetch() -> None:
    files = MemoryFiles()
    async with consulting(MemoryRecords(), files, node=Camera()) as c:
        expert, operator = await c.enter(FIRST), await c.enter(OPERATOR)
        await consented(c, operator)
        for number in range(STILLS_OF_A_CONSULT + 2):
            await frozen(c, expert)
            await expert.until(lambda n=number: len(expert.all(wire.StillReady)) > n)  # type: ignore[misc]
        await settled(files, lambda: files.kept == STILLS_OF_A_CONSULT + 2)
        await settled(files, lambda: len(files.files) == STILLS_OF_A_CONSULT)
        state = c.desk.state()
        assert state is not None
        assert {name for _, name in files.files} == set(state.stills)


async def test_a_new_session_forgets_the_stills_of_the_last() -> None:
    async with consulting(MemoryRecords(), node=Camera()) as c:
        expert, operator = await c.enter(FIRST), await c.enter(OPERATOR)
        still = await frozen(c, expert)
        await expert.until(lambda: expert.all(wire.StillReady))
        old = operator.last(wire.ConsultState).consult
        await c.room.handle(OPERATOR.id, wire.SessionEnd())
        await operator.until(lambda: operator.last(wire.ConsultState).consult != old)
        assert await c.desk.still_png(still) is None


async def test_memory_holds_the_newest_stills_only() -> None:
    async with consulting(MemoryRecords(), node=Camera()) as c:
        expert = await c.enter(FIRST)
        names = []
        for number in range(MAX_STILLS + 1):
            names.append(await frozen(c, expert))
            await expert.until(lambda n=number: len(expert.all(wire.StillReady)) > n)  # type: ignore[misc]
        assert [await c.desk.still_png(name) is None for name in names] == (
            [True] + [False] * MAX_STILLS
        )


async def test_memory_holds_so_many_bytes_of_stills() -> None:
    camera = Camera(png_bytes=consult_stills.MAX_BYTES // 2 + 1)
    async with consulting(MemoryRecords(), node=camera) as c:
        expert = await c.enter(FIRST)
        first, second = await frozen(c, expert), await frozen(c, expert)
        await expert.until(lambda: len(expert.all(wire.StillReady)) == 2)
        assert await c.desk.still_png(first) is None
        assert await c.desk.still_png(second) is not None


async def test_who_freezes_all_the_time_gets_the_newest_stills() -> None:
    camera = Camera()
    async with consulting(MemoryRecords(), node=camera) as c:
        expert = await c.enter(FIRST)
        camera.gate.clear()
        names = [await frozen(c, expert, captured_at_ns=n) for n in range(MAX_FETCHES + 3)]
        camera.gate.set()
        last = names[-1]
        await expert.until(lambda: [r for r in expert.all(wire.StillReady) if r.still == last])
        failed = expert.all(wire.StillFailed)
        assert {failure.code for failure in failed} == {"still.busy"}
        ready = {message.still for message in expert.all(wire.StillReady)}
        assert {failure.still for failure in failed} | ready == set(names)
        assert len(failed) in (2, 3)  # the first was being fetched already, or waited too
