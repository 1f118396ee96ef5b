"""A participant's microphone as it arrives: RTP in, ``VoicePacket`` out, reports back."""

from collections.abc import Callable

from streaming.relay.lane import VoicePacket
from streaming.webrtc.arrivals import Arrivals
from streaming.webrtc.negotiation import AudioAgreement
from streaming.webrtc.rtp_read import ReceivedRtp

OPUS_HZ = 48_000
_SILENCE = 127


class VoiceReceiver:
    """One SSRC at a time, the newest."""

    def __init__(
        self, agreement: AudioAgreement, *, deliver: Callable[[VoicePacket], None]
    ) -> None:
        self._level_id = agreement.audio_level_id or 0
        self._deliver = deliver
        self._arrivals: Arrivals | None = None
        self.packets = 0

    def receive(self, packet: ReceivedRtp, now_ns: int) -> None:
        self.packets += 1
        arrivals = self._arrivals
        if arrivals is None or arrivals.ssrc != packet.ssrc:
            arrivals = self._arrivals = Arrivals(packet.ssrc, clock_hz=OPUS_HZ)
        arrivals.add(packet.sequence, packet.timestamp, now_ns)
        if not packet.payload:  # only padding
            return
        level = packet.extensions.get(self._level_id)
        self._deliver(
            VoicePacket(
                ssrc=packet.ssrc,
                sequence=packet.sequence,
                timestamp=packet.timestamp,
                level=level[0] & 0x7F if level else _SILENCE,
                opus=packet.payload,
            )
        )

    def sender_reported(self, ssrc: int, middle_ntp: int, now_ns: int) -> None:
        if self._arrivals is not None and self._arrivals.ssrc == ssrc:
            self._arrivals.sender_reported(middle_ntp, now_ns)

    def report_block(self, now_ns: int) -> bytes:
        """Empty until something arrived."""
        return self._arrivals.block(now_ns) if self._arrivals else b""
