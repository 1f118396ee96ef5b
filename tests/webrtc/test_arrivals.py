"""Report blocks about a received stream, read back by the reference implementation."""

from aiortc.rtp import RtcpPacket, RtcpReceiverInfo, RtcpRrPacket

from streaming.webrtc.arrivals import Arrivals
from streaming.webrtc.rtcp import receiver_report

MS = 1_000_000


def arrivals() -> Arrivals:
    return Arrivals(9, clock_hz=48_000)


def reported(stream: Arrivals, now_ns: int = 0) -> RtcpReceiverInfo:
    (packet,) = RtcpPacket.parse(receiver_report(ssrc=1, blocks=stream.block(now_ns)))
    assert isinstance(packet, RtcpRrPacket)
    assert packet.ssrc == 1
    (info,) = packet.reports
    assert info.ssrc == 9
    return info


def receive(stream: Arrivals, *sequences: int) -> None:
    for sequence in sequences:
        stream.add(sequence & 0xFFFF, sequence * 960 & 0xFFFF_FFFF, sequence * 20 * MS)


def test_a_whole_stream_lost_nothing_across_a_wrap() -> None:
    stream = arrivals()
    receive(stream, *range(65_500, 65_600))
    info = reported(stream)
    assert (info.packets_lost, info.fraction_lost) == (0, 0)
    assert info.highest_sequence == 65_599
    assert info.jitter == 0


def test_loss_is_a_fraction_since_the_last_report_and_a_sum() -> None:
    stream = arrivals()
    receive(stream, *range(0, 10), *range(15, 20))
    info = reported(stream)
    assert (info.packets_lost, info.fraction_lost) == (5, 5 * 256 // 20)
    receive(stream, *range(20, 40))
    info = reported(stream)
    assert (info.packets_lost, info.fraction_lost) == (5, 0)


def test_late_packets_arent_lost_and_duplicates_cant_make_less_than_nothing_of_a_fraction() -> None:
    stream = arrivals()
    receive(stream, 0, 1, 3, 3, 3, 2)
    info = reported(stream)
    assert (info.packets_lost, info.fraction_lost, info.highest_sequence) == (-2, 0, 3)


def test_jitter_is_the_smoothed_difference_of_transit_times() -> None:
    stream = arrivals()
    for step in range(200):
        stream.add(step, step * 960, (step * 20 + (step % 2) * 10) * MS)
    assert 400 < reported(stream).jitter <= 480  # 10 ms are 480 units.


def test_a_sender_report_is_dated() -> None:
    stream = arrivals()
    receive(stream, 0)
    assert (reported(stream).lsr, reported(stream).dlsr) == (0, 0)
    stream.sender_reported(0xABCD_1234, 1_000 * MS)
    info = reported(stream, 1_500 * MS)
    assert (info.lsr, info.dlsr) == (0xABCD_1234, 1 << 15)


def test_who_starts_over_isnt_charged_for_the_jump() -> None:
    stream = arrivals()
    receive(stream, 0, 1)
    receive(stream, 30_000, 30_001)
    info = reported(stream)
    assert (info.packets_lost, info.highest_sequence) == (0, 30_001)
