"""Takes pictures of the pages, for judging and for the documentation.

    python -m tests.web_client.screens --out FOLDER
        every page in every state, against the product's own server and a room of canned states

    python -m tests.web_client.screens --out FOLDER --cart URL --expert URL --observer URL
        the pages as they are just now in a running ``sonopair demo``

File names are PAGE-STATE-WIDTHxHEIGHT.png. ``--only expert-`` takes those whose name begins so,
``--size 390x844`` one size.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, Page, StorageState, async_playwright

from tests.chromium import ARGUMENTS, BINARY
from tests.web_client.node import running_node
from tests.web_client.scene import Scene, Set
from tests.web_client.scenes import SCENES, reset
from tests.web_client.setup_worker import running_setup_worker

SIZES = ("390x844", "844x390", "1024x768", "1920x1080")
SETTLE_MS = 2_500
PAGE_TIMEOUT_MS = 20_000


@dataclass(frozen=True)
class Camera:
    browser: Browser
    out: Path
    sizes: Sequence[str]

    async def shoot(self, scene: Scene, scene_set: Set) -> None:
        for size in self.sizes:
            reset(scene_set)
            scene.before(scene_set)
            async with AsyncExitStack() as stack:
                page = await self._page(size, stack)
                await page.goto(await scene.link(scene_set))
                await page.wait_for_timeout(SETTLE_MS)
                await scene.act(page, scene_set)
                await page.screenshot(path=self.out / f"{scene.name}-{size}.png")

    async def shoot_running(self, name: str, url: str) -> None:
        """The invitation may be good for one seat, so that seat's cookie is used at every size."""
        async with AsyncExitStack() as stack:
            page = await self._page(self.sizes[0], stack)
            await page.goto(url)
            await page.locator('[data-stage="picture"]').wait_for()
            seat, seat_url = await page.context.storage_state(), page.url
        for size in self.sizes:
            async with AsyncExitStack() as stack:
                page = await self._page(size, stack, seat=seat)
                await page.goto(seat_url)
                await page.locator('[data-stage="picture"]').wait_for()
                await page.wait_for_timeout(SETTLE_MS)
                await page.screenshot(path=self.out / f"{name}-running-{size}.png")

    async def _page(
        self, size: str, stack: AsyncExitStack, *, seat: StorageState | None = None
    ) -> Page:
        width, height = map(int, size.split("x"))
        phone = min(width, height) < 500
        context = await self.browser.new_context(
            viewport={"width": width, "height": height},
            has_touch=phone,
            is_mobile=phone,
            storage_state=seat,
        )
        stack.push_async_callback(context.close)
        page = await context.new_page()
        page.set_default_timeout(PAGE_TIMEOUT_MS)
        return page


async def main(options: argparse.Namespace) -> None:
    options.out.mkdir(parents=True, exist_ok=True)
    running = {"cart": options.cart, "expert": options.expert, "observer": options.observer}
    given = {name: url for name, url in running.items() if url}
    async with async_playwright() as playwright:
        arguments = [a for a in ARGUMENTS if not a.startswith(("--remote", "--headless"))]
        browser = await playwright.chromium.launch(executable_path=BINARY, args=arguments)
        camera = Camera(browser, options.out, [options.size] if options.size else SIZES)
        for name, url in given.items():
            await camera.shoot_running(name, url)
        if not given:
            await _shoot_scenes(camera, options.only)
        await browser.close()


async def _shoot_scenes(camera: Camera, only: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with running_node(Path(folder)) as node, running_setup_worker() as setup:
            for scene in SCENES:
                if scene.name.startswith(only):
                    await camera.shoot(scene, Set(node, setup))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, required=True, help="folder for the PNG files")
    parser.add_argument("--only", default="", help="scenes whose name begins so")
    parser.add_argument("--size", default="", help="one size, as 390x844")
    for page in ("cart", "expert", "observer"):
        parser.add_argument(f"--{page}", default="", help="its URL in a running demo")
    return parser.parse_args()


if __name__ == "__main__":
    asyncio.run(main(_options()))
