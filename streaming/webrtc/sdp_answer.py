"""The m-lines of an answer to a stranger's offer: one video, everything else turned down."""

import re

from aiortc.sdp import MediaDescription

from streaming.webrtc.negotiation import (
    ABS_SEND_TIME_URI,
    FEEDBACK,
    MID_URI,
    PLAYOUT_DELAY_URI,
    VideoAgreement,
)
from streaming.webrtc.sdp_text import CodecLine, MediaLine, RejectedLine
from streaming.workflow.live.ports import SdpError

_MID = re.compile(r"[!#-~]{1,16}")


def accepted(offered: MediaDescription, video: VideoAgreement) -> MediaLine:
    """Only what we use of the offer: one codec, its RTX, our extensions under the peer's ids."""
    main = next(c for c in offered.rtp.codecs if c.payloadType == video.payload_type)
    wanted = {
        f"{feedback.type} {feedback.parameter or ''}".strip() for feedback in main.rtcpFeedback
    }
    parameters = ";".join(
        f"{name}={main.parameters[name]}"
        for name in ("level-asymmetry-allowed", "packetization-mode", "profile-level-id")
        if name in main.parameters
    )
    feedback = tuple(kind for kind in FEEDBACK if kind in wanted)
    lines = [CodecLine(video.payload_type, f"{main.name}/90000", parameters, feedback)]
    if video.rtx_payload_type is not None:
        apt = f"apt={video.payload_type}"
        lines.append(CodecLine(video.rtx_payload_type, "rtx/90000", apt))
    ids = video.extensions
    extensions = (
        (ids.mid_id, MID_URI),
        (ids.abs_send_time_id, ABS_SEND_TIME_URI),
        (ids.playout_delay_id, PLAYOUT_DELAY_URI),
    )
    return MediaLine(
        kind="video",
        mid=_reflected_mid(offered),
        direction="sendonly",
        codecs=lines,
        extensions={number: uri for number, uri in extensions if number is not None},
    )


def rejected(offered: MediaDescription) -> RejectedLine:
    formats = [str(number) for number in offered.fmt]
    return RejectedLine(offered.kind, offered.profile, formats, _reflected_mid(offered))


def _reflected_mid(offered: MediaDescription) -> str:
    mid = str(offered.rtp.muxId or "")
    if not _MID.fullmatch(mid):
        raise SdpError("sdp.malformed", "an m-line without a short a=mid")
    return mid
