"""A small UDP relay between a viewer and the node: it loses packets, moves, or goes silent."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

Address = tuple[str, int]


class _Socket(asyncio.DatagramProtocol):
    def __init__(self, received: Callable[[bytes, Address], None]) -> None:
        self._received = received

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self._received(data, addr)


async def _bind(received: Callable[[bytes, Address], None]) -> asyncio.DatagramTransport:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(
        lambda: _Socket(received), local_addr=("127.0.0.1", 0)
    )
    return transport


class LossyRelay:
    """``loses(datagram)`` decides about each one on its way to the viewer, ``loses_back`` about
    each on its way to the node."""

    def __init__(self, node_port: int) -> None:
        self._node: Address = ("127.0.0.1", node_port)
        self._viewer: Address | None = None
        self._outside: asyncio.DatagramTransport | None = None
        self._inside: asyncio.DatagramTransport | None = None
        self.loses: Callable[[bytes], bool] = lambda _: False
        self.loses_back: Callable[[bytes], bool] = lambda _: False
        self.cut = False
        self.lost = 0

    async def open(self) -> None:
        self._outside = await _bind(self._from_viewer)
        self._inside = await _bind(self._from_node)

    def close(self) -> None:
        for transport in (self._outside, self._inside):
            assert transport is not None
            transport.close()

    async def move(self) -> None:
        """From now on the viewer's datagrams come from another port, as after a NAT rebind."""
        assert self._inside is not None
        self._inside.close()
        self._inside = await _bind(self._from_node)

    def behind(self, sdp: str) -> str:
        """The node's description with this relay as its only candidate."""
        assert self._outside is not None
        port = self._outside.get_extra_info("sockname")[1]
        return re.sub(r"(a=candidate:\d+ 1 udp \d+ \S+) \d+", rf"\1 {port}", sdp)

    def _from_viewer(self, data: bytes, source: Address) -> None:
        self._viewer = source
        if self.cut or self._inside is None:
            return
        if self.loses_back(data):
            self.lost += 1
            return
        self._inside.sendto(data, self._node)

    def _from_node(self, data: bytes, _: Address) -> None:
        if self.cut or self._viewer is None or self._outside is None:
            return
        if self.loses(data):
            self.lost += 1
            return
        self._outside.sendto(data, self._viewer)


@asynccontextmanager
async def lossy_relay(node_port: int) -> AsyncIterator[LossyRelay]:
    relay = LossyRelay(node_port)
    await relay.open()
    try:
        yield relay
    finally:
        relay.close()


def every(count: int) -> Callable[[bytes], bool]:
    """Lose every ``count``-th media packet, none of the handshake, checks or RTCP."""
    seen = 0

    def loses(data: bytes) -> bool:
        nonlocal seen
        if not 128 <= data[0] < 192 or 192 <= data[1] < 224:
            return False
        seen += 1
        return seen % count == 0

    return loses
