"""What a peer connection agreed on, whoever offered."""

from dataclasses import dataclass

from aiortc.rtcdtlstransport import RTCDtlsFingerprint

from streaming.domain.frame import Codec
from streaming.webrtc.rtp import HeaderExtensions

MID_URI = "urn:ietf:params:rtp-hdrext:sdes:mid"
ABS_SEND_TIME_URI = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
PLAYOUT_DELAY_URI = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"
EXTENSION_URIS = (MID_URI, ABS_SEND_TIME_URI, PLAYOUT_DELAY_URI)

FEEDBACK = ("nack", "nack pli", "ccm fir")
"""What we answer; a peer that agreed on less may do without."""


@dataclass(frozen=True, slots=True)
class VideoAgreement:
    """The scanner video, from us to the peer. Without RTX a repair is the same packet again."""

    codec: Codec
    payload_type: int
    rtx_payload_type: int | None
    extensions: HeaderExtensions


@dataclass(frozen=True, slots=True)
class Agreement:
    """``fingerprints`` are of the certificate the peer will prove to have (SHA-256 or longer)."""

    video: VideoAgreement
    fingerprints: tuple[RTCDtlsFingerprint, ...]
