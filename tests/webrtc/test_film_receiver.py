import random
import struct
import tracemalloc

from aiortc.rtp import RtcpPacket, RtcpPsfbPacket, RtcpReceiverInfo, RtcpRtpfbPacket

from streaming.domain.frame import Codec
from streaming.relay.film import MAX_FILM_PAYLOAD, FilmPacket
from streaming.webrtc.film_gaps import MAX_MISSING
from streaming.webrtc.film_receiver import (
    ACTIVE_NS,
    LEAST_COST_BYTES,
    MAX_BURST_BYTES,
    MAX_BYTES_PER_S,
    FilmReceiver,
)
from streaming.webrtc.negotiation import VideoAgreement
from streaming.webrtc.rtp import HeaderExtensions
from streaming.webrtc.rtp_read import ReceivedRtp
from streaming.webrtc.transport_cc import INTERVAL_NS

MS = 1_000_000
OWN, MEDIA, RTX = 1, 2, 3
CC_ID = 5


class Stage:
    """A receiver, what it handed on and what it sent."""

    def __init__(self) -> None:
        extensions = HeaderExtensions("film")
        self.film: list[FilmPacket] = []
        self.sent: list[bytes] = []
        self.receiver = FilmReceiver(
            (
                VideoAgreement(Codec.H264, 100, 101, extensions, CC_ID),
                VideoAgreement(Codec.VP8, 102, 103, extensions, CC_ID),
            ),
            ssrc=OWN,
            deliver=self.film.append,
            send=self.sent.append,
        )

    def arrive(
        self,
        sequence: int,
        payload: bytes = b"p",
        *,
        payload_type: int = 100,
        ssrc: int = MEDIA,
        wide: bytes | None = None,
        now_ns: int = 0,
    ) -> None:
        self.receiver.receive(
            ReceivedRtp(
                payload_type=payload_type,
                marker=True,
                sequence=sequence & 0xFFFF,
                timestamp=sequence * 3_000 & 0xFFFF_FFFF,
                ssrc=ssrc,
                extensions={} if wide is None else {CC_ID: wide},
                payload=payload,
            ),
            now_ns,
        )

    def repair(self, sequence: int, payload: bytes = b"r", *, payload_type: int = 101) -> None:
        original = struct.pack("!H", sequence & 0xFFFF)
        self.arrive(9_000, original + payload, payload_type=payload_type, ssrc=RTX)

    @property
    def sequences(self) -> list[int]:
        return [packet.sequence for packet in self.film]

    def nacks(self) -> list[list[int]]:
        packets = [packet for data in self.sent for packet in RtcpPacket.parse(data)]
        return [p.lost for p in packets if isinstance(p, RtcpRtpfbPacket) and p.fmt == 1]


def test_packets_are_handed_on_as_they_come() -> None:
    stage = Stage()
    for sequence in (65_534, 65_535, 65_537, 65_536):
        stage.arrive(sequence)
    assert stage.sequences == [65_534, 65_535, 65_537, 65_536]
    first = stage.film[0]
    assert (first.codec, first.marker, first.payload) == (Codec.H264, True, b"p")
    assert first.timestamp == 65_534 * 3_000


def test_a_gap_is_asked_for_at_once_and_its_repair_handed_on() -> None:
    stage = Stage()
    stage.arrive(10)
    stage.arrive(13)
    assert stage.nacks() == [[11, 12]]
    stage.repair(12, b"again")
    assert stage.sequences == [10, 13, 12]
    assert stage.film[-1].payload == b"again"
    assert stage.receiver.missing == 1


def test_repairs_that_nobody_misses_are_dropped() -> None:
    """Chromium measures a link's capacity with them."""
    stage = Stage()
    stage.arrive(10)
    stage.arrive(11)
    for sequence in (10, 11, 12, 9, 40_000):
        stage.repair(sequence)
    assert stage.sequences == [10, 11]
    assert stage.receiver.duplicates == 5


def test_a_duplicate_is_handed_on_once() -> None:
    stage = Stage()
    stage.arrive(10)
    stage.arrive(10)
    assert stage.sequences == [10]


def test_a_repairs_payload_type_says_its_codec() -> None:
    stage = Stage()
    stage.arrive(10, payload_type=102)
    stage.arrive(12, payload_type=102)
    stage.repair(11, payload_type=103)
    assert [packet.codec for packet in stage.film] == [Codec.VP8] * 3


def test_what_cant_be_a_repair_is_dropped() -> None:
    stage = Stage()
    stage.repair(1)
    stage.arrive(10)
    stage.arrive(12)
    stage.arrive(1, b"", payload_type=101, ssrc=RTX)
    stage.arrive(1, b"\x00", payload_type=101, ssrc=RTX)
    assert stage.sequences == [10, 12]


def test_padding_keeps_its_number() -> None:
    stage = Stage()
    stage.arrive(10)
    stage.arrive(11, b"")
    assert stage.sequences == [10, 11]
    assert stage.nacks() == []


def test_a_long_gap_begins_another_stream() -> None:
    stage = Stage()
    stage.arrive(10)
    stage.arrive(12 + MAX_MISSING)
    assert [packet.stream for packet in stage.film] == [1, 2]
    assert stage.nacks() == []


def test_the_newest_ssrc_is_the_camera() -> None:
    stage = Stage()
    stage.arrive(10)
    stage.arrive(500, ssrc=7)
    stage.arrive(11)
    stage.arrive(501, ssrc=7)
    assert stage.sequences == [10, 500, 501]
    assert [packet.stream for packet in stage.film] == [1, 2, 2]


def test_feedback_tells_of_every_packet_repairs_and_refused_ones_too() -> None:
    stage = Stage()
    stage.arrive(10, wide=b"\x00\x01")
    stage.arrive(10, wide=b"\x00\x02")
    stage.arrive(1, b"\x00\x01", payload_type=101, ssrc=RTX, wide=b"\x00\x03")
    stage.arrive(11, wide=b"\x00\x04\x00")
    assert stage.sent == []
    stage.receiver.tick(INTERVAL_NS)
    (feedback,) = stage.sent
    assert (feedback[0] & 0x1F, feedback[1]) == (15, 205)
    assert struct.unpack_from("!IIHH", feedback, 4) == (OWN, MEDIA, 1, 3)


def test_feedback_comes_with_the_packets_too() -> None:
    stage = Stage()
    for step in range(20):
        stage.arrive(step, wide=step.to_bytes(2), now_ns=step * 10 * MS)
    assert len(stage.sent) == 3


def test_a_key_frame_is_asked_of_who_films() -> None:
    stage = Stage()
    stage.receiver.request_keyframe()
    assert stage.sent == []
    stage.arrive(10)
    stage.receiver.request_keyframe()
    (pli,) = RtcpPacket.parse(stage.sent[0])
    assert isinstance(pli, RtcpPsfbPacket)
    assert (pli.fmt, pli.ssrc, pli.media_ssrc) == (1, OWN, MEDIA)


def test_reports_are_about_the_camera_and_dont_count_repairs() -> None:
    stage = Stage()
    assert stage.receiver.report_block(0) == b""
    stage.arrive(10)
    stage.arrive(12)
    stage.repair(11)
    stage.receiver.sender_reported(MEDIA, 77, 0)
    block = RtcpReceiverInfo.parse(stage.receiver.report_block(0))
    assert (block.ssrc, block.packets_lost, block.lsr) == (MEDIA, 1, 77)


def test_what_doesnt_fit_a_viewers_packet_is_left_out() -> None:
    stage = Stage()
    stage.arrive(10, bytes(MAX_FILM_PAYLOAD + 1))
    stage.arrive(11, bytes(MAX_FILM_PAYLOAD))
    assert stage.sequences == [11]


def test_a_flood_reaches_nobody_beyond_the_limit() -> None:
    stage = Stage()
    for step in range(20_000):
        stage.arrive(step, now_ns=step * MS // 10)
    allowed = (MAX_BURST_BYTES + 2 * MAX_BYTES_PER_S) // LEAST_COST_BYTES
    assert len(stage.film) <= allowed
    assert stage.receiver.flooded >= 20_000 - allowed
    stage.arrive(20_001, now_ns=4_000 * MS)
    assert stage.sequences[-1] == 20_001


def test_wild_packets_cost_bounded_memory() -> None:
    chosen = random.Random(9)
    stage = Stage()
    tracemalloc.start()
    try:
        for step in range(20_000):
            stage.arrive(
                chosen.randrange(1 << 16),
                chosen.randbytes(chosen.randrange(20)),
                payload_type=chosen.choice([100, 101, 102, 103]),
                ssrc=chosen.choice([MEDIA, MEDIA, MEDIA, RTX]),
                wide=chosen.randbytes(chosen.randrange(4)),
                now_ns=step * MS,
            )
            stage.film.clear()
            stage.sent.clear()
            assert stage.receiver.missing <= MAX_MISSING
        assert tracemalloc.get_traced_memory()[0] < 1_000_000
    finally:
        tracemalloc.stop()


def test_a_camera_is_active_until_it_was_silent_for_a_while() -> None:
    stage = Stage()
    assert not stage.receiver.active(0)
    stage.arrive(10, now_ns=MS)
    assert stage.receiver.active(MS + ACTIVE_NS - 1)
    assert not stage.receiver.active(MS + ACTIVE_NS)


def test_the_payload_types_are_those_that_were_agreed() -> None:
    assert Stage().receiver.payload_types == {100, 101, 102, 103}
