"""Single moments of a consult: one joins, all freeze together, a camera begins to film."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TypedDict

from playwright.async_api import Browser

from benchmarks.live.latency import Sample, age_ms
from benchmarks.live.product import JOIN_PROBE, Product, join_ms, product
from benchmarks.room.crowd import PICTURE
from benchmarks.room.pointing import first_after
from benchmarks.room.screen import Screen, screen
from benchmarks.statistics import percentile

CAMERA_WIDTH, CAMERA_HEIGHT = 1280, 720
CAMERA_VIDEO = '[data-testid="second-view"] [data-testid="camera-video"]'
RATE_OVER_MS = 500.0
BEGINS_S = 3.0
"""Until a camera films as it goes on."""

_STILL = """document.querySelector('[data-testid="frozen-picture"]')?.dataset.held === 'still'"""
_MOVING = """!document.querySelector('[data-testid="frozen-picture"]')"""
_LENS = "offset_us => { seams.camera = () => filming.camera(offset_us); }"
_BETWEEN_S = 0.5


class Sent(TypedDict):
    """Up to a time of the page: ``bytes`` of media. At it: the ``height`` of what is encoded, what
    the browser says ``limits`` that ("none", "cpu", "bandwidth"), and what its estimate of the
    network allows."""

    at_ms: float
    bytes: int
    height: int
    allowed_bps: float
    limits: str


@dataclass(frozen=True, slots=True)
class Freezes:
    """Milliseconds from each press of the button to the still, in the own page and in another.
    ``join_ms``: from the expert's page's request for media to its first frame."""

    own_ms: list[float]
    other_ms: list[float]
    freezes: int
    join_ms: float


@dataclass(frozen=True, slots=True)
class Beginning:
    """How a camera films some time after its first packet."""

    mbps: float
    allowed_mbps: float
    height: int
    limits: str


@dataclass(frozen=True, slots=True)
class Filming:
    """``cb``: drawn to the call of a viewer's requestVideoFrameCallback's callback, ms."""

    cb_p50: float
    cb_p95: float
    after_1_s: Beginning
    after_2_s: Beginning
    unread_percent: float


async def freeze(browser: Browser, clock: str, *, freezes: int) -> Freezes:
    """The expert freezes, the operator sees it too."""
    async with _two_screens(browser, clock) as (node, operator, expert):
        await operator.open(node.links["cart"])
        await operator.until_picture()
        await expert.page.add_init_script(JOIN_PROBE)
        await expert.open(node.links["expert"])
        joined_ms = await join_ms(expert.page)
        for each in (operator, expert):
            await each.until_board()
            await each.get("watching.freezes()")
        for _ in range(freezes):
            await asyncio.sleep(_BETWEEN_S)
            await expert.press("Freeze together")
            for each in (operator, expert):
                with suppress(TimeoutError):  # it counts as one that never came
                    await each.until(_STILL)
            await expert.press("Go on")
            for each in (operator, expert):
                await each.until(_MOVING)
        clicks = (await expert.times("watching.clicks"))[::2]  # every other one goes on
        return Freezes(
            own_ms=first_after(clicks, await expert.times("watching.stills")),
            other_ms=first_after(clicks, await operator.times("watching.stills")),
            freezes=freezes,
            join_ms=joined_ms,
        )


async def film(browser: Browser, clock: str, *, seconds: float) -> Filming:
    """A camera's page films what the bench draws; the expert's page sees it.

    Raises:
        ValueError: nothing of it could be read.
    """
    async with _two_screens(browser, clock) as (node, phone, expert):
        await expert.open(node.links["expert"])
        await expert.until_picture()
        await phone.open(node.links["camera"])
        await phone.get(
            "offset => { seams.camera = () => filming.camera(offset); }", phone.offset_us
        )
        await phone.get("filming.watchSending()")
        await phone.press("Start the camera")
        await expert.until(f"document.querySelector('{CAMERA_VIDEO}')?.videoWidth > 0")
        await asyncio.sleep(BEGINS_S)
        place = {"x": 0, "y": 0, "width": CAMERA_WIDTH, "video": CAMERA_VIDEO}
        await expert.get("place => barcode.watch(place)", place)
        await asyncio.sleep(seconds)
        samples: list[Sample] = await expert.get("barcode.samples")
        sent: list[Sent] = await phone.get("filming.sent")
    ages = [
        age_ms(sample["called_ms"], sample["captured_us"], expert.offset_us)
        for sample in samples
        if sample["captured_us"] is not None
    ]
    return Filming(
        cb_p50=percentile(ages, 50),
        cb_p95=percentile(ages, 95),
        after_1_s=beginning(sent, after_ms=1_000),
        after_2_s=beginning(sent, after_ms=2_000),
        unread_percent=100 * (1 - len(ages) / len(samples)),
    )


@asynccontextmanager
async def _two_screens(
    browser: Browser, clock: str
) -> AsyncIterator[tuple[Product, Screen, Screen]]:
    async with (
        product(PICTURE) as node,
        screen(browser, clock) as one,
        screen(browser, clock) as other,
    ):
        yield node, one, other


def beginning(sent: Sequence[Sent], *, after_ms: float) -> Beginning:
    """``after_ms`` the first packet; the rate is that of the ``RATE_OVER_MS`` before.

    Raises ValueError when it wasn't watched for so long.
    """
    end_ms = sent[0]["at_ms"] + after_ms if sent else 0
    last = next((each for each in sent if each["at_ms"] >= end_ms), None)
    if last is None:
        raise ValueError("the camera sent nothing, or not long enough")
    first = next(each for each in sent if each["at_ms"] >= last["at_ms"] - RATE_OVER_MS)
    passed_ms = last["at_ms"] - first["at_ms"]
    mbps = 8e-3 * (last["bytes"] - first["bytes"]) / passed_ms
    return Beginning(mbps, last["allowed_bps"] / 1e6, last["height"], last["limits"])
