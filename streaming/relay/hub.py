"""One source's encoded frames, packetised once and handed to every viewer.

Two producers feed a hub: the live encode and, while there is no picture, the slate. Sending is
synchronous and never waits: the only queue is the kernel's socket buffer, and a viewer for whom it
is full misses frames up to the next key frame, alone.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from streaming.domain.frame import Codec, EncodedFrame, Rung
from streaming.relay.keyframes import KeyframeRequests
from streaming.relay.packetiser import packetise
from streaming.relay.packets import PacketisedFrame

REPLAY_FRAMES = 12
"""Who joins within this many frames of a key frame may get those instead of a new one."""


class Sink(Protocol):
    """Where a viewer's frames go. ``send`` returns False when the socket would block."""

    @property
    def codec(self) -> Codec: ...

    def send(self, frame: PacketisedFrame) -> bool: ...


@dataclass(eq=False, slots=True)
class Viewer:
    """A subscription. ``dropped`` counts frames this viewer missed."""

    sink: Sink
    observer: bool
    needs_keyframe: bool = True
    sent: int = 0
    dropped: int = 0


@dataclass(slots=True)
class _Channel:
    """The viewers of one codec and what they were sent since the last key frame."""

    viewers: list[Viewer] = field(default_factory=list)
    recent: list[PacketisedFrame] = field(default_factory=list)
    requests: KeyframeRequests = field(default_factory=KeyframeRequests)
    first: int = 0
    broken: bool = False
    """What viewers hold isn't what the encoder's next frame builds on (a slate, another encoder):
    only a key frame of its own may come next. Decoders don't notice, they show a wrong picture."""


class Hub:
    """Not thread-safe: everything happens on the node's event loop.

    ``request_keyframe(codec)`` reaches the encoder; ``wanted(codec, bool)`` is called when a codec
    gets its first viewer and when it loses its last.
    """

    def __init__(
        self,
        *,
        request_keyframe: Callable[[Codec], None],
        wanted: Callable[[Codec, bool], None],
        clock_ns: Callable[[], int],
    ) -> None:
        self._request_keyframe = request_keyframe
        self._wanted = wanted
        self._clock_ns = clock_ns
        self._channels = {codec: _Channel() for codec in Codec}
        self._last_captured_ns = dict.fromkeys(Codec, 0)

    @property
    def viewers(self) -> int:
        return sum(len(channel.viewers) for channel in self._channels.values())

    @property
    def dropped(self) -> int:
        return sum(v.dropped for channel in self._channels.values() for v in channel.viewers)

    def subscribe(self, sink: Sink, *, observer: bool) -> Viewer:
        """The viewer's first frame leaves at once when there is one to replay, else very soon."""
        channel = self._channels[sink.codec]
        viewer = Viewer(sink, observer)
        channel.viewers.append(viewer)
        if len(channel.viewers) == 1:
            self._wanted(sink.codec, True)
        if not self._ask(sink.codec, observer=observer):
            self._replay(viewer, channel.recent)
        return viewer

    def unsubscribe(self, viewer: Viewer) -> None:
        """Idempotent."""
        channel = self._channels[viewer.sink.codec]
        if viewer not in channel.viewers:
            return
        channel.viewers.remove(viewer)
        if not channel.viewers:
            self._wanted(viewer.sink.codec, False)

    def keyframe_wanted(self, viewer: Viewer) -> None:
        """A PLI or FIR of this viewer. Frames go on meanwhile: a damaged picture beats none."""
        self._ask(viewer.sink.codec, observer=viewer.observer)

    def publish(self, frame: EncodedFrame) -> None:
        """Frames that aren't newer than the last are dropped: a replaced producer's leftovers."""
        if frame.captured_at_ns <= self._last_captured_ns[frame.codec]:
            return
        self._last_captured_ns[frame.codec] = frame.captured_at_ns
        channel = self._channels[frame.codec]
        if channel.requests.due(self._clock_ns()):
            self._request_keyframe(frame.codec)
        if channel.broken and not frame.keyframe:
            self._ask(frame.codec, observer=False)
            return
        channel.broken = frame.rung is Rung.SLATE
        packets = packetise(frame)
        self._remember(channel, packets)
        # A rotating start: nobody is always the last to be served.
        channel.first = (channel.first + 1) % max(1, len(channel.viewers))
        for viewer in channel.viewers[channel.first :] + channel.viewers[: channel.first]:
            self._deliver(viewer, packets)

    def interrupt(self) -> None:
        """The picture is away, its encoder perhaps too: what comes next starts with a key frame,
        which is asked for now so that an encoder that is still there begins with it."""
        for codec, channel in self._channels.items():
            channel.recent.clear()
            channel.broken = True
            if channel.viewers:
                self._ask(codec, observer=False)

    def _remember(self, channel: _Channel, packets: PacketisedFrame) -> None:
        if packets.keyframe:
            channel.requests.keyframe_arrived()
            channel.recent = [packets]
        elif channel.recent:
            channel.recent.append(packets)
            if len(channel.recent) > REPLAY_FRAMES:
                channel.recent.clear()

    def _deliver(self, viewer: Viewer, packets: PacketisedFrame) -> None:
        if viewer.needs_keyframe and not packets.keyframe:
            viewer.dropped += 1
            return
        if viewer.sink.send(packets):
            viewer.needs_keyframe = False
            viewer.sent += 1
            return
        viewer.dropped += 1
        viewer.needs_keyframe = True
        self._ask(viewer.sink.codec, observer=viewer.observer)

    def _replay(self, viewer: Viewer, frames: list[PacketisedFrame]) -> None:
        for packets in frames:
            self._deliver(viewer, packets)

    def _ask(self, codec: Codec, *, observer: bool) -> bool:
        granted = self._channels[codec].requests.ask(self._clock_ns(), observer=observer)
        if granted:
            self._request_keyframe(codec)
        return granted
