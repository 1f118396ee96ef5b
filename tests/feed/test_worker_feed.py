"""The feed against real processes: they die, stop, hang and lie."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from streaming.domain.frame import AudioFrame, EncodedFrame, Rung
from streaming.feed.worker_feed import WorkerFeed
from streaming.protocol.worker_link import Alarm, Health, ProfileConfirmed, Start

FAKE_WORKER = (sys.executable, str(Path(__file__).with_name("fake_worker.py")))
PATIENCE_S = 20


class Room:
    """Keeps what the feed says, and lets a test wait for it."""

    def __init__(self) -> None:
        self.frames: list[EncodedFrame] = []
        self.sounds: list[AudioFrame] = []
        self.lost: list[tuple[str, str]] = []
        self._changed = asyncio.Event()

    def frame(self, frame: EncodedFrame) -> None:
        self.frames.append(frame)
        self._changed.set()

    def no_signal(self, since_ns: int, code: str, detail: str) -> None:
        self.lost.append((code, detail))
        self._changed.set()

    def audio(self, frame: AudioFrame) -> None:
        self.sounds.append(frame)
        self._changed.set()

    def health(self, health: Health) -> None: ...
    def alarm(self, alarm: Alarm) -> None: ...
    def profile_confirmed(self, message: ProfileConfirmed) -> None: ...
    def setup_ready(self, url: str) -> None: ...

    @property
    def live(self) -> list[EncodedFrame]:
        return [frame for frame in self.frames if frame.rung is Rung.LIVE]

    @property
    def slates(self) -> list[EncodedFrame]:
        return [frame for frame in self.frames if frame.rung is Rung.SLATE]

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not true():
                self._changed.clear()
                await self._changed.wait()


@asynccontextmanager
async def feeding(spec: str, room: Room) -> AsyncIterator[WorkerFeed]:
    feed = WorkerFeed(Start(source_id="s", spec=spec), room, command=FAKE_WORKER)
    run = asyncio.create_task(feed.run())
    try:
        yield feed
    finally:
        pids = feed.worker_pids
        run.cancel()
        await asyncio.gather(run, return_exceptions=True)
        assert not any(psutil.pid_exists(pid) for pid in pids)


async def test_frames_arrive_and_workers_end_with_the_feed() -> None:
    room = Room()
    async with feeding("steady", room) as feed:
        await room.until(lambda: len(room.live) > 3)
        assert len(feed.worker_pids) >= 1
    assert room.lost == []


async def test_killed_worker_is_replaced_by_the_spare() -> None:
    room = Room()
    async with feeding("steady", room) as feed:
        await room.until(lambda: len(feed.worker_pids) == 2)
        first, spare = feed.worker_pids
        os.kill(first, signal.SIGKILL)
        await room.until(lambda: feed.worker_pids[:1] == [spare])
        count = len(room.live)
        await room.until(lambda: len(room.live) > count)


async def test_killed_worker_without_a_spare_shows_a_slate_then_the_picture() -> None:
    room = Room()
    async with feeding("dies", room):
        await room.until(lambda: len(room.slates) > 0 and len(room.live) >= 10)
    assert room.lost[0][0] == "source.worker_ended"
    first_slate = room.frames.index(room.slates[0])
    assert room.frames[first_slate].captured_at_ns > room.frames[first_slate - 1].captured_at_ns


@pytest.mark.parametrize(
    ("spec", "code"), [("stops", "source.stalled"), ("stuck", "source.stalled")]
)
async def test_hung_worker_is_announced_then_killed_and_replaced(spec: str, code: str) -> None:
    room = Room()
    async with feeding(spec, room) as feed:
        await room.until(lambda: len(room.live) >= 1)
        first = feed.worker_pids[0]
        await room.until(lambda: len(room.slates) > 0)
        assert room.lost[0][0] == code
        await room.until(lambda: len(room.live) >= 10)
        assert first not in feed.worker_pids


async def test_worker_that_reports_a_lost_source_stays_and_says_why() -> None:
    room = Room()
    async with feeding("lost", room) as feed:
        await room.until(lambda: len(room.live) >= 1)
        first = feed.worker_pids[0]
        await room.until(lambda: len(room.slates) >= 4)
        assert room.lost == [("test", "")]
        assert feed.worker_pids[0] == first


async def test_source_that_cannot_be_opened_keeps_its_reason() -> None:
    room = Room()
    async with feeding("broken", room) as feed:
        attempts: set[int] = set()
        async with asyncio.timeout(PATIENCE_S):
            while len(attempts) < 3:
                attempts.update(feed.worker_pids)
                await asyncio.sleep(0.01)
    assert set(room.lost) == {("source.file_missing", "There is no such file.")}


async def test_worker_that_breaks_the_protocol_is_replaced() -> None:
    room = Room()
    async with feeding("garbage", room) as feed:
        await room.until(lambda: len(room.live) >= 1)
        first = feed.worker_pids[0]
        await room.until(lambda: len(room.live) >= 10)
        assert first not in feed.worker_pids


async def test_machine_without_room_for_a_worker_is_announced_and_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The spare fails first, then the one that is needed; the running one goes on meanwhile."""
    room = Room()
    spawned = subprocess.Popen
    full = True

    def spawn(*arguments: Any, **options: Any) -> "subprocess.Popen[bytes]":
        if full and len(room.live) > 0:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        return spawned(*arguments, **options)

    monkeypatch.setattr(subprocess, "Popen", spawn)
    async with feeding("steady", room) as feed:
        await room.until(lambda: len(room.live) > 150)
        assert len(feed.worker_pids) == 1
        os.kill(feed.worker_pids[0], signal.SIGKILL)
        await room.until(lambda: "source.no_worker" in [code for code, _ in room.lost])
        full = False
        count = len(room.live)
        await room.until(lambda: len(room.live) > count)


async def test_feed_that_crashed_starts_anew() -> None:
    room = Room()
    feed = WorkerFeed(Start(source_id="s", spec="steady"), room, command=FAKE_WORKER)
    for _ in range(2):
        run = asyncio.create_task(feed.run())
        count = len(room.live)
        await room.until(lambda count=count: len(room.live) > count)  # type: ignore[misc]
        run.cancel()
        await asyncio.gather(run, return_exceptions=True)
        assert feed.worker_pids == []


async def test_command_line_shows_nothing_of_the_source(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []

    def note(command: list[str], **options: Any) -> None:
        commands.append(command)
        raise OSError(11, "enough")

    monkeypatch.setattr(subprocess, "Popen", note)
    for spec in ("rtsp://ward:secret@10.0.0.1/scan", "/data/DOE_JANE.dcm", "file:DOE_JANE.dcm"):
        WorkerFeed(Start(source_id="s", spec=spec), Room()).tick(0)
        WorkerFeed(Start(source_id="s", spec=spec), Room(), clock_ns=lambda: 0).tick(1)
    assert len(commands) >= 3
    said = " ".join(part for command in commands for part in command)
    assert not [word for word in ("secret", "DOE", "ward", "10.0.0.1") if word in said]


async def test_sound_comes_while_it_is_wanted_and_from_the_next_worker_too() -> None:
    room = Room()
    async with feeding("steady", room) as feed:
        await room.until(lambda: len(room.live) > 3)
        assert room.sounds == []
        feed.set_audio(on=True)
        await room.until(lambda: len(room.sounds) > 3)
        os.kill(feed.worker_pids[0], signal.SIGKILL)
        await room.until(lambda: any(later.number < 3 for later in room.sounds[3:]))
        feed.set_audio(on=False)
        await room.until(lambda: went_quiet(room))


def went_quiet(room: Room) -> bool:
    """Pictures came after the last sound; a worker sends its sound after its picture."""
    return room.live[-1].number > room.sounds[-1].number + 5
