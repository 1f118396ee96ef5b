"""What a peer's outgoing streams are called: drawn before there is anything to send."""

import random
import secrets
from dataclasses import dataclass

from streaming.protocol.people_messages import LANES


@dataclass(frozen=True, slots=True)
class StreamIds:
    """Of one video: the offer names them before there is a sender."""

    ssrc: int
    rtx_ssrc: int
    cname: str


@dataclass(frozen=True, slots=True)
class PeerStreams:
    """Drawn at random per peer (RFC 3550, 8.1), no two alike. ``lanes`` are in lane order."""

    scanner: StreamIds
    camera: StreamIds
    doppler: int
    lanes: tuple[int, ...]
    cname: str

    @classmethod
    def random(cls) -> "PeerStreams":
        cname = secrets.token_urlsafe(12)
        drawn = random.SystemRandom().sample(range(1, 1 << 32), 5 + LANES)
        return cls(
            scanner=StreamIds(drawn[0], drawn[1], cname),
            camera=StreamIds(drawn[2], drawn[3], cname),
            doppler=drawn[4],
            lanes=tuple(drawn[5:]),
            cname=cname,
        )
