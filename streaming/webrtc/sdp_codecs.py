"""Which of the codecs and extensions in a media description we use."""

from collections.abc import Iterator, Mapping, Sequence

from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from aiortc.sdp import H264Profile, MediaDescription, parse_h264_profile_level_id

from streaming.domain.frame import Codec
from streaming.webrtc.negotiation import (
    ABS_SEND_TIME_URI,
    AUDIO_LEVEL_URI,
    MID_URI,
    PLAYOUT_DELAY_URI,
    TRANSPORT_CC_URI,
    AudioAgreement,
    VideoAgreement,
)
from streaming.webrtc.rtp import HeaderExtensions

VIDEO_HZ, OPUS_HZ = 90_000, 48_000

_PROFILES = (
    H264Profile.PROFILE_CONSTRAINED_BASELINE,
    H264Profile.PROFILE_BASELINE,
    H264Profile.PROFILE_MAIN,
    H264Profile.PROFILE_CONSTRAINED_HIGH,
    H264Profile.PROFILE_HIGH,
)
"""Decoders of these take Constrained Baseline, the first ones most surely."""


def mid_of(media: MediaDescription) -> str:
    return str(media.rtp.muxId or "")


def agreed_videos(media: MediaDescription) -> tuple[VideoAgreement, ...]:
    """At most one of each codec, H.264 first."""
    codecs, extensions = media.rtp.codecs, _extensions(media)
    return tuple(
        VideoAgreement(
            codec=codec,
            payload_type=_payload_type(found),
            rtx_payload_type=_rtx(codecs, found),
            extensions=extensions,
            transport_cc_id=_ids(media).get(TRANSPORT_CC_URI),
        )
        for codec, found in ((Codec.H264, _best_h264(codecs)), (Codec.VP8, _first_vp8(codecs)))
        if found is not None
    )


def agreed_sound(media: MediaDescription) -> AudioAgreement | None:
    opus = next((c for c in media.rtp.codecs if _usable(c, "OPUS", OPUS_HZ)), None)
    if opus is None:
        return None
    return AudioAgreement(
        payload_type=_payload_type(opus),
        extensions=_extensions(media),
        audio_level_id=_ids(media).get(AUDIO_LEVEL_URI),
    )


def _ids(media: MediaDescription) -> Mapping[str, int]:
    """Those that a one-byte header can hold (RFC 8285, 4.2)."""
    extensions = media.rtp.headerExtensions
    return {extension.uri: extension.id for extension in extensions if 1 <= extension.id <= 14}


def _extensions(media: MediaDescription) -> HeaderExtensions:
    ids = _ids(media)
    return HeaderExtensions(
        mid=mid_of(media),
        mid_id=ids.get(MID_URI),
        abs_send_time_id=ids.get(ABS_SEND_TIME_URI),
        playout_delay_id=ids.get(PLAYOUT_DELAY_URI),
    )


def _payload_type(codec: RTCRtpCodecParameters) -> int:
    return -1 if codec.payloadType is None else codec.payloadType


def _usable(codec: RTCRtpCodecParameters, name: str, clock_hz: int = VIDEO_HZ) -> bool:
    """With RTCP on the same port, types 64 to 95 look like RTCP (RFC 5761, 4)."""
    payload_type = _payload_type(codec)
    free = 0 <= payload_type < 64 or 96 <= payload_type < 128
    return free and codec.name.upper() == name and codec.clockRate == clock_hz


def _best_h264(codecs: Sequence[RTCRtpCodecParameters]) -> RTCRtpCodecParameters | None:
    ranked = [
        (_PROFILES.index(profile), place)
        for place, codec in enumerate(codecs)
        if _usable(codec, "H264") and (profile := _profile(codec)) in _PROFILES
    ]
    return codecs[min(ranked)[1]] if ranked else None


def _profile(codec: RTCRtpCodecParameters) -> H264Profile | None:
    """None if our packets aren't understood. No id means Baseline (RFC 6184, 8.1)."""
    if codec.parameters.get("packetization-mode") != "1":
        return None
    try:
        level_id = str(codec.parameters.get("profile-level-id", "42000a"))
        return parse_h264_profile_level_id(level_id)[0]
    except ValueError:
        return None


def _first_vp8(codecs: Sequence[RTCRtpCodecParameters]) -> RTCRtpCodecParameters | None:
    return next((codec for codec in codecs if _usable(codec, "VP8")), None)


def _rtx(codecs: Sequence[RTCRtpCodecParameters], main: RTCRtpCodecParameters) -> int | None:
    """RFC 4588, 8.6."""
    repairs: Iterator[int] = (
        _payload_type(codec)
        for codec in codecs
        if _usable(codec, "RTX") and codec.parameters.get("apt") == main.payloadType
    )
    return next(repairs, None)
