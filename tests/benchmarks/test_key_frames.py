import struct
from collections.abc import Iterator
from fractions import Fraction

import pytest

from benchmarks.live.key_frames import KeyFrames, captured_us
from streaming.capture.phantom import Phantom, phantom_profile_toml
from streaming.domain.frame import EncodedFrame, Size
from streaming.domain.profile import parse_profile
from streaming.picture.encode import LiveEncoder
from streaming.picture.masking import Masker
from streaming.relay.packetiser import packetise

SIZE = Size(1280, 720)


@pytest.fixture(scope="module")
def encoded() -> list[EncodedFrame]:
    """A key frame and the picture after it."""
    source = Phantom(source_id="test", size=SIZE, fps=Fraction(60))
    masker = Masker(parse_profile(phantom_profile_toml(SIZE)))
    encoder = LiveEncoder(SIZE, bitrate_bps=4_000_000)
    source.open()
    raw = [frame for frame in (source.read(1.0), source.read(1.0)) if frame is not None]
    return [encoder.encode(masker.mask(frame)) for frame in raw]


def rtp(frame: EncodedFrame, *, sequence: int, extension: bytes = b"") -> Iterator[bytes]:
    payloads = packetise(frame).payloads
    first = 0x90 if extension else 0x80
    for index, payload in enumerate(payloads):
        marker = 0x80 if index == len(payloads) - 1 else 0
        number = sequence + index & 0xFFFF
        head = struct.pack("!BBHII", first, marker | 96, number, frame.number * 3_000, 7)
        yield head + extension + payload


@pytest.mark.parametrize("extension", [b"", b"\xbe\xde\x00\x01\x10\x30\x00\x00"])
def test_a_key_frame_is_put_together_and_its_barcode_read(
    encoded: list[EncodedFrame], extension: bytes
) -> None:
    frames = KeyFrames()
    pushed = [frames.push(p) for p in rtp(encoded[0], sequence=0xFFFE, extension=extension)]
    assert pushed[:-1] == [None] * (len(pushed) - 1)
    assert pushed[-1] is not None
    assert captured_us(pushed[-1]) == encoded[0].captured_at_ns // 1000 % (1 << 40)


def test_a_key_frame_with_a_gap_is_not_used(encoded: list[EncodedFrame]) -> None:
    frames = KeyFrames()
    packets = list(rtp(encoded[0], sequence=0))
    assert len(packets) > 2
    assert [frames.push(packet) for packet in packets[:1] + packets[2:]][-1] is None


def test_other_frames_are_not_key_frames(encoded: list[EncodedFrame]) -> None:
    frames = KeyFrames()
    assert all(frames.push(packet) is None for packet in rtp(encoded[1], sequence=0))
