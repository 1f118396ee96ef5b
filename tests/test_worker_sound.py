"""Scanner sound of a real worker process: only where allowed, only while somebody listens."""

import time

import numpy as np

from streaming.domain.frame import AudioFrame, EncodedFrame, Rung
from streaming.protocol import worker_link as wire
from tests.sound.opus_player import played
from tests.worker_node import WorkerOnTrial, worker

SPEC = "phantom:?size=640x480&fps=30&sound=1"


def start(on_trial: WorkerOnTrial, spec: str = SPEC, *, allowed: bool = True, on: bool) -> None:
    on_trial.expect(wire.Ready)
    order = wire.Start(
        source_id="test", spec=spec, encoder="x264", audio_allowed=allowed, audio_on=on
    )
    on_trial.send(order)


def state(on_trial: WorkerOnTrial, audio: str) -> wire.Health:
    return on_trial.expect(wire.Health, lambda h: h.audio == audio)


def sounds(on_trial: WorkerOnTrial, count: int) -> list[AudioFrame]:
    return [on_trial.expect(AudioFrame) for _ in range(count)]


def test_sound_is_sent_while_somebody_listens_beside_the_pictures() -> None:
    with worker("-m", "streaming.worker") as on_trial:
        start(on_trial, on=False)
        state(on_trial, "off")
        on_trial.frames(5)
        assert not [m for m in on_trial.seen if isinstance(m, AudioFrame)]
        on_trial.send(wire.SetAudio(on=True))
        state(on_trial, "on")
        frames = sounds(on_trial, 50)
        numbers = [frame.number for frame in frames]
        assert numbers == sorted(set(numbers))
        assert np.abs(played(frames)).max() > 0.1
        picture = on_trial.expect(EncodedFrame, lambda f: f.rung is Rung.LIVE)
        newest = on_trial.expect(AudioFrame)
        assert abs(newest.captured_at_ns - picture.captured_at_ns) < 1_000_000_000
        assert newest.captured_at_ns < time.monotonic_ns()
        on_trial.send(wire.SetAudio(on=False))
        state(on_trial, "off")
        on_trial.frames(20)
        on_trial.seen.clear()
        on_trial.frames(10)
        assert not [m for m in on_trial.seen if isinstance(m, AudioFrame)]


def test_a_worker_may_begin_with_a_listener() -> None:
    with worker("-m", "streaming.worker") as on_trial:
        start(on_trial, on=True)
        assert sounds(on_trial, 3)[0].number == 0


def test_without_leave_or_without_sound_nothing_is_heard() -> None:
    for spec, allowed in ((SPEC, False), (SPEC.replace("&sound=1", ""), True)):
        with worker("-m", "streaming.worker") as on_trial:
            start(on_trial, spec, allowed=allowed, on=True)
            on_trial.frames(30)
            told = [m for m in on_trial.seen if isinstance(m, wire.Health)]
            assert {health.audio for health in told} == {"none"}
            assert not [m for m in on_trial.seen if isinstance(m, AudioFrame)]
