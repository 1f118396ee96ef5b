"""Contender: stock aiortc (VideoStreamTrack, MediaRelay), encoding for each viewer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from playwright.async_api import Page

from benchmarks.live.contender import Picture, child, next_line, python


@dataclass(frozen=True, slots=True)
class Stock:
    url: str
    pid: int
    codec: str

    @property
    def processes(self) -> dict[str, list[int]]:
        return {"node": [self.pid]}

    @property
    def signalling(self) -> list[str]:
        return ["whep", self.url]

    async def show(self, page: Page, harness: str) -> None:
        await page.goto(f"http://{harness}/viewer.html")
        offer = await page.evaluate("codec => offer(codec)", self.codec)
        async with aiohttp.ClientSession() as session, session.post(self.url, data=offer) as answer:
            await page.evaluate("sdp => accept(sdp)", await answer.text())


@asynccontextmanager
async def stock(picture: Picture, codec: str) -> AsyncIterator[Stock]:
    """``codec``: "VP8" or "H264"."""
    arguments = "--spec", picture.spec, "--bitrate", str(picture.bitrate_bps)
    async with child(*python("benchmarks.live.stock_server", *arguments)) as process:
        yield Stock((await next_line(process)).strip(), process.pid, codec)
