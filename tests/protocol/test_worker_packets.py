"""What goes up in binary comes out the same, and what is cut or lies is refused."""

import pytest

from streaming.domain.frame import AudioFrame, Codec, EncodedFrame, Rung, Size
from streaming.protocol.worker_link import (
    Packet,
    StillChunk,
    WorkerLinkError,
    decode,
    encode_audio,
    encode_frame,
    encode_still_chunk,
)
from streaming.protocol.worker_packets import MAX_CHUNK_BYTES

PICTURE = EncodedFrame("room-1", Rung.ARCHIVE, Codec.H264, Size(1280, 720), 7, 1 << 40, True, b"x")
CHUNK = StillChunk("12", 1, 3, Size(4096, 2304), 7, 1 << 40, b"\x89PNG")
SOUND = AudioFrame(number=9, captured_at_ns=1 << 40, channels=2, opus=b"\xfc\xff\xfe")

PACKETS: dict[str, tuple[Packet, bytes]] = {
    "picture": (PICTURE, b"".join(encode_frame(PICTURE))),
    "chunk": (CHUNK, b"".join(encode_still_chunk(CHUNK))),
    "sound": (SOUND, b"".join(encode_audio(SOUND))),
}


@pytest.mark.parametrize("name", PACKETS)
def test_a_packet_comes_out_as_it_went_in(name: str) -> None:
    sent, packet = PACKETS[name]
    assert decode(packet) == sent


@pytest.mark.parametrize("name", PACKETS)
def test_a_packet_cut_anywhere_before_its_payload_is_refused(name: str) -> None:
    sent, packet = PACKETS[name]
    payload = len(_payload(sent))
    for length in range(len(packet) - payload + 1):
        with pytest.raises(WorkerLinkError):
            decode(packet[:length])


@pytest.mark.parametrize(
    "chunk",
    [
        StillChunk("12", 3, 3, Size(64, 64), 0, 0, b"index beyond the count"),
        StillChunk("12", 0, 513, Size(64, 64), 0, 0, b"more than any picture has"),
        StillChunk("", 0, 1, Size(64, 64), 0, 0, b"no id"),
        StillChunk("12", 0, 1, Size(64, 64), 0, 0, bytes(MAX_CHUNK_BYTES + 1)),
    ],
)
def test_a_chunk_that_cant_be_is_refused(chunk: StillChunk) -> None:
    with pytest.raises(WorkerLinkError) as caught:
        decode(b"".join(encode_still_chunk(chunk)))
    assert caught.value.code == "link.message"


def test_sound_of_six_channels_is_refused() -> None:
    six = AudioFrame(number=0, captured_at_ns=0, channels=6, opus=b"x")
    with pytest.raises(WorkerLinkError):
        decode(b"".join(encode_audio(six)))


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(WorkerLinkError) as caught:
        decode(b"SP\x02\x09{}")
    assert caught.value.code == "link.message"


def _payload(packet: Packet) -> bytes:
    return packet.opus if isinstance(packet, AudioFrame) else packet.data
