"""A real coturn on loopback, configured as ``sonopair turn config`` says."""

import asyncio
import datetime as dt
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from streaming.auth.turn import turn_credential
from streaming.commands.certificates import LocalTls, make_certificates
from streaming.commands.turn_config import Machine, coturn_config
from streaming.config import Settings, load_settings
from streaming.domain.turn import RelayTransport, parse_turn_url
from streaming.webrtc.turn_client import TurnError, connected

SECRET = "0123456789abcdefghijklmnopqrstuvwxyz+/=="
START_S = 30


@dataclass(slots=True)
class Coturn:
    """``settings`` are of a node on 127.0.0.1 that uses it; its own files are in ``folder``."""

    settings: Settings
    files: LocalTls
    folder: Path
    process: "subprocess.Popen[bytes]"

    def credentials(self, *, expires_in_s: int = 600) -> tuple[str, str]:
        expires_at_s = int(time.time()) + expires_in_s
        return turn_credential(SECRET, participant="test", expires_at_s=expires_at_s)

    def url(self, transport: RelayTransport) -> str:
        assert self.settings.turn is not None
        urls = self.settings.turn.urls
        return next(url for url in urls if parse_turn_url(url).transport is transport)

    @property
    def trusted(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.files.ca_certificate)

    async def kill(self) -> None:
        self.process.kill()
        await asyncio.to_thread(self.process.wait)

    async def restart(self) -> None:
        """After ``kill``; returns when it relays."""
        self.process = _start(self.folder)
        await _until_it_relays(self)


@asynccontextmanager
async def running_coturn(
    folder: Path, *, edit: Callable[[str], str] = str, **changes: Any
) -> AsyncIterator[Coturn]:
    """``edit`` changes the configuration, ``changes`` are to the settings."""
    files = make_certificates(
        folder / "turn-tls",
        names=["localhost"],
        addresses=["127.0.0.1"],
        now=dt.datetime.now(dt.UTC),
    ).files
    settings = _settings(folder, files, changes)
    machine = Machine(files.certificate, files.key, listen=("127.0.0.1", "::1"))
    (folder / "turnserver.conf").write_text(edit(coturn_config(settings, machine)))
    coturn = Coturn(settings, files, folder, _start(folder))
    try:
        await _until_it_relays(coturn)
        yield coturn
    finally:
        coturn.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(coturn.process.wait, 10)
        await coturn.kill()


def _settings(folder: Path, files: LocalTls, changes: dict[str, Any]) -> Settings:
    plain, secure = _free_ports()
    tls = {"certificate": files.certificate, "key": files.key, "authority": files.ca_certificate}
    urls = [
        f"turn:127.0.0.1:{plain}",
        f"turn:127.0.0.1:{plain}?transport=tcp",
        f"turns:127.0.0.1:{secure}",
    ]
    flags = {
        "data_dir": folder / "data",
        "listen": {"port": 0},
        "tls": tls,
        "turn": {"urls": urls, "secret": SECRET},
    }
    return load_settings(flags=flags | changes, environment={})


def _start(folder: Path) -> "subprocess.Popen[bytes]":
    binary = shutil.which("turnserver")
    if binary is None:
        pytest.fail("no turnserver: install the package coturn")
    with (folder / "coturn.log").open("ab") as log:
        return subprocess.Popen(
            [binary, "-c", "turnserver.conf", "--pidfile", "pid", "--userdb", "turndb"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder,
        )


async def _until_it_relays(coturn: Coturn) -> None:
    assert coturn.settings.turn is not None
    deadline = time.monotonic() + START_S
    for text in coturn.settings.turn.urls:
        while not await _relays(coturn, text):
            if coturn.process.poll() is not None or time.monotonic() > deadline:
                said = await asyncio.to_thread((coturn.folder / "coturn.log").read_text)
                raise AssertionError(f"coturn doesn't relay at {text}:\n{said}")


async def _relays(coturn: Coturn, text: str) -> bool:
    try:
        async with connected(parse_turn_url(text), tls=coturn.trusted) as client:
            await client.allocate(*coturn.credentials(), reaching="127.0.0.1")
            return True
    except (OSError, TurnError):
        await asyncio.sleep(0.05)
        return False


def _free_ports() -> tuple[int, int]:
    """Two that neither UDP nor TCP uses at this moment."""
    with socket.socket() as one, socket.socket() as other:
        ports = []
        for taken in (one, other):
            taken.bind(("127.0.0.1", 0))
            ports.append(taken.getsockname()[1])
    return ports[0], ports[1]
