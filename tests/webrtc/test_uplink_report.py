from aiortc.rtp import RtcpReceiverInfo

from streaming.webrtc.uplink_report import ReceivedStream

MS = 1_000_000
SSRC = 77


def block(stream: ReceivedStream, highest: int, now_ns: int = 0) -> RtcpReceiverInfo:
    return RtcpReceiverInfo.parse(stream.block(highest, now_ns))


def test_loss_is_told_since_the_last_time_and_in_all() -> None:
    stream = ReceivedStream(SSRC, 10)
    for _ in range(8):
        stream.arrive(0, 0)
    told = block(stream, 19)
    assert (told.ssrc, told.highest_sequence) == (SSRC, 19)
    assert (told.fraction_lost, told.packets_lost) == (2 * 256 // 10, 2)
    for _ in range(10):
        stream.arrive(0, 0)
    told = block(stream, 29)
    assert (told.fraction_lost, told.packets_lost) == (0, 2)


def test_more_than_expected_isnt_loss() -> None:
    stream = ReceivedStream(SSRC, 0)
    for _ in range(3):
        stream.arrive(0, 0)
    told = block(stream, 0)
    assert (told.fraction_lost, told.packets_lost) == (0, -2)


def test_steady_arrivals_have_no_jitter_and_unsteady_ones_their_mean() -> None:
    stream = ReceivedStream(SSRC, 0)
    for number in range(100):
        stream.arrive(number * 3_000 + 2**32 - 9_000 & 0xFFFF_FFFF, number * 3_000 * 100_000 // 9)
    assert block(stream, 99).jitter == 0
    for number in range(100, 1_000):
        late_ns = (number % 2) * 10 * MS
        stream.arrive(number * 3_000 - 9_000 & 0xFFFF_FFFF, number * 3_000 * 100_000 // 9 + late_ns)
    assert 880 <= block(stream, 999).jitter <= 920


def test_a_sender_learns_its_round_trip() -> None:
    stream = ReceivedStream(SSRC, 0)
    stream.arrive(0, 0)
    assert block(stream, 0).lsr == 0
    stream.sender_report(0x1234_5678, 500 * MS)
    told = block(stream, 0, 750 * MS)
    assert (told.lsr, told.dlsr) == (0x1234_5678, 65_536 // 4)
