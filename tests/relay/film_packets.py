"""What a camera may send: payloads with a right beginning and nothing to decode."""

from dataclasses import replace

from streaming.domain.frame import Codec
from streaming.relay.film import FilmPacket

KEY = {
    Codec.H264: bytes.fromhex("78 0003 674200 0002 68ce 0004 65888400"),
    Codec.VP8: bytes.fromhex("90 80 12 10 0200 9d012a"),
}
"""An aggregate of parameter sets and IDR; a VP8 key frame behind a descriptor with picture id."""

DELTA = {Codec.H264: bytes.fromhex("419a00"), Codec.VP8: bytes.fromhex("90 80 13 11 0200")}
FRAME_TICKS = 3_000


class Camera:
    """Pictures of ``packets`` packets each, in the order in which they are sent."""

    def __init__(
        self, codec: Codec = Codec.H264, *, stream: int = 1, sequence: int = 700, packets: int = 3
    ) -> None:
        self.codec = codec
        self._stream = stream
        self._sequence = sequence
        self._packets = packets
        self._timestamp = 4_294_960_000

    def picture(self, *, keyframe: bool = False) -> list[FilmPacket]:
        self._timestamp = (self._timestamp + FRAME_TICKS) % 2**32
        first = FilmPacket(
            stream=self._stream,
            codec=self.codec,
            sequence=self._sequence,
            timestamp=self._timestamp,
            marker=False,
            payload=(KEY if keyframe else DELTA)[self.codec],
        )
        self._sequence += self._packets
        return [
            replace(
                first,
                sequence=first.sequence + place,
                marker=place == self._packets - 1,
                payload=first.payload if place == 0 else b"\x00" + bytes([place]),
            )
            for place in range(self._packets)
        ]
