"""A real worker, its real look-out, and a name that stands inside the ultrasound region."""

from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np
import psutil
import pytest

from streaming.domain.frame import EncodedFrame, Rung, Size
from streaming.domain.mask import Rectangle
from streaming.domain.profile import ScannerProfile, render_profile
from streaming.protocol import worker_link as wire
from tests.picture.test_encode import decode
from tests.worker_node import WorkerOnTrial, worker

SIZE = Size(1280, 720)
PROFILE = ScannerProfile("Speckle", SIZE, (Rectangle(160, 60, 1120, 700),))
BASELINE = (500, 380)
INK = slice(358, 380), slice(504, 640)
"""Where the name's letters are: rows, columns."""


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of moving speckle with a name in it, coded all but without loss."""
    path = tmp_path_factory.mktemp("clip") / "named.mp4"
    noise = np.random.default_rng(11)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", 30, options={"crf": "12", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = SIZE.width, SIZE.height, "yuv420p"
        for _ in range(60):
            grain = noise.integers(20, 110, (SIZE.height // 4, SIZE.width // 4), np.uint8)
            luma = np.asarray(cv2.resize(grain, (SIZE.width, SIZE.height)), np.uint8)
            cv2.putText(luma, "OKAFOR ADA", BASELINE, cv2.FONT_HERSHEY_SIMPLEX, 0.9, 235, 2)
            picture = av.VideoFrame.from_ndarray(np.dstack([luma] * 3), format="bgr24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


@pytest.fixture
def watched(clip: Path) -> Iterator[WorkerOnTrial]:
    with worker("-m", "streaming.worker") as on_trial:
        on_trial.expect(wire.Ready)
        order = wire.Start(
            source_id="test",
            spec=f"file:{clip}",
            profile_toml=render_profile(PROFILE),
            encoder="x264",
            live_bitrate_bps=8_000_000,
            lookout="on",
        )
        on_trial.send(order)
        yield on_trial


def covers_the_name(health: wire.Health) -> bool:
    rows, columns = INK
    return any(
        text.x0 <= columns.start
        and text.x1 >= columns.stop
        and text.y0 <= rows.start
        and text.y1 >= rows.stop
        for text in health.texts
    )


def name_shown(on_trial: WorkerOnTrial) -> np.ndarray:
    """The name's place as a viewer sees it from now on."""
    on_trial.send(wire.RequestIdr())
    first = on_trial.expect(EncodedFrame, lambda f: f.rung is Rung.LIVE and f.keyframe)
    rest = on_trial.frames(5)
    return np.asarray(decode([first, *rest])[-1][INK])


def test_a_name_in_the_region_is_covered_and_shown_only_by_a_person(
    watched: WorkerOnTrial,
) -> None:
    assert watched.expect(wire.Health, lambda h: h.source == "live").watch == "on"
    health = watched.expect(wire.Health, covers_the_name)
    assert "text.found" in [m.code for m in watched.seen if isinstance(m, wire.Alarm)]
    assert name_shown(watched).max() < 40
    for text in health.texts:
        watched.send(wire.AllowText(id=text.id))
    watched.expect(wire.Health, lambda h: not h.texts)
    assert name_shown(watched).max() > 150


def test_what_is_covered_stays_so_while_a_killed_lookout_is_replaced(
    watched: WorkerOnTrial,
) -> None:
    watched.expect(wire.Health, covers_the_name)
    (first,) = psutil.Process(watched.process.pid).children()
    first.kill()
    first.wait(20)
    assert name_shown(watched).max() < 40
    watched.expect(wire.Health, lambda h: h.lookout_rss_bytes == 0)
    watched.expect(wire.Health, lambda h: h.lookout_rss_bytes > 0)
    assert covers_the_name(watched.expect(wire.Health))
    assert name_shown(watched).max() < 40


def test_a_stopped_worker_leaves_no_lookout_behind(watched: WorkerOnTrial) -> None:
    watched.expect(wire.Health, covers_the_name)
    (lookout,) = psutil.Process(watched.process.pid).children()
    watched.send(wire.Stop())
    assert watched.exit_status() == 0
    lookout.wait(20)
