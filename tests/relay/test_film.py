import random

import pytest

from streaming.domain.frame import Codec
from streaming.relay.film import starts_keyframe

H264, VP8 = Codec.H264, Codec.VP8


@pytest.mark.parametrize(
    ("codec", "payload"),
    [
        (H264, "67 42e01f"),
        (H264, "78 0004 6742e01f 0002 68ce"),
        (H264, "78 0002 09f0 0004 6742e01f"),
        (H264, "7c 87 42e01f"),
        (VP8, "10 00 0000 9d012a"),
        (VP8, "90 80 12 00"),
        (VP8, "90 80 9234 00"),
        (VP8, "90 e0 9234 07 20 00"),
        (VP8, "90 c0 12 07 00"),
        (VP8, "90 10 20 00"),
    ],
)
def test_a_decoder_may_begin_here(codec: Codec, payload: str) -> None:
    assert starts_keyframe(codec, bytes.fromhex(payload))


@pytest.mark.parametrize(
    ("codec", "payload"),
    [
        (H264, "41 9a00"),
        (H264, "65 8884"),
        (H264, "68 ce"),
        (H264, "7c 85 88"),
        (H264, "7c 07 42"),
        (H264, "7c"),
        (H264, "78 0002 68ce"),
        (H264, "78 ffff 68"),
        (H264, ""),
        (VP8, "10 01 00"),
        (VP8, "00 00"),
        (VP8, "11 00"),
        (VP8, "90 80 12 01"),
        (VP8, "90 e0 9234 07 20 01"),
        (VP8, "90 80 12"),
        (VP8, "90 80"),
        (VP8, "90"),
        (VP8, "10"),
        (VP8, ""),
    ],
)
def test_a_decoder_cant_begin_here(codec: Codec, payload: str) -> None:
    assert not starts_keyframe(codec, bytes.fromhex(payload))


@pytest.mark.parametrize("codec", Codec)
def test_no_payload_raises(codec: Codec) -> None:
    chosen = random.Random(5)
    for _ in range(2_000):
        starts_keyframe(codec, chosen.randbytes(chosen.randrange(40)))


def test_an_aggregate_of_nothing_ends() -> None:
    assert not starts_keyframe(H264, b"\x78" + bytes(1_199))
