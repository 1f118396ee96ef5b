"""A participant's camera as it arrives: RTP in, ``FilmPacket`` out, requests and reports back.

Pure. Packets are handed on at once, in the order in which they come. Whatever a camera sends costs
bounded time and memory here, and no more than ``MAX_BYTES_PER_S`` of it reaches others.
"""

from collections.abc import Callable, Sequence

from streaming.domain.frame import Codec
from streaming.relay.film import MAX_FILM_PAYLOAD, FilmPacket
from streaming.webrtc.arrivals import Arrivals
from streaming.webrtc.film_gaps import Gaps
from streaming.webrtc.negotiation import VideoAgreement
from streaming.webrtc.rtcp_requests import generic_nack, picture_loss
from streaming.webrtc.rtp import CLOCK_HZ
from streaming.webrtc.rtp_read import ReceivedRtp
from streaming.webrtc.transport_cc import TransportFeedback

MAX_BYTES_PER_S = 1_000_000
"""Twice what cameras are told to send at most; what exceeds it is lost like on a full link."""

MAX_BURST_BYTES = 1_000_000
ACTIVE_NS = 2_000_000_000
"""After the last packet: what was missing then is repaired, or given up."""

LEAST_COST_BYTES = 400
"""Of a packet however short: what a packet costs is mostly its being one."""


class FilmReceiver:
    """``ssrc`` is the one we report under; ``send`` takes an RTCP packet and sends it at once.

    One media SSRC at a time, the newest. ``duplicates`` are packets that nobody missed, repairs
    among them; ``flooded`` those beyond what may come.
    """

    def __init__(
        self,
        agreements: Sequence[VideoAgreement],
        *,
        ssrc: int,
        deliver: Callable[[FilmPacket], None],
        send: Callable[[bytes], None],
    ) -> None:
        self._media = {each.payload_type: each.codec for each in agreements}
        self._repairs = {
            each.rtx_payload_type: each.codec
            for each in agreements
            if each.rtx_payload_type is not None
        }
        self._transport_cc_id = next((each.transport_cc_id or 0 for each in agreements), 0)
        self._own_ssrc = ssrc
        self._deliver = deliver
        self._send = send
        self._feedback = TransportFeedback()
        self._gaps: Gaps | None = None
        self._arrivals: Arrivals | None = None
        self._past: set[int] = set()
        self._stream = 0
        self._saved_bytes = MAX_BURST_BYTES
        self._saved_ns = 0
        self._heard_ns: int | None = None
        self.packets = self.octets = self.duplicates = self.flooded = 0

    @property
    def payload_types(self) -> frozenset[int]:
        return frozenset((*self._media, *self._repairs))

    @property
    def missing(self) -> int:
        return self._gaps.missing if self._gaps else 0

    def active(self, now_ns: int) -> bool:
        """Whether it films: ``tick`` has something to do."""
        return self._heard_ns is not None and now_ns - self._heard_ns < ACTIVE_NS

    def receive(self, packet: ReceivedRtp, now_ns: int) -> None:
        self._heard_ns = now_ns
        number = packet.extensions.get(self._transport_cc_id)
        if number is not None and len(number) == 2:
            self._feedback.arrive(int.from_bytes(number), now_ns)
        if not self._affords(len(packet.payload), now_ns):
            self.flooded += 1
        elif (codec := self._media.get(packet.payload_type)) is not None:
            self._receive_media(packet, codec, now_ns)
        elif (codec := self._repairs.get(packet.payload_type)) is not None:
            self._receive_repair(packet, codec, now_ns)
        self.tick(now_ns)

    def tick(self, now_ns: int) -> None:
        """Ask for what is missing and tell what came, as far as either is due; call it at least
        every 25 ms."""
        if self._arrivals is None:
            return
        about = self._arrivals.ssrc
        if self._gaps is not None and self._gaps.missing:
            lost = [number & 0xFFFF for number in self._gaps.to_ask_for(now_ns)]
            if lost:
                self._send(generic_nack(ssrc=self._own_ssrc, about=about, sequences=lost))
        if self._feedback.due(now_ns):
            told = self._feedback.build(sender_ssrc=self._own_ssrc, media_ssrc=about, now_ns=now_ns)
            for packet in told:
                self._send(packet)

    def request_keyframe(self) -> None:
        """Nothing happens before the first packet: a camera begins with a key frame by itself."""
        if self._arrivals is not None:
            self._send(picture_loss(ssrc=self._own_ssrc, about=self._arrivals.ssrc))

    def sender_reported(self, ssrc: int, middle_ntp: int, now_ns: int) -> None:
        if self._arrivals is not None and self._arrivals.ssrc == ssrc:
            self._arrivals.sender_reported(middle_ntp, now_ns)

    def report_block(self, now_ns: int) -> bytes:
        """Empty until something arrived."""
        return self._arrivals.block(now_ns) if self._arrivals else b""

    def _receive_media(self, packet: ReceivedRtp, codec: Codec, now_ns: int) -> None:
        arrivals = self._arrivals_of(packet.ssrc)
        if arrivals is None:
            return
        gaps = self._gaps
        number = gaps.unwrap(packet.sequence) if gaps else packet.sequence
        if gaps is None or gaps.breaks(number):
            self._stream += 1
            self._gaps = Gaps(number)
        elif not gaps.arrive(number, now_ns):
            self.duplicates += 1
            return
        arrivals.add(packet.sequence, packet.timestamp, now_ns)
        self._hand_on(packet, codec, number, packet.payload)

    def _receive_repair(self, packet: ReceivedRtp, codec: Codec, now_ns: int) -> None:
        """RFC 4588, 4: the original sequence number is before the payload. The line has one
        stream, so a repair's payload type says what it repairs."""
        gaps = self._gaps
        if gaps is None or len(packet.payload) < 2:
            return
        number = gaps.unwrap(int.from_bytes(packet.payload[:2]))
        if gaps.repair(number, now_ns):
            self._hand_on(packet, codec, number, packet.payload[2:])
        else:
            self.duplicates += 1

    def _hand_on(self, packet: ReceivedRtp, codec: Codec, number: int, payload: bytes) -> None:
        self.packets += 1
        self.octets += len(payload)
        if len(payload) > MAX_FILM_PAYLOAD:
            return
        self._deliver(
            FilmPacket(
                stream=self._stream,
                codec=codec,
                sequence=number,
                timestamp=packet.timestamp,
                marker=packet.marker,
                payload=payload,
            )
        )

    def _arrivals_of(self, ssrc: int) -> Arrivals | None:
        """None for an SSRC that another one replaced. How many there can be is bounded where
        packets are authenticated."""
        if self._arrivals is None or self._arrivals.ssrc != ssrc:
            if ssrc in self._past:
                return None
            self._past.add(ssrc)
            self._arrivals = Arrivals(ssrc, clock_hz=CLOCK_HZ)
            self._gaps = None
        return self._arrivals

    def _affords(self, size: int, now_ns: int) -> bool:
        gained = (now_ns - self._saved_ns) * MAX_BYTES_PER_S // 1_000_000_000
        if gained > 0:
            self._saved_bytes = min(MAX_BURST_BYTES, self._saved_bytes + gained)
            self._saved_ns = now_ns
        cost = max(size, LEAST_COST_BYTES)
        if self._saved_bytes < cost:
            return False
        self._saved_bytes -= cost
        return True
