"""The node as ``app`` composes it, in the test's own loop."""

import asyncio
import resource
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from streaming.app import Ready, _allow_open_files, serve
from streaming.capture.phantom import phantom_profile_toml
from streaming.config import Settings, load_settings
from streaming.domain.frame import Size
from streaming.domain.profile import parse_profile, profile_sha256
from streaming.store.access import StoredConfirmations
from streaming.store.database import Database

SIZE = Size(640, 480)
START_S = 30


def settings(folder: Path, profile: Path | None) -> Settings:
    room = {"name": "ward", "source": "phantom:?size=640x480", "profile": profile}
    flags = {"listen": {"port": 0}, "data_dir": folder / "data", "rooms": [room]}
    return load_settings(flags=flags, environment={})


@asynccontextmanager
async def running(node: Settings, *, open_links: bool = False) -> AsyncIterator[Ready]:
    started: asyncio.Future[Ready] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(serve(node, ready=started.set_result, open_links=open_links))
    task.add_done_callback(lambda _: started.cancel())
    try:
        yield await asyncio.wait_for(started, START_S)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def profile_in_force(node: Settings) -> str:
    """The name of the profile the next start uses, by starting."""
    async with running(node), aiohttp.ClientSession():
        pass
    database = await asyncio.to_thread(Database.open, node.data_dir)
    try:
        latest = await StoredConfirmations(database).latest(await _source_id(database))
        assert latest is not None
        return parse_profile(latest.profile_toml).name
    finally:
        await asyncio.to_thread(database.close)


async def _source_id(database: Database) -> str:
    from sqlalchemy import select

    from streaming.store.models import ConfirmationRow

    found = await database.run(lambda s: s.scalars(select(ConfirmationRow.source_id)).first())
    assert found is not None
    return found


async def confirm_on_the_page(node: Settings, toml: str) -> None:
    database = await asyncio.to_thread(Database.open, node.data_dir)
    try:
        source_id = await _source_id(database)
        sha256 = profile_sha256(parse_profile(toml))
        StoredConfirmations(database).confirmed(source_id, toml=toml, sha256=sha256)
    finally:
        await asyncio.to_thread(database.close)


async def test_later_confirmation_isnt_undone_by_the_file_in_the_settings(tmp_path: Path) -> None:
    file = tmp_path / "wide.toml"
    wide = phantom_profile_toml(SIZE)
    file.write_text(wide)
    node = settings(tmp_path, file)
    given = await profile_in_force(node)
    tight = 'name = "tight"\nsize = [640, 480]\nregions = [[200, 200, 300, 300]]\n'
    await confirm_on_the_page(node, tight)
    assert await profile_in_force(node) == "tight"
    file.write_text(wide.replace(given, f"{given} 2"))
    assert await profile_in_force(node) == f"{given} 2"


async def test_node_serves_and_ends_with_its_task(tmp_path: Path) -> None:
    async with running(settings(tmp_path, None)) as node, aiohttp.ClientSession() as http:
        assert (await http.get(f"{node.origin}/healthz")).status == 200
        origin = node.origin
    async with aiohttp.ClientSession() as http:
        try:
            await http.get(f"{origin}/healthz")
        except aiohttp.ClientConnectionError:
            return
    raise AssertionError("the port still answers")


async def test_the_link_a_browser_is_started_with_is_good_once(tmp_path: Path) -> None:
    async def redeem(link: str) -> int:
        page, _, secret = link.partition("#invite=")
        assert page == f"{node.origin}/cart"
        async with (
            aiohttp.ClientSession() as http,
            http.post(f"{node.origin}/api/seats", json={"invite": secret}) as response,
        ):
            return response.status

    async with running(settings(tmp_path, None), open_links=True) as node:
        assert [await redeem(node.browser_url) for _ in range(2)] == [201, 401]
        assert [await redeem(node.cart_url) for _ in range(2)] == [201, 201]


def test_a_node_may_open_as_many_files_as_the_system_lets_it() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
    try:
        _allow_open_files()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (before[1], before[1])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
