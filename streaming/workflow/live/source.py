"""What viewers are told about the source, from what the feed reports. Pure."""

from dataclasses import dataclass, field

from streaming.protocol.lookout_messages import CoveredText
from streaming.protocol.messages import MediaReport, SourceState
from streaming.protocol.worker_link import CoveredText as TextInPixels
from streaming.protocol.worker_link import Health

SLOW_FPS = 20
SLOW_GAP_MS = 300
"""Beyond these a viewer is warned: motion on the screen isn't the motion in the body."""


def is_slow(report: MediaReport) -> bool:
    """The rule of the viewer's page (web-client/src/core/staleness.ts)."""
    return report.fps < SLOW_FPS or report.largest_gap_ms > SLOW_GAP_MS


def _nothing_yet() -> Health:
    return Health(source="starting", since_ns=0, mask="black", mask_code="mask.starting")


@dataclass(slots=True)
class SourceReport:
    """Health as last reported, and whether the node itself sees no picture."""

    _health: Health = field(default_factory=_nothing_yet)
    _no_signal: tuple[int, str, str] | None = None
    _had_picture: bool = False

    def on_health(self, health: Health) -> None:
        self._health = health

    def on_picture(self) -> bool:
        """True for the first picture, and for the first after a loss."""
        first = self._no_signal is not None or not self._had_picture
        self._no_signal = None
        self._had_picture = True
        return first

    def await_picture(self) -> None:
        """Take the next picture for the first."""
        self._had_picture = False

    def on_no_signal(self, since_ns: int, code: str, detail: str) -> None:
        self._no_signal = (since_ns, code, detail)

    def figures(self) -> dict[str, float]:
        """``worker_dropped`` counts pictures and frames the worker left out since its start."""
        health = self._health
        showing = self._no_signal is None and health.source in ("live", "frozen")
        return {
            "source_live": float(showing),
            "source_fps": health.fps if showing else 0.0,
            "mask_confirmed": float(health.mask == "confirmed"),
            "bitrate_bps": health.bitrate_bps,
            "worker_dropped": health.dropped,
            "worker_cpu_cores": health.cpu_cores,
            "worker_rss_bytes": health.rss_bytes,
            "lookout_on": float(health.watch == "on"),
            "lookout_cpu_cores": health.lookout_cpu_cores,
            "lookout_rss_bytes": health.lookout_rss_bytes,
            "texts_covered": float(len(health.texts)),
        }

    def state(self) -> SourceState:
        """The mask's state stays true without a signal: it is the last confirmed one."""
        health = self._health
        state = SourceState(
            # A worker's "lost" that the feed hasn't announced yet is still its last "live".
            source="live" if health.source == "lost" else health.source,
            since_ns=health.since_ns,
            code=health.code,
            detail=health.detail,
            mask=health.mask,
            mask_code=health.mask_code,
            mask_detail=health.mask_detail,
            profile=health.profile,
            mm_per_pixel=health.mm_per_pixel,
            width=health.width,
            height=health.height,
            fps=round(health.fps),
            encoder=health.encoder,
            bitrate_bps=health.bitrate_bps,
            audio=health.audio != "none",
            watch=health.watch,
            texts=[_in_shares(text, health) for text in health.texts],
        )
        if self._no_signal is None:
            return state
        since_ns, code, detail = self._no_signal
        return state.model_copy(
            update={"source": "no_signal", "since_ns": since_ns, "code": code, "detail": detail}
        )


def same_to_a_person(one: SourceState, other: SourceState) -> bool:
    """Equal but for the measured bitrate, and a frame rate that moved by less than three."""
    measured = {"fps": one.fps, "bitrate_bps": one.bitrate_bps}
    return abs(one.fps - other.fps) < 3 and one == other.model_copy(update=measured)


def _in_shares(text: TextInPixels, health: Health) -> CoveredText:
    width, height = max(health.width, 1), max(health.height, 1)
    return CoveredText(
        id=text.id,
        x=round(text.x0 / width, 4),
        y=round(text.y0 / height, 4),
        width=round((text.x1 - text.x0) / width, 4),
        height=round((text.y1 - text.y0) / height, 4),
    )
