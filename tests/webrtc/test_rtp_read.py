"""What a peer sends as RTP, against the reference implementation and against malice."""

import random
import struct

import pytest
from aiortc.rtp import RtpPacket

from streaming.webrtc.rtp_read import ReceivedRtp, read_rtp

FIXED = struct.pack("!BBHII", 0x90, 111, 7, 8, 9)


def with_block(profile: int, block: bytes) -> ReceivedRtp | None:
    return read_rtp(FIXED + struct.pack("!HH", profile, len(block) // 4) + block + b"payload")


def test_random_packets_read_as_the_reference_reads_them() -> None:
    chosen = random.Random(3)
    for _ in range(500):
        packet = RtpPacket(
            payload_type=chosen.randrange(128),
            marker=chosen.randrange(2),
            sequence_number=chosen.randrange(1 << 16),
            timestamp=chosen.randrange(1 << 32),
            ssrc=chosen.randrange(1 << 32),
            payload=chosen.randbytes(chosen.randrange(50)),
        )
        packet.csrc = [chosen.randrange(1 << 32) for _ in range(chosen.randrange(4))]
        packet.padding_size = chosen.choice([0, 0, 1, 200])
        assert read_rtp(packet.serialize()) == ReceivedRtp(
            payload_type=packet.payload_type,
            marker=bool(packet.marker),
            sequence=packet.sequence_number,
            timestamp=packet.timestamp,
            ssrc=packet.ssrc,
            extensions={},
            payload=packet.payload,
        )


def test_one_byte_extensions() -> None:
    packet = with_block(0xBEDE, b"\x14voice\x00\x00\x40\x85\x00\x00")
    assert packet is not None
    assert packet.extensions == {1: b"voice", 4: b"\x85"}
    assert packet.payload == b"payload"


def test_two_byte_extensions() -> None:
    packet = with_block(0x1000, b"\x01\x05voice\x00\x04\x01\x85\x00\x00")
    assert packet is not None
    assert packet.extensions == {1: b"voice", 4: b"\x85"}


def test_id_15_ends_the_elements() -> None:
    packet = with_block(0xBEDE, b"\x40\x85\xf0\x00\x40\x01\x00\x00")
    assert packet is not None
    assert packet.extensions == {4: b"\x85"}


def test_an_element_longer_than_its_block_is_left_out() -> None:
    packet = with_block(0xBEDE, b"\x40\x85\x1f\x00")
    assert packet is not None
    assert packet.extensions == {4: b"\x85"}


def test_other_profiles_have_no_elements() -> None:
    packet = with_block(0x1234, b"\x40\x85\x00\x00")
    assert packet is not None
    assert packet.extensions == {}


@pytest.mark.parametrize(("size", "is_read"), [(256, True), (260, False), (1_200, False)])
def test_a_block_of_extensions_has_a_limit(size: int, is_read: bool) -> None:
    assert (with_block(0xBEDE, b"\x40\x85" + bytes(size - 2)) is not None) is is_read


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x80",
        b"\x00" * 12,
        b"\x8f\x6f" + bytes(10),
        b"\x90\x6f" + bytes(10),
        b"\x90\x6f" + bytes(10) + b"\xbe\xde\xff\xff",
        b"\xa0\x6f" + bytes(10) + b"\x05",
    ],
)
def test_lengths_that_dont_fit_together_are_refused(data: bytes) -> None:
    assert read_rtp(data) is None


def test_padding_of_length_zero_takes_its_own_byte() -> None:
    packet = read_rtp(b"\xa0\x6f" + bytes(10) + b"ab\x00")
    assert packet is not None
    assert packet.payload == b"ab"


def test_nothing_raises() -> None:
    chosen = random.Random(4)
    for _ in range(20_000):
        data = bytes([chosen.choice([0x80, 0x90, 0xB0, 0xBF])]) + chosen.randbytes(
            chosen.randrange(40)
        )
        read_rtp(data[:13] + b"\xbe\xde" + data[13:] if chosen.random() < 0.3 else data)
