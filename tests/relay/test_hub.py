from dataclasses import dataclass, field

import pytest

from streaming.domain.frame import Codec, EncodedFrame, Rung, Size
from streaming.relay.hub import REPLAY_FRAMES, Hub
from streaming.relay.packets import PacketisedFrame

FRAME_NS = 33_000_000


@dataclass
class Sink:
    codec: Codec = Codec.H264
    blocked: bool = False
    frames: list[PacketisedFrame] = field(default_factory=list)

    def send(self, frame: PacketisedFrame) -> bool:
        if not self.blocked:
            self.frames.append(frame)
        return not self.blocked

    @property
    def times(self) -> list[int]:
        return [frame.captured_at_ns // FRAME_NS for frame in self.frames]


@dataclass
class Room:
    """A hub with a clock that moves one frame interval per frame."""

    now_ns: int = FRAME_NS
    number: int = 0
    asked: list[Codec] = field(default_factory=list)
    wanted: list[tuple[Codec, bool]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.hub = Hub(
            request_keyframe=self.asked.append,
            wanted=lambda codec, on: self.wanted.append((codec, on)),
            clock_ns=lambda: self.now_ns,
        )

    def publish(
        self, *, keyframe: bool = False, codec: Codec = Codec.H264, slate: bool = False
    ) -> None:
        keyframe = keyframe or slate
        self.now_ns += FRAME_NS
        self.number += 1
        nal = b"\x00\x00\x00\x01" + (b"\x65" if keyframe else b"\x41") + b"picture"
        data = nal if codec is Codec.H264 else b"\x00vp8"
        rung = Rung.LIVE if codec is Codec.H264 else Rung.LIVE_VP8
        rung = Rung.SLATE if slate else rung
        self.hub.publish(
            EncodedFrame("s", rung, codec, Size(64, 64), self.number, self.now_ns, keyframe, data)
        )


@pytest.fixture
def room() -> Room:
    return Room()


def test_viewers_share_the_same_packets(room: Room) -> None:
    sinks = [Sink(), Sink()]
    for sink in sinks:
        room.hub.subscribe(sink, observer=False)
    room.publish(keyframe=True)
    assert sinks[0].frames[0] is sinks[1].frames[0]


def test_joining_asks_for_a_key_frame_and_starts_with_it(room: Room) -> None:
    sink = Sink()
    room.hub.subscribe(sink, observer=False)
    assert room.asked == [Codec.H264]
    room.publish()
    assert sink.frames == []
    room.publish(keyframe=True)
    room.publish()
    assert [frame.keyframe for frame in sink.frames] == [True, False]


def test_joining_right_after_a_key_frame_replays_instead_of_asking(room: Room) -> None:
    room.hub.subscribe(Sink(), observer=False)
    room.publish(keyframe=True)
    room.publish()
    late = Sink()
    room.hub.subscribe(late, observer=False)
    assert room.asked == [Codec.H264]
    assert [frame.keyframe for frame in late.frames] == [True, False]


def test_replay_is_bounded(room: Room) -> None:
    room.hub.subscribe(Sink(), observer=False)
    room.publish(keyframe=True)
    for _ in range(REPLAY_FRAMES):
        room.publish()
    late = Sink()
    room.hub.subscribe(late, observer=True)
    assert late.frames == []


def test_joiner_within_the_window_still_gets_a_key_frame(room: Room) -> None:
    """The request that was too soon is granted as soon as the window is over."""
    first, late = Sink(), Sink()
    room.hub.subscribe(first, observer=False)
    room.hub.subscribe(late, observer=False)
    for _ in range(10):
        room.publish()
    assert room.asked == [Codec.H264, Codec.H264]


def test_blocked_viewer_waits_for_a_key_frame_alone(room: Room) -> None:
    slow, quick = Sink(), Sink()
    slow_viewer = room.hub.subscribe(slow, observer=False)
    room.hub.subscribe(quick, observer=False)
    room.publish(keyframe=True)
    slow.blocked = True
    room.publish()
    slow.blocked = False
    room.publish()
    assert len(slow.frames) == 1
    assert len(quick.frames) == 3
    room.publish(keyframe=True)
    assert [frame.keyframe for frame in slow.frames] == [True, True]
    assert slow_viewer.dropped == 2


def test_frames_that_are_not_newer_are_dropped(room: Room) -> None:
    sink = Sink()
    room.hub.subscribe(sink, observer=False)
    room.publish(keyframe=True)
    room.now_ns -= 2 * FRAME_NS
    room.publish()
    assert len(sink.frames) == 1


def test_interrupt_means_nothing_but_a_key_frame_comes_next(room: Room) -> None:
    sink = Sink()
    room.hub.subscribe(sink, observer=False)
    room.publish(keyframe=True)
    room.hub.interrupt()
    room.publish()
    room.publish(keyframe=True)
    assert [frame.keyframe for frame in sink.frames] == [True, True]


def test_nothing_builds_on_a_slate(room: Room) -> None:
    """An encoder that went on meanwhile is asked for a key frame, and what it sends before is
    dropped: decoded against the slate it would be a wrong picture that looks live."""
    sink = Sink()
    room.hub.subscribe(sink, observer=False)
    room.publish(keyframe=True)
    room.now_ns += 1_000_000_000
    room.hub.interrupt()
    asked = len(room.asked)
    assert asked == 2
    room.publish(slate=True)
    room.now_ns += 1_000_000_000
    room.publish()
    assert len(room.asked) == asked + 1
    room.publish(keyframe=True)
    room.publish()
    assert [frame.keyframe for frame in sink.frames] == [True, True, True, False]


def test_joiner_during_a_slate_sees_it(room: Room) -> None:
    room.hub.subscribe(Sink(), observer=False)
    room.publish(slate=True)
    late = Sink()
    room.hub.subscribe(late, observer=False)
    assert len(late.frames) == 1


def test_interrupt_forgets_what_could_be_replayed(room: Room) -> None:
    room.hub.subscribe(Sink(), observer=False)
    room.publish(keyframe=True)
    room.hub.interrupt()
    late = Sink()
    room.hub.subscribe(late, observer=False)
    assert late.frames == []


def test_second_encode_runs_only_while_somebody_needs_it(room: Room) -> None:
    one, two = Sink(Codec.VP8), Sink(Codec.VP8)
    first = room.hub.subscribe(one, observer=True)
    second = room.hub.subscribe(two, observer=True)
    room.hub.unsubscribe(first)
    room.hub.unsubscribe(first)
    room.hub.unsubscribe(second)
    assert room.wanted == [(Codec.VP8, True), (Codec.VP8, False)]


def test_each_viewer_gets_its_codec(room: Room) -> None:
    h264, vp8 = Sink(), Sink(Codec.VP8)
    room.hub.subscribe(h264, observer=False)
    room.hub.subscribe(vp8, observer=False)
    room.publish(keyframe=True)
    room.publish(keyframe=True, codec=Codec.VP8)
    assert [frame.codec for frame in h264.frames] == [Codec.H264]
    assert [frame.codec for frame in vp8.frames] == [Codec.VP8]


def test_nobody_is_always_served_last(room: Room) -> None:
    order: list[int] = []

    @dataclass
    class Ordered:
        index: int
        codec: Codec = Codec.H264

        def send(self, frame: PacketisedFrame) -> bool:
            order.append(self.index)
            return True

    for index in range(3):
        room.hub.subscribe(Ordered(index), observer=False)
    for _ in range(3):
        room.publish(keyframe=True)
    assert {order[2], order[5], order[8]} == {0, 1, 2}


def test_viewer_of_a_damaged_picture_gets_a_key_frame(room: Room) -> None:
    viewer = room.hub.subscribe(Sink(), observer=False)
    room.publish(keyframe=True)
    room.now_ns += 1_000_000_000
    room.hub.keyframe_wanted(viewer)
    assert room.asked == [Codec.H264, Codec.H264]
