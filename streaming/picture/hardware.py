"""Which H.264 encoder a machine really has: found by encoding with it, in a process of its own.

FFmpeg lists encoders whose driver may be absent, broken, or crash the process that asks. So each
candidate encodes a few pictures in a child (``python -m streaming.picture.hardware NAME W H``) and
must do all that the live rung needs: one packet per picture, no key frame but the first and the
one asked for, and parameter sets with that one.
"""

import glob
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from streaming.domain.errors import BadInput
from streaming.domain.frame import Size
from streaming.domain.mask import Rectangle
from streaming.domain.profile import ScannerProfile
from streaming.picture.codec import CodecSettings, EncoderError, OpenCodec
from streaming.picture.frame import MaskedFrame, RawFrame
from streaming.picture.masking import Masker

X264 = "libx264"
PROBE_TIMEOUT_S = 8.0
PROBE_SIZE = Size(1280, 720)

DEVICES: Mapping[str, str] = MappingProxyType(
    {
        "h264_nvenc": "/dev/nvidia[0-9]*",
        "h264_qsv": "/dev/dri/renderD*",
        "h264_v4l2m2m": "/dev/video1[0-9]",
    }
)
"""Best first, with the device node without which trying is pointless."""


@dataclass(frozen=True, slots=True)
class EncoderChoice:
    """``note`` says why it isn't what was asked for; empty when it is."""

    codec: str
    note: str = ""


def choose_encoder(
    wanted: str,
    *,
    probe: Callable[[str], bool] | None = None,
    present: Callable[[str], bool] | None = None,
) -> EncoderChoice:
    """``auto`` takes the first hardware encoder that works, else x264; a name insists less than
    it wishes: when it doesn't work, x264 encodes and the note says so.

    Raises:
        BadInput: ``encoder.unknown``.
    """
    probe, present = probe or probe_in_child, present or has_device
    if wanted in ("x264", X264):
        return EncoderChoice(X264)
    if wanted == "auto":
        found = next((name for name in DEVICES if present(name) and probe(name)), X264)
        return EncoderChoice(found)
    if wanted not in DEVICES:
        raise BadInput(
            "encoder.unknown",
            f"there is no encoder '{wanted}'",
            fix=f"choose one of auto, x264, {', '.join(DEVICES)}",
        )
    if probe(wanted):
        return EncoderChoice(wanted)
    return EncoderChoice(X264, f"{wanted} doesn't work on this machine, x264 encodes instead")


def has_device(name: str) -> bool:
    return bool(glob.glob(DEVICES[name]))


def probe_in_child(name: str, size: Size = PROBE_SIZE) -> bool:
    """Blocks for up to ``PROBE_TIMEOUT_S``. A child that crashes or hangs is a "no"."""
    command = [sys.executable, "-m", __name__, name, f"{size.width}", f"{size.height}"]
    try:
        child = subprocess.run(
            command,
            timeout=PROBE_TIMEOUT_S,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except (subprocess.TimeoutExpired, OSError):
        return False
    return child.returncode == 0


def works(name: str, size: Size) -> bool:
    """Encode five pictures, asking for a key frame with the fourth."""
    try:
        codec = OpenCodec(hardware_settings(name, size, bitrate_bps=4_000_000, fps=30))
        packets = [codec.encode(frame, keyframe=n == 3) for n, frame in _noise(size, 5)]
    except (EncoderError, ValueError):
        return False
    keyframes = [is_key for _, is_key in packets]
    return keyframes == [True, False, False, True, False] and _has_headers(packets[3][0])


def hardware_settings(name: str, size: Size, *, bitrate_bps: int, fps: int) -> CodecSettings:
    """Constant bitrate, Baseline, no reordering, nothing held back, an IDR when asked for."""
    shared = {
        "profile": "baseline",
        "g": "1000000",
        "maxrate": f"{bitrate_bps}",
        "bufsize": f"{bitrate_bps // 2}",
    }
    own, pix_fmt = _OWN_OPTIONS.get(name, ({}, "yuv420p"))
    return CodecSettings(
        name, size, fps, bitrate_bps=bitrate_bps, pix_fmt=pix_fmt, options={**shared, **own}
    )


_OWN_OPTIONS: Mapping[str, tuple[Mapping[str, str], str]] = MappingProxyType(
    {
        "h264_nvenc": (
            {
                "preset": "p2",
                "tune": "ull",
                "rc": "cbr",
                "zerolatency": "1",
                "delay": "0",
                "no-scenecut": "1",
                "forced-idr": "1",
            },
            "yuv420p",
        ),
        "h264_qsv": (
            {"preset": "veryfast", "async_depth": "1", "look_ahead": "0", "forced_idr": "1"},
            "nv12",
        ),
        "h264_v4l2m2m": ({}, "yuv420p"),
        X264: (
            {"preset": "superfast", "tune": "zerolatency", "forced-idr": "1"},
            "yuv420p",
        ),
    }
)


def _noise(size: Size, count: int) -> list[tuple[int, MaskedFrame]]:
    whole = ScannerProfile(
        name="probe", size=size, regions=(Rectangle(0, 0, size.width, size.height),)
    )
    masker, shape = Masker(whole), (size.height * 3 // 2, size.width)
    rng = np.random.default_rng(0)
    return [
        (n, masker.mask(RawFrame("probe", n, n, size, rng.integers(16, 235, shape, np.uint8))))
        for n in range(count)
    ]


def _has_headers(access_unit: bytes) -> bool:
    """Sequence and picture parameter sets (NAL unit types 7 and 8) are in it."""
    types = {unit[0] & 0x1F for unit in access_unit.split(b"\x00\x00\x01")[1:] if unit}
    return {7, 8} <= types


if __name__ == "__main__":
    name, width, height = sys.argv[1:]
    sys.exit(0 if works(name, Size(int(width), int(height))) else 1)
