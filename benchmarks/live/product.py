"""Contender: Sonopair itself, as `sonopair demo` starts it, watched through its own expert page.

It counts as started when its warm spare waits: the spare's imports would else fall into whatever
is measured.
"""

import asyncio
import json
import os
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import Page

from benchmarks.live.contender import Picture, child, next_line, python
from benchmarks.workers import wait_for_spare
from streaming.auth.grants import GrantKeys, mint
from streaming.capture.phantom import phantom_profile_toml
from streaming.domain.frame import Size
from streaming.links import PAGE_OF_ROLE

MOST_VIEWERS = 128
_ROOM = "demo"
JOIN_PROBE = """
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
    """``links`` give seats, by page. ``grants`` is a file of one-use WHEP grants, one a line.
    ``processes``: see ``Contender``; the warm spare, which does nothing, has a line of its own.
    ``tasks`` is a file with the number of the node's asyncio tasks, where they are counted."""

    links: dict[str, str]
    origin: str
    grants: Path
    processes: dict[str, list[int]]
    tasks: Path

    @property
    def signalling(self) -> list[str]:
        return ["whep", f"{self.origin}/whep/{_ROOM}", str(self.grants)]

    async def show(self, page: Page, harness: str) -> None:
        await page.add_init_script(JOIN_PROBE)
        await page.goto(self.links["expert"])


async def join_ms(page: Page) -> float:
    """From the page's request for media to its first frame, in a page that ``show`` opened."""
    await page.wait_for_function("window.join.first_ms !== null")
    join = await page.evaluate("window.join")
    return float(join["first_ms"] - join["wanted_ms"])


@asynccontextmanager
async def product(
    picture: Picture, *, archive: bool = False, count_tasks: bool = False
) -> AsyncIterator[Product]:
    """With a data folder and secrets of its own, gone afterwards. ``archive``: encode for the
    recorder as well."""
    key = secrets.token_urlsafe(32)
    with TemporaryDirectory(prefix="bench-sonopair-") as name:
        folder = Path(name)
        profile = folder / "phantom.toml"
        profile.write_text(phantom_profile_toml(Size(picture.width, picture.height)))
        environment = os.environ | {
            "SONOPAIR_DATA_DIR": str(folder / "data"),
            "SONOPAIR_SECRETS__GRANT_KEYS": json.dumps({"bench": key}),
        }
        tasks = folder / "tasks"
        changes = ["--players", str(MOST_VIEWERS)]
        changes += ["--archive"] if archive else []
        changes += ["--tasks", str(tasks)] if count_tasks else []
        command = [
            *python("benchmarks.live.node", *changes, "demo", "--no-browser", "--json"),
            *("--source", picture.spec, "--profile", str(profile), "--port", "0"),
        ]
        async with child(*command, environment=environment) as process:
            ready = json.loads(await next_line(process))
            active, spare = await asyncio.to_thread(wait_for_spare, process.pid)
            grants = folder / "grants"
            grants.write_text(_grants(key, audience=ready["origin"]))
            pids = {"node": [process.pid], "worker": [active.pid], "spare": [spare.pid]}
            links = {page: ready[f"{page}_url"] for page in PAGE_OF_ROLE.values()}
            yield Product(links, ready["origin"], grants, pids, tasks)


def _grants(key: str, *, audience: str) -> str:
    keys = GrantKeys({"bench": key}, audience=audience)
    minted = (mint(keys, room=_ROOM, now_s=int(time.time())) for _ in range(MOST_VIEWERS))
    return "".join(f"{grant}\n" for grant in minted)
