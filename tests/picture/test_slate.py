import numpy as np
import pytest

from streaming.domain.frame import Codec, EncodedFrame, Rung, Size
from streaming.picture.encode import LiveEncoder, Vp8Encoder
from streaming.picture.slate import encode_slate, slate_picture
from tests.picture.pictures import SIZE, masked
from tests.picture.test_encode import decode


def slate(encoder: LiveEncoder | Vp8Encoder) -> EncodedFrame:
    return encode_slate(encoder, slate_picture(encoder.size, source_id="test", now_ns=5))


@pytest.mark.parametrize("size", [Size(16, 16), Size(320, 240), Size(1280, 720), Size(720, 1280)])
def test_slate_is_dark_and_says_something(size: Size) -> None:
    luma = slate_picture(size, source_id="test", now_ns=0).planes[: size.height]
    assert luma.min() >= 16 and luma.mean() < 30
    assert luma.max() > 60


@pytest.mark.parametrize("make", [LiveEncoder, Vp8Encoder])
def test_slate_is_one_key_frame_that_decodes(
    make: type[LiveEncoder] | type[Vp8Encoder],
) -> None:
    frame = slate(make(SIZE, bitrate_bps=2_000_000))
    assert (frame.rung, frame.keyframe, frame.size) == (Rung.SLATE, True, SIZE)
    assert len(frame.data) < 20_000
    (picture,) = decode([frame])
    assert picture.shape == (SIZE.height, SIZE.width) and picture.mean() < 30


@pytest.mark.parametrize("make", [LiveEncoder, Vp8Encoder])
def test_stream_slates_and_a_new_encoders_stream_decode_as_one(
    make: type[LiveEncoder] | type[Vp8Encoder],
) -> None:
    """A worker dies, the node replays the slate a few times, the next worker takes over."""
    first, second = make(SIZE, bitrate_bps=2_000_000), make(SIZE, bitrate_bps=2_000_000)
    still = slate(make(SIZE, bitrate_bps=2_000_000))
    stream = [
        *[first.encode(masked(n)) for n in range(5)],
        *[still] * 3,
        *[second.encode(masked(n)) for n in range(5)],
    ]
    pictures = decode(stream)
    assert len(pictures) == 13
    assert all(picture.mean() < 30 for picture in pictures[5:8])
    alone = decode(stream[8:])
    for joined, separate in zip(pictures[8:], alone, strict=True):
        assert np.array_equal(joined, separate)


def test_codec_is_the_encoders() -> None:
    assert slate(LiveEncoder(SIZE, bitrate_bps=2_000_000)).codec is Codec.H264
    assert slate(Vp8Encoder(SIZE, bitrate_bps=2_000_000)).codec is Codec.VP8
