"""What the source is doing, as the node and the people are told. Time is an input."""

from dataclasses import dataclass, replace
from typing import Literal

State = Literal["starting", "live", "frozen", "lost"]

STALLED_NS = 500_000_000
PATIENCE_NS = 3_000_000_000
"""How long a source may take from opening to its first picture (an RTSP handshake, a driver)."""


@dataclass(frozen=True, slots=True)
class Signal:
    """``since_ns``: when ``state`` began; for ``lost`` when the last picture came, for ``frozen``
    when it last changed."""

    state: State
    since_ns: int
    code: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class _Seen:
    opened_ns: int
    live_since_ns: int = 0
    picture_ns: int = 0
    frozen_since_ns: int | None = None
    lost: Signal | None = None


class SignalWatch:
    """Told by the capture thread, asked by any: what was seen is one immutable value, so a
    reading is never half of one."""

    def __init__(self, now_ns: int) -> None:
        self._seen = _Seen(opened_ns=now_ns)

    def picture(self, now_ns: int, *, frozen_since_ns: int | None) -> None:
        seen = self._seen
        resumed = not seen.picture_ns or self.signal(now_ns).state == "lost"
        self._seen = replace(
            seen,
            picture_ns=now_ns,
            live_since_ns=now_ns if resumed or seen.frozen_since_ns else seen.live_since_ns,
            frozen_since_ns=frozen_since_ns,
            lost=None,
        )

    def lost(self, now_ns: int, *, code: str, detail: str) -> None:
        """The source said so itself."""
        since_ns = self._seen.picture_ns or self._seen.opened_ns
        self._seen = replace(self._seen, lost=Signal("lost", since_ns, code, detail))

    def signal(self, now_ns: int) -> Signal:
        seen = self._seen
        if seen.lost is not None:
            return seen.lost
        if not seen.picture_ns:
            if now_ns - seen.opened_ns < PATIENCE_NS:
                return Signal("starting", seen.opened_ns)
            return Signal(
                "lost",
                seen.opened_ns,
                "source.no_picture",
                "The source is open but has delivered no picture yet.",
            )
        if now_ns - seen.picture_ns > STALLED_NS:
            return Signal(
                "lost", seen.picture_ns, "source.stalled", "The source stopped delivering pictures."
            )
        if seen.frozen_since_ns is not None:
            return Signal("frozen", seen.frozen_since_ns)
        return Signal("live", seen.live_since_ns)
