"""The few lines of SDP that a receive-only H.264 viewer needs, written and read."""

import re
from dataclasses import dataclass

H264_PAYLOAD_TYPE = 96


@dataclass(frozen=True, slots=True)
class Local:
    """What a viewer says of itself: its ICE credentials, certificate and address."""

    ufrag: str
    password: str
    fingerprint: str
    address: tuple[str, int]


@dataclass(frozen=True, slots=True)
class Remote:
    """What a server said. ``setup``: its DTLS role, ``active`` is the client."""

    ufrag: str
    password: str
    setup: str
    address: tuple[str, int]
    payload_type: int
    mid: str


def describe(local: Local, *, setup: str, payload_type: int, mid: str = "0") -> str:
    host, port = local.address
    lines = [
        "v=0",
        "o=- 1 1 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        f"a=group:BUNDLE {mid}",
        f"m=video 9 UDP/TLS/RTP/SAVPF {payload_type}",
        "c=IN IP4 0.0.0.0",
        f"a=mid:{mid}",
        "a=recvonly",
        "a=rtcp-mux",
        f"a=ice-ufrag:{local.ufrag}",
        f"a=ice-pwd:{local.password}",
        f"a=fingerprint:sha-256 {local.fingerprint}",
        f"a=setup:{setup}",
        f"a=rtpmap:{payload_type} H264/90000",
        f"a=fmtp:{payload_type} level-asymmetry-allowed=1;packetization-mode=1;"
        "profile-level-id=42e01f",
        f"a=rtcp-fb:{payload_type} nack pli",
        f"a=candidate:1 1 udp 2130706431 {host} {port} typ host",
        "a=end-of-candidates",
        "",
    ]
    return "\r\n".join(lines)


def read(sdp: str) -> Remote:
    """The first video section that is not refused. Raises ValueError for what a viewer can't use.

    The first IPv4 host candidate over UDP is taken.
    """
    session, *media = re.split(r"(?m)^m=", sdp)
    video = next((part for part in media if re.match(r"video [1-9]", part)), None)
    if video is None:
        raise ValueError("no video in the description")
    text = video + session

    def found(pattern: str) -> re.Match[str]:
        match = re.search(pattern, text, re.MULTILINE)
        if match is None:
            raise ValueError(f"nothing like {pattern!r} in the description")
        return match

    candidate = found(r"^a=candidate:\S+ 1 (?i:udp) \d+ (\d+\.\d+\.\d+\.\d+) (\d+) typ host")
    return Remote(
        ufrag=found(r"^a=ice-ufrag:(\S+)")[1],
        password=found(r"^a=ice-pwd:(\S+)")[1],
        setup=found(r"^a=setup:(\S+)")[1],
        address=(candidate[1], int(candidate[2])),
        payload_type=int(found(r"^a=rtpmap:(\d+) H264/90000")[1]),
        mid=found(r"^a=mid:(\S+)")[1],
    )
