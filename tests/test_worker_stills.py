"""Stills of a real worker process: exactly the picture that was shown, and nothing in its way."""

import asyncio
import itertools
import os
import signal

import cv2
import numpy as np
import pytest

from streaming.capture import barcode
from streaming.capture.phantom import BARCODE_ORIGIN, phantom_profile_toml
from streaming.domain.errors import SonopairError
from streaming.domain.frame import EncodedFrame, Rung, Size, Still
from streaming.feed.worker_feed import WorkerFeed
from streaming.picture.still_png import luma_of_grey
from streaming.protocol import worker_link as wire
from tests.feed.test_worker_feed import Room
from tests.worker_node import WorkerOnTrial, worker

SIZE = Size(1280, 720)
SPEC = "phantom:?size=1280x720&fps=30"
PROFILE = phantom_profile_toml(SIZE)


def ask(on_trial: WorkerOnTrial, captured_at_ns: int, name: str = "1") -> None:
    on_trial.send(wire.RequestStill(id=name, captured_at_ns=captured_at_ns))


def fetch(on_trial: WorkerOnTrial, captured_at_ns: int) -> bytes:
    ask(on_trial, captured_at_ns)
    chunks = [on_trial.expect(wire.StillChunk)]
    while chunks[-1].index + 1 < chunks[0].count:
        chunks.append(on_trial.expect(wire.StillChunk))
    assert [c.index for c in chunks] == list(range(chunks[0].count))
    assert {(c.size, c.captured_at_ns) for c in chunks} == {(SIZE, captured_at_ns)}
    return b"".join(chunk.data for chunk in chunks)


def refusal(on_trial: WorkerOnTrial, captured_at_ns: int) -> str:
    ask(on_trial, captured_at_ns)
    return on_trial.expect(wire.StillFailed).code


def clock_of(png: bytes) -> tuple[int, int] | None:
    image = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    assert image is not None and image.ndim == 2
    return barcode.read(luma_of_grey(np.asarray(image, np.uint8)), *BARCODE_ORIGIN)


def clock_at(captured_at_ns: int, number: int) -> tuple[int, int]:
    return captured_at_ns // 1000 % (1 << barcode.TIME_BITS), number


def test_a_still_shows_the_clock_of_its_frame_and_no_live_frame_is_lost() -> None:
    with worker("-m", "streaming.worker") as on_trial:
        on_trial.start(SPEC, profile_toml=PROFILE)
        for frame in [on_trial.frames(10)[-1], *on_trial.frames(2)]:
            assert clock_of(fetch(on_trial, frame.captured_at_ns)) == clock_at(
                frame.captured_at_ns, frame.number
            )
        on_trial.frames(5)
        live = [f for f in on_trial.seen if isinstance(f, EncodedFrame) and f.rung is Rung.LIVE]
        numbers = [frame.number for frame in live]
        told = [m for m in on_trial.seen if isinstance(m, wire.Health)][-1]
        missing = sum(later - one - 1 for one, later in itertools.pairwise(numbers))
        assert missing <= told.dropped  # what the source itself skipped, nothing more


def test_what_was_never_captured_or_is_long_gone_is_refused() -> None:
    with worker("-m", "streaming.worker") as on_trial:
        on_trial.start(SPEC, profile_toml=PROFILE)
        first = on_trial.frames(3)[0]
        assert refusal(on_trial, first.captured_at_ns + 10_000_000) == "still.unknown"
        assert refusal(on_trial, 1) == "still.too_old"
        on_trial.expect(
            EncodedFrame, lambda f: f.captured_at_ns > first.captured_at_ns + 2_100_000_000
        )
        assert refusal(on_trial, first.captured_at_ns) == "still.too_old"


def test_a_withdrawn_mask_takes_its_stills_along() -> None:
    with worker("-m", "streaming.worker") as on_trial:
        on_trial.start(SPEC, profile_toml=PROFILE)
        shown = on_trial.frames(3)[-1]
        on_trial.send(wire.SetProfile(profile_toml=None))
        on_trial.expect(wire.Health, lambda h: h.mask == "black")
        assert refusal(on_trial, shown.captured_at_ns) == "still.too_old"
        black = on_trial.frames(10)[-1]
        assert clock_of(fetch(on_trial, black.captured_at_ns)) is None


async def still_of_the_newest(feed: WorkerFeed, room: Room) -> tuple[EncodedFrame, Still]:
    count = len(room.live)
    await room.until(lambda: len(room.live) > count + 3)
    frame = room.live[-1]
    return frame, await feed.still(frame.captured_at_ns)


async def test_the_node_fetches_a_still_and_is_told_when_its_worker_dies() -> None:
    room = Room()
    start = wire.Start(source_id="s", spec=SPEC, profile_toml=PROFILE, encoder="x264")
    feed = WorkerFeed(start, room)
    run = asyncio.create_task(feed.run())
    try:
        frame, still = await still_of_the_newest(feed, room)
        assert (still.size, still.number) == (SIZE, frame.number)
        assert clock_of(still.png) == clock_at(frame.captured_at_ns, frame.number)

        doomed = feed.worker_pids[0]
        os.kill(doomed, signal.SIGSTOP)
        pending = asyncio.create_task(feed.still(room.live[-1].captured_at_ns))
        await asyncio.sleep(0)
        os.kill(doomed, signal.SIGKILL)
        with pytest.raises(SonopairError) as caught:
            await pending
        assert caught.value.code == "still.lost"

        frame, still = await still_of_the_newest(feed, room)
        assert clock_of(still.png) == clock_at(frame.captured_at_ns, frame.number)
    finally:
        run.cancel()
        await asyncio.gather(run, return_exceptions=True)
