"""RTP payloads, read back by aiortc's depayloaders."""

import fractions
from collections.abc import Iterable

import av
import numpy as np
import pytest
from aiortc.codecs import depayload
from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from hypothesis import given
from hypothesis import strategies as st

from streaming.domain.frame import Codec, EncodedFrame, Rung, Size
from streaming.relay.packetiser import nal_units, packetise
from streaming.relay.packets import MAX_PAYLOAD

DEPAYLOADERS = {
    codec: RTCRtpCodecParameters(f"video/{name}", clockRate=90_000, payloadType=96)
    for codec, name in ((Codec.H264, "H264"), (Codec.VP8, "VP8"))
}


def frame(data: bytes, codec: Codec = Codec.H264, *, keyframe: bool = True) -> EncodedFrame:
    return EncodedFrame(
        source_id="s",
        rung=Rung.LIVE,
        codec=codec,
        size=Size(64, 64),
        number=7,
        captured_at_ns=123,
        keyframe=keyframe,
        data=data,
    )


def read_back(payloads: Iterable[bytes], codec: Codec) -> bytes:
    return b"".join(depayload(DEPAYLOADERS[codec], payload) for payload in payloads)


def unit(kind: int, size: int, *, nri: int = 3) -> bytes:
    return bytes([nri << 5 | kind]) + b"\xab" * (size - 1)


def annex_b(*units: bytes) -> bytes:
    return b"".join(b"\x00\x00\x00\x01" + unit for unit in units)


def kinds(payloads: Iterable[bytes]) -> list[int]:
    return [payload[0] & 0x1F for payload in payloads]


@given(
    kinds_and_sizes=st.lists(
        st.tuples(st.sampled_from([1, 5, 6, 7, 8, 20]), st.integers(1, 9_000)), min_size=1
    ),
    long_codes=st.booleans(),
)
def test_h264_units_survive_the_round_trip(
    kinds_and_sizes: list[tuple[int, int]], long_codes: bool
) -> None:
    units = [unit(kind, size) for kind, size in kinds_and_sizes]
    code = b"\x00\x00\x00\x01" if long_codes else b"\x00\x00\x01"
    payloads = packetise(frame(b"".join(code + unit for unit in units))).payloads
    assert max(map(len, payloads)) <= MAX_PAYLOAD
    # A NAL unit of one byte can't be depayloaded by the reference; the others come back whole.
    if all(len(unit) > 1 for unit in units):
        assert read_back(payloads, Codec.H264) == annex_b(*units)


@given(size=st.integers(1, 100_000))
def test_vp8_frames_survive_the_round_trip(size: int) -> None:
    data = (b"0123456789" * (size // 10 + 1))[:size]
    payloads = packetise(frame(data, Codec.VP8)).payloads
    assert max(map(len, payloads)) <= MAX_PAYLOAD
    assert read_back(payloads, Codec.VP8) == data
    assert [payload[0] & 0x10 for payload in payloads] == [0x10] + [0] * (len(payloads) - 1)


@given(size=st.integers(MAX_PAYLOAD + 1, 200_000), codec=st.sampled_from(Codec))
def test_fragments_are_equal_and_aligned_except_the_last(size: int, codec: Codec) -> None:
    data = annex_b(unit(5, size)) if codec is Codec.H264 else b"\xab" * size
    *lengths, last = (len(payload) for payload in packetise(frame(data, codec)).payloads)
    assert len(set(lengths)) == 1
    assert lengths[0] % 4 == 0
    assert last <= lengths[0]


def test_parameter_sets_share_a_packet_and_the_slice_stands_alone() -> None:
    payloads = packetise(frame(annex_b(unit(7, 20), unit(8, 5), unit(5, 100)))).payloads
    assert kinds(payloads) == [24, 5]


def test_a_lone_small_unit_is_sent_as_it_is() -> None:
    assert packetise(frame(annex_b(unit(8, 5)))).payloads == (unit(8, 5),)


def test_units_that_together_are_too_large_are_not_aggregated() -> None:
    payloads = packetise(
        frame(annex_b(unit(6, 700), unit(6, 700), unit(7, 20), unit(1, 9)))
    ).payloads
    assert kinds(payloads) == [6, 24, 1]


def test_the_aggregate_has_the_highest_importance_of_its_units() -> None:
    payloads = packetise(frame(annex_b(unit(6, 9, nri=0), unit(7, 9, nri=2)))).payloads
    assert payloads[0][0] >> 5 == 2


def test_access_unit_delimiters_and_filler_are_left_out() -> None:
    payloads = packetise(frame(annex_b(unit(9, 2), unit(1, 50), unit(12, 400)))).payloads
    assert payloads == (unit(1, 50),)


def test_trailing_zeros_belong_to_no_unit() -> None:
    data = b"\x00\x00\x01" + unit(7, 9) + b"\x00\x00\x00\x00\x01" + unit(8, 9) + b"\x00\x00"
    assert list(nal_units(data)) == [unit(7, 9), unit(8, 9)]


@pytest.mark.parametrize("data", [b"", b"\x00\x00\x01", b"no start code", b"\x00" * 50])
def test_h264_without_a_unit_has_no_payloads(data: bytes) -> None:
    assert packetise(frame(data)).payloads == ()


def test_an_empty_vp8_frame_has_no_payloads() -> None:
    assert packetise(frame(b"", Codec.VP8)).payloads == ()


def test_what_describes_the_frame_is_kept() -> None:
    packets = packetise(frame(annex_b(unit(1, 50)), keyframe=False))
    assert (packets.codec, packets.keyframe, packets.captured_at_ns) == (Codec.H264, False, 123)


@pytest.mark.parametrize(("encoder", "codec"), [("libx264", Codec.H264), ("libvpx", Codec.VP8)])
def test_a_real_stream_decodes_to_the_same_pictures(encoder: str, codec: Codec) -> None:
    context = av.CodecContext.create(encoder, "w")
    assert isinstance(context, av.VideoCodecContext)
    context.width, context.height, context.pix_fmt = 320, 240, "yuv420p"
    context.time_base = fractions.Fraction(1, 30)
    if codec is Codec.H264:
        context.options = {"preset": "superfast", "tune": "zerolatency", "profile": "baseline"}
    noise = np.random.default_rng(1)
    pictures = [noise.integers(0, 255, (360, 320), dtype=np.uint8) for _ in range(3)]
    straight = av.CodecContext.create(codec.value, "r")
    returned = av.CodecContext.create(codec.value, "r")
    assert isinstance(straight, av.VideoCodecContext)
    assert isinstance(returned, av.VideoCodecContext)
    shown = 0
    for number, picture in enumerate(pictures):
        video = av.VideoFrame.from_ndarray(picture, format="yuv420p")
        video.pts = number
        for packet in context.encode(video):
            data = bytes(packet)
            again = read_back(packetise(frame(data, codec)).payloads, codec)
            expected = straight.decode(av.Packet(data))
            actual = returned.decode(av.Packet(again))
            for left, right in zip(expected, actual, strict=True):
                assert np.array_equal(left.to_ndarray(), right.to_ndarray())
                shown += 1
    assert shown > 0
