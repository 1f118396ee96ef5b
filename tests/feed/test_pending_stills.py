"""Stills asked of real processes that answer, forget, die or send nonsense."""

import asyncio
from collections.abc import Callable

import pytest

from streaming.domain.errors import SonopairError
from streaming.domain.frame import Size, Still
from streaming.feed.pending_stills import MAX_PENDING, PendingStills
from streaming.protocol import worker_link as link
from tests.feed.fake_worker import DEADLY, FORGOTTEN, MIXED_UP, PNG, TOO_OLD
from tests.feed.test_worker_feed import Room, feeding


async def test_a_still_arrives_whole() -> None:
    room = Room()
    async with feeding("steady", room) as feed:
        await room.until(lambda: len(room.live) > 0)
        captured_ns = room.live[0].captured_at_ns
        assert await feed.still(captured_ns) == Still(Size(64, 64), 5, captured_ns, PNG)


async def test_stills_asked_at_once_are_told_apart() -> None:
    room = Room()
    async with feeding("steady", room) as feed:
        await room.until(lambda: len(room.live) > 0)
        stills = await asyncio.gather(*(feed.still(100 + n) for n in range(MAX_PENDING)))
        assert [still.captured_at_ns for still in stills] == [100, 101, 102, 103]


@pytest.mark.parametrize(
    ("captured_ns", "code", "retry"),
    [
        (TOO_OLD, "still.too_old", False),
        (FORGOTTEN, "still.timeout", True),
        (DEADLY, "still.lost", True),
        (MIXED_UP, "still.broken", False),
    ],
)
async def test_a_still_that_doesnt_come_says_why(captured_ns: int, code: str, retry: bool) -> None:
    room = Room()
    async with feeding("steady", room) as feed:
        await room.until(lambda: len(room.live) > 0)
        with pytest.raises(SonopairError) as caught:
            await feed.still(captured_ns)
        assert (caught.value.code, caught.value.retry) == (code, retry)
        count = len(room.live)
        await room.until(lambda: len(room.live) > count)
        assert (await feed.still(100)).png == PNG


async def test_without_a_worker_a_still_is_lost_at_once() -> None:
    room = Room()
    async with feeding("steady", room) as feed:
        await room.until(lambda: len(room.live) > 0)
        await feed.close()
        with pytest.raises(SonopairError) as caught:
            await feed.still(100)
        assert caught.value.code == "still.lost"


class Deaf:
    """Takes requests and never answers."""

    def __init__(self) -> None:
        self.asked: list[link.Down] = []
        self.stills = PendingStills(timeout_s=3600)

    async def ask(self, count: int) -> list["asyncio.Task[Still]"]:
        tasks = [
            asyncio.create_task(self.stills.ask(n, send=self.asked.append)) for n in range(count)
        ]
        await asyncio.sleep(0)
        return tasks


async def failures(tasks: list["asyncio.Task[Still]"]) -> list[str]:
    results = await asyncio.gather(*tasks, return_exceptions=True)
    return [result.code for result in results if isinstance(result, SonopairError)]


async def test_one_more_than_may_wait_is_told_to_try_again() -> None:
    deaf = Deaf()
    tasks = await deaf.ask(MAX_PENDING + 1)
    assert len(deaf.asked) == MAX_PENDING
    deaf.stills.lose()
    assert sorted(await failures(tasks)) == ["still.busy"] + MAX_PENDING * ["still.lost"]
    (again,) = await deaf.ask(1)
    deaf.stills.lose()
    assert await failures([again]) == ["still.lost"]


@pytest.mark.parametrize(
    "answer",
    [
        lambda stills: stills.chunk(chunk("9")),
        lambda stills: stills.failed(
            link.StillFailed(id="9", code="still.too_old", detail="It is gone.")
        ),
    ],
)
async def test_an_answer_nobody_waits_for_is_ignored(
    answer: Callable[[PendingStills], None],
) -> None:
    deaf = Deaf()
    (task,) = await deaf.ask(1)
    answer(deaf.stills)
    assert not task.done()
    deaf.stills.chunk(chunk("1"))
    assert (await task).png == b"png"


def chunk(name: str) -> link.StillChunk:
    return link.StillChunk(name, 0, 1, Size(64, 64), 0, 0, b"png")
