"""Accounts on a node as ``app`` composes it: a real identity provider, a real database."""

import asyncio
import socket
from pathlib import Path

import aiohttp

from streaming.commands.accounts import make_first_admin
from streaming.config import load_settings
from tests.auth.identity_provider import SECRET, running_provider
from tests.test_app import running


def browser(origin: str) -> aiohttp.ClientSession:
    jar = aiohttp.CookieJar(unsafe=True, treat_as_secure_origin=origin)
    return aiohttp.ClientSession(origin, cookie_jar=jar, headers={"Origin": origin})


async def test_the_first_admin_signs_in_and_makes_an_account_that_takes_a_seat(
    tmp_path: Path,
) -> None:
    rooms = [{"name": "ward", "source": "phantom:?size=320x240"}]
    flags = {"listen": {"port": 0}, "data_dir": tmp_path / "data", "rooms": rooms}
    settings = load_settings(flags=flags, environment={})
    told = await asyncio.to_thread(make_first_admin, settings, on_terminal=True)
    once = told.splitlines()[0].rpartition(" ")[2]
    async with running(settings) as node, browser(node.origin) as admin:
        password = {"login": "admin", "password": once}
        async with admin.post("/api/login", json=password) as response:
            assert (response.status, (await response.json())["must_change"]) == (200, True)
        change = {"old": once, "new": "a lake of quiet herons"}
        async with admin.post("/api/me/password", json=change) as response:
            assert response.status == 200
        new = {"login": "ito", "roles": ["expert"]}
        async with admin.post("/api/accounts", json=new) as response:
            first = (await response.json())["password"]
        async with browser(node.origin) as expert:
            await expert.post("/api/login", json={"login": "ito", "password": first})
            change = {"old": first, "new": "herons of a quiet lake"}
            await expert.post("/api/me/password", json=change)
            async with expert.post("/api/rooms/ward/seats", json={"role": "expert"}) as response:
                assert response.status == 201
            async with expert.post("/api/tickets", json={"role": "expert"}) as response:
                assert response.status == 201


async def test_a_node_signs_people_in_with_the_provider_of_its_settings(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    callback = f"http://127.0.0.1:{port}/api/oidc/callback"
    async with running_provider(callback) as provider:
        oidc = {
            "issuer": provider.issuer,
            "client_id": "sonopair",
            "client_secret": SECRET,
            "roles": {"us-experts": ["expert"]},
        }
        flags = {"listen": {"port": port}, "data_dir": tmp_path / "data", "oidc": oidc}
        settings = load_settings(flags=flags, environment={})
        async with running(settings) as node, browser(node.origin) as person:
            async with person.get("/api/login") as response:
                assert await response.json() == {"oidc": True}
            async with person.get("/api/oidc/start", allow_redirects=False) as response:
                url = response.headers["Location"]
            back = await provider.visit(url, name="ito")
            async with person.get(back, allow_redirects=False) as response:
                assert response.headers["Location"] == "/worklist"
            async with person.get("/api/me") as response:
                assert (await response.json())["roles"] == ["expert"]
