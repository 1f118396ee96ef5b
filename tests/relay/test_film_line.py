import random
from dataclasses import replace

from streaming.domain.frame import Codec
from streaming.relay.film import FilmPacket
from streaming.relay.film_line import EARLY_PACKETS, RING_PACKETS, CameraPacket, FilmLine
from tests.relay.film_packets import FRAME_TICKS, Camera

SECOND_NS = 1_000_000_000


def taken(line: FilmLine, packets: list[FilmPacket], *, now_ns: int = 0) -> list[CameraPacket]:
    return [numbered for packet in packets for numbered in line.take(packet, now_ns)]


def numbers(packets: list[CameraPacket]) -> list[int]:
    return [packet.number for packet in packets]


def test_nothing_leaves_before_a_key_frame() -> None:
    line, camera = FilmLine(), Camera()
    assert taken(line, camera.picture()) == []
    assert line.waiting
    assert numbers(taken(line, camera.picture(keyframe=True))) == [0, 1, 2]
    assert not line.waiting


def test_a_gap_keeps_its_place_and_the_repair_takes_it() -> None:
    line, camera = FilmLine(), Camera()
    taken(line, camera.picture(keyframe=True))
    first, lost, last = camera.picture()
    assert numbers(taken(line, [first, last])) == [3, 5]
    assert numbers(taken(line, camera.picture())) == [6, 7, 8]
    (repaired,) = taken(line, [lost])
    assert (repaired.number, repaired.payload) == (4, lost.payload)


def test_a_key_frame_whose_first_packet_came_last_is_whole() -> None:
    line, camera = FilmLine(), Camera()
    first, *rest = camera.picture(keyframe=True)
    following = camera.picture()
    assert taken(line, [*rest, *following]) == []
    assert numbers(taken(line, [first])) == [0, 1, 2, 3, 4, 5]


def test_what_was_before_the_first_key_frame_never_leaves() -> None:
    line, camera = FilmLine(), Camera()
    late = camera.picture()
    taken(line, camera.picture(keyframe=True))
    assert taken(line, late) == []


def test_another_camera_goes_on_with_the_numbers_and_the_time() -> None:
    line = FilmLine(origin=2**32 - 1)
    one, other = Camera(sequence=60_000), Camera(Codec.VP8, stream=2, sequence=5)
    before = taken(line, one.picture(keyframe=True), now_ns=SECOND_NS)
    assert taken(line, other.picture(), now_ns=SECOND_NS) == []
    after = taken(line, other.picture(keyframe=True), now_ns=2 * SECOND_NS)
    assert numbers(before + after) == [0, 1, 2, 3, 4, 5]
    assert before[0].timestamp == 2**32 - 1
    assert (after[0].timestamp - before[0].timestamp) % 2**32 == 90_000


def test_a_switch_within_one_picture_still_moves_the_time() -> None:
    line = FilmLine()
    (before, *_) = taken(line, Camera().picture(keyframe=True))
    line.cut()
    (after, *_) = taken(line, Camera().picture(keyframe=True))
    assert after.timestamp - before.timestamp == FRAME_TICKS
    assert after.number == 3


def test_a_camera_that_changes_its_codec_isnt_thrown_back_by_late_packets() -> None:
    line, h264 = FilmLine(), Camera()
    taken(line, h264.picture(keyframe=True))
    late = h264.picture()
    vp8 = Camera(Codec.VP8, sequence=late[-1].sequence + 1)
    assert len(taken(line, vp8.picture(keyframe=True))) == 3
    assert taken(line, late) == []
    assert len(taken(line, vp8.picture())) == 3


def test_the_past_is_in_order_and_bounded() -> None:
    line, camera = FilmLine(), Camera(packets=50)
    first, *rest = camera.picture(keyframe=True)
    random.Random(1).shuffle(rest)
    taken(line, [first, *rest])
    assert numbers(list(line.since(0))) == list(range(50))
    for _ in range(RING_PACKETS // 50 + 1):
        taken(line, camera.picture())
    kept = numbers(list(line.since(0)))
    assert len(kept) == RING_PACKETS
    assert kept == sorted(kept)


def test_a_recent_key_frame_is_found() -> None:
    line, camera = FilmLine(), Camera()
    taken(line, camera.picture(keyframe=True), now_ns=0)
    taken(line, camera.picture(), now_ns=SECOND_NS)
    assert line.keyframe_within(SECOND_NS, SECOND_NS) == 0
    assert line.keyframe_within(SECOND_NS - 1, SECOND_NS) is None
    line.cut()
    assert line.keyframe_within(SECOND_NS, SECOND_NS) is None


def test_a_camera_that_never_sends_a_key_frame_fills_nothing() -> None:
    line, camera = FilmLine(), Camera(packets=100)
    for _ in range(20):
        assert taken(line, camera.picture()) == []
    held = taken(line, [replace(p, sequence=0) for p in camera.picture(keyframe=True)[:1]])
    assert len(held) == EARLY_PACKETS + 1


def test_loss_reordering_and_late_repairs_lose_nothing() -> None:
    chosen = random.Random(2_026)
    line, camera = FilmLine(), Camera(sequence=65_530)
    sent = [packet for n in range(200) for packet in camera.picture(keyframe=n == 0)]
    delayed = sorted(
        range(len(sent)),
        key=lambda place: place + (chosen.randrange(300) if chosen.random() < 0.2 else 0),
    )
    out = taken(line, [sent[place] for place in delayed])
    assert sorted(numbers(out)) == list(range(len(sent)))
    ordered = sorted(out, key=lambda packet: packet.number)
    assert [packet.payload for packet in ordered] == [packet.payload for packet in sent]
