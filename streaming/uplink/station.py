"""One started source: its capture thread, its pipeline, and what the node is told about them."""

import contextlib
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from functools import partial

import structlog

from streaming.domain.errors import BadInput, SonopairError
from streaming.domain.frame import Rung, Size
from streaming.domain.profile import (
    ScannerProfile,
    parse_profile,
    profile_sha256,
    render_profile,
    still_meant,
)
from streaming.picture.capture_loop import CaptureLoop
from streaming.picture.frame import RawFrame
from streaming.picture.hardware import EncoderChoice
from streaming.picture.masking import UNCONFIRMED, MaskState, MaskStatus
from streaming.picture.pipeline import Pipeline, PipelineEvents
from streaming.picture.signal import Signal, SignalWatch
from streaming.picture.source import Source
from streaming.picture.text_cover import FoundText
from streaming.picture.text_watch import Watch
from streaming.protocol import worker_link as wire
from streaming.sound import loop as sound_loop
from streaming.sound.loop import SoundLoop
from streaming.sound.source import SoundSource, sound_of
from streaming.uplink.health import HealthReport
from streaming.uplink.link import WorkerLink
from streaming.uplink.lookout import Look, OpenLookOut
from streaming.uplink.still_desk import StillDesk

HEALTH_INTERVAL_NS = 250_000_000
HUNG_NS = 1_800_000_000
"""A read that doesn't return for this long, where it may take a quarter of a second, hangs in a
driver: only a new process helps."""

HUNG_OPENING_NS = 15_000_000_000
"""Longer than any source needs to open."""

EXPECTED_FPS = 30.0

log = structlog.get_logger()

_Told = tuple[Signal, MaskStatus, sound_loop.State, Watch, tuple[FoundText, ...]]


class Station:
    """Runs from ``start`` to ``stop``. ``ended`` is called from the capture thread when it ends
    by itself; ``failure`` then says why."""

    def __init__(
        self,
        order: wire.Start,
        *,
        link: WorkerLink,
        open_source: Callable[[], Source],
        choice: Future[EncoderChoice],
        ended: Callable[[], None],
        open_lookout: OpenLookOut | None = None,
    ) -> None:
        """Without ``open_lookout`` nothing looks for text in the picture."""
        self.failure: SonopairError | None = None
        self._link = link
        self._ended = ended
        self._report = HealthReport(link)
        self._told: _Told | None = None
        self._told_ns = 0
        self._telling = threading.Lock()
        self._watch = SignalWatch(time.monotonic_ns())
        self._lookout = open_lookout(self._looked) if open_lookout is not None else None
        self._pipeline = Pipeline(
            source_id=order.source_id,
            bitrate_bps=order.live_bitrate_bps,
            choice=choice,
            rungs=order.rungs,
            events=PipelineEvents(emit=link.send_frame, alarm=self._alarm),
            witness=None if self._lookout is None else self._lookout.offer,
        )
        self._stills = StillDesk(self._pipeline.stills, link=link)
        self._confirmed: list[ScannerProfile] = []
        self._apply(order.profile_toml, *order.other_profiles)
        self._source: Source | None = None
        self._sound = SoundLoop(self._find_sound, allowed=order.audio_allowed, emit=link.send_audio)
        self._sound.switch(on=order.audio_on)
        self._loop = CaptureLoop(
            partial(self._make_source, open_source),
            process=self._pipeline.process,
            watch=self._watch,
            changed=self.tell,
        )
        self._thread = threading.Thread(target=self._run, name="capture", daemon=True)
        link.fit_buffer(bitrate_bps=order.live_bitrate_bps, fps=EXPECTED_FPS)

    def start(self) -> None:
        """Where a profile tells the size, its slate is there before the first picture."""
        self.tell()
        self._thread.start()
        if self._lookout is not None:
            self._lookout.start()
        if (profile := self._pipeline.profile) is not None:
            self._pipeline.send_slates(profile.size)

    def stop(self, timeout_s: float) -> None:
        """Gives the capture thread this long to let go of its device."""
        self._loop.stop()
        self._stills.close()
        self._sound.close(0)
        self._thread.join(timeout_s)
        if not self._thread.is_alive():
            self._pipeline.close()
            if self._lookout is not None:
                self._lookout.close()

    @property
    def hung(self) -> bool:
        limit_ns = HUNG_OPENING_NS if self._loop.opening else HUNG_NS
        return time.monotonic_ns() - self._loop.alive_ns > limit_ns

    # ---- what the node wants -----------------------------------------------------------------

    def request_idr(self, rung: Rung) -> None:
        self._pipeline.request_idr(rung)

    def set_rung(self, rung: Rung, *, on: bool) -> None:
        self._pipeline.set_rung(rung, on=on)

    def set_bitrate(self, rung: Rung, bitrate_bps: int) -> None:
        self._pipeline.set_bitrate(rung, bitrate_bps)
        if rung is Rung.LIVE:
            self._link.fit_buffer(bitrate_bps=bitrate_bps, fps=self._pipeline.fps or EXPECTED_FPS)

    def request_still(self, request: wire.RequestStill) -> None:
        self._stills.request(request)

    def set_audio(self, *, on: bool) -> None:
        self._sound.switch(on=on)
        self.tell()

    def set_profile(self, profile_toml: str | None) -> None:
        self._apply(profile_toml)
        self.tell()

    def allow_text(self, text_id: int) -> None:
        self._pipeline.allow_text(text_id)
        self.tell()

    def override_watch(self) -> None:
        self._pipeline.override_watch()
        self.tell()

    # ---- what the set-up page wants ----------------------------------------------------------

    @property
    def profile(self) -> ScannerProfile | None:
        return self._pipeline.profile

    @property
    def mask(self) -> MaskStatus:
        return self._pipeline.mask

    @property
    def picture_size(self) -> Size | None:
        return self._pipeline.size

    def freeze(self, timeout_s: float) -> RawFrame | None:
        return self._pipeline.raw_tap.freeze(timeout_s)

    def confirm(self, profile: ScannerProfile) -> None:
        self._put_in_force([profile, *self._confirmed])
        log.info("profile confirmed", sha256=profile_sha256(profile))
        self._link.send(
            wire.ProfileConfirmed(
                toml=render_profile(profile),
                sha256=profile_sha256(profile),
                at_ns=time.monotonic_ns(),
            )
        )
        self.tell()

    # ---- what the node is told ---------------------------------------------------------------

    def tell(self) -> None:
        """Send health when it is due, or when what matters of it changed. From any thread."""
        with self._telling:
            now_ns = time.monotonic_ns()
            told = self._facts(now_ns)
            if told != self._told or now_ns - self._told_ns >= HEALTH_INTERVAL_NS:
                self._told, self._told_ns = told, now_ns
                signal, _, sound, _, _ = told
                health = self._report.make(signal, self._pipeline, sound=sound, now_ns=now_ns)
                self._link.send(health.model_copy(update=self._lookout_usage()))

    def _facts(self, now_ns: int) -> _Told:
        screen = self._pipeline.screen
        places = tuple(replace(text, seen_at_ns=0) for text in screen.texts)
        return (
            self._watch.signal(now_ns),
            self._pipeline.mask,
            self._sound.state,
            screen.watch,
            places,
        )

    def _lookout_usage(self) -> dict[str, float]:
        if self._lookout is None:
            return {}
        return {
            "lookout_cpu_cores": self._lookout.cpu_cores,
            "lookout_rss_bytes": self._lookout.rss_bytes,
        }

    def _looked(self, look: Look) -> None:
        self._pipeline.looked(look.boxes, look.captured_at_ns)
        self.tell()

    def _alarm(self, code: str, detail: str) -> None:
        self._link.send(wire.Alarm(code=code, detail=detail, at_ns=time.monotonic_ns()))

    def _apply(self, profile_toml: str | None, *others: str) -> None:
        """A profile that can't be read is no profile: the picture is black and says why."""
        self._confirmed = []
        if profile_toml is None:
            self._pipeline.set_profile(None, withheld=UNCONFIRMED)
            return
        try:
            profiles = [parse_profile(profile_toml)]
        except BadInput as error:
            withheld = MaskStatus(MaskState.BLACK, error.code, str(error))
            self._pipeline.set_profile(None, withheld=withheld)
            return
        for toml in others:
            with contextlib.suppress(BadInput):  # its page stays black, and says so
                profiles.append(parse_profile(toml))
        self._put_in_force(profiles)

    def _put_in_force(self, profiles: list[ScannerProfile]) -> None:
        """Confirmed ones, newest first."""
        self._confirmed = still_meant(profiles)[: wire.MAX_OTHER_PROFILES + 1]
        self._pipeline.set_profile(self._confirmed[0], others=self._confirmed[1:])

    def _make_source(self, open_source: Callable[[], Source]) -> Source:
        self._source = open_source()
        return self._source

    def _find_sound(self) -> SoundSource | None:
        return sound_of(self._source)

    def _run(self) -> None:
        try:
            self._loop.run()
        except SonopairError as error:
            self.failure = error
            self._ended()
