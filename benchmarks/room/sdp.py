"""The answer of somebody who takes every line of the node's offer: H.264 and Opus."""

import re
from collections.abc import Iterator

from benchmarks.live.sdp import Local

_MIRRORED = {"sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive"}
_CODECS = {"video": "H264/90000", "audio": "opus/48000/2"}
_COPIED = ("a=mid:", "a=extmap:")


def answer(offer: str, local: Local) -> str:
    """Raises ValueError when a line offers neither codec, or no direction."""
    _, *media = re.split(r"(?m)^m=", offer)
    mids = " ".join(_found(r"^a=mid:(\S+)", each) for each in media)
    lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", f"a=group:BUNDLE {mids}"]
    for each in media:
        lines.extend(_section(each, local))
    return "\r\n".join(lines) + "\r\n"


def payload_types(offer: str) -> dict[str, int]:
    """Of every line of an offer, by mid; see ``_CODECS``."""
    _, *media = re.split(r"(?m)^m=", offer)
    return {_found(r"^a=mid:(\S+)", each): _payload_type(each) for each in media}


def extension_id(offer: str, uri: str) -> int:
    """The same one on every line of a bundle."""
    return int(_found(rf"^a=extmap:(\d+) {re.escape(uri)}", offer))


def _section(media: str, local: Local) -> Iterator[str]:
    number = _payload_type(media)
    kind = media.partition(" ")[0]
    yield f"m={kind} 9 UDP/TLS/RTP/SAVPF {number}"
    yield "c=IN IP4 0.0.0.0"
    yield f"a={_MIRRORED[_found(r'^a=(sendonly|recvonly|inactive)', media)]}"
    yield "a=rtcp-mux"
    yield f"a=ice-ufrag:{local.ufrag}"
    yield f"a=ice-pwd:{local.password}"
    yield f"a=fingerprint:sha-256 {local.fingerprint}"
    yield "a=setup:active"
    yield f"a=rtpmap:{number} {_CODECS[kind]}"
    if kind == "video":
        yield f"a=rtcp-fb:{number} nack pli"
    about = (*_COPIED, f"a=fmtp:{number} ")
    yield from (line for line in media.splitlines() if line.startswith(about))


def _payload_type(media: str) -> int:
    codec = _CODECS[media.partition(" ")[0]]
    return int(_found(rf"^a=rtpmap:(\d+) {codec}", media))


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text, re.MULTILINE)
    if match is None:
        raise ValueError(f"nothing like {pattern!r} in the offer")
    return match[1]
