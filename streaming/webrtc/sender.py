"""One viewer's scanner video: the shared payloads under this viewer's headers and keys."""

import secrets
import time
from dataclasses import dataclass

from streaming.domain.frame import Codec
from streaming.relay.packets import PacketisedFrame
from streaming.webrtc.history import SentFrame, SentHistory
from streaming.webrtc.negotiation import VideoAgreement
from streaming.webrtc.reception import Reception
from streaming.webrtc.rtcp import Feedback, last_reference_time_report, sender_report
from streaming.webrtc.rtp import (
    HEADER_BYTES_MAX,
    CaptureClock,
    NtpClock,
    RtpHeader,
    abs_send_time,
    equal_runs,
)
from streaming.webrtc.srtp import MAX_OVERHEAD, SrtpError, SrtpSession
from streaming.webrtc.streams import StreamIds
from streaming.webrtc.stun_responder import Address
from streaming.webrtc.udp import MAX_RUN_BYTES, MAX_SEGMENTS, UdpSocket
from streaming.workflow.live.ports import Anchor

_MIN_DLRR_INTERVAL_NS = 100_000_000


@dataclass(frozen=True, slots=True)
class SendPlan:
    """What is the same for every viewer of a frame: which packets leave together, RTP octets."""

    runs: tuple[tuple[int, int], ...]
    octets: int


class SendPlanner:
    """Remembers one plan: a frame is sent to all viewers before the next one comes."""

    def __init__(self) -> None:
        self._payloads: tuple[bytes, ...] = ()
        self._plan = SendPlan((), 0)

    def plan(self, payloads: tuple[bytes, ...]) -> SendPlan:
        if payloads is not self._payloads:
            runs = equal_runs(
                payloads,
                max_segments=MAX_SEGMENTS,
                max_bytes=MAX_RUN_BYTES,
                overhead=HEADER_BYTES_MAX + MAX_OVERHEAD,
            )
            self._payloads, self._plan = payloads, SendPlan(runs, sum(map(len, payloads)))
        return self._plan


@dataclass(frozen=True, slots=True)
class Outlet:
    """What all senders of a node share."""

    socket: UdpSocket
    planner: SendPlanner
    ntp: NtpClock


class FanoutSender:
    """Implements ``VideoSender``. ``address`` is where the viewer is now."""

    def __init__(
        self,
        agreement: VideoAgreement,
        *,
        ids: StreamIds,
        srtp: SrtpSession,
        outlet: Outlet,
        address: Address,
    ) -> None:
        self.address = address
        self.reception = Reception()
        self.packets = self.octets = self.retransmitted = 0
        self._codec = agreement.codec
        self._ids = ids
        self._srtp = srtp
        self._outlet = outlet
        self._history = SentHistory()
        # Below 2^15, so that an early packet out of order can't be taken for a wrapped one.
        self._sequence = secrets.randbelow(1 << 15)
        self._rtx_sequence = secrets.randbelow(1 << 15)
        self._clock = CaptureClock(secrets.randbits(32))
        self._header = RtpHeader(
            payload_type=agreement.payload_type, ssrc=ids.ssrc, extensions=agreement.extensions
        )
        self._rtx_header: RtpHeader | None = None
        if agreement.rtx_payload_type is not None:
            self._rtx_header = RtpHeader(
                payload_type=agreement.rtx_payload_type,
                ssrc=ids.rtx_ssrc,
                extensions=agreement.extensions,
            )
        self._told_reference_ns = 0

    @property
    def codec(self) -> Codec:
        return self._codec

    @property
    def anchor(self) -> Anchor | None:
        captured_at_ns = self._clock.first_captured_ns
        if captured_at_ns is None:
            return None
        return Anchor(self._ids.ssrc, self._clock.at(captured_at_ns), captured_at_ns)

    def send(self, frame: PacketisedFrame) -> bool:
        """See ``VideoSender``. Packets that found no room are in the history like all others."""
        if not frame.payloads:
            return True
        now_ns = time.monotonic_ns()
        first = self._clock.first_captured_ns is None
        sent = SentFrame(
            first_sequence=self._sequence,
            timestamp=self._clock.stamp(frame.captured_at_ns),
            abs_send_time=abs_send_time(self._outlet.ntp.at(now_ns)),
            payloads=frame.payloads,
        )
        self._sequence = self._sequence + len(sent.payloads) & 0xFFFF
        self._history.add(sent)
        plan = self._outlet.planner.plan(sent.payloads)
        self.packets += len(sent.payloads)
        self.octets += plan.octets
        complete = all(self._send_run(sent, start, stop) for start, stop in plan.runs)
        if first:
            self.report(now_ns)
        return complete

    def receive(self, feedback: Feedback, now_ns: int) -> bool:
        """What the viewer reported. True if it wants a key frame."""
        self.reception.update(feedback, ntp=self._outlet.ntp.at(now_ns))
        if feedback.nacked:
            self._repair(feedback.nacked, now_ns)
        if feedback.reference_times:
            self._tell_reference_time(*feedback.reference_times[-1], now_ns)
        return self.reception.keyframe_wanted(feedback, now_ns)

    def moved(self, address: Address) -> None:
        """The viewer is somewhere else. What it missed on the way isn't worth repairing: without
        this it asked for ~11,000 packets again."""
        self.address = address
        self._history.clear()

    def report(self, now_ns: int) -> None:
        """Send SR and SDES. Its NTP time and RTP timestamp relate *capture* times, so a viewer
        that maps timestamps by it gets when a picture was captured, not when it was sent."""
        if self._clock.first_captured_ns is None:
            return
        self._send_rtcp(
            sender_report(
                ssrc=self._ids.ssrc,
                ntp=self._outlet.ntp.at(now_ns),
                rtp_timestamp=self._clock.at(now_ns),
                packets=self.packets,
                octets=self.octets,
                cname=self._ids.cname,
            )
        )

    def _send_run(self, sent: SentFrame, start: int, stop: int) -> bool:
        """Put packets together back to back, protect each in place, send them in one call."""
        view, protect, header = self._srtp.view, self._srtp.protect, self._header
        payloads, first, last = sent.payloads, sent.first_sequence, len(sent.payloads) - 1
        header.start_frame(timestamp=sent.timestamp, abs_send_time=sent.abs_send_time)
        data, size = header.data, len(header.data)
        offset = segment = 0
        for index in range(start, stop):
            payload = payloads[index]
            header.stamp(first + index & 0xFFFF, marker=index == last)
            body = offset + size
            end = body + len(payload)
            view[offset:body] = data
            view[body:end] = payload
            grown = protect(offset, end - offset)
            segment = segment or grown
            offset += grown
        return self._outlet.socket.send_run(view[:offset], segment, self.address)

    def _repair(self, nacked: list[int], now_ns: int) -> None:
        repairs = self._history.repairs(nacked, now_ns=now_ns, rtt_ns=self.reception.rtt_ns)
        for sent, index in repairs:
            if self._rtx_header is None:
                room = self._send_same(sent, index)
            else:
                room = self._send_rtx(self._rtx_header, sent, index)
            if not room:
                return
            self.retransmitted += 1

    def _send_same(self, sent: SentFrame, index: int) -> bool:
        """Bit by bit the packet of before: nothing may differ under one nonce (RFC 7714, 8.1)."""
        try:
            return self._send_run(sent, index, index + 1)
        except SrtpError:
            return True  # Too old for libsrtp; the viewer will ask for a key frame.

    def _send_rtx(self, header: RtpHeader, sent: SentFrame, index: int) -> bool:
        """RFC 4588, 4: its own stream, the original sequence number before the payload."""
        header.start_frame(timestamp=sent.timestamp, abs_send_time=sent.abs_send_time)
        header.stamp(self._rtx_sequence, marker=index == len(sent.payloads) - 1)
        self._rtx_sequence = self._rtx_sequence + 1 & 0xFFFF
        original = (sent.first_sequence + index & 0xFFFF).to_bytes(2)
        packet = bytes(header.data) + original + sent.payloads[index]
        self._srtp.view[: len(packet)] = packet
        length = self._srtp.protect(0, len(packet))
        return self._outlet.socket.send(self._srtp.view[:length], self.address)

    def _tell_reference_time(self, about: int, last_rr: int, now_ns: int) -> None:
        """Answered at once, so the delay is 0; not more often than every 100 ms."""
        if now_ns - self._told_reference_ns < _MIN_DLRR_INTERVAL_NS:
            return
        self._told_reference_ns = now_ns
        self._send_rtcp(
            last_reference_time_report(ssrc=self._ids.ssrc, about=about, last_rr=last_rr, delay=0)
        )

    def _send_rtcp(self, packet: bytes) -> None:
        self._outlet.socket.send(self._srtp.protect_rtcp(packet), self.address)
