"""A peer's session description, read with aiortc's parser behind limits of our own.

The parser sees only lines that we have a use for, few of each kind. Candidates aren't among them:
the node never sends to an address that a client names, only to one that passed a check.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from aiortc.rtcdtlstransport import RTCDtlsFingerprint
from aiortc.sdp import MediaDescription, SessionDescription

from streaming.webrtc.negotiation import (
    SCANNER,
    VIDEO_MIDS,
    Agreement,
    AudioAgreement,
    VideoAgreement,
)
from streaming.webrtc.sdp_answer import accepted, rejected
from streaming.webrtc.sdp_codecs import agreed_sound, agreed_videos, mid_of
from streaming.webrtc.sdp_lines import ANSWER_LIMITS, OFFER_LIMITS, SdpLines
from streaming.webrtc.sdp_text import MediaLine, RejectedLine
from streaming.workflow.live.ports import SdpError

_DIGEST_BYTES = {"sha-256": 32, "sha-384": 48, "sha-512": 64}
_DIGEST = re.compile(r"[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2})+")
_ANSWERS = {"sendonly": ("recvonly", "sendrecv", None), "recvonly": ("sendonly", "sendrecv", None)}
"""Directions that take what was offered (RFC 3264, 6.1)."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What a peer's offer allows, with the m-lines of an answer in the offer's order.

    The one ``MediaLine`` among ``lines`` is the video; who answers adds SSRCs and msid.
    """

    agreement: Agreement
    lines: tuple[MediaLine | RejectedLine, ...]


def read_answer(sdp: str, offered: Mapping[str, str]) -> Agreement:
    """The answer to an offer of ours whose lines, by mid, had these directions.

    A line that was declined isn't used; only the scanner's must be taken if it was offered.

    Raises:
        SdpError: ``sdp.too_long``, ``sdp.malformed``, ``sdp.no_video``, ``sdp.no_common_codec``,
            ``sdp.nothing``, ``sdp.setup`` or ``sdp.fingerprint``.
    """
    with _contained():
        lines = SdpLines(sdp, ANSWER_LIMITS)
        media = SessionDescription.parse(lines.outline()).media
        taken = _taken(media, offered)
        sees = offered.get(SCANNER) == "sendonly"
        if sees and SCANNER not in taken:
            raise SdpError("sdp.no_video", "the answer doesn't take the video")
        if not taken:
            raise SdpError("sdp.nothing", "the answer takes nothing of what was offered")
        # All lines share the transport of the first one (BUNDLE; RFC 9143, 7.1.3).
        first = next(place for place, line in enumerate(media) if line.port != 0)
        parsed = {place: _parse(lines, place) for place in {first, *taken.values()}}
        fingerprints = _fingerprints(parsed[first], roles=("client",))
        by_mid = {mid: parsed[place] for mid, place in taken.items()}
        return _agreement(_video(by_mid[SCANNER]) if sees else None, fingerprints, by_mid)


def read_offer(sdp: str) -> Offered:
    """A stranger's offer (WHEP). Raises SdpError as ``read_answer``."""
    with _contained():
        lines = SdpLines(sdp, OFFER_LIMITS)
        media = SessionDescription.parse(lines.outline()).media
        place = next((n for n, line in enumerate(media) if _takes_video(line)), None)
        if place is None:
            raise SdpError("sdp.no_video", "the offer has no video line to receive on")
        video = _parse(lines, place)
        codec = _video(video)
        answered: list[MediaLine | RejectedLine] = [rejected(line) for line in media]
        answered[place] = accepted(video, codec)
        fingerprints = _fingerprints(video, roles=("client", "auto"))
        return Offered(Agreement(codec, fingerprints), tuple(answered))


@contextmanager
def _contained() -> Iterator[None]:
    """Mutated descriptions raised AssertionError, KeyError, StopIteration and more in aiortc."""
    try:
        yield
    except SdpError:
        raise
    except Exception as error:
        raise SdpError("sdp.malformed", "the session description is malformed") from error


def _taken(media: Sequence[MediaDescription], offered: Mapping[str, str]) -> dict[str, int]:
    """Where the lines are that the answer takes; of two with one mid the first."""
    taken: dict[str, int] = {}
    for place, line in enumerate(media):
        mid = mid_of(line)
        kind = "video" if mid in VIDEO_MIDS else "audio"
        takes = line.port != 0 and line.direction in _ANSWERS.get(offered.get(mid, ""), ())
        if takes and line.kind == kind:
            taken.setdefault(mid, place)
    return taken


def _parse(lines: SdpLines, place: int) -> MediaDescription:
    (media,) = SessionDescription.parse(lines.whole(place)).media
    return media


def _takes_video(media: MediaDescription) -> bool:
    takes = media.port != 0 and media.direction in _ANSWERS["sendonly"]
    return media.kind == "video" and takes


def _agreement(
    video: VideoAgreement | None,
    fingerprints: tuple[RTCDtlsFingerprint, ...],
    parsed: Mapping[str, MediaDescription],
) -> Agreement:
    sounds: dict[str, AudioAgreement] = {}
    pictures: dict[str, tuple[VideoAgreement, ...]] = {}
    for mid, media in parsed.items():
        if media.kind == "audio" and (sound := agreed_sound(media)) is not None:
            sounds[mid] = sound
        elif media.kind == "video" and mid != SCANNER:
            pictures[mid] = agreed_videos(media)
    return Agreement(video, fingerprints, sounds, pictures)


def _video(media: MediaDescription) -> VideoAgreement:
    found = agreed_videos(media)
    if not found:
        raise SdpError(
            "sdp.no_common_codec", "the peer takes neither H.264 (packetization-mode 1) nor VP8"
        )
    return found[0]


def _fingerprints(
    media: MediaDescription, *, roles: Sequence[str]
) -> tuple[RTCDtlsFingerprint, ...]:
    """RFC 8122, 5: hashes that we don't know or that are broken are left out."""
    if media.dtls is None or media.dtls.role not in roles:
        raise SdpError("sdp.setup", "the peer must open DTLS itself (a=setup:active)")
    if not media.rtcp_mux:
        raise SdpError("sdp.malformed", "the peer must multiplex RTCP (a=rtcp-mux)")
    good = tuple(
        RTCDtlsFingerprint(fingerprint.algorithm.lower(), fingerprint.value)
        for fingerprint in media.dtls.fingerprints
        if _DIGEST.fullmatch(fingerprint.value)
        and fingerprint.value.count(":") + 1 == _DIGEST_BYTES.get(fingerprint.algorithm.lower())
    )
    if not good:
        raise SdpError("sdp.fingerprint", "the peer gave no SHA-256 fingerprint of its certificate")
    return good
