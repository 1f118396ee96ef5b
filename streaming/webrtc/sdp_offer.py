"""The m-lines that the node offers: the same ones to everybody, and for good.

What a seat may not do is ``inactive``: a line that nobody needs costs a few hundred bytes once, a
renegotiation would cost every connection a round trip whenever somebody comes or goes.
"""

from collections.abc import Iterator, Mapping

from streaming.protocol.people_messages import LANES
from streaming.webrtc.negotiation import (
    ABS_SEND_TIME_URI,
    AUDIO_LEVEL_URI,
    CAMERA,
    DOPPLER,
    EXTENSION_IDS,
    FEEDBACK,
    FILM,
    MID_URI,
    PLAYOUT_DELAY_URI,
    SCANNER,
    TRANSPORT_CC_URI,
    VIDEO_MIDS,
    VOICE,
    lane_mid,
)
from streaming.webrtc.sdp_text import CodecLine, MediaLine
from streaming.webrtc.streams import PeerStreams
from streaming.workflow.live.ports import PeerPlan

H264_PARAMETERS = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"
VOICE_PARAMETERS = "minptime=10;useinbandfec=1;usedtx=1"
DOPPLER_PARAMETERS = "minptime=10;stereo=1;sprop-stereo=1"
FILM_PARAMETERS = "x-google-start-bitrate=1500;x-google-max-bitrate=4000"
"""kb/s; Chromium then films in full size from its first second on."""

FILM_FEEDBACK = ("nack", "nack pli", "transport-cc")

LANE_MIDS = tuple(lane_mid(lane) for lane in range(LANES))

_VIDEO = {SCANNER: 96, FILM: 100, CAMERA: 104}
"""First payload types. Each video has its own, so that who knows neither MID nor SSRC of a packet
can tell by its type (RFC 9143, 9.2)."""
DOPPLER_PAYLOAD_TYPE, VOICE_PAYLOAD_TYPE = 110, 111

_EXTENSIONS = {
    SCANNER: (MID_URI, ABS_SEND_TIME_URI, PLAYOUT_DELAY_URI),
    CAMERA: (MID_URI, PLAYOUT_DELAY_URI),
    FILM: (MID_URI, TRANSPORT_CC_URI),
    VOICE: (MID_URI, AUDIO_LEVEL_URI),
}


def directions(plan: PeerPlan) -> Mapping[str, str]:
    """Of every line we offer, by mid, in the offer's order."""
    picture = "sendonly" if plan.sees else "inactive"
    sound = "sendonly" if plan.hears else "inactive"
    return {
        SCANNER: picture,
        DOPPLER: sound,
        CAMERA: picture,
        VOICE: "recvonly" if plan.speaks else "inactive",
        FILM: "recvonly" if plan.films else "inactive",
        **dict.fromkeys(LANE_MIDS, sound),
    }


def offered_lines(plan: PeerPlan, streams: PeerStreams, *, label: str) -> Iterator[MediaLine]:
    """``label`` is in the tracks' names. Every track is a stream of its own (msid): browsers play
    the tracks of one stream in lip-sync, and no picture shall wait for a voice."""
    for mid, direction in directions(plan).items():
        sends = direction == "sendonly"
        yield MediaLine(
            kind="video" if mid in VIDEO_MIDS else "audio",
            mid=mid,
            direction=direction,
            codecs=_video_codecs(mid) if mid in _VIDEO else _opus(mid),
            extensions={EXTENSION_IDS[uri]: uri for uri in _EXTENSIONS.get(mid, (MID_URI,))},
            msid=f"{mid} {label}-{mid}" if sends else "",
            ssrcs=_ssrcs(mid, streams) if sends else (),
            cname=streams.cname,
            attributes=("a=rtcp-xr:rcvr-rtt=all",) if mid in (SCANNER, CAMERA) else (),
        )


def _video_codecs(mid: str) -> tuple[CodecLine, ...]:
    """H.264 first: it is the one encode of the scanner's that runs anyway."""
    first = _VIDEO[mid]
    feedback, h264, vp8 = FEEDBACK, H264_PARAMETERS, ""
    if mid == FILM:
        feedback, h264, vp8 = FILM_FEEDBACK, f"{h264};{FILM_PARAMETERS}", FILM_PARAMETERS
    return (
        CodecLine(first, "H264/90000", h264, feedback),
        CodecLine(first + 1, "rtx/90000", f"apt={first}"),
        CodecLine(first + 2, "VP8/90000", vp8, feedback),
        CodecLine(first + 3, "rtx/90000", f"apt={first + 2}"),
    )


def _opus(mid: str) -> tuple[CodecLine, ...]:
    """Without these parameters browsers send neither DTX nor FEC."""
    if mid == DOPPLER:
        return (CodecLine(DOPPLER_PAYLOAD_TYPE, "opus/48000/2", DOPPLER_PARAMETERS),)
    return (CodecLine(VOICE_PAYLOAD_TYPE, "opus/48000/2", VOICE_PARAMETERS),)


def _ssrcs(mid: str, streams: PeerStreams) -> tuple[int, ...]:
    """The second one of a video is its RTX."""
    if mid in (SCANNER, CAMERA):
        ids = streams.scanner if mid == SCANNER else streams.camera
        return ids.ssrc, ids.rtx_ssrc
    return (streams.doppler,) if mid == DOPPLER else (streams.lanes[LANE_MIDS.index(mid)],)
