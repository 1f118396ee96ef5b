"""Whether what a relay sends arrives at the node's media port.

Where no node runs yet, its port is opened here and listened to. A running one is asked by its
metrics: it counts connectivity checks from whom it doesn't expect.
"""

import asyncio
import contextlib
import re
import secrets
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from streaming.commands.check_settings import ask_node, running_version
from streaming.commands.turn_config import node_addresses
from streaming.config import Settings
from streaming.webrtc.turn_messages import binding_check

HEARD_TIMEOUT_S = 5.0
_REPEAT_S = 0.25
_METRICS_BYTES = 262_144
_COUNTER = re.compile(rb"^sonopair_media_stun_unknown ([0-9.e+]+)", re.MULTILINE)

Send = Callable[[bytes], None]


class Ear(Protocol):
    """``port`` is 0 and ``why`` a reason when nothing can be heard."""

    @property
    def port(self) -> int: ...

    @property
    def why(self) -> str: ...

    async def hears(self, send: Send) -> bool: ...


@asynccontextmanager
async def listening(settings: Settings) -> AsyncIterator[Ear]:
    """The best that is possible here."""
    host = settings.media_host or node_addresses(settings)[0]
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as bound:
        try:
            bound.bind((host, settings.media.port))
        except OSError:
            running = await asyncio.to_thread(running_version, settings)
            yield _RunningNode(settings) if running else _Deaf()
        else:
            yield _OwnSocket(bound)


@dataclass(frozen=True, slots=True)
class _Deaf:
    port: int = 0
    why: str = "the media port isn't one of this machine's, or another program has it"

    async def hears(self, send: Send) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class _OwnSocket:
    bound: socket.socket
    why: str = ""

    @property
    def port(self) -> int:
        port: int = self.bound.getsockname()[1]
        return port

    async def hears(self, send: Send) -> bool:
        probe, loop = secrets.token_bytes(16), asyncio.get_running_loop()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(HEARD_TIMEOUT_S):
                while True:
                    send(probe)
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(_REPEAT_S):
                            while await loop.sock_recv(self.bound, 2_048) != probe:
                                continue
                            return True
        return False


class _RunningNode:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.why = ""

    @property
    def port(self) -> int:
        return self._settings.media.port

    async def hears(self, send: Send) -> bool:
        probe = binding_check(
            secrets.token_bytes(12), ufrag=secrets.token_hex(8), password=secrets.token_hex(12)
        )
        before = await asyncio.to_thread(self._unknown)
        if before is None:
            self.why = "the node runs, and doesn't say here whether it hears the relay"
            return False
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(HEARD_TIMEOUT_S):
                while True:
                    send(probe)
                    await asyncio.sleep(_REPEAT_S)
                    if (await asyncio.to_thread(self._unknown) or 0.0) > before:
                        return True
        return False

    def _unknown(self) -> float | None:
        """Checks from strangers so far; None when the node doesn't say."""
        token = self._settings.metrics.token
        try:
            said = ask_node(
                self._settings,
                "/metrics",
                token=token.get_secret_value() if token else "",
                limit=_METRICS_BYTES,
            )
        except OSError:
            return None
        found = _COUNTER.search(said)
        return float(found[1]) if found else 0.0
