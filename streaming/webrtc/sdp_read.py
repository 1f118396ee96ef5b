"""A peer's session description, read with aiortc's parser behind limits of our own.

The parser sees only lines that we have a use for, few of each kind. Candidates aren't among them:
the node never sends to an address that a client names, only to one that passed a check.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from aiortc.rtcdtlstransport import RTCDtlsFingerprint
from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from aiortc.sdp import (
    H264Profile,
    MediaDescription,
    SessionDescription,
    parse_h264_profile_level_id,
)

from streaming.domain.frame import Codec
from streaming.webrtc.negotiation import (
    ABS_SEND_TIME_URI,
    MID_URI,
    PLAYOUT_DELAY_URI,
    Agreement,
    VideoAgreement,
)
from streaming.webrtc.rtp import HeaderExtensions
from streaming.webrtc.sdp_answer import accepted, rejected
from streaming.webrtc.sdp_lines import ANSWER_LIMITS, OFFER_LIMITS, SdpLines
from streaming.webrtc.sdp_text import MediaLine, RejectedLine
from streaming.workflow.live.ports import SdpError

_DIGEST_BYTES = {"sha-256": 32, "sha-384": 48, "sha-512": 64}
_DIGEST = re.compile(r"[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2})+")
_PROFILES = (
    H264Profile.PROFILE_CONSTRAINED_BASELINE,
    H264Profile.PROFILE_BASELINE,
    H264Profile.PROFILE_MAIN,
    H264Profile.PROFILE_CONSTRAINED_HIGH,
    H264Profile.PROFILE_HIGH,
)
"""Decoders of these take Constrained Baseline, the first ones most surely."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What a peer's offer allows, with the m-lines of an answer in the offer's order.

    The one ``MediaLine`` among ``lines`` is the video; who answers adds SSRCs and msid.
    """

    agreement: Agreement
    lines: tuple[MediaLine | RejectedLine, ...]


def read_answer(sdp: str, *, mid: str) -> Agreement:
    """The answer to an offer of ours with the video in ``mid``.

    Raises:
        SdpError: ``sdp.too_long``, ``sdp.malformed``, ``sdp.no_video``, ``sdp.no_common_codec``,
            ``sdp.setup`` or ``sdp.fingerprint``.
    """
    with _contained():
        lines = SdpLines(sdp, ANSWER_LIMITS)
        media = SessionDescription.parse(lines.outline()).media
        place = _place(media, lambda line: _mid(line) == mid)
        if place is None or not _takes_video(media[place]):
            raise SdpError("sdp.no_video", "the answer doesn't take the video")
        return _agree(_parse(lines, place), roles=("client",))


def read_offer(sdp: str) -> Offered:
    """A stranger's offer (WHEP). Raises SdpError as ``read_answer``."""
    with _contained():
        lines = SdpLines(sdp, OFFER_LIMITS)
        media = SessionDescription.parse(lines.outline()).media
        place = _place(media, _takes_video)
        if place is None:
            raise SdpError("sdp.no_video", "the offer has no video line to receive on")
        video = _parse(lines, place)
        agreement = _agree(video, roles=("client", "auto"))
        answered: list[MediaLine | RejectedLine] = [rejected(line) for line in media]
        answered[place] = accepted(video, agreement.video)
        return Offered(agreement, tuple(answered))


@contextmanager
def _contained() -> Iterator[None]:
    """Mutated descriptions raised AssertionError, KeyError, StopIteration and more in aiortc."""
    try:
        yield
    except SdpError:
        raise
    except Exception as error:
        raise SdpError("sdp.malformed", "the session description is malformed") from error


def _place(
    media: Sequence[MediaDescription], suits: Callable[[MediaDescription], bool]
) -> int | None:
    return next((n for n, line in enumerate(media) if line.kind == "video" and suits(line)), None)


def _parse(lines: SdpLines, place: int) -> MediaDescription:
    (media,) = SessionDescription.parse(lines.whole(place)).media
    return media


def _takes_video(media: MediaDescription) -> bool:
    return media.port != 0 and media.direction in ("recvonly", "sendrecv", None)


def _mid(media: MediaDescription) -> str:
    return str(media.rtp.muxId or "")


def _agree(video: MediaDescription, *, roles: Sequence[str]) -> Agreement:
    if video.dtls is None or video.dtls.role not in roles:
        raise SdpError("sdp.setup", "the peer must open DTLS itself (a=setup:active)")
    if not video.rtcp_mux:
        raise SdpError("sdp.malformed", "the peer must multiplex RTCP (a=rtcp-mux)")
    return Agreement(_video(video), _fingerprints(video.dtls.fingerprints))


def _fingerprints(offered: Sequence[RTCDtlsFingerprint]) -> tuple[RTCDtlsFingerprint, ...]:
    """RFC 8122, 5: hashes that we don't know or that are broken are left out."""
    good = tuple(
        RTCDtlsFingerprint(fingerprint.algorithm.lower(), fingerprint.value)
        for fingerprint in offered
        if _DIGEST.fullmatch(fingerprint.value)
        and fingerprint.value.count(":") + 1 == _DIGEST_BYTES.get(fingerprint.algorithm.lower())
    )
    if not good:
        raise SdpError("sdp.fingerprint", "the peer gave no SHA-256 fingerprint of its certificate")
    return good


def _video(video: MediaDescription) -> VideoAgreement:
    found = _best_h264(video.rtp.codecs) or _first_vp8(video.rtp.codecs)
    if found is None:
        raise SdpError(
            "sdp.no_common_codec", "the peer takes neither H.264 (packetization-mode 1) nor VP8"
        )
    rtx = next((codec for codec in video.rtp.codecs if _repairs(codec, found)), None)
    ids = {
        extension.uri: extension.id
        for extension in video.rtp.headerExtensions
        if 1 <= extension.id <= 14
    }
    return VideoAgreement(
        codec=Codec.H264 if found.name.upper() == "H264" else Codec.VP8,
        payload_type=_payload_type(found),
        rtx_payload_type=_payload_type(rtx) if rtx else None,
        extensions=HeaderExtensions(
            mid=_mid(video),
            mid_id=ids.get(MID_URI),
            abs_send_time_id=ids.get(ABS_SEND_TIME_URI),
            playout_delay_id=ids.get(PLAYOUT_DELAY_URI),
        ),
    )


def _payload_type(codec: RTCRtpCodecParameters) -> int:
    return -1 if codec.payloadType is None else codec.payloadType


def _usable(codec: RTCRtpCodecParameters, name: str) -> bool:
    """With RTCP on the same port, types 64 to 95 look like RTCP (RFC 5761, 4)."""
    payload_type = _payload_type(codec)
    free = 0 <= payload_type < 64 or 96 <= payload_type < 128
    return free and codec.name.upper() == name and codec.clockRate == 90_000


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


def _repairs(codec: RTCRtpCodecParameters, main: RTCRtpCodecParameters) -> bool:
    return _usable(codec, "RTX") and codec.parameters.get("apt") == main.payloadType
