"""A real OpenID provider (the npm package oidc-provider) on loopback, and people who use it."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import aiohttp

from hatch_build import node_of_machine, node_of_wheel

SECRET = "a secret of this node: +/%& alone"
SCRIPT = Path(__file__).parent / "provider.mjs"
CLIENT = Path(__file__).parents[2] / "web-client"


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    issuer: str
    process: asyncio.subprocess.Process

    async def visit(self, url: str, *, name: str) -> str:
        """Go through its pages as ``name``; the address that it leads back to."""
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(cookie_jar=jar) as browser:
            while url.startswith(self.issuer):
                async with browser.get(url, allow_redirects=False) as response:
                    page, location = await response.text(), response.headers.get("Location", "")
                if response.status == 200:
                    location = await self._answer(browser, url, page, name)
                assert location, page
                url = urljoin(url, location)
        return url

    async def _answer(self, browser: aiohttp.ClientSession, url: str, page: str, name: str) -> str:
        """Send the form of a sign-in or consent page."""
        action = re.search(r'<form[^>]* action="([^"]+)"', page)
        prompt = re.search(r'name="prompt" value="(\w+)"', page)
        assert action and prompt, page
        form = {"prompt": prompt[1], "login": name, "password": "any"}
        async with browser.post(
            urljoin(url, action[1]), data=form, allow_redirects=False
        ) as response:
            return response.headers["Location"]

    async def stop(self) -> None:
        if self.process.returncode is None:
            self.process.terminate()
        await self.process.wait()


@asynccontextmanager
async def running_provider(
    redirect_uri: str, *, auth_method: str = "client_secret_basic"
) -> AsyncIterator[IdentityProvider]:
    node = node_of_machine() or node_of_wheel()
    assert node is not None
    process = await asyncio.create_subprocess_exec(
        *(node.folder / "node", "--input-type=module", "-", redirect_uri, SECRET, auth_method),
        cwd=CLIENT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdin and process.stdout
    process.stdin.write(SCRIPT.read_bytes())
    process.stdin.close()
    provider = None
    try:
        said = json.loads(await process.stdout.readline())
        provider = IdentityProvider(said["issuer"], process)
        yield provider
    finally:
        await (provider or IdentityProvider("", process)).stop()
