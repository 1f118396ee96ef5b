import threading
import time
from collections.abc import Callable
from concurrent.futures import Future

import numpy as np
import pytest

from streaming.domain.errors import BadInput
from streaming.domain.frame import Codec, EncodedFrame, Rung, Size
from streaming.picture.frame import RawFrame
from streaming.picture.hardware import X264, EncoderChoice
from streaming.picture.pipeline import Pipeline, PipelineEvents
from streaming.picture.still_ring import StillError
from tests.picture.pictures import SIZE, profile, raw, raw_planes


class Sink:
    def __init__(self) -> None:
        self.frames: list[EncodedFrame] = []
        self.alarms: list[str] = []
        self.words: list[str] = []
        self._arrived = threading.Condition()

    def emit(self, frame: EncodedFrame) -> None:
        with self._arrived:
            self.frames.append(frame)
            self._arrived.notify_all()

    def alarm(self, code: str, detail: str) -> None:
        self.alarms.append(code)
        self.words.append(detail)

    def of(self, rung: Rung) -> list[EncodedFrame]:
        return [frame for frame in self.frames if frame.rung is rung]

    def wait_for(self, holds: Callable[[], bool]) -> None:
        with self._arrived:
            assert self._arrived.wait_for(holds, 20)


KNOWN_X264 = EncoderChoice(X264)


def known(choice: EncoderChoice) -> Future[EncoderChoice]:
    future = Future[EncoderChoice]()
    future.set_result(choice)
    return future


def pipeline(
    sink: Sink,
    *rungs: Rung,
    choice: EncoderChoice | Future[EncoderChoice] = KNOWN_X264,
    confirmed: bool = True,
    clock_ns: Callable[[], int] = time.monotonic_ns,
) -> Pipeline:
    made = Pipeline(
        source_id="test",
        bitrate_bps=2_000_000,
        choice=known(choice) if isinstance(choice, EncoderChoice) else choice,
        rungs=rungs or (Rung.LIVE,),
        events=PipelineEvents(emit=sink.emit, alarm=sink.alarm),
        clock_ns=clock_ns,
    )
    made.set_profile(profile() if confirmed else None)
    return made


def test_live_frame_is_sent_before_process_returns() -> None:
    sink = Sink()
    made = pipeline(sink)
    made.process(raw(3))
    assert [f.number for f in sink.of(Rung.LIVE)] == [3]
    made.close()


def test_archive_gets_every_picture_on_its_own_thread() -> None:
    sink = Sink()
    made = pipeline(sink, Rung.LIVE, Rung.ARCHIVE)
    for n in range(5):
        made.process(raw(n))
    sink.wait_for(lambda: len(sink.of(Rung.ARCHIVE)) == 5)
    assert [f.number for f in sink.of(Rung.ARCHIVE)] == [0, 1, 2, 3, 4]
    assert made.dropped == 0
    made.close()


def test_rung_that_is_off_isnt_encoded() -> None:
    sink = Sink()
    made = pipeline(sink)
    made.set_rung(Rung.LIVE, on=False)
    made.process(raw(0))
    assert sink.of(Rung.LIVE) == []
    made.set_rung(Rung.LIVE, on=True)
    made.process(raw(1))
    assert [f.keyframe for f in sink.of(Rung.LIVE)] == [True]
    made.close()


def test_slates_follow_the_first_picture_and_each_new_size() -> None:
    sink = Sink()
    made = pipeline(sink)
    made.process(raw(0))
    sink.wait_for(lambda: len(sink.of(Rung.SLATE)) == 2)
    assert {f.codec for f in sink.of(Rung.SLATE)} == set(Codec)
    made.process(raw(1))
    made.process(raw(2, Size(320, 240)))
    sink.wait_for(lambda: len(sink.of(Rung.SLATE)) == 4)
    assert {f.size for f in sink.of(Rung.SLATE)[2:]} == {Size(320, 240)}
    assert sink.of(Rung.LIVE)[2].keyframe
    assert "source.size_changed" in sink.alarms and "mask.size_mismatch" in sink.alarms
    made.close()


def test_size_that_flaps_alarms_once_a_second_and_counts() -> None:
    sink, now_ns = Sink(), [0]
    made = pipeline(sink, clock_ns=lambda: now_ns[0])
    for n in range(42):
        made.process(raw(n, (SIZE, Size(320, 240))[n % 2]))
        now_ns[0] = 1_000_000_000 * (n >= 40)
    assert sink.alarms.count("source.size_changed") == 2
    assert sink.alarms.count("mask.size_mismatch") == 2
    told = dict(zip(sink.alarms, sink.words, strict=True))
    assert told["source.size_changed"].endswith("It came 39 times more since it was last told.")
    assert told["mask.size_mismatch"].endswith("It came 19 times more since it was last told.")
    made.close()


def test_slate_is_made_anew_on_request() -> None:
    sink = Sink()
    made = pipeline(sink)
    made.request_idr(Rung.SLATE)
    made.process(raw(0))
    sink.wait_for(lambda: len(sink.of(Rung.SLATE)) == 2)
    made.request_idr(Rung.SLATE)
    sink.wait_for(lambda: len(sink.of(Rung.SLATE)) == 4)
    made.close()


def test_frozen_picture_is_judged_but_never_a_blacked_out_one() -> None:
    for confirmed in (True, False):
        made = pipeline(Sink(), confirmed=confirmed)
        verdicts = [made.process(raw(n, planes=raw_planes(0))) for n in range(40)]
        assert (verdicts[-1] == 0) is confirmed
        made.close()


def test_alarm_comes_once_per_change_of_the_mask() -> None:
    sink = Sink()
    made = pipeline(sink, confirmed=False)
    for n in range(3):
        made.process(raw(n))
    made.set_profile(profile())
    made.set_profile(None)
    assert sink.alarms == ["mask.unconfirmed", "mask.unconfirmed"]
    made.close()


def test_pictures_the_source_dropped_are_counted() -> None:
    made = pipeline(Sink())
    for n in (0, 1, 4):
        made.process(raw(n))
    assert made.dropped == 2
    made.close()


def test_fallen_back_encoder_is_told_and_named() -> None:
    sink = Sink()
    made = pipeline(sink, choice=EncoderChoice(X264, "h264_nvenc doesn't work"))
    assert made.encoder == ""
    made.process(raw(0))
    assert sink.alarms.count("encoder.fallback") == 1
    assert made.encoder == "x264"
    made.close()


def test_encoder_that_breaks_is_replaced_by_x264_within_the_same_picture() -> None:
    sink = Sink()
    made = pipeline(sink, choice=EncoderChoice("no_such_encoder"))
    made.process(raw(0))
    assert [f.keyframe for f in sink.of(Rung.LIVE)] == [True]
    assert "encoder.fallback" in sink.alarms and made.encoder == "x264"
    made.close()


def test_no_picture_waits_until_the_encoder_is_chosen() -> None:
    sink, choice = Sink(), Future[EncoderChoice]()
    made = pipeline(sink, choice=choice)
    made.process(raw(0))
    made.process(raw(1))
    assert [f.number for f in sink.of(Rung.LIVE)] == [0, 1]
    assert made.encoder == "x264" and "encoder.fallback" not in sink.alarms
    made.close()


def test_chosen_encoder_takes_over_with_a_key_frame() -> None:
    sink, choice = Sink(), Future[EncoderChoice]()
    made = pipeline(sink, choice=choice)
    for n in range(4):
        made.process(raw(n))
        if n == 1:
            choice.set_result(EncoderChoice("libx264rgb"))  # no hardware's; fails at once
    assert [f.keyframe for f in sink.of(Rung.LIVE)] == [True, False, True, False]
    assert sink.alarms.count("encoder.fallback") == 1 and made.encoder == "x264"
    made.close()


def test_choice_of_x264_costs_no_key_frame() -> None:
    sink, choice = Sink(), Future[EncoderChoice]()
    made = pipeline(sink, choice=choice)
    made.process(raw(0))
    choice.set_result(EncoderChoice(X264, "h264_qsv doesn't work"))
    made.process(raw(1))
    made.process(raw(2))
    assert [f.keyframe for f in sink.of(Rung.LIVE)] == [True, False, False]
    assert sink.alarms.count("encoder.fallback") == 1
    made.close()


def test_encoder_that_is_unknown_is_told_once_that_is_known() -> None:
    choice = Future[EncoderChoice]()
    made = pipeline(Sink(), choice=choice)
    made.process(raw(0))
    choice.set_exception(BadInput("encoder.unknown", "there is no such encoder"))
    with pytest.raises(BadInput):
        made.process(raw(1))
    made.close()


def test_raw_picture_is_kept_only_for_who_waits_for_it() -> None:
    made = pipeline(Sink(), confirmed=False)
    made.process(raw(0))
    got: list[RawFrame | None] = []
    waiting = threading.Thread(target=lambda: got.append(made.raw_tap.freeze(20.0)))
    waiting.start()
    number = 1
    while waiting.is_alive():
        made.process(raw(number))
        number += 1
        waiting.join(0.001)
    (frozen,) = got
    assert frozen is not None and (frozen.planes == raw_planes(frozen.number)).all()
    assert made.raw_tap.freeze(0.0) is None
    made.close()


def test_masked_picture_isnt_what_the_tap_gave() -> None:
    made = pipeline(Sink(), confirmed=False)
    frame = raw(0)
    made.process(frame)
    assert (frame.planes[: SIZE.height] == 16).all()
    assert not np.array_equal(frame.planes, raw_planes(0))
    made.close()


def test_pictures_are_kept_for_stills_until_another_mask_is_in_force() -> None:
    now_ns = 0
    made = pipeline(Sink(), clock_ns=lambda: now_ns)
    made.process(raw(3))
    kept = made.stills.find(raw(3).captured_at_ns)
    assert kept.number == 3
    now_ns = raw(3).captured_at_ns + 1
    made.set_profile(profile())
    with pytest.raises(StillError):
        made.stills.find(kept.captured_at_ns)
    made.close()
