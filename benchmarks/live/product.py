"""Contender: Sonopair itself, as `sonopair demo` starts it, watched through its own expert page."""

import json
import os
import secrets
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
from playwright.async_api import Page

from benchmarks.live.contender import Picture, child, next_line
from streaming.auth.grants import GrantKeys, mint
from streaming.capture.phantom import phantom_profile_toml
from streaming.domain.frame import Size

MOST_VIEWERS = 64
_ROOM = "demo"
_JOIN_PROBE = """
(() => {
  window.join = { wanted_ms: null, first_ms: null };
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    if (String(data).includes('"media.want"')) window.join.wanted_ms ??= performance.now();
    return send.call(this, data);
  };
  const play = () => {
    const video = document.querySelector('[data-testid="scanner-video"]');
    if (!video) return requestAnimationFrame(play);
    video.requestVideoFrameCallback(() => { window.join.first_ms = performance.now(); });
  };
  play();
})();
"""


@dataclass(frozen=True, slots=True)
class Product:
    """``grants`` is a file of one-use WHEP grants, one a line."""

    expert_url: str
    origin: str
    grants: Path
    pid: int

    @property
    def processes(self) -> dict[str, list[int]]:
        """``worker`` includes the warm spare."""
        workers = [process.pid for process in psutil.Process(self.pid).children()]
        return {"node": [self.pid], "worker": workers}

    @property
    def signalling(self) -> list[str]:
        return ["whep", f"{self.origin}/whep/{_ROOM}", str(self.grants)]

    async def show(self, page: Page, harness: str) -> None:
        await page.add_init_script(_JOIN_PROBE)
        await page.goto(self.expert_url)


async def join_ms(page: Page) -> float:
    """From the page's request for media to its first frame, in a page that ``show`` opened."""
    await page.wait_for_function("window.join.first_ms !== null")
    join = await page.evaluate("window.join")
    return float(join["first_ms"] - join["wanted_ms"])


@asynccontextmanager
async def product(picture: Picture) -> AsyncIterator[Product]:
    """With a data folder and secrets of its own, gone afterwards."""
    key = secrets.token_urlsafe(32)
    with TemporaryDirectory(prefix="bench-sonopair-") as name:
        folder = Path(name)
        profile = folder / "phantom.toml"
        profile.write_text(phantom_profile_toml(Size(picture.width, picture.height)))
        environment = os.environ | {
            "SONOPAIR_DATA_DIR": str(folder / "data"),
            "SONOPAIR_SECRETS__GRANT_KEYS": json.dumps({"bench": key}),
        }
        command = [
            *(str(Path(sys.executable).with_name("sonopair")), "demo", "--no-browser", "--json"),
            *("--source", picture.spec, "--profile", str(profile), "--port", "0"),
        ]
        async with child(*command, environment=environment) as process:
            ready = json.loads(await next_line(process))
            grants = folder / "grants"
            grants.write_text(_grants(key, audience=ready["origin"]))
            yield Product(ready["expert_url"], ready["origin"], grants, process.pid)


def _grants(key: str, *, audience: str) -> str:
    keys = GrantKeys({"bench": key}, audience=audience)
    minted = (mint(keys, room=_ROOM, now_s=int(time.time())) for _ in range(MOST_VIEWERS))
    return "".join(f"{grant}\n" for grant in minted)
