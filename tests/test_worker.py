"""A real worker process, spoken to over a real link."""

import array
import fcntl
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import termios
import threading
import time

import numpy as np
import psutil
import pytest

from streaming.domain.frame import Codec, EncodedFrame, Rung, Size
from streaming.domain.mask import Rectangle
from streaming.domain.profile import render_profile
from streaming.logs import VERBOSE_VARIABLE
from streaming.picture.source import Source, SourceError
from streaming.protocol import worker_link as wire
from streaming.worker import Worker
from tests.picture.pictures import SIZE, profile
from tests.picture.test_encode import decode
from tests.worker_node import WorkerOnTrial, worker

LEFT_HALF = Rectangle(0, 0, SIZE.width // 2, SIZE.height)


def health(on_trial: WorkerOnTrial, source: str) -> wire.Health:
    return on_trial.expect(wire.Health, lambda h: h.source == source)


def is_black(picture: np.ndarray) -> bool:
    return bool(picture.max() <= 24)


def test_spare_is_ready_and_silent_until_it_is_started() -> None:
    with worker() as on_trial:
        assert on_trial.read() == wire.Ready(pid=on_trial.process.pid)
        on_trial.socket.settimeout(0.6)
        with pytest.raises(TimeoutError):
            on_trial.socket.recv(1 << 20)


def test_warm_spare_asks_for_its_scheme_before_it_is_started() -> None:
    asked: list[str] = []
    heard = threading.Event()

    def open_source(spec: str, *, source_id: str) -> Source:
        asked.append(spec)
        heard.set()
        raise SourceError("source.spec_malformed", "more than the scheme is needed")

    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours:
        spare = Worker(theirs, open_source=open_source, warm="file")
        assert heard.wait(20) and asked == ["file:"]
        ours.send(wire.encode_message(wire.Stop()))
        assert spare.run() == 0
        spare.close()
    theirs.close()


def test_pictures_come_masked_and_numbered() -> None:
    with worker() as on_trial:
        on_trial.start("fake:", profile_toml=render_profile(profile(LEFT_HALF)))
        frames = on_trial.frames(10)
        assert frames[0].keyframe and not any(f.keyframe for f in frames[1:])
        assert [f.number for f in frames] == sorted(f.number for f in frames)
        assert all(0 <= time.monotonic_ns() - f.captured_at_ns < 60e9 for f in frames)
        picture = decode(frames)[-1]
        assert is_black(picture[:, SIZE.width // 2 + 16 :])
        assert picture[:, : SIZE.width // 2].mean() > 30
        told = health(on_trial, "live")
        assert (told.mask, told.profile, told.encoder) == ("confirmed", "test scanner", "x264")
        assert (told.width, told.height) == (640, 360) and told.rss_bytes > 1_000_000


def test_slates_of_both_codecs_come_with_the_stream() -> None:
    with worker() as on_trial:
        on_trial.start("fake:")
        slates = on_trial.frames(2, Rung.SLATE)
        assert {s.codec for s in slates} == {Codec.H264, Codec.VP8}
        assert {s.size for s in slates} == {SIZE}


def test_without_a_profile_all_is_black_and_an_alarm_tells() -> None:
    with worker() as on_trial:
        on_trial.start("fake:", profile_toml=None)
        alarm = on_trial.expect(wire.Alarm)
        assert alarm.code == "mask.unconfirmed"
        frames = [f for f in on_trial.seen if isinstance(f, EncodedFrame) and f.rung is Rung.LIVE]
        frames += on_trial.frames(5)
        assert all(is_black(picture) for picture in decode(frames))
        told = on_trial.expect(wire.Health, lambda h: h.width > 0)
        assert (told.mask, told.mask_code) == ("black", "mask.unconfirmed")


def test_profile_that_cant_be_read_is_black_with_its_code() -> None:
    with worker() as on_trial:
        on_trial.start("fake:", profile_toml="name = ")
        assert on_trial.expect(wire.Health).mask_code == "profile.toml"
        assert all(is_black(picture) for picture in decode(on_trial.frames(3)))


def test_profile_is_given_changed_and_withdrawn() -> None:
    with worker() as on_trial:
        on_trial.start("fake:", profile_toml=None)
        on_trial.frames(3)
        on_trial.send(wire.SetProfile(profile_toml=render_profile(profile())))
        on_trial.expect(wire.Health, lambda h: h.mask == "confirmed")
        on_trial.send(wire.RequestIdr())
        on_trial.expect(EncodedFrame, lambda f: f.keyframe and f.rung is Rung.LIVE)
        assert not any(is_black(picture) for picture in decode([last_live(on_trial)]))
        on_trial.send(wire.SetProfile(profile_toml=None))
        on_trial.expect(wire.Alarm, lambda a: a.code == "mask.unconfirmed")
        told = on_trial.expect(wire.Health, lambda h: h.mask == "black")
        assert told.mask_code == "mask.unconfirmed"
        on_trial.send(wire.RequestIdr())
        on_trial.expect(EncodedFrame, lambda f: f.keyframe and f.rung is Rung.LIVE)
        assert all(is_black(picture) for picture in decode([last_live(on_trial)]))


def last_live(on_trial: WorkerOnTrial) -> EncodedFrame:
    return [f for f in on_trial.seen if isinstance(f, EncodedFrame) and f.rung is Rung.LIVE][-1]


def test_other_size_goes_black_with_new_slate_and_key_frame() -> None:
    half = Size(SIZE.width // 2, SIZE.height // 2)
    with worker() as on_trial:
        on_trial.start("fake:resize_after=10")
        on_trial.expect(wire.Alarm, lambda a: a.code == "source.size_changed")
        slate = on_trial.expect(EncodedFrame, lambda f: f.rung is Rung.SLATE and f.size == half)
        on_trial.frames(3)
        small = [
            f
            for f in on_trial.seen
            if isinstance(f, EncodedFrame) and f.rung is Rung.LIVE and f.size == half
        ]
        assert small[0].keyframe and slate.keyframe
        assert all(is_black(picture) for picture in decode(small))
        told = on_trial.expect(wire.Health, lambda h: h.width == half.width)
        assert told.mask_code == "mask.size_mismatch"
        assert "320x180" in told.mask_detail and "640x360" in told.mask_detail
        on_trial.send(wire.SetProfile(profile_toml=render_profile(profile(size=half))))
        on_trial.expect(wire.Health, lambda h: h.mask == "confirmed")


def test_key_frame_on_demand() -> None:
    with worker() as on_trial:
        on_trial.start("fake:")
        on_trial.frames(5)
        on_trial.send(wire.RequestIdr())
        key = on_trial.expect(EncodedFrame, lambda f: f.keyframe and f.rung is Rung.LIVE)
        assert key.number > 0
        assert not any(f.keyframe for f in on_trial.frames(10))


def test_other_rungs_run_only_while_wanted() -> None:
    with worker() as on_trial:
        on_trial.start("fake:")
        on_trial.frames(5)
        assert {f.rung for f in on_trial.seen if isinstance(f, EncodedFrame)} <= {
            Rung.LIVE,
            Rung.SLATE,
        }
        for rung in (Rung.ARCHIVE, Rung.LIVE_VP8):
            on_trial.send(wire.SetRung(rung=rung, on=True))
        assert on_trial.frames(2, Rung.ARCHIVE)[0].keyframe
        assert on_trial.frames(2, Rung.LIVE_VP8)[0].codec is Codec.VP8
        on_trial.send(wire.RequestIdr(rung=Rung.ARCHIVE))
        on_trial.expect(EncodedFrame, lambda f: f.rung is Rung.ARCHIVE and f.keyframe)
        on_trial.send(wire.SetRung(rung=Rung.LIVE, on=False))
        on_trial.send(wire.SetRung(rung=Rung.ARCHIVE, on=False))
        on_trial.send(wire.SetRung(rung=Rung.LIVE, on=True))
        on_trial.expect(EncodedFrame, lambda f: f.rung is Rung.LIVE and f.keyframe)
        on_trial.seen.clear()
        on_trial.frames(20)
        assert Rung.ARCHIVE not in {f.rung for f in on_trial.seen if isinstance(f, EncodedFrame)}


def test_stall_is_lost_and_the_picture_returns_live() -> None:
    with worker() as on_trial:
        on_trial.start("fake:stall_after=10&stall_s=1.2")
        on_trial.frames(10)
        told = health(on_trial, "lost")
        assert told.code == "source.stalled"
        last = last_live(on_trial)
        assert abs(told.since_ns - last.captured_at_ns) < 200_000_000
        health(on_trial, "live")


def test_frozen_scanner_is_told_from_the_last_change() -> None:
    with worker() as on_trial:
        on_trial.start("fake:freeze_after=10")
        told = health(on_trial, "frozen")
        last_new = next(
            f for f in on_trial.seen if isinstance(f, EncodedFrame) and f.rung is Rung.LIVE
        ).captured_at_ns
        assert told.since_ns >= last_new
        assert told.since_ns < last_live(on_trial).captured_at_ns - 900_000_000


def test_lost_source_is_opened_again() -> None:
    with worker() as on_trial:
        on_trial.start("fake:lost_after=10")
        told = health(on_trial, "lost")
        assert (told.code, told.detail) == ("source.unplugged", "the card was unplugged")
        health(on_trial, "live")
        assert last_live(on_trial).number >= 9


def test_source_that_isnt_there_yet_is_waited_for() -> None:
    with worker() as on_trial:
        on_trial.start("fake:unplugged=3")
        assert health(on_trial, "lost").code == "source.unplugged"
        health(on_trial, "live")


def test_source_that_cant_be_opened_ends_the_worker() -> None:
    with worker() as on_trial:
        on_trial.start("fake:missing=1")
        failed = on_trial.expect(wire.Failed)
        assert (failed.code, failed.fix) == ("source.file_missing", "check the path")
        assert on_trial.exit_status() == 1


def test_unknown_encoder_ends_the_worker() -> None:
    with worker() as on_trial:
        on_trial.expect(wire.Ready)
        on_trial.send(wire.Start(source_id="t", spec="fake:", encoder="h266"))
        assert on_trial.expect(wire.Failed).code == "encoder.unknown"
        assert on_trial.exit_status() == 2


def test_hanging_driver_is_told_by_the_main_thread() -> None:
    with worker() as on_trial:
        on_trial.start("fake:hang_after=10")
        on_trial.frames(10)
        assert health(on_trial, "lost").code == "source.stalled"
        on_trial.send(wire.Stop())
        assert on_trial.exit_status() == 0


def test_worker_whose_driver_hangs_ends_so_that_a_spare_can_take_over() -> None:
    with worker() as on_trial:
        on_trial.start("fake:hang_after=10")
        on_trial.frames(10)
        assert on_trial.exit_status() == 70


def test_crash_of_the_capture_thread_takes_the_process_along() -> None:
    with worker() as on_trial:
        on_trial.start("fake:crash_after=5")
        assert on_trial.exit_status() == 70
        log = on_trial.log()
        assert "worker crashed" in log and "RuntimeError" in log and "worker_with_fakes.py:" in log
        assert "OKAFOR" not in log


def test_full_link_drops_to_a_key_frame_and_counts() -> None:
    with worker() as on_trial:
        on_trial.start("fake:", rungs=(Rung.LIVE, Rung.ARCHIVE))
        on_trial.frames(3)
        wait_until_full(on_trial.socket)
        assert on_trial.expect(wire.Health, lambda h: h.dropped > 0).source == "live"
        on_trial.frames(15)
        live = [f for f in on_trial.seen if isinstance(f, EncodedFrame) and f.rung is Rung.LIVE]
        gaps = [pair for pair in itertools.pairwise(live) if pair[1].number > pair[0].number + 1]
        assert gaps and all(later.keyframe for _, later in gaps)


def wait_until_full(link: socket.socket) -> None:
    """Unread bytes stop growing although the worker goes on encoding."""
    unread, same_for = 0, 0
    while same_for < 10:
        time.sleep(0.05)
        counted = array.array("i", [0])
        fcntl.ioctl(link, termios.FIONREAD, counted)
        same_for = same_for + 1 if counted[0] == unread else 0
        unread = counted[0]


def test_worker_ends_when_the_link_closes() -> None:
    with worker() as on_trial:
        on_trial.start("fake:")
        on_trial.frames(3)
        on_trial.socket.shutdown(socket.SHUT_RDWR)
        assert on_trial.process.wait(10) == 0


def test_killed_worker_closes_the_link_at_once() -> None:
    with worker() as on_trial:
        on_trial.start("fake:")
        on_trial.frames(3)
        os.kill(on_trial.process.pid, signal.SIGKILL)
        assert on_trial.exit_status() == -signal.SIGKILL


PARENT = """
import subprocess, sys, time
command = [sys.executable, "-m", "tests.worker_with_fakes", "--link-fd", sys.argv[1]]
subprocess.Popen(command, pass_fds=(int(sys.argv[1]),))
time.sleep(3600)
"""


def test_worker_dies_with_its_parent_although_the_link_stays_open() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    fd = theirs.fileno()
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(fd)], pass_fds=(fd,))
    with ours, theirs:
        ready = wire.decode(ours.recv(1 << 16))
        assert isinstance(ready, wire.Ready)
        orphan = psutil.Process(ready.pid)
        parent.kill()
        parent.wait()
        orphan.wait(10)


def test_worker_ignores_ctrl_c_and_obeys_sigterm() -> None:
    with worker() as on_trial:
        on_trial.start("fake:")
        on_trial.frames(3)
        os.kill(on_trial.process.pid, signal.SIGINT)
        on_trial.frames(3)
        os.kill(on_trial.process.pid, signal.SIGTERM)
        assert on_trial.exit_status() == 0


def test_nonsense_from_the_node_ends_the_worker() -> None:
    with worker() as on_trial:
        on_trial.expect(wire.Ready)
        on_trial.socket.send(b"SP\x07\x02{}")
        assert on_trial.exit_status() == 70


def test_log_names_neither_path_nor_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VERBOSE_VARIABLE, "1")
    with worker() as on_trial:
        on_trial.start("fake:patient=OKAFOR")
        on_trial.frames(3)
        on_trial.send(wire.Stop())
        assert on_trial.exit_status() == 0
        log = on_trial.log()
        assert "picture size" in log and "OKAFOR" not in log
        assert {json.loads(line)["source"] for line in log.splitlines()} == {"test"}


def test_a_log_of_nothing_wrong_is_empty_unless_the_node_is_verbose() -> None:
    with worker() as on_trial:
        on_trial.start("fake:")
        on_trial.frames(3)
        on_trial.send(wire.Stop())
        assert on_trial.exit_status() == 0
        assert on_trial.log() == ""


def test_real_phantom_runs_through_the_real_entry_point() -> None:
    with worker("-m", "streaming.worker") as on_trial:
        on_trial.start("phantom:?size=1280x720&fps=30", profile_toml=None)
        frames = on_trial.frames(5)
        assert frames[0].size == Size(1280, 720)
        assert all(is_black(picture) for picture in decode(frames))
