"""Which line an authentic packet is on, and whether it was agreed to be there. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from streaming.webrtc.rtp_read import ReceivedRtp, read_rtp


class Receiver(Protocol):
    """What is done with the packets of a line. Never raises, whatever the packet holds."""

    def receive(self, packet: ReceivedRtp, now_ns: int) -> None: ...


@dataclass(frozen=True, slots=True)
class IncomingLine:
    """``payload_types`` are of this line alone: ours, since the node offered."""

    mid: str
    payload_types: frozenset[int]
    receiver: Receiver


class Incoming:
    """A packet's payload type says its line (RFC 9143, 9.2), and its MID must not contradict.

    ``ssrcs`` are those of packets that were taken; how many there can be is bounded where packets
    are authenticated (``srtp.MAX_SSRCS``). ``refused`` counts packets that nobody agreed to.
    """

    def __init__(self, lines: Sequence[IncomingLine], *, mid_id: int) -> None:
        self.ssrcs: set[int] = set()
        self.refused = 0
        self._mid_id = mid_id
        self._lines = {number: line for line in lines for number in line.payload_types}

    def receive(self, data: bytes, now_ns: int) -> None:
        packet = read_rtp(data)
        line = self._lines.get(packet.payload_type) if packet else None
        if packet is None or line is None:
            self.refused += 1
            return
        mid = packet.extensions.get(self._mid_id)
        if mid is not None and mid != line.mid.encode():
            self.refused += 1
            return
        self.ssrcs.add(packet.ssrc)
        line.receiver.receive(packet, now_ns)
