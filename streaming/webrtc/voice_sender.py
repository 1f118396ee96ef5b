"""What one listener hears: the room's lanes and the scanner's own sound."""

import secrets
from collections.abc import Iterator, Mapping

from streaming.domain.frame import AUDIO_FRAME_MS, AUDIO_RATE_HZ, AudioFrame
from streaming.relay.lane import STEP, LanePacket
from streaming.webrtc.negotiation import DOPPLER, AudioAgreement, lane_mid
from streaming.webrtc.rtcp import sender_report
from streaming.webrtc.rtp import RtpHeader
from streaming.webrtc.sender import Outlet
from streaming.webrtc.srtp import SrtpSession
from streaming.webrtc.streams import PeerStreams
from streaming.webrtc.stun_responder import Address

_MAX_APART = AUDIO_RATE_HZ * AUDIO_FRAME_MS * 3 // 1_000
"""Samples that the scanner's count of frames may differ from its clock."""


class _Stream:
    """One outgoing stream: its header, its counters, and how its time relates to the node's."""

    def __init__(self, agreement: AudioAgreement, ssrc: int) -> None:
        self.ssrc = ssrc
        self.header = RtpHeader(
            payload_type=agreement.payload_type, ssrc=ssrc, extensions=agreement.extensions
        )
        self.origin = secrets.randbits(32)
        # Below 2^15, so that an early packet out of order can't be taken for a wrapped one.
        self.highest = secrets.randbelow(1 << 15)
        self.packets = self.octets = self.reported = 0
        self._tenure = self._first = self._base = 0

    def sequence(self, packet: LanePacket) -> int | None:
        """Contiguous, whatever was kept from this listener before; gaps and lateness within a
        tenure are kept. None: from before the first packet that this listener got of it."""
        if packet.tenure != self._tenure:
            self._tenure = packet.tenure
            self._first = self.highest + 1
            self._base = self._first - packet.index
        sequence = self._base + packet.index
        if sequence < self._first:
            return None
        self.highest = max(self.highest, sequence)
        return sequence & 0xFFFF


class _SoundClock:
    """The scanner's sound counts its frames; a run of them is placed in the source's clock."""

    def __init__(self) -> None:
        self._base: int | None = None
        self._last = 0

    def stamp(self, frame: AudioFrame) -> tuple[int, bool]:
        """(timestamp, whether a run begins here): after a jump of either, or another worker."""
        clock = frame.captured_at_ns * 48 // 1_000_000
        begins = self._base is None or not self._fits(self._base + STEP * frame.number, clock)
        if begins:
            self._base = max(clock, self._last + STEP) - STEP * frame.number
        self._last = (self._base or 0) + STEP * frame.number
        return self._last, begins

    def _fits(self, timestamp: int, clock: int) -> bool:
        return timestamp > self._last and abs(timestamp - clock) <= _MAX_APART


class VoiceSender:
    """Synchronous, without a queue: a packet that finds no room in the socket is lost, and later
    ones may not be. ``address`` is where the listener is now."""

    def __init__(
        self,
        sounds: Mapping[str, AudioAgreement],
        *,
        streams: PeerStreams,
        srtp: SrtpSession,
        outlet: Outlet,
        address: Address,
    ) -> None:
        self.address = address
        self._srtp = srtp
        self._outlet = outlet
        self._cname = streams.cname
        self._lanes = [
            _Stream(sounds[mid], ssrc) if (mid := lane_mid(lane)) in sounds else None
            for lane, ssrc in enumerate(streams.lanes)
        ]
        self._doppler: _Stream | None = None
        if DOPPLER in sounds:
            self._doppler = _Stream(sounds[DOPPLER], streams.doppler)
        self._doppler_clock = _SoundClock()

    @property
    def packets(self) -> int:
        return sum(stream.packets for stream in self._streams())

    def send(self, packet: LanePacket) -> None:
        stream = self._lanes[packet.lane]
        if stream is None:
            return
        sequence = stream.sequence(packet)
        if sequence is not None:
            self._send(stream, sequence, packet.timestamp, packet.opus, marker=packet.marker)

    def send_doppler(self, frame: AudioFrame) -> None:
        stream = self._doppler
        if stream is None:
            return
        timestamp, begins = self._doppler_clock.stamp(frame)
        stream.highest += 1
        self._send(stream, stream.highest & 0xFFFF, timestamp, frame.opus, marker=begins)

    def report(self, now_ns: int) -> None:
        """One datagram with a sender report of each stream that sent since the last one."""
        told = b""
        for stream in self._streams():
            if stream.packets == stream.reported:
                continue
            stream.reported = stream.packets
            told += sender_report(
                ssrc=stream.ssrc,
                ntp=self._outlet.ntp.at(now_ns),
                rtp_timestamp=now_ns * 48 // 1_000_000 + stream.origin & 0xFFFF_FFFF,
                packets=stream.packets,
                octets=stream.octets,
                cname=self._cname,
            )
        if told:
            self._outlet.socket.send(self._srtp.protect_rtcp(told), self.address)

    def _streams(self) -> Iterator[_Stream]:
        yield from (stream for stream in (*self._lanes, self._doppler) if stream is not None)

    def _send(
        self, stream: _Stream, sequence: int, timestamp: int, payload: bytes, *, marker: bool
    ) -> None:
        header = stream.header
        header.start_frame(timestamp=timestamp + stream.origin & 0xFFFF_FFFF, abs_send_time=0)
        header.stamp(sequence, marker=marker)
        packet = header.data + payload
        view = self._srtp.view
        view[: len(packet)] = packet
        length = self._srtp.protect(0, len(packet))
        self._outlet.socket.send(view[:length], self.address)
        stream.packets += 1
        stream.octets += len(payload)
