"""The node's one media port: who may be heard, and whose datagram it is.

A datagram is STUN, DTLS, SRTP or SRTCP by its first byte (RFC 7983). Only addresses that passed a
connectivity check are heard with anything but STUN, so a stranger's datagram reaches no parser of a
peer.
"""

import asyncio
import ipaddress
import socket
import time
from collections.abc import Mapping, Sequence
from typing import Self

import ifaddr
import structlog

from streaming.domain.errors import BadInput
from streaming.webrtc.node import Node
from streaming.webrtc.peer import MediaPeer
from streaming.webrtc.rtp import NtpClock
from streaming.webrtc.sender import Outlet, SendPlanner
from streaming.webrtc.stun_responder import Address, StunResponder
from streaming.webrtc.udp import UdpSocket
from streaming.workflow.live.ports import WATCHING, PeerEvents, PeerPlan

MAX_DATAGRAMS_PER_WAKE = 64
"""The event loop does something else in between, however many arrive."""

_STUN = range(4)

log = structlog.get_logger()


class MediaPort:
    """Implements ``PeerFactory``. Owns the socket and the one task of every peer."""

    def __init__(self, udp: UdpSocket, addresses: tuple[str, ...]) -> None:
        self._udp = udp
        self._node = Node(
            addresses=addresses,
            outlet=Outlet(udp, SendPlanner(), NtpClock(time.time_ns() - time.monotonic_ns())),
        )
        self._responder = StunResponder()
        self._peers: dict[str, MediaPeer] = {}
        self._by_address: dict[Address, MediaPeer] = {}
        self._tasks: dict[MediaPeer, asyncio.Task[None]] = {}
        self._unheard = 0
        self._failed = 0
        self._failure_told_ns = 0

    @classmethod
    async def open(cls, host: str, port: int, *, advertise: Sequence[str] = ()) -> Self:
        """Listen on ``host``; ``advertise`` replaces the addresses that viewers are told.

        Raises:
            BadInput: ``media.host`` or ``media.advertise`` isn't an IP address.
            Unavailable: ``media.port``, the port can't be bound.
        """
        addresses = tuple(_checked_address(address) for address in advertise)
        udp = UdpSocket.open(host, port)
        opened = cls(udp, addresses or _own_addresses(host))
        asyncio.get_running_loop().add_reader(udp.fileno(), opened._readable)
        log.info("media port open", port=udp.port, addresses=len(opened._node.addresses))
        return opened

    @property
    def port(self) -> int:
        return self._udp.port

    def create_peer(self, events: PeerEvents, plan: PeerPlan = WATCHING) -> MediaPeer:
        peer = MediaPeer(self._node, events, plan, on_end=lambda: self._forget(peer))
        self._peers[peer.ufrag] = peer
        self._responder.expect(ufrag=peer.ufrag, password=peer.password)
        task = asyncio.get_running_loop().create_task(peer.run(), name=f"peer {peer.id}")
        self._tasks[peer] = task
        task.add_done_callback(lambda _: self._tasks.pop(peer))
        return peer

    def figures(self) -> Mapping[str, float]:
        """Counts since the start: what was refused or dropped, and why."""
        refused = {f"stun_{reason}": count for reason, count in self._responder.refused.items()}
        return refused | {
            "peers": len(self._peers),
            "unheard": self._unheard,
            "failed": self._failed,
            "blocked": self._udp.blocked,
            "unsegmented": self._udp.unsegmented,
        }

    async def close(self) -> None:
        """Say goodbye to every peer and release the port. Idempotent."""
        if self._udp.closed:
            return
        for peer in list(self._peers.values()):
            peer.close()
        if self._tasks:
            await asyncio.wait(list(self._tasks.values()))
        asyncio.get_running_loop().remove_reader(self._udp.fileno())
        self._udp.close()
        log.info("media port closed", **self.figures())

    def _forget(self, peer: MediaPeer) -> None:
        del self._peers[peer.ufrag]
        self._responder.forget(peer.ufrag)
        for address in peer.addresses:
            self._release(address, peer)
        if self._tasks[peer] is not asyncio.current_task():
            self._tasks[peer].cancel()

    def _release(self, address: Address, peer: MediaPeer) -> None:
        """Another peer may have the address by now."""
        if self._by_address.get(address) is peer:
            del self._by_address[address]

    def _readable(self) -> None:
        now_ns = time.monotonic_ns()
        for data, source in self._udp.receive(MAX_DATAGRAMS_PER_WAKE):
            try:
                self._receive(data, source, now_ns)
            except Exception:  # No datagram may keep the following ones from being read.
                self._failed += 1
                if now_ns - self._failure_told_ns > 1_000_000_000:
                    self._failure_told_ns = now_ns
                    log.exception("a datagram failed", failed=self._failed)

    def _receive(self, data: bytes, source: Address, now_ns: int) -> None:
        if data and data[0] in _STUN:
            self._receive_stun(data, source, now_ns)
        elif data and (peer := self._by_address.get(source)) is not None:
            peer.receive(data, source, now_ns)
        else:
            self._unheard += 1

    def _receive_stun(self, data: bytes, source: Address, now_ns: int) -> None:
        verdict = self._responder.judge(data, source, now_ns)
        if verdict is None:
            return
        if verdict.valid:
            peer = self._peers[verdict.ufrag]
            owner = self._by_address.setdefault(source, peer)
            if owner is not peer and not owner.is_silent(now_ns):
                # Somebody with a seat of their own, forging another viewer's address.
                self._unheard += 1
                return
            self._by_address[source] = peer
            given_up = peer.checked(source, now_ns, nominated=verdict.nominated)
            if given_up is not None:
                self._release(given_up, peer)
        self._udp.send(verdict.reply, source)


def _checked_address(address: str) -> str:
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        raise BadInput(
            "media.advertise",
            f"'{address}' isn't an IP address",
            fix="give the address at which viewers reach this node",
        ) from None


def _own_addresses(host: str) -> tuple[str, ...]:
    """``host`` itself, or for the wildcard what this machine has, loopback last."""
    bound = ipaddress.ip_address(host)
    if not bound.is_unspecified:
        return (host,)
    family = socket.AF_INET if bound.version == 4 else socket.AF_INET6
    found = [
        ipaddress.ip_address(ip.ip if isinstance(ip.ip, str) else ip.ip[0])
        for adapter in ifaddr.get_adapters()
        for ip in adapter.ips
        if ip.is_IPv4 == (family == socket.AF_INET)
    ]
    outside = [str(ip) for ip in found if not ip.is_loopback and not ip.is_link_local]
    return (*dict.fromkeys(outside), "127.0.0.1" if bound.version == 4 else "::1")
