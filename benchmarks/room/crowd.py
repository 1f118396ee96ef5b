"""Many people in a room, some of whom speak all at once: what that costs, and who heard whom."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.live.contender import Picture
from benchmarks.live.product import Product, product
from benchmarks.live.viewer import Arrivals
from benchmarks.processes import Cost, CostMeter
from benchmarks.room.guest import Guest, guests
from benchmarks.room.line import Heard
from benchmarks.room.speech import PACKET_S, speech, talk
from benchmarks.statistics import percentile

PICTURE = Picture(1280, 720, 30)
SPEAKERS = 8
SETTLE_S = 1.0
_FIRST_HZ, _APART_HZ = 300, 70


@dataclass(frozen=True, slots=True)
class Crowd:
    """``voice_in_per_s`` are packets that the speakers sent, ``voice_out_per_s`` those that
    reached listeners, which is ``voice_percent`` of what should have. ``unheard``: pairs of a
    speaker and a listener who got nothing of them. ``arr``: a scanner's picture, captured to last
    packet, over all listeners, milliseconds."""

    costs: dict[str, Cost]
    voice_in_per_s: float
    voice_out_per_s: float
    voice_percent: float
    lost: int
    unheard: int
    arr_p50: float
    arr_p95: float
    frames_percent: float


async def gather(*, viewers: int, seconds: float) -> Crowd:
    """``SPEAKERS`` speakers and ``viewers`` others; everybody gets the scanner's picture too.

    Raises:
        TimeoutError, ExceptionGroup: see ``guests``.
        ValueError: nobody got a picture.
    """
    async with product(PICTURE) as node:
        links = [node.links["cart"], *[node.links["expert"]] * (SPEAKERS - 1)]
        links += [node.links["observer"]] * viewers
        async with guests(links) as everybody, asyncio.TaskGroup() as tasks:
            said = [speech(_FIRST_HZ + _APART_HZ * number) for number in range(SPEAKERS)]
            talking = [
                tasks.create_task(talk(guest, packets, after_s=place * PACKET_S / SPEAKERS))
                for place, (guest, packets) in enumerate(zip(everybody, said, strict=False))
            ]
            await asyncio.sleep(SETTLE_S)
            crowd = await _listen(node, everybody, said, seconds)
            for task in talking:
                task.cancel()
    return crowd


async def _listen(
    node: Product, everybody: Sequence[Guest], said: Sequence[Sequence[bytes]], seconds: float
) -> Crowd:
    lines = [guest.line for guest in everybody]
    spoken = sum(line.spoken for line in lines)
    for line in lines:
        line.heard, line.arrivals = {}, Arrivals()
    meter = CostMeter(node.processes)
    meter.start()
    begun_s = time.monotonic()
    await asyncio.sleep(seconds)
    passed_s = time.monotonic() - begun_s
    costs = meter.stop()
    heard = [dict(line.heard) for line in lines]
    ages = [age for line in lines for age in line.arrivals.ages_ms]
    spoken = sum(line.spoken for line in lines) - spoken
    streams = [each for of_one in heard for each in of_one.values()]
    arrived = sum(each.packets for each in streams)
    return Crowd(
        costs=costs,
        voice_in_per_s=spoken / passed_s,
        voice_out_per_s=arrived / passed_s,
        voice_percent=100 * arrived / (spoken * (len(lines) - 1)),
        lost=sum(each.lost for each in streams),
        unheard=unheard(heard, said),
        arr_p50=percentile(ages, 50),
        arr_p95=percentile(ages, 95),
        frames_percent=100 * len(ages) / (len(lines) * passed_s * PICTURE.fps),
    )


def unheard(heard: Sequence[Mapping[int, Heard]], said: Sequence[Sequence[bytes]]) -> int:
    """Pairs of a speaker and somebody else who got no packet of theirs. The first in ``heard`` are
    the speakers, in the order of what they ``said``."""
    speaker_of = {packet: speaker for speaker, packets in enumerate(said) for packet in packets}
    missing = 0
    for listener, streams in enumerate(heard):
        known = {speaker_of[each.opus] for each in streams.values() if each.opus in speaker_of}
        missing += len(set(range(len(said))) - known - {listener})
    return missing
