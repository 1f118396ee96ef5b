"""What a peer connection agreed on, whoever offered."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aiortc.rtcdtlstransport import RTCDtlsFingerprint

from streaming.domain.frame import Codec
from streaming.webrtc.rtp import HeaderExtensions

MID_URI = "urn:ietf:params:rtp-hdrext:sdes:mid"
ABS_SEND_TIME_URI = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
PLAYOUT_DELAY_URI = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"
AUDIO_LEVEL_URI = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
TRANSPORT_CC_URI = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
EXTENSION_IDS: Mapping[str, int] = {
    MID_URI: 1,
    ABS_SEND_TIME_URI: 2,
    PLAYOUT_DELAY_URI: 3,
    AUDIO_LEVEL_URI: 4,
    TRANSPORT_CC_URI: 5,
}
"""In our offers. All m-lines of a bundle share the ids (RFC 9143, 9.3)."""

FEEDBACK = ("nack", "nack pli", "ccm fir")
"""What we answer; a peer that agreed on less may do without."""

SCANNER, DOPPLER, CAMERA, VOICE, FILM = "scanner", "doppler", "camera", "voice", "film"
"""Names (mid) of the m-lines of our offers; in every packet, so they are short."""
VIDEO_MIDS = frozenset((SCANNER, CAMERA, FILM))


def lane_mid(lane: int) -> str:
    return f"lane{lane}"


@dataclass(frozen=True, slots=True)
class VideoAgreement:
    """One codec of a video line. Without RTX a repair is the same packet again.
    ``transport_cc_id`` is the extension whose feedback a camera gets."""

    codec: Codec
    payload_type: int
    rtx_payload_type: int | None
    extensions: HeaderExtensions
    transport_cc_id: int | None = None


@dataclass(frozen=True, slots=True)
class AudioAgreement:
    """An Opus line. ``audio_level_id`` is RFC 6464's extension, which only speakers send."""

    payload_type: int
    extensions: HeaderExtensions
    audio_level_id: int | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """``fingerprints`` are of the certificate the peer will prove to have (SHA-256 or longer).

    ``video`` is the scanner's picture, from us to the peer. ``sounds`` are the audio lines that
    are used, in either direction, by mid; ``pictures`` the probe camera's (``camera`` to the peer,
    ``film`` from it), each with every codec that the peer takes. What was declined isn't there.
    """

    video: VideoAgreement | None
    fingerprints: tuple[RTCDtlsFingerprint, ...]
    sounds: Mapping[str, AudioAgreement] = field(default_factory=dict)
    pictures: Mapping[str, tuple[VideoAgreement, ...]] = field(default_factory=dict)
