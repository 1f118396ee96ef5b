"""What the node may know of a source: pictures' sizes, stamps and encoded bytes, and its sound.

Raw and masked pictures are types of ``streaming.picture.frame``, which the node can't import.
"""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, order=True)
class Size:
    """Pixels. Both even and at least 16 for anything that is encoded (4:2:0)."""

    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


class Codec(StrEnum):
    H264 = "h264"
    VP8 = "vp8"


class Rung(StrEnum):
    """Which encode of the same masked picture a frame belongs to.

    ``LIVE`` is Constrained Baseline H.264 at constant bitrate, shared by all viewers;
    ``LIVE_VP8`` the same for browsers without H.264, on only while somebody needs it;
    ``ARCHIVE`` High 4.1 at constant quality, for the recorder, on only while there is consent;
    ``SLATE`` one "No signal" key frame per codec, which the node replays when the worker can't.
    """

    LIVE = "live"
    LIVE_VP8 = "live_vp8"
    ARCHIVE = "archive"
    SLATE = "slate"


@dataclass(frozen=True, slots=True)
class EncodedFrame:
    """One encoded access unit of a masked picture.

    ``data`` is Annex B for H.264 (parameter sets before every key frame), the bare frame for VP8.
    ``captured_at_ns`` is the source's monotonic clock (CLOCK_MONOTONIC of the capturing machine)
    when the picture was in memory, never rewritten. ``number`` counts a source's pictures from 0;
    a gap means pictures that were dropped before this one. Constructed only by encoders and by
    the worker link's decoder (a test lists the call sites).
    """

    source_id: str
    rung: Rung
    codec: Codec
    size: Size
    number: int
    captured_at_ns: int
    keyframe: bool
    data: bytes


@dataclass(frozen=True, slots=True)
class Still:
    """One masked picture without loss, as a PNG: exactly the frame of ``captured_at_ns``.

    Grey (8 bits) where the picture has no colour, else RGB; full range either way.
    """

    size: Size
    number: int
    captured_at_ns: int
    png: bytes


AUDIO_RATE_HZ = 48_000
AUDIO_FRAME_MS = 20
"""Of every ``AudioFrame``: 960 samples, the step of an RTP timestamp (RFC 7587 section 4.2)."""


@dataclass(frozen=True, slots=True)
class AudioFrame:
    """20 ms of the scanner's own sound (Doppler) as one Opus packet; never a person's voice.

    ``captured_at_ns`` is the moment of the first sample, in the clock of the pictures. ``number``
    counts steps of 20 ms: ``960 * number`` is media time, and a gap is sound that was dropped.
    It starts anew with another worker.
    """

    number: int
    captured_at_ns: int
    channels: int
    opus: bytes
