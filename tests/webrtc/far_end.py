"""A viewer's end of a connection: a socket and the keys to what comes on it."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass

import pylibsrtp
from aiortc.rtp import RtcpPacket, RtcpSrPacket, RtpPacket, is_rtcp


@dataclass
class FarEnd:
    """Each call gives what was received since the last one."""

    socket: socket.socket
    incoming: pylibsrtp.Session

    def raw(self) -> Iterator[bytes]:
        while True:
            try:
                yield self.socket.recv(2_048)
            except BlockingIOError:
                return

    def packets(self) -> list[RtpPacket]:
        return [
            RtpPacket.parse(self.incoming.unprotect(data))
            for data in self.raw()
            if not is_rtcp(data)
        ]

    def reports(self) -> list[RtcpSrPacket]:
        return [
            packet
            for data in self.raw()
            if is_rtcp(data)
            for packet in RtcpPacket.parse(self.incoming.unprotect_rtcp(data))
            if isinstance(packet, RtcpSrPacket)
        ]
