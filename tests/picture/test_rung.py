import threading
from dataclasses import dataclass, field

import pytest

from streaming.domain.frame import Codec, EncodedFrame, Rung, Size
from streaming.picture.codec import EncoderError
from streaming.picture.frame import MaskedFrame
from streaming.picture.rung import RungEncoder, RungThread
from tests.picture.pictures import SIZE, masked

BROKEN = EncoderError("encoder.failed", "broken")


@dataclass
class Recorder:
    """Instead of FFmpeg, so that what is asked of an encoder can be seen."""

    size: Size
    bitrate_bps: int
    nominal_fps: int
    name: str = "recorder"
    keyframes: list[bool] = field(default_factory=list)
    rates: list[tuple[int, float]] = field(default_factory=list)
    fails: bool = False
    closed: bool = False

    def encode(self, frame: MaskedFrame, *, keyframe: bool = False) -> EncodedFrame:
        if self.fails:
            raise BROKEN
        self.keyframes.append(keyframe)
        number, at_ns = frame.number, frame.captured_at_ns
        return EncodedFrame(
            frame.source_id, Rung.LIVE, Codec.H264, frame.size, number, at_ns, keyframe, b"x"
        )

    def set_rate(self, *, bitrate_bps: int, fps: float) -> None:
        self.rates.append((bitrate_bps, fps))

    def close(self) -> None:
        self.closed = True


class Workshop:
    def __init__(self) -> None:
        self.made: list[Recorder] = []
        self.fail_first = 0

    def __call__(self, size: Size, *, bitrate_bps: int, nominal_fps: int) -> Recorder:
        self.made.append(Recorder(size, bitrate_bps, nominal_fps))
        self.made[-1].fails = len(self.made) <= self.fail_first
        return self.made[-1]


def test_one_encoder_for_pictures_of_one_size_and_rate() -> None:
    workshop = Workshop()
    rung = RungEncoder(workshop, bitrate_bps=1_000_000)
    for fps in (0.0, 25.0, 30.0, 32.0):
        rung.encode(masked(), fps=fps)
    assert [(e.size, e.nominal_fps) for e in workshop.made] == [(SIZE, 30)]
    assert workshop.made[0].rates[-1] == (1_000_000, 32.0)


def test_reopens_for_another_size_and_a_rate_it_didnt_expect() -> None:
    workshop = Workshop()
    rung = RungEncoder(workshop, bitrate_bps=1_000_000)
    rung.encode(masked(), fps=30.0)
    rung.encode(masked(size=Size(320, 240)), fps=30.0)
    rung.encode(masked(size=Size(320, 240)), fps=60.0)
    rung.encode(masked(size=Size(320, 240)), fps=30.0)
    assert [(e.size.width, e.nominal_fps) for e in workshop.made] == [
        (640, 30),
        (320, 30),
        (320, 60),
    ]
    assert [e.closed for e in workshop.made] == [True, True, False]


def test_key_frame_is_made_once_for_any_number_of_requests() -> None:
    workshop = Workshop()
    rung = RungEncoder(workshop, bitrate_bps=1_000_000)
    rung.encode(masked(), fps=0.0)
    rung.request_idr()
    rung.request_idr()
    rung.encode(masked(), fps=0.0)
    rung.encode(masked(), fps=0.0)
    assert workshop.made[0].keyframes == [False, True, False]


def test_key_frame_asked_for_while_requests_are_looked_at_is_made_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class AskedJustAfterLooking(threading.Event):
        def is_set(self) -> bool:
            was_set = super().is_set()
            if not was_set:
                self.set()
            return was_set

    workshop = Workshop()
    with monkeypatch.context() as patched:
        patched.setattr(threading, "Event", AskedJustAfterLooking)
        rung = RungEncoder(workshop, bitrate_bps=1_000_000)
    rung.encode(masked(), fps=0.0)
    rung.encode(masked(), fps=0.0)
    assert workshop.made[0].keyframes == [False, True]


def test_bitrate_reaches_the_open_encoder_and_the_next() -> None:
    workshop = Workshop()
    rung = RungEncoder(workshop, bitrate_bps=1_000_000)
    rung.encode(masked(), fps=30.0)
    rung.set_bitrate(500_000)
    rung.encode(masked(), fps=30.0)
    assert workshop.made[0].rates[-1] == (500_000, 30.0)
    rung.encode(masked(size=Size(320, 240)), fps=30.0)
    assert workshop.made[1].bitrate_bps == 500_000


def test_failed_encoder_is_replaced_with_the_same_picture_as_key_frame() -> None:
    workshop = Workshop()
    workshop.fail_first = 1
    errors: list[EncoderError] = []

    def recover(error: EncoderError) -> bool:
        errors.append(error)
        return True

    rung = RungEncoder(workshop, bitrate_bps=1, recover=recover)
    assert rung.encode(masked(7), fps=0.0).number == 7
    assert errors == [BROKEN]
    assert workshop.made[0].closed and workshop.made[1].keyframes == [True]


def test_encoder_beyond_recovery_raises() -> None:
    workshop = Workshop()
    workshop.fail_first = 1
    with pytest.raises(EncoderError):
        RungEncoder(workshop, bitrate_bps=1).encode(masked(), fps=0.0)


class Thread:
    """A rung thread whose sink blocks until it is let go."""

    def __init__(self, *, depth: int, fail_first: int = 0, retry_s: float = 0.0) -> None:
        self.workshop = Workshop()
        self.workshop.fail_first = fail_first
        self.sent: list[int] = []
        self.errors: list[EncoderError] = []
        self.entered, self.let_go = threading.Event(), threading.Event()
        self.ended = threading.Event()
        self.rung = RungThread(
            RungEncoder(self.workshop, bitrate_bps=1),
            name="test",
            depth=depth,
            niceness=0,
            emit=self.emit,
            failed=self.failed,
            retry_s=retry_s,
        )

    def emit(self, frame: EncodedFrame) -> None:
        self.sent.append(frame.number)
        self.entered.set()
        assert self.let_go.wait(10)
        if frame.number == 99:
            self.ended.set()

    def failed(self, error: EncoderError) -> None:
        self.errors.append(error)
        self.ended.set()


def test_full_queue_drops_the_oldest_and_counts() -> None:
    thread = Thread(depth=2)
    thread.rung.offer(masked(0), fps=0.0)
    assert thread.entered.wait(10)
    for n in (1, 2, 3, 99):
        thread.rung.offer(masked(n), fps=0.0)
    assert thread.rung.dropped == 2
    thread.let_go.set()
    assert thread.ended.wait(10)
    thread.rung.close()
    assert thread.sent == [0, 3, 99]


def test_closing_gives_up_what_waits_and_closes_the_encoder() -> None:
    thread = Thread(depth=2)
    thread.rung.offer(masked(0), fps=0.0)
    assert thread.entered.wait(10)
    thread.rung.offer(masked(1), fps=0.0)
    closer = threading.Thread(target=thread.rung.close)
    closer.start()
    thread.let_go.set()
    closer.join(10)
    assert not closer.is_alive()
    assert thread.workshop.made[0].closed


def test_failed_encoder_is_told_once_and_started_again_until_it_works() -> None:
    thread = Thread(depth=3, fail_first=2, retry_s=0.0)
    for n in (0, 1, 99):
        thread.rung.offer(masked(n), fps=0.0)
    assert thread.entered.wait(10)
    thread.let_go.set()
    thread.rung.close()
    assert (thread.errors, thread.sent, thread.rung.dropped) == ([BROKEN], [99], 2)


def test_rung_that_waits_to_start_again_closes_at_once() -> None:
    thread = Thread(depth=2, fail_first=1, retry_s=3600.0)
    thread.rung.offer(masked(0), fps=0.0)
    assert thread.ended.wait(10)
    thread.rung.offer(masked(1), fps=0.0)
    thread.rung.close()
    assert len(thread.workshop.made) == 1
