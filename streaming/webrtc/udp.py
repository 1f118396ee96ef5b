"""The node's one UDP socket. Not connected: that would filter checks from a roaming viewer."""

import contextlib
import errno
import socket
import struct
from collections.abc import Iterator
from typing import Self

from streaming.domain.errors import BadInput, Unavailable
from streaming.webrtc.stun_responder import Address

MAX_SEGMENTS = 64
"""The kernel's limit of packets in one UDP_SEGMENT call (UDP_MAX_SEGMENTS)."""
MAX_RUN_BYTES = 65_000
"""Below the 65,507 bytes that one UDP send may carry."""

_SOL_UDP, _UDP_SEGMENT = 17, 103  # linux/udp.h; the socket module doesn't name them.
_SO_SNDBUFFORCE, _SO_RCVBUFFORCE = 32, 33
_SEGMENT = struct.Struct("=H")
_BUFFER_BYTES = 4 * 1024 * 1024
_DATAGRAM_BYTES = 2_048
_NO_SEGMENTATION = frozenset(
    {errno.EMSGSIZE, errno.EINVAL, errno.EIO, errno.EOPNOTSUPP, errno.ENOPROTOOPT}
)
"""Too large for the path, an old kernel, a device that can't: packets then leave one by one."""


class UdpSocket:
    """Non-blocking. ``blocked`` counts sends that the kernel's buffer had no room for."""

    def __init__(self, bound: socket.socket) -> None:
        self._socket = bound
        self.blocked = 0
        self.unsegmented = 0

    @classmethod
    def open(cls, host: str, port: int) -> Self:
        """``port`` 0 takes a free one.

        Raises:
            BadInput: ``media.host``, not an IP address, or not one of this machine's.
            Unavailable: ``media.port``, it can't be bound.
        """
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            socket.inet_pton(family, host)
        except OSError:
            raise _bad_host(f"'{host}' isn't an IP address to listen on") from None
        bound = socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        if family == socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        try:
            bound.bind((host, port))
        except OSError as error:
            bound.close()
            if error.errno == errno.EADDRNOTAVAIL:
                raise _bad_host(f"{host} isn't an address of this machine") from None
            raise Unavailable(
                "media.port",
                f"UDP port {port} can't be used: {error.strerror}",
                fix="stop what uses the port, or choose another one",
            ) from error
        _enlarge(bound, socket.SO_SNDBUF, _SO_SNDBUFFORCE)
        _enlarge(bound, socket.SO_RCVBUF, _SO_RCVBUFFORCE)
        return cls(bound)

    @property
    def port(self) -> int:
        port: int = self._socket.getsockname()[1]
        return port

    @property
    def closed(self) -> bool:
        return self._socket.fileno() < 0

    def fileno(self) -> int:
        return self._socket.fileno()

    def close(self) -> None:
        self._socket.close()

    def receive(self, limit: int) -> Iterator[tuple[bytes, Address]]:
        """Up to ``limit`` datagrams that are here now; one longer than 2,048 bytes is cut."""
        for _ in range(limit):
            try:
                yield self._socket.recvfrom(_DATAGRAM_BYTES)
            except BlockingIOError:
                return
            except OSError:
                continue  # An ICMP error of some viewer's; the next datagram is another's.

    def send(self, data: bytes | memoryview, address: Address) -> bool:
        """False if the socket would block. An unreachable address is a lost packet like any."""
        try:
            self._socket.sendto(data, address)
        except BlockingIOError:
            self.blocked += 1
            return False
        except OSError:
            return True
        return True

    def send_run(self, packets: memoryview, segment: int, address: Address) -> bool:
        """Send packets of ``segment`` bytes (the last may be shorter) in one call.

        At most ``MAX_SEGMENTS`` and ``MAX_RUN_BYTES``. False if the socket would block.
        """
        if len(packets) <= segment:
            return self.send(packets, address)
        try:
            control = [(_SOL_UDP, _UDP_SEGMENT, _SEGMENT.pack(segment))]
            self._socket.sendmsg([packets], control, 0, address)
        except BlockingIOError:
            self.blocked += 1
            return False
        except OSError as error:
            return error.errno not in _NO_SEGMENTATION or self._send_each(packets, segment, address)
        return True

    def _send_each(self, packets: memoryview, segment: int, address: Address) -> bool:
        self.unsegmented += 1
        starts = range(0, len(packets), segment)
        return all(self.send(packets[start : start + segment], address) for start in starts)


def _bad_host(message: str) -> BadInput:
    fix = "set media.host to an IP address of this machine; media.advertise is for any other"
    return BadInput("media.host", message, fix=fix)


def _enlarge(bound: socket.socket, option: int, force: int) -> None:
    """Past the system's limit where that is allowed, else up to it."""
    try:
        bound.setsockopt(socket.SOL_SOCKET, force, _BUFFER_BYTES)
    except OSError:
        with contextlib.suppress(OSError):
            bound.setsockopt(socket.SOL_SOCKET, option, _BUFFER_BYTES)
