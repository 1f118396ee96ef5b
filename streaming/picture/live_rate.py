"""Changing an open encoder's rate limits, which PyAV can't: FFmpeg's own options by ctypes.

``bit_rate`` alone is obeyed slowly, because the VBV keeps allowing what it was opened with. The
options ``maxrate`` and ``bufsize`` of the same AVCodecContext are read by FFmpeg's libx264 wrapper
before every picture, so setting them takes hold at once, without a key frame.

The context's address lies at a fixed place in PyAV's object. Before it is used it is proved: it
must be readable, point at FFmpeg's own AVClass, and report the bitrate PyAV reports. When any of
that fails (another PyAV, a static build) only ``bit_rate`` is set.
"""

import ctypes
import functools
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import structlog
from av.video.codeccontext import VideoCodecContext

POINTER_OFFSET = object.__basicsize__ + ctypes.sizeof(ctypes.c_void_p)
"""Behind the object's header comes Cython's method table, then ``AVCodecContext *ptr``."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _OpenContext:
    """An AVCodecContext that was proved to be one, and the libavutil that made it."""

    address: int
    util: ctypes.CDLL

    def get(self, option: bytes) -> int | None:
        value = ctypes.c_int64()
        failed = self.util.av_opt_get_int(self.address, option, 0, ctypes.byref(value))
        return None if failed else value.value

    def set(self, option: bytes, value: int) -> None:
        self.util.av_opt_set_int(self.address, option, value, 0)


class LiveRate:
    """The rate limits of one open encoder. Use it from the encoder's thread only."""

    def __init__(self, context: VideoCodecContext) -> None:
        self._context = context
        self._open = _prove(context)
        if self._open is None:
            log.warning("encoder limits can't be changed live, bitrate changes will be slow")

    @property
    def exact(self) -> bool:
        """False when only ``bit_rate`` can be set."""
        return self._open is not None

    def set(self, *, bitrate_bps: int, buffer_bits: int) -> None:
        self._context.bit_rate = bitrate_bps
        if self._open is not None:
            self._open.set(b"maxrate", bitrate_bps)
            self._open.set(b"bufsize", buffer_bits)

    def get(self, option: str) -> int | None:
        return None if self._open is None else self._open.get(option.encode())


def _prove(context: VideoCodecContext) -> _OpenContext | None:
    address = _peek(id(context) + POINTER_OFFSET)
    codec_class = None if address is None else _peek(address)
    util = None if codec_class is None else _utilities_by_class().get(codec_class)
    if address is None or util is None:
        return None
    proved = _OpenContext(address, util)
    return proved if proved.get(b"b") == context.bit_rate else None


def _peek(address: int) -> int | None:
    """Eight bytes of our own memory; None where nothing is mapped (a plain read would crash)."""
    try:
        fd = os.open("/proc/self/mem", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        return int.from_bytes(os.pread(fd, 8, address), "little")
    except (OSError, OverflowError):
        return None
    finally:
        os.close(fd)


@functools.cache
def _utilities_by_class() -> Mapping[int, ctypes.CDLL]:
    """libavutil of every FFmpeg in this process (OpenCV brings its own), by the address of the
    AVClass its codec contexts have."""
    try:
        maps = Path("/proc/self/maps").read_text().splitlines()
    except OSError:
        return {}
    paths = {Path(line.split(maxsplit=5)[-1]) for line in maps if "/libav" in line}
    found = {}
    for path in paths:
        siblings = [p for p in paths if p.parent == path.parent and p.name.startswith("libavutil")]
        if path.name.startswith("libavcodec") and len(siblings) == 1:
            codec, util = ctypes.CDLL(str(path)), ctypes.CDLL(str(siblings[0]))
            codec.avcodec_get_class.restype = ctypes.c_void_p
            util.av_opt_get_int.argtypes = [*_OPTION, ctypes.c_int, ctypes.POINTER(ctypes.c_int64)]
            util.av_opt_set_int.argtypes = [*_OPTION, ctypes.c_int64, ctypes.c_int]
            found[codec.avcodec_get_class()] = util
    return found


_OPTION = (ctypes.c_void_p, ctypes.c_char_p)
