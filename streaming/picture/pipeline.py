"""What happens to one picture: mask, encode and send live, then everything that can wait."""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

import structlog

from streaming.domain.frame import EncodedFrame, Rung, Size
from streaming.domain.mask import Rectangle
from streaming.domain.profile import ScannerProfile
from streaming.picture.codec import EncoderError
from streaming.picture.encode import ArchiveEncoder, LiveEncoder, Vp8Encoder
from streaming.picture.frame import MaskedFrame, RawFrame
from streaming.picture.freeze import FreezeJudge
from streaming.picture.hardware import EncoderChoice
from streaming.picture.live_codec import LiveCodec
from streaming.picture.masking import UNCONFIRMED, Masker, MaskState, MaskStatus
from streaming.picture.pace import Pace
from streaming.picture.raw_tap import RawTap
from streaming.picture.rung import RateEncoder, RungEncoder, RungThread
from streaming.picture.seldom import Seldom
from streaming.picture.slate import encode_slate, slate_picture
from streaming.picture.slate_maker import SlateMaker
from streaming.picture.still_ring import StillRing
from streaming.picture.text_screen import TextScreen, Witness

ARCHIVE_DEPTH = 12
VP8_DEPTH = 1
"""For the live picture only the newest counts; the archive wants them all."""

ARCHIVE_NICENESS = 5
OF_THE_PICTURE = {"mask.size_mismatch", "mask.layout_changed"}
"""Why a mask is black that may come and go with every picture."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class PipelineEvents:
    """Called from the capture thread and the rungs' threads; must not block."""

    emit: Callable[[EncodedFrame], None]
    alarm: Callable[[str, str], None]


class Pipeline:
    """One source's way from raw picture to encoded frames. ``process`` is the capture thread's;
    everything else may be called from any thread."""

    def __init__(
        self,
        *,
        source_id: str,
        bitrate_bps: int,
        choice: Future[EncoderChoice],
        rungs: Iterable[Rung],
        events: PipelineEvents,
        witness: Witness | None = None,
        clock_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        """x264 encodes until ``choice`` is there, which may take seconds. ``witness`` shows the
        pictures to who looks for text in them; what it sees comes by ``looked``."""
        self.raw_tap = RawTap()
        self.stills = StillRing()
        self._source_id = source_id
        self._codec = LiveCodec(choice, alarm=events.alarm)
        self._bitrates = {Rung.LIVE: bitrate_bps, Rung.LIVE_VP8: bitrate_bps}
        self._events = events
        self.screen = TextScreen(witness)
        self._masker = Masker(screen=self.screen)
        self._mask_told: MaskStatus | None = None
        self._telling = threading.Lock()
        self._clock_ns = clock_ns
        self._seldom = Seldom(clock_ns)
        self._slates = SlateMaker(self._make_slates)
        self._freeze = FreezeJudge()
        self._pace = Pace()
        self._size: Size | None = None
        self._next_number: int | None = None
        self._skipped = 0
        self._live_on = False
        self._live = RungEncoder(
            self._open_live, bitrate_bps=bitrate_bps, recover=self._codec.fall_back
        )
        self._threads: dict[Rung, RungThread] = {}
        self._threads_lock = threading.Lock()
        for rung in rungs:
            self.set_rung(rung, on=True)

    # ---- the capture thread ------------------------------------------------------------------

    def process(self, raw: RawFrame) -> int | None:
        """Consumes ``raw``. Since when the scanner is frozen, or None.

        Raises:
            BadInput: ``encoder.unknown``, when the choice tells.
            EncoderError: not even x264 works.
            ValueError: the source broke the promises of ``RawFrame``.
        """
        self._count_skipped(raw.number)
        self.raw_tap.offer(raw)
        masked = self._masker.mask(raw)
        self._pace.picture(masked.captured_at_ns)
        fps = self._pace.fps
        if self._codec.settle():
            self._live.close()  # the next picture opens the chosen one, with a key frame
        self.stills.keep(masked)  # before anybody can have seen it
        if self._live_on:
            self._events.emit(self._live.encode(masked, fps=fps))
        with self._threads_lock:
            for thread in self._threads.values():
                thread.offer(masked, fps=fps)
        self._tell_mask()
        self._tell_size(masked.size)
        return self._judge_freeze(masked)

    def _judge_freeze(self, masked: MaskedFrame) -> int | None:
        if self._masker.status.state is MaskState.BLACK:
            self._freeze.forget()
            return None
        return self._freeze.observe(masked, now_ns=masked.captured_at_ns)

    def _count_skipped(self, number: int) -> None:
        if self._next_number is not None:
            self._skipped += max(0, number - self._next_number)
        self._next_number = number + 1

    def _tell_size(self, size: Size) -> None:
        previous, self._size = self._size, size
        if previous == size:
            return
        self.send_slates(size)
        if previous is None:
            log.info("picture size", size=str(size))
        elif (more := self._seldom.passes("source.size_changed")) is not None:
            log.info("picture size", size=str(size))
            words = f"The picture was {previous}, now {size}.{more}"
            self._events.alarm("source.size_changed", words)

    # ---- commands, from any thread -----------------------------------------------------------

    @property
    def profile(self) -> ScannerProfile | None:
        return self._masker.profile

    def set_profile(
        self,
        profile: ScannerProfile | None,
        *,
        withheld: MaskStatus = UNCONFIRMED,
        others: Sequence[ScannerProfile] = (),
    ) -> None:
        """In force from the next picture on. ``withheld`` says why there is none; ``others`` take
        over on the pages they were confirmed on."""
        self._masker.set_profile(profile, withheld=withheld, others=others)
        self.stills.forget(before_ns=self._clock_ns())
        self._tell_mask()

    def looked(self, boxes: Iterable[Rectangle], captured_at_ns: int) -> None:
        """What the look-out saw in the pictures up to this one."""
        if self.screen.looked(boxes, captured_at_ns):
            self.stills.forget(before_ns=self._clock_ns())
            if (more := self._seldom.passes("text.found")) is not None:
                words = f"Text was found in the picture and is covered.{more}"
                self._events.alarm("text.found", words)
        self._tell_mask()

    def allow_text(self, text_id: int) -> None:
        if self.screen.allow(text_id, now_ns=self._clock_ns()):
            self._tell_mask()

    def override_watch(self) -> None:
        if self.screen.override():
            self._tell_mask()

    def set_rung(self, rung: Rung, *, on: bool) -> None:
        """Idempotent. Turning a threaded rung off waits for the picture it is encoding."""
        if rung is Rung.LIVE:
            if on and not self._live_on:
                self._live.request_idr()
            self._live_on = on
            return
        with self._threads_lock:
            thread = None if on else self._threads.pop(rung, None)
            if on and rung not in self._threads and rung is not Rung.SLATE:
                self._threads[rung] = self._start_thread(rung)
        if thread is not None:
            self._skipped += thread.dropped
            thread.close()

    def request_idr(self, rung: Rung) -> None:
        """For a rung that is off: nothing. A slate is made anew."""
        if rung is Rung.SLATE:
            if self._size is not None:
                self.send_slates(self._size)
        elif (encoder := self._encoder_of(rung)) is not None:
            encoder.request_idr()

    def set_bitrate(self, rung: Rung, bitrate_bps: int) -> None:
        self._bitrates[rung] = bitrate_bps
        if (encoder := self._encoder_of(rung)) is not None:
            encoder.set_bitrate(bitrate_bps)

    def send_slates(self, size: Size) -> None:
        """One per codec, made beside the pictures. Only the newest size counts."""
        self._slates.request(size)

    def close(self) -> None:
        """Call when the capture thread has ended."""
        self._slates.close()
        for rung in list(self._threads):
            self.set_rung(rung, on=False)
        self._live.close()

    # ---- figures -----------------------------------------------------------------------------

    @property
    def mask(self) -> MaskStatus:
        return self._masker.status

    @property
    def size(self) -> Size | None:
        """None before the first picture."""
        return self._size

    @property
    def fps(self) -> float:
        return self._pace.fps

    @property
    def encoder(self) -> str:
        """Empty until the first picture."""
        return "" if self._size is None else self._codec.name.removeprefix("lib")

    @property
    def dropped(self) -> int:
        """Pictures that came but weren't encoded, or that the source had to drop before."""
        with self._threads_lock:
            return self._skipped + sum(thread.dropped for thread in self._threads.values())

    # ---- inside ------------------------------------------------------------------------------

    def _tell_mask(self) -> None:
        with self._telling:
            status = self._masker.status
            if status == self._mask_told:
                return
            before = self._mask_told.code if self._mask_told else ""
            by_picture = bool({status.code, before} & OF_THE_PICTURE)
            self._mask_told = status
            # What a person did is told every time, what a flapping picture does only seldom.
            more = self._seldom.passes(f"mask {status.state}") if by_picture else ""
            if more is None:
                return
            log.info("mask", state=status.state.value, code=status.code)
            if status.state is MaskState.BLACK:
                self._events.alarm(status.code, f"{status.detail}{more}")

    def _encoder_of(self, rung: Rung) -> RungEncoder | None:
        if rung is Rung.LIVE:
            return self._live
        with self._threads_lock:
            thread = self._threads.get(rung)
        return None if thread is None else thread.encoder

    def _start_thread(self, rung: Rung) -> RungThread:
        archive = rung is Rung.ARCHIVE
        return RungThread(
            RungEncoder(
                _open_archive if archive else Vp8Encoder, bitrate_bps=self._bitrates.get(rung, 0)
            ),
            name=f"encode {rung}",
            depth=ARCHIVE_DEPTH if archive else VP8_DEPTH,
            niceness=ARCHIVE_NICENESS if archive else 0,
            emit=self._events.emit,
            failed=lambda error: self._events.alarm("encoder.failed", f"{rung}: {error}"),
        )

    def _open_live(self, size: Size, *, bitrate_bps: int, nominal_fps: int) -> RateEncoder:
        return LiveEncoder(
            size, bitrate_bps=bitrate_bps, nominal_fps=nominal_fps, codec=self._codec.name
        )

    def _make_slates(self, size: Size) -> None:
        picture = slate_picture(size, source_id=self._source_id, now_ns=0)
        live_bps, vp8_bps = self._bitrates[Rung.LIVE], self._bitrates[Rung.LIVE_VP8]
        try:
            live = LiveEncoder(size, bitrate_bps=live_bps, codec=self._codec.name)
            self._events.emit(encode_slate(live, picture))
            vp8 = Vp8Encoder(size, bitrate_bps=vp8_bps)
            self._events.emit(encode_slate(vp8, picture))
        except EncoderError as error:
            log.warning("no slate", code=error.code, encoder=self._codec.name)


def _open_archive(size: Size, *, bitrate_bps: int, nominal_fps: int) -> RateEncoder:
    return ArchiveEncoder(size, nominal_fps=nominal_fps)
