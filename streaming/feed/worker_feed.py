"""A source kept alive: an active worker, a warm spare, and slates while neither has a picture.

A worker takes about half a second to start because of its imports. The spare has them behind it,
so that after a crash the picture is back in about a tenth of a second, on the same viewers' peers.
"""

import asyncio
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from streaming.domain.frame import AudioFrame, Codec, EncodedFrame, Rung, Still
from streaming.feed.liveness import Backoff, Liveness, Verdict
from streaming.feed.pending_stills import PendingStills, still_lost
from streaming.feed.worker_process import WorkerProcess
from streaming.protocol import worker_link as link
from streaming.workflow.live.ports import FeedEvents

TICK_S = 0.1
SLATE_INTERVAL_NS = 500_000_000
"""Repeated, so that whoever joins or lost a packet has it within half a second."""

GRACE_NS = 150_000_000
"""After a worker's death the spare gets this long before viewers see a slate."""

SPARE_DELAY_S = 2.0
"""Starting the spare costs CPU; it waits until the active worker's own start is over."""

RETRY_SPAWN_NS = 1_000_000_000
STDIN_SPEC = "y4m:-"
WARM_SCHEMES = frozenset({"demo", "file", "phantom", "v4l2", "y4m"})
"""What a spare may import ahead; the rest needs nothing that takes long."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Lost:
    code: str
    detail: str
    known: bool
    """The worker itself said why."""


WORKER_ENDED = _Lost("source.worker_ended", "The capture worker stopped.", known=False)
WORKER_HUNG = _Lost("source.worker_hung", "The capture worker hung and is replaced.", known=False)
NO_WORKER = _Lost("source.no_worker", "The node can't start a capture worker.", known=True)
STALLED = _Lost("source.stalled", "The scanner's picture stopped arriving.", known=False)


class WorkerFeed:
    """Implements ``Feed``. ``run`` owns the workers; everything else only asks."""

    def __init__(
        self,
        start: link.Start,
        events: FeedEvents,
        *,
        command: tuple[str, ...] = (),
        clock_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._start = start
        self._events = events
        self._command = command
        self._clock_ns = clock_ns
        self._active: WorkerProcess | None = None
        self._spare: WorkerProcess | None = None
        self._liveness = Liveness(clock_ns())
        self._backoff = Backoff()
        self._lost: _Lost | None = None
        self._slates: dict[Codec, EncodedFrame] = {}
        self._slate_sent_ns = 0
        self._stills = PendingStills()
        self._next_worker_ns = clock_ns()
        self._next_spare_ns: int | None = None
        self._last_picture_ns = 0
        self._grace_until_ns: int | None = None
        self._closing = False
        self._opened: asyncio.Future[link.Failed | None] = (
            asyncio.get_running_loop().create_future()
        )

    # ---- Feed --------------------------------------------------------------------------------

    def request_idr(self, rung: Rung) -> None:
        if self._active is not None:
            self._active.send(link.RequestIdr(rung=rung))

    def set_rung(self, rung: Rung, *, on: bool) -> None:
        """Remembered for the workers to come."""
        rungs = [r for r in self._start.rungs if r != rung] + ([rung] if on else [])
        self._start = self._start.model_copy(update={"rungs": tuple(rungs)})
        if self._active is not None:
            self._active.send(link.SetRung(rung=rung, on=on))

    def set_audio(self, *, on: bool) -> None:
        """Remembered for the workers to come."""
        self._start = self._start.model_copy(update={"audio_on": on})
        if self._active is not None:
            self._active.send(link.SetAudio(on=on))

    async def still(self, captured_at_ns: int) -> Still:
        worker = self._active
        if worker is None:
            raise still_lost()
        return await self._stills.ask(captured_at_ns, send=worker.send)

    def allow_text(self, text_id: int) -> None:
        if self._active is not None:
            self._active.send(link.AllowText(id=text_id))

    def override_watch(self) -> None:
        if self._active is not None:
            self._active.send(link.OverrideWatch())

    def open_setup(self) -> None:
        if self._active is not None:
            self._active.send(link.OpenSetup())

    @property
    def worker_pids(self) -> list[int]:
        """The active worker first."""
        return [worker.pid for worker in (self._active, self._spare) if worker is not None]

    async def opened(self) -> link.Failed | None:
        """Waits for the first picture (None) or for the first word that there won't be one."""
        return await asyncio.shield(self._opened)

    async def run(self) -> None:
        """Until cancelled. After a crash it may be run again: it starts without a worker."""
        self._closing = False
        self._next_worker_ns = self._clock_ns()
        try:
            while True:
                self.tick(self._clock_ns())
                await asyncio.sleep(TICK_S)
        finally:
            await self.close()

    async def close(self) -> None:
        """Idempotent. Both workers are gone when this returns."""
        self._closing = True
        workers = (self._active, self._spare)
        self._active = self._spare = None
        self._stills.lose()
        for worker in workers:
            if worker is not None:
                await worker.close()

    # ---- WorkerEvents ------------------------------------------------------------------------

    def message(self, worker: WorkerProcess, message: link.Packet | link.Up) -> None:
        if worker is not self._active:
            return
        now_ns = self._clock_ns()
        match message:
            case EncodedFrame(rung=Rung.SLATE):
                self._slates[message.codec] = message
            case EncodedFrame():
                self._picture(message, now_ns)
            case AudioFrame():
                self._events.audio(message)
            case link.StillChunk():
                self._stills.chunk(message)
            case link.StillFailed():
                self._stills.failed(message)
            case link.Health():
                self._liveness.on_health(message, now_ns)
                self._events.health(message)
                self._judge(now_ns)
            case link.Failed():
                self._lose(_Lost(message.code, message.detail, known=True), now_ns)
                self._backoff.hopeless = not message.retry
                self._open(message)
            case link.Alarm():
                self._events.alarm(message)
            case link.ProfileConfirmed():
                self._start = _confirmed(self._start, message.toml)
                self._events.profile_confirmed(message)
            case link.SetupReady():
                self._events.setup_ready(message.url)
            case link.Ready():
                self._liveness.on_ready(now_ns)

    def ended(self, worker: WorkerProcess) -> None:
        if self._closing:
            return
        now_ns = self._clock_ns()
        if worker is self._spare:
            self._spare = None
            self._next_spare_ns = now_ns + int(5e9)
            return
        if worker is not self._active:
            return
        self._active = None
        self._stills.lose()
        delay_s = self._backoff.next_delay_s(worked_s=self._liveness.worked_s)
        log.warning(
            "capture worker ended",
            source=self._start.source_id,
            code=self._lost.code if self._lost else "",
            retry_in_s=delay_s,
        )
        self._next_worker_ns = now_ns + int(delay_s * 1e9)
        self._grace_until_ns = now_ns + GRACE_NS
        if now_ns >= self._next_worker_ns:
            self._activate(now_ns)

    # ---- one owner ---------------------------------------------------------------------------

    def tick(self, now_ns: int) -> None:
        """Start what is due, judge what runs, repeat the slate."""
        if self._closing:
            return
        if self._active is None and now_ns >= self._next_worker_ns:
            self._activate(now_ns)
        if (
            self._spare is None
            and self._next_spare_ns is not None
            and now_ns >= self._next_spare_ns
        ):
            self._spare = self._spawn()
            self._next_spare_ns = None if self._spare else now_ns + RETRY_SPAWN_NS
        if self._grace_until_ns is not None and now_ns >= self._grace_until_ns:
            self._lose(WORKER_ENDED, now_ns)
        if self._active is not None:
            self._judge(now_ns)
        if self._lost is not None and now_ns - self._slate_sent_ns >= SLATE_INTERVAL_NS:
            self._send_slates(now_ns)

    def _spawn(self) -> WorkerProcess | None:
        """None when the machine has no process or file descriptor left for it."""
        spec = self._start.spec
        scheme = spec.partition(":")[0]
        # Never more than that: a command line is visible to all, and a spec may hold a password.
        warm = ("--warm", scheme) if scheme in WARM_SCHEMES else ()
        command = self._command or (sys.executable, "-m", "streaming.worker", *warm)
        try:
            return WorkerProcess(self, command=command, with_stdin=spec.startswith(STDIN_SPEC))
        except OSError as error:
            log.error("a capture worker can't be started", reason=error.strerror)
            return None

    def _activate(self, now_ns: int) -> None:
        spare, self._spare = self._spare, None
        self._active = spare or self._spawn()
        if self._active is None:
            self._next_worker_ns = now_ns + RETRY_SPAWN_NS
            self._lose(NO_WORKER, now_ns)
            return
        self._liveness = Liveness(now_ns, heard_ns=now_ns if self._active.ready else 0)
        self._next_spare_ns = now_ns + int(SPARE_DELAY_S * 1e9)
        self._active.send(self._start)

    def _judge(self, now_ns: int) -> None:
        verdict = self._liveness.judge(now_ns)
        health = self._liveness.health
        if verdict is Verdict.KILL:
            log.error("capture worker hung, replacing it", source=self._start.source_id)
            self._lose(WORKER_HUNG, now_ns)
            if self._active is not None:
                self._active.kill()
        elif health is not None and health.source == "lost":
            self._lose(_Lost(health.code, health.detail, known=True), now_ns)
        elif verdict is Verdict.NO_SIGNAL:
            self._lose(STALLED, now_ns)

    def _picture(self, frame: EncodedFrame, now_ns: int) -> None:
        self._liveness.on_picture(now_ns)
        self._last_picture_ns = now_ns
        self._lost = self._grace_until_ns = None
        self._open(None)
        self._events.frame(frame)

    def _open(self, failed: link.Failed | None) -> None:
        if not self._opened.done():
            self._opened.set_result(failed)

    def _lose(self, lost: _Lost, now_ns: int) -> None:
        """Announce once; a known cause replaces a guess, never the other way round."""
        self._grace_until_ns = None
        if self._lost is not None and (self._lost == lost or not lost.known):
            return
        self._lost = lost
        self._events.no_signal(self._last_picture_ns or now_ns, lost.code, lost.detail)
        self._send_slates(now_ns)

    def _send_slates(self, now_ns: int) -> None:
        self._slate_sent_ns = now_ns
        for slate in self._slates.values():
            self._events.frame(replace(slate, captured_at_ns=now_ns))


def _confirmed(start: link.Start, toml: str) -> link.Start:
    """What was in force before becomes the first of the others."""
    before = (start.profile_toml, *start.other_profiles)
    others = tuple(each for each in before if each is not None and each != toml)
    kept = others[: link.MAX_OTHER_PROFILES]
    return start.model_copy(update={"profile_toml": toml, "other_profiles": kept})
