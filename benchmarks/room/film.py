"""What a guest films: two seconds of the phantom, encoded once and sent over and over."""

import asyncio
import time
from collections.abc import Sequence

from benchmarks.live.phantom import phantom_of
from benchmarks.room.guest import Guest
from streaming.picture.encode import LiveEncoder
from streaming.picture.masking import Masker
from streaming.relay.packetiser import packetise

SPEC = "phantom:?size=1280x720&fps=30"
BITRATE_BPS = 1_500_000
PICTURES = 60


def pictures() -> list[tuple[bytes, ...]]:
    """The payloads of each, H.264, the first a key frame. Takes two seconds."""
    phantom = phantom_of(SPEC)
    masker = Masker(phantom.profile)
    encoder = LiveEncoder(phantom.size, bitrate_bps=BITRATE_BPS, nominal_fps=phantom.fps)
    phantom.source.open()
    made: list[tuple[bytes, ...]] = []
    while len(made) < PICTURES:
        raw = phantom.source.read(1.0)
        if raw is not None:
            made.append(packetise(encoder.encode(masker.mask(raw), keyframe=not made)).payloads)
    phantom.source.close()
    return made


async def film(guest: Guest, made: Sequence[tuple[bytes, ...]], *, fps: int = 30) -> None:
    """Until cancelled; then the camera is off. It answers no request for a key frame: one comes
    every two seconds."""
    await guest.say({"type": "camera.state", "on": True})
    started_s = time.monotonic()
    number = 0
    try:
        while True:
            guest.line.film(made[number % len(made)])
            number += 1
            await asyncio.sleep(started_s + number / fps - time.monotonic())
    finally:
        await guest.say({"type": "camera.state", "on": False})
