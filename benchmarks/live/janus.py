"""Contender: Janus's streaming plugin, fed with RTP by the product's own encoder.

The mountpoint has `playoutdelay_ext`, and each viewer asks for a delay of 0 to 0: without it Janus
is some 30 ms slower in Chromium. Janus runs ICE-lite here, as the product does.
"""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import Page

from benchmarks.live.contender import Picture, child, next_line, python
from benchmarks.live.janus_client import JanusClient

_START_ATTEMPTS = 100
_START_PAUSE_S = 0.1

_MAIN = """
general: {{
  configs_folder = "{folder}"
  plugins_folder = "{library}/plugins"
  transports_folder = "{library}/transports"
  events_folder = "{folder}"
  loggers_folder = "{folder}"
  debug_level = 2
  session_timeout = 0
}}
nat: {{ ice_lite = true }}
plugins: {{ disable = "{other_plugins}" }}
transports: {{ disable = "{other_transports}" }}
"""
_HTTP = """
general: {{ http = true, port = {port}, ip = "127.0.0.1", https = false, json = "compact" }}
admin: {{ admin_http = false, admin_https = false }}
"""


@dataclass(frozen=True, slots=True)
class Janus:
    url: str
    node_pid: int
    feeder_pid: int

    @property
    def processes(self) -> dict[str, list[int]]:
        return {"node": [self.node_pid], "worker": [self.feeder_pid]}

    @property
    def signalling(self) -> list[str]:
        return ["janus", self.url]

    async def show(self, page: Page, harness: str) -> None:
        await page.goto(f"http://{harness}/viewer.html")
        client = await asyncio.to_thread(JanusClient, self.url)
        handle = await asyncio.to_thread(client.attach)
        offer = await asyncio.to_thread(client.offer, handle)
        answer = await page.evaluate("sdp => answer(sdp)", offer)
        await asyncio.to_thread(client.answer, handle, answer)


def library() -> Path | None:
    """Where this machine's Janus keeps its modules; None when it has no usable Janus."""
    if shutil.which("janus") is None:
        return None
    modules = "janus/plugins/libjanus_streaming.so", "janus/transports/libjanus_http.so"
    for folder in Path("/usr/lib").glob("*-linux-gnu"):
        if all((folder / module).exists() for module in modules):
            return folder / "janus"
    return None


@asynccontextmanager
async def janus(picture: Picture) -> AsyncIterator[Janus]:
    """Raises RuntimeError when Janus isn't there or doesn't start."""
    modules = library()
    if modules is None:
        raise RuntimeError("no Janus on this machine: apt-get install janus")
    http_port, rtp_port, rtcp_port = _free_ports(3)
    with TemporaryDirectory(prefix="bench-janus-") as name:
        folder = Path(name)
        _configure(folder, modules, http_port)
        command = ["janus", "-F", str(folder), "-C", str(folder / "janus.jcfg"), "-L"]
        async with child(*command, str(folder / "log"), "--disable-stdout") as server:
            url = f"http://127.0.0.1:{http_port}/janus"
            client = await _connected(url)
            admin = await asyncio.to_thread(client.attach)
            await asyncio.to_thread(
                client.create_mountpoint, handle=admin, rtp_port=rtp_port, rtcp_port=rtcp_port
            )
            async with child(*_feeder(picture, rtp_port, rtcp_port)) as feeder:
                await next_line(feeder)
                yield Janus(url, server.pid, feeder.pid)


def _feeder(picture: Picture, rtp_port: int, rtcp_port: int) -> list[str]:
    return python(
        "benchmarks.live.rtp_feeder",
        *("--spec", picture.spec, "--bitrate", str(picture.bitrate_bps)),
        *("--rtp-port", str(rtp_port), "--rtcp-port", str(rtcp_port)),
    )


def _configure(folder: Path, modules: Path, http_port: int) -> None:
    def all_but(kind: str, kept: str) -> str:
        return ",".join(
            sorted(path.name for path in (modules / kind).glob("*.so") if path.name != kept)
        )

    main = _MAIN.format(
        folder=folder,
        library=modules,
        other_plugins=all_but("plugins", "libjanus_streaming.so"),
        other_transports=all_but("transports", "libjanus_http.so"),
    )
    (folder / "janus.jcfg").write_text(main)
    (folder / "janus.transport.http.jcfg").write_text(_HTTP.format(port=http_port))
    (folder / "janus.plugin.streaming.jcfg").write_text("general: { events = false }\n")


async def _connected(url: str) -> JanusClient:
    for _ in range(_START_ATTEMPTS):
        try:
            return await asyncio.to_thread(JanusClient, url)
        except OSError:
            await asyncio.sleep(_START_PAUSE_S)
    raise RuntimeError("Janus doesn't answer")


def _free_ports(count: int) -> list[int]:
    """Ports that are free for both UDP and TCP at this moment."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(server.getsockname()[1]) for server in sockets]
    for server in sockets:
        server.close()
    return ports
