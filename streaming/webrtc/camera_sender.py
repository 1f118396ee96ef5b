"""The room's probe camera to one viewer: shared packets under this viewer's headers and keys."""

import secrets
import time
from collections.abc import Sequence

from streaming.domain.frame import Codec
from streaming.relay.film_line import CameraPacket
from streaming.webrtc.history import HISTORY_PACKETS, RepairLimits
from streaming.webrtc.negotiation import VideoAgreement
from streaming.webrtc.reception import Reception
from streaming.webrtc.rtcp import Feedback, sender_report
from streaming.webrtc.rtp import RtpHeader
from streaming.webrtc.sender import Outlet
from streaming.webrtc.srtp import SrtpError, SrtpSession
from streaming.webrtc.streams import StreamIds
from streaming.webrtc.stun_responder import Address


class CameraSender:
    """Implements ``CameraSink``. Synchronous, without a queue; ``address`` is where the viewer is.

    One SSRC whatever camera films and in whichever codec: a browser tells them apart by payload
    type. Sequence numbers have the gaps of what the node misses itself, and the viewer's requests
    for those are left to the camera's own repairs.
    """

    def __init__(
        self,
        agreements: Sequence[VideoAgreement],
        *,
        ids: StreamIds,
        srtp: SrtpSession,
        outlet: Outlet,
        address: Address,
    ) -> None:
        self.address = address
        self.reception = Reception()
        self.packets = self.octets = self.retransmitted = 0
        self._ids = ids
        self._srtp = srtp
        self._outlet = outlet
        self._headers = {each.codec: _header(each, ids.ssrc) for each in agreements}
        self._rtx_headers = {
            each.codec: _header(each, ids.rtx_ssrc, payload_type=each.rtx_payload_type)
            for each in agreements
            if each.rtx_payload_type is not None
        }
        self._ring: list[CameraPacket | None] = [None] * HISTORY_PACKETS
        self._limits = RepairLimits()
        # Below 2^15, so that an early packet out of order can't be taken for a wrapped one.
        self._next = secrets.randbelow(1 << 15)
        self._rtx_sequence = secrets.randbelow(1 << 15)
        self._offset: int | None = None
        self._newest: tuple[int, int] | None = None

    def takes(self, codec: Codec) -> bool:
        return codec in self._headers

    def restart(self) -> None:
        self._offset = None
        self._ring = [None] * HISTORY_PACKETS

    def send(self, packet: CameraPacket) -> None:
        """A packet that finds no room in the socket is lost, and in the history like all others."""
        first = self._newest is None
        if self._offset is None:
            self._offset = self._next - packet.number
        sequence = packet.number + self._offset
        if sequence >= self._next:
            self._next = sequence + 1
            self._newest = (packet.timestamp, time.monotonic_ns())
        self._ring[packet.number % HISTORY_PACKETS] = packet
        self._limits.sent(1)
        self.packets += 1
        self.octets += len(packet.payload)
        self._send(self._headers[packet.codec], packet, sequence & 0xFFFF, b"")
        if first:
            self.report(time.monotonic_ns())

    def receive(self, feedback: Feedback, now_ns: int) -> bool:
        """What the viewer reported about this stream. True if it wants a key frame."""
        self.reception.update(feedback, ntp=self._outlet.ntp.at(now_ns))
        for sequence in feedback.nacked:
            self._repair(sequence, now_ns)
        return self.reception.keyframe_wanted(feedback, now_ns)

    def moved(self, address: Address) -> None:
        """What the viewer missed on the way is repaired by a key frame."""
        self.address = address
        self._ring = [None] * HISTORY_PACKETS
        self._limits.clear()

    def report(self, now_ns: int) -> None:
        """Send SR and SDES. Nothing is played in step with a camera, so its time is the node's."""
        if self._newest is None:
            return
        timestamp, sent_ns = self._newest
        report = sender_report(
            ssrc=self._ids.ssrc,
            ntp=self._outlet.ntp.at(now_ns),
            rtp_timestamp=timestamp + (now_ns - sent_ns) * 9 // 100_000 & 0xFFFF_FFFF,
            packets=self.packets,
            octets=self.octets,
            cname=self._ids.cname,
        )
        self._outlet.socket.send(self._srtp.protect_rtcp(report), self.address)

    def _repair(self, sequence: int, now_ns: int) -> None:
        packet = self._find(sequence)
        if packet is None:
            return
        if not self._limits.grant(sequence, now_ns=now_ns, rtt_ns=self.reception.rtt_ns):
            return
        self.retransmitted += 1
        header = self._rtx_headers.get(packet.codec)
        if header is None:
            self._send(self._headers[packet.codec], packet, sequence, b"")
            return
        # RFC 4588, 4: its own stream, the original sequence number before the payload.
        self._rtx_sequence = self._rtx_sequence + 1 & 0xFFFF
        self._send(header, packet, self._rtx_sequence, sequence.to_bytes(2))

    def _find(self, sequence: int) -> CameraPacket | None:
        """None for what was never sent: the node may miss it itself."""
        if self._offset is None:
            return None
        newest = self._next - 1
        number = newest - (newest - sequence & 0xFFFF) - self._offset
        packet = self._ring[number % HISTORY_PACKETS]
        return packet if packet is not None and packet.number == number else None

    def _send(self, header: RtpHeader, packet: CameraPacket, sequence: int, before: bytes) -> None:
        header.start_frame(timestamp=packet.timestamp, abs_send_time=0)
        header.stamp(sequence, marker=packet.marker)
        data = header.data + before + packet.payload
        view, length = self._srtp.view, len(data)
        view[:length] = data
        try:
            length = self._srtp.protect(0, length)
        except SrtpError:
            return  # A repair that came too late for libsrtp; the viewer asks for a key frame.
        self._outlet.socket.send(view[:length], self.address)


def _header(agreement: VideoAgreement, ssrc: int, *, payload_type: int | None = None) -> RtpHeader:
    return RtpHeader(
        payload_type=agreement.payload_type if payload_type is None else payload_type,
        ssrc=ssrc,
        extensions=agreement.extensions,
    )
