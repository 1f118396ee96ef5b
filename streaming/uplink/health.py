"""What a worker says about itself four times a second."""

import os
import time
from collections import deque
from pathlib import Path

from streaming.domain.frame import Rung, Size
from streaming.picture.pipeline import Pipeline
from streaming.picture.signal import Signal
from streaming.picture.text_cover import FoundText
from streaming.protocol.worker_link import CoveredText, Health
from streaming.sound.loop import State as SoundState
from streaming.uplink.link import WorkerLink

WINDOW_NS = 1_000_000_000
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class Vitals:
    """CPU and bitrate over the last second. One thread only."""

    def __init__(self) -> None:
        self._samples: deque[tuple[int, float, int]] = deque(maxlen=64)
        self.cpu_cores = 0.0
        self.bitrate_bps = 0

    def sample(self, now_ns: int, *, cpu_s: float, sent_bytes: int) -> None:
        samples = self._samples
        samples.append((now_ns, cpu_s, sent_bytes))
        while len(samples) > 2 and now_ns - samples[1][0] >= WINDOW_NS:
            samples.popleft()
        then_ns, then_cpu_s, then_bytes = samples[0]
        if elapsed_s := (now_ns - then_ns) / 1e9:
            self.cpu_cores = round((cpu_s - then_cpu_s) / elapsed_s, 3)
            self.bitrate_bps = int(8 * (sent_bytes - then_bytes) / elapsed_s)


class HealthReport:
    """Puts ``Health`` together. Not thread-safe."""

    def __init__(self, link: WorkerLink) -> None:
        self._link = link
        self._vitals = Vitals()

    def make(self, signal: Signal, pipeline: Pipeline, *, sound: SoundState, now_ns: int) -> Health:
        self._vitals.sample(
            now_ns, cpu_s=time.process_time(), sent_bytes=self._link.sent_bytes(Rung.LIVE)
        )
        mask, size = pipeline.mask, pipeline.size or Size(0, 0)
        return Health(
            source=signal.state,
            since_ns=signal.since_ns,
            code=signal.code,
            detail=signal.detail,
            mask=mask.state.value,
            mask_code=mask.code,
            mask_detail=mask.detail,
            profile=mask.profile,
            mm_per_pixel=mask.mm_per_pixel,
            width=size.width,
            height=size.height,
            fps=round(pipeline.fps, 2),
            encoder=pipeline.encoder,
            bitrate_bps=self._vitals.bitrate_bps,
            dropped=pipeline.dropped + self._link.dropped,
            cpu_cores=self._vitals.cpu_cores,
            rss_bytes=resident_bytes(),
            audio=sound,
            watch=pipeline.screen.watch.value,
            texts=tuple(_on_the_wire(text) for text in pipeline.screen.texts),
        )


def _on_the_wire(text: FoundText) -> CoveredText:
    box = text.box
    return CoveredText(id=text.id, x0=box.x0, y0=box.y0, x1=box.x1, y1=box.y1)


def resident_bytes() -> int:
    """Source: proc(5), /proc/pid/statm, second field in pages."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE_BYTES
