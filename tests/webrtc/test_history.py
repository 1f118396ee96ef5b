from streaming.webrtc.history import HISTORY_PACKETS, MIN_COOLDOWN_NS, SentFrame, SentHistory

MS_NS = 1_000_000


def frame(first: int, packets: int) -> SentFrame:
    payloads = tuple(bytes([index % 256]) for index in range(packets))
    return SentFrame(first, timestamp=first, abs_send_time=0, payloads=payloads)


def asked(history: SentHistory, *sequences: int, now_ns: int = 0, rtt_ms: int = 0) -> list[int]:
    repairs = history.repairs(sequences, now_ns=now_ns, rtt_ns=rtt_ms * MS_NS)
    return [(sent.first_sequence + index) % 65_536 for sent, index in repairs]


def test_a_sent_packet_is_found() -> None:
    history = SentHistory()
    history.add(frame(10, 3))
    assert asked(history, 10, 12) == [10, 12]


def test_what_was_never_sent_is_not() -> None:
    history = SentHistory()
    history.add(frame(10, 3))
    assert asked(history, 9, 13, 10 + HISTORY_PACKETS) == []


def test_a_frame_across_the_wrap_is_found() -> None:
    history = SentHistory()
    history.add(frame(65_534, 4))
    assert asked(history, 65_535, 0, 1) == [65_535, 0, 1]


def test_the_oldest_packets_are_forgotten() -> None:
    history = SentHistory()
    history.add(frame(0, 10))
    history.add(frame(10, HISTORY_PACKETS - 5))
    assert asked(history, 0, 4, 5, 9) == [5, 9]


def test_a_packet_asked_for_again_too_soon_isnt_sent() -> None:
    history = SentHistory()
    history.add(frame(0, 1))
    assert asked(history, 0) == [0]
    assert asked(history, 0, now_ns=MIN_COOLDOWN_NS - 1) == []
    assert asked(history, 0, now_ns=MIN_COOLDOWN_NS) == [0]


def test_a_long_way_makes_a_long_cooldown() -> None:
    history = SentHistory()
    history.add(frame(0, 1))
    assert asked(history, 0, rtt_ms=100) == [0]
    assert asked(history, 0, now_ns=69 * MS_NS, rtt_ms=100) == []
    assert asked(history, 0, now_ns=71 * MS_NS, rtt_ms=100) == [0]


def test_repairs_are_at_most_half_of_what_is_sent() -> None:
    history = SentHistory()
    history.add(frame(0, HISTORY_PACKETS))
    first = asked(history, *range(HISTORY_PACKETS))
    assert len(first) == 512
    history.add(frame(HISTORY_PACKETS, 100))
    assert len(asked(history, *range(1_000, 2_000), now_ns=10**9)) == 50


def test_a_cleared_history_repairs_nothing_sent_before() -> None:
    history = SentHistory()
    history.add(frame(0, 5))
    history.clear()
    history.add(frame(5, 5))
    assert asked(history, 0, 4, 5) == [5]
