"""The encoders of each rung. They take masked pictures only."""

from streaming.domain.frame import Codec, EncodedFrame, Rung, Size
from streaming.picture.codec import CodecSettings, OpenCodec
from streaming.picture.frame import MaskedFrame
from streaming.picture.hardware import X264, hardware_settings
from streaming.picture.levels import fitting_level
from streaming.picture.live_rate import LiveRate

VBV_S = 0.5
"""How much of the bitrate a key frame may use up at once; longer is a burst the network feels."""

MAX_VBV_BITS = 3_000_000
"""No picture may outgrow it, so that every one fits a worker link whose buffer has Linux's default
limit (425,952 bytes a message with net.core.wmem_max = 212,992)."""

NEVER = 1_000_000
"""Pictures between key frames nobody asked for: ten hours at 30 a second."""

ARCHIVE_CRF = 21
ARCHIVE_GOP = 30
ARCHIVE_MAX_BPS = 50_000_000
RATE_STEP = 0.03
"""A bitrate that differs by less isn't worth setting."""

VP8_REOPEN_STEP = 0.15


class LiveEncoder:
    """H.264 Constrained Baseline at constant bitrate, key frames on demand only.

    The constant rate assumes ``nominal_fps`` pictures a second. Where the source delivers another
    rate (``set_rate``), the encoder is given a bitrate scaled by as much: what leaves it per
    second is then right without a key frame.
    """

    rung = Rung.LIVE

    def __init__(
        self, size: Size, *, bitrate_bps: int, nominal_fps: int = 30, codec: str = X264
    ) -> None:
        self.name = codec
        self.size = size
        self.nominal_fps = nominal_fps
        self._bitrate_bps = bitrate_bps
        settings = (
            _live_x264(size, bitrate_bps=bitrate_bps, fps=nominal_fps)
            if codec == X264
            else hardware_settings(codec, size, bitrate_bps=bitrate_bps, fps=nominal_fps)
        )
        self._codec = OpenCodec(settings)
        self._rate = LiveRate(self._codec.context)

    def encode(self, frame: MaskedFrame, *, keyframe: bool = False) -> EncodedFrame:
        data, is_key = self._codec.encode(frame, keyframe=keyframe)
        return _encoded(frame, rung=self.rung, codec=Codec.H264, keyframe=is_key, data=data)

    def set_rate(self, *, bitrate_bps: int, fps: float) -> None:
        """Takes hold with the next picture, without a key frame."""
        wanted_bps = _scaled(bitrate_bps, nominal_fps=self.nominal_fps, fps=fps)
        if abs(wanted_bps - self._bitrate_bps) > RATE_STEP * self._bitrate_bps:
            self._bitrate_bps = wanted_bps
            self._rate.set(bitrate_bps=wanted_bps, buffer_bits=_vbv_bits(bitrate_bps))

    def close(self) -> None:
        self._codec.close()


class ArchiveEncoder:
    """H.264 High at constant quality with a key frame every 30 pictures, for the recorder.

    One thread of its own priority: nobody waits for it, and the live encode needs the others.
    """

    rung = Rung.ARCHIVE

    def __init__(self, size: Size, *, nominal_fps: int = 30) -> None:
        self.name = X264
        self.size = size
        self.nominal_fps = nominal_fps
        level = fitting_level(size, fps=nominal_fps, at_least=41)
        options = _x264_options(profile="high", level=level, gop=ARCHIVE_GOP)
        quality = {
            "crf": f"{ARCHIVE_CRF}",
            "maxrate": f"{ARCHIVE_MAX_BPS}",
            "bufsize": f"{MAX_VBV_BITS}",
        }
        self._codec = OpenCodec(
            CodecSettings(X264, size, nominal_fps, options={**options, **quality})
        )

    def encode(self, frame: MaskedFrame, *, keyframe: bool = False) -> EncodedFrame:
        data, is_key = self._codec.encode(frame, keyframe=keyframe)
        return _encoded(frame, rung=self.rung, codec=Codec.H264, keyframe=is_key, data=data)

    def set_rate(self, *, bitrate_bps: int, fps: float) -> None:
        """Constant quality has no rate."""

    def close(self) -> None:
        self._codec.close()


class Vp8Encoder:
    """VP8 at constant bitrate for browsers without H.264, key frames on demand only.

    FFmpeg's wrapper of libvpx reads its bitrate only when opened, so a change beyond
    ``VP8_REOPEN_STEP`` opens it anew, which costs a key frame.
    """

    rung = Rung.LIVE_VP8

    def __init__(self, size: Size, *, bitrate_bps: int, nominal_fps: int = 30) -> None:
        self.name = "libvpx"
        self.size = size
        self.nominal_fps = nominal_fps
        self._codec = OpenCodec(_realtime_vp8(size, bitrate_bps=bitrate_bps, fps=nominal_fps))

    def encode(self, frame: MaskedFrame, *, keyframe: bool = False) -> EncodedFrame:
        data, is_key = self._codec.encode(frame, keyframe=keyframe)
        return _encoded(frame, rung=self.rung, codec=Codec.VP8, keyframe=is_key, data=data)

    def set_rate(self, *, bitrate_bps: int, fps: float) -> None:
        wanted_bps = _scaled(bitrate_bps, nominal_fps=self.nominal_fps, fps=fps)
        current_bps = self._codec.settings.bitrate_bps
        if abs(wanted_bps - current_bps) > VP8_REOPEN_STEP * current_bps:
            self._codec.close()
            settings = _realtime_vp8(self.size, bitrate_bps=wanted_bps, fps=self.nominal_fps)
            self._codec = OpenCodec(settings)

    def close(self) -> None:
        self._codec.close()


def _scaled(bitrate_bps: int, *, nominal_fps: int, fps: float) -> int:
    """Never by more than eight: a source that slow is limited by its pictures, not by bits."""
    return int(bitrate_bps * min(max(nominal_fps / max(fps, 1e-3), 0.5), 8.0))


def _vbv_bits(bitrate_bps: int) -> int:
    return min(int(VBV_S * bitrate_bps), MAX_VBV_BITS)


def _live_x264(size: Size, *, bitrate_bps: int, fps: int) -> CodecSettings:
    level = fitting_level(size, fps=fps, bitrate_bps=bitrate_bps)
    limits = {"maxrate": f"{bitrate_bps}", "bufsize": f"{_vbv_bits(bitrate_bps)}"}
    options = _x264_options(profile="baseline", level=level, gop=NEVER, sliced=True)
    return CodecSettings(
        X264, size, fps, bitrate_bps=bitrate_bps, threads=2, options={**options, **limits}
    )


def _x264_options(*, profile: str, level: int, gop: int, sliced: bool = False) -> dict[str, str]:
    """Baseline of x264 has none of what Constrained Baseline forbids, and says so in its SPS."""
    return {
        "preset": "superfast",
        "tune": "zerolatency",
        "profile": profile,
        "level": f"{level // 10}.{level % 10}",
        "g": f"{gop}",
        "forced-idr": "1",
        "x264-params": f"scenecut=0:repeat-headers=1:annexb=1:sliced-threads={int(sliced)}",
    }


def _realtime_vp8(size: Size, *, bitrate_bps: int, fps: int) -> CodecSettings:
    return CodecSettings(
        "libvpx",
        size,
        fps,
        bitrate_bps=bitrate_bps,
        threads=2,
        options={
            "deadline": "realtime",
            "cpu-used": "-8",
            "lag-in-frames": "0",
            "auto-alt-ref": "0",
            "error-resilient": "0",
            "max-intra-rate": f"{int(100 * VBV_S * fps)}",
            "g": f"{NEVER}",
            "minrate": f"{bitrate_bps}",
            "maxrate": f"{bitrate_bps}",
            "bufsize": f"{_vbv_bits(bitrate_bps)}",
        },
    )


def _encoded(
    frame: MaskedFrame, *, rung: Rung, codec: Codec, keyframe: bool, data: bytes
) -> EncodedFrame:
    return EncodedFrame(
        source_id=frame.source_id,
        rung=rung,
        codec=codec,
        size=frame.size,
        number=frame.number,
        captured_at_ns=frame.captured_at_ns,
        keyframe=keyframe,
        data=data,
    )
