from dataclasses import dataclass, field

import pytest

from streaming.domain.frame import Codec
from streaming.relay.camera import CameraRelay, CameraViewer
from streaming.relay.film_line import CameraPacket
from streaming.relay.keyframes import OBSERVER_WINDOW_NS, WINDOW_NS
from tests.relay.film_packets import Camera

FRAME_NS = 33_000_000


@dataclass(eq=False)
class Sink:
    codecs: tuple[Codec, ...] = tuple(Codec)
    packets: list[CameraPacket] = field(default_factory=list)
    restarts: int = 0

    def takes(self, codec: Codec) -> bool:
        return codec in self.codecs

    def restart(self) -> None:
        self.restarts += 1

    def send(self, packet: CameraPacket) -> None:
        self.packets.append(packet)

    @property
    def numbers(self) -> list[int]:
        return [packet.number for packet in self.packets]


class Room:
    """A relay with a clock that only tests move, and a camera that does what it is asked."""

    def __init__(self, camera: Camera | None = None) -> None:
        self.now_ns = 0
        self.asked = 0
        self.camera = camera or Camera()
        self.relay = CameraRelay(request_keyframe=self._ask, clock_ns=lambda: self.now_ns)
        self._answered = 0

    def _ask(self) -> None:
        self.asked += 1

    def watch(self, sink: Sink, *, observer: bool = False) -> CameraViewer:
        return self.relay.subscribe(sink, observer=observer)

    def show(self, pictures: int = 1, *, obeys: bool = True) -> None:
        for _ in range(pictures):
            keyframe, self._answered = obeys and self.asked > self._answered, self.asked
            for packet in self.camera.picture(keyframe=keyframe):
                self.relay.film(packet)
            self.now_ns += FRAME_NS


def test_the_first_viewer_gets_a_key_frame_and_all_that_follows() -> None:
    room, sink = Room(), Sink()
    room.watch(sink)
    room.show(3)
    assert sink.numbers == list(range(9))
    assert sink.packets[0].keyframe
    assert (room.asked, sink.restarts) == (1, 1)


def test_who_joins_soon_after_a_key_frame_gets_it_again() -> None:
    room, early, late = Room(), Sink(), Sink()
    room.watch(early)
    room.show(3)
    room.watch(late)
    assert late.packets == early.packets
    room.show()
    assert late.packets == early.packets
    assert room.asked == 1


def test_who_joins_later_causes_one_key_frame_and_begins_there() -> None:
    room, early, late = Room(), Sink(), Sink()
    room.watch(early)
    room.show(30)
    room.watch(late)
    room.show(2)
    assert room.asked == 2
    assert late.packets == early.packets[90:]


def test_nobody_is_left_without_a_picture_when_many_join_at_once() -> None:
    """A rule that forgot a request because some key frame was recent left most without one."""
    room, sinks = Room(), [Sink() for _ in range(8)]
    for sink in sinks:
        room.watch(sink)
        room.show(5)
    room.show(20)
    assert all(sink.packets and sink.packets[0].keyframe for sink in sinks)


def test_a_pli_right_after_a_key_frame_is_served_within_the_window() -> None:
    room, sink = Room(), Sink()
    viewer = room.watch(sink)
    room.show()
    room.relay.keyframe_wanted(viewer)
    assert room.asked == 1
    room.show(round(WINDOW_NS / FRAME_NS) + 1)
    assert room.asked == 2


def test_a_key_frame_that_never_comes_is_asked_for_again() -> None:
    room = Room()
    room.watch(Sink())
    room.show(30, obeys=False)
    assert room.asked == 3  # at 0, 330 and 660 ms


def test_observers_cost_a_key_frame_seldom() -> None:
    room = Room()
    viewer = room.watch(Sink(), observer=True)
    for _ in range(60):
        room.relay.keyframe_wanted(viewer)
        room.show()
    assert room.asked == 1
    room.show(round(OBSERVER_WINDOW_NS / FRAME_NS) - 58)
    assert room.asked == 2


def test_without_viewers_nothing_is_asked_of_a_camera() -> None:
    room = Room()
    room.show(30)
    assert room.asked == 0


def test_another_camera_goes_on_without_a_restart() -> None:
    room, sink = Room(), Sink()
    room.watch(sink)
    room.show(2)
    room.relay.cut()
    room.camera = Camera(Codec.VP8, stream=9, sequence=3)
    room.show(2, obeys=False)
    assert len(sink.packets) == 6
    assert room.asked == 2
    room.now_ns += WINDOW_NS
    room.show(3)
    assert sink.numbers == list(range(12))
    assert sink.packets[6].keyframe
    assert sink.restarts == 1
    assert room.relay.codec is Codec.VP8


def test_who_lacks_the_cameras_codec_is_sent_nothing_until_another_camera_films() -> None:
    room, sink, other = Room(Camera(Codec.VP8)), Sink(codecs=(Codec.H264,)), Sink()
    room.watch(sink)
    room.watch(other)
    room.show(20)
    assert sink.packets == []
    assert room.asked == 1
    room.relay.cut()
    room.camera = Camera(stream=2)
    room.show(20)
    assert sink.packets[0].keyframe
    assert sink.packets == other.packets[60:]


def test_who_was_stopped_by_a_codec_starts_again_with_the_next_key_frame() -> None:
    room, sink = Room(), Sink(codecs=(Codec.H264,))
    room.watch(sink)
    room.show(2)
    room.relay.cut()
    room.camera = Camera(Codec.VP8, stream=2)
    room.watch(Sink())
    room.show(12)
    room.relay.cut()
    room.camera = Camera(stream=3)
    room.show(12)
    assert sink.restarts == 2
    assert sink.packets[6].keyframe


def test_a_viewer_who_left_is_sent_nothing() -> None:
    room, sink = Room(), Sink()
    viewer = room.watch(sink)
    room.show()
    room.relay.unsubscribe(viewer)
    room.relay.unsubscribe(viewer)
    room.show()
    assert len(sink.packets) == 3


@pytest.mark.parametrize("order", [(0, 2, 1), (1, 2, 0), (2, 1, 0)])
def test_packets_of_a_key_frame_in_any_order_are_sent_once_each(
    order: tuple[int, ...],
) -> None:
    room, sink = Room(), Sink()
    room.watch(sink)
    packets = room.camera.picture(keyframe=True)
    for place in order:
        room.relay.film(packets[place])
    assert sorted(sink.numbers) == [0, 1, 2]
