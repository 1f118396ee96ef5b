"""What a decoder sees of what the encoders send."""

from collections.abc import Sequence

import av
import cv2
import numpy as np
import numpy.typing as npt
import pytest
from av.video.codeccontext import VideoCodecContext

from streaming.domain.frame import Codec, EncodedFrame, Rung, Size
from streaming.domain.mask import Region
from streaming.picture.codec import Encoder
from streaming.picture.encode import ArchiveEncoder, LiveEncoder, Vp8Encoder
from streaming.picture.hardware import X264
from streaming.picture.masking import Masker
from tests.picture.pictures import RECTANGLES, SECTOR, SIZE, masked, profile, raw, raw_planes


def decode(frames: Sequence[EncodedFrame]) -> list[npt.NDArray[np.uint8]]:
    """Luma of every picture."""
    name = "h264" if frames[0].codec is Codec.H264 else "vp8"
    decoder = av.CodecContext.create(name, "r")
    assert isinstance(decoder, VideoCodecContext)
    decoder.thread_count = 1
    pictures = [picture for f in frames for picture in decoder.decode(av.Packet(f.data))]
    pictures += decoder.decode(None)
    planes = [np.asarray(p.to_ndarray(format="yuv420p"), np.uint8) for p in pictures]
    return [picture[: picture.shape[0] * 2 // 3] for picture in planes]


def encode(encoder: Encoder, *regions: Region, count: int = 20) -> list[EncodedFrame]:
    masker = Masker(profile(*regions))
    return [encoder.encode(masker.mask(raw(n))) for n in range(count)]


def nal_types(data: bytes) -> list[int]:
    return [unit[0] & 0x1F for unit in data.split(b"\x00\x00\x01")[1:]]


def sequence_parameter_set(data: bytes) -> bytes:
    return next(unit for unit in data.split(b"\x00\x00\x01")[1:] if unit[0] & 0x1F == 7)


def far_outside(regions: tuple[Region, ...]) -> np.ndarray:
    """Pixels at least 16 away from everything that passes."""
    allowed = np.zeros((SIZE.height, SIZE.width), np.uint8)
    for run in profile(*regions).mask.runs():
        allowed[2 * run.row : 2 * run.row + 2, 2 * run.first : 2 * run.end] = 1
    outside: npt.NDArray[np.bool_] = cv2.dilate(allowed, np.ones((33, 33), np.uint8)) == 0
    return outside


@pytest.mark.parametrize("regions", [RECTANGLES, SECTOR], ids=["rectangles", "polygon"])
@pytest.mark.parametrize("bitrate_bps", [2_000_000, 4_000_000])
def test_decoded_picture_is_black_16_pixels_outside_the_region(
    regions: tuple[Region, ...], bitrate_bps: int
) -> None:
    outside = far_outside(regions)
    frames = encode(LiveEncoder(SIZE, bitrate_bps=bitrate_bps), *regions)
    pictures = decode(frames)
    assert outside.sum() > 10_000 and len(pictures) == 20
    assert max(picture[outside].max() for picture in pictures) <= 24


@pytest.mark.parametrize("encoder", [Vp8Encoder(SIZE, bitrate_bps=2_000_000), ArchiveEncoder(SIZE)])
def test_other_rungs_are_black_outside_too(encoder: Encoder) -> None:
    pictures = decode(encode(encoder, *SECTOR))
    assert max(picture[far_outside(SECTOR)].max() for picture in pictures) <= 24


def test_decoded_picture_shows_what_may_pass() -> None:
    picture = decode(encode(LiveEncoder(SIZE, bitrate_bps=20_000_000)))[-1]
    shown = raw_planes(19)[: SIZE.height]
    assert np.abs(picture.astype(int) - np.clip(shown, 16, 255)).mean() < 4


def test_live_has_one_idr_and_no_other_key_frame() -> None:
    frames = encode(LiveEncoder(SIZE, bitrate_bps=2_000_000), count=70)
    assert [frame.keyframe for frame in frames] == [True] + [False] * 69
    assert {t for frame in frames[1:] for t in nal_types(frame.data)} == {1}


@pytest.mark.parametrize("make", [LiveEncoder, Vp8Encoder])
def test_key_frame_comes_with_the_picture_it_was_asked_for(
    make: type[LiveEncoder] | type[Vp8Encoder],
) -> None:
    encoder = make(SIZE, bitrate_bps=2_000_000)
    frames = [encoder.encode(masked(n), keyframe=n == 6) for n in range(10)]
    assert [n for n, frame in enumerate(frames) if frame.keyframe] == [0, 6]
    assert len(decode(frames[6:])) == 4


def test_every_idr_carries_its_parameter_sets() -> None:
    encoder = LiveEncoder(SIZE, bitrate_bps=2_000_000)
    frames = [encoder.encode(masked(n), keyframe=True) for n in range(3)]
    for frame in frames:
        assert frame.data.startswith((b"\x00\x00\x01", b"\x00\x00\x00\x01"))
        assert {7, 8, 5} <= set(nal_types(frame.data))


def test_live_is_constrained_baseline_of_the_level_it_needs() -> None:
    sps = sequence_parameter_set(
        LiveEncoder(Size(1280, 720), bitrate_bps=4_000_000)
        .encode(masked(size=Size(1280, 720)))
        .data
    )
    profile_idc, constraints, level_idc = sps[1:4]
    assert (profile_idc, level_idc) == (66, 31)
    assert constraints & 0b0100_0000  # constraint_set1_flag


def test_archive_is_high_41_with_a_key_frame_every_30_pictures() -> None:
    frames = encode(ArchiveEncoder(SIZE), count=61)
    assert [n for n, frame in enumerate(frames) if frame.keyframe] == [0, 30, 60]
    assert tuple(sequence_parameter_set(frames[0].data)[i] for i in (1, 3)) == (100, 41)
    assert all(frame.rung is Rung.ARCHIVE for frame in frames)


def bits(frames: Sequence[EncodedFrame]) -> int:
    return 8 * sum(len(frame.data) for frame in frames)


def test_bitrate_changes_without_a_key_frame() -> None:
    encoder = LiveEncoder(SIZE, bitrate_bps=4_000_000)
    high = encode(encoder, *RECTANGLES, count=30)
    encoder.set_rate(bitrate_bps=500_000, fps=30)
    low = encode(encoder, *RECTANGLES, count=30)
    encoder.set_rate(bitrate_bps=4_000_000, fps=30)
    again = encode(encoder, *RECTANGLES, count=60)
    assert not any(frame.keyframe for frame in [*low, *again])
    assert bits(high) > 2_000_000
    assert bits(low[5:]) < 700_000
    assert bits(again[30:]) > 2_500_000
    assert len(decode([*high, *low, *again])) == 120


def test_bitrate_holds_when_the_source_is_slower_than_nominal() -> None:
    encoder = LiveEncoder(SIZE, bitrate_bps=1_500_000, nominal_fps=30)
    encoder.set_rate(bitrate_bps=1_500_000, fps=15)
    frames = encode(encoder, *RECTANGLES, count=45)
    assert 1_200_000 < bits(frames[15:]) / 2 < 1_800_000


def test_vp8_reopens_for_another_bitrate() -> None:
    encoder = Vp8Encoder(SIZE, bitrate_bps=2_000_000)
    encode(encoder, count=3)
    encoder.set_rate(bitrate_bps=2_100_000, fps=30)
    assert not encoder.encode(masked(3)).keyframe
    encoder.set_rate(bitrate_bps=1_000_000, fps=30)
    assert encoder.encode(masked(4)).keyframe


def test_frame_keeps_what_names_the_picture() -> None:
    frame = LiveEncoder(SIZE, bitrate_bps=2_000_000).encode(masked(5))
    assert (frame.source_id, frame.number, frame.captured_at_ns) == ("test", 5, 5 * 33_333_333)
    assert (frame.rung, frame.codec, frame.size) == (Rung.LIVE, Codec.H264, SIZE)


def test_picture_of_another_size_is_refused() -> None:
    encoder = LiveEncoder(SIZE, bitrate_bps=2_000_000)
    with pytest.raises(ValueError, match="640x360"):
        encoder.encode(masked(size=Size(320, 240)))


def test_encoder_name_is_ffmpegs() -> None:
    assert LiveEncoder(SIZE, bitrate_bps=2_000_000).name == X264
