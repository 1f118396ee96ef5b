"""One source's encoded frames, packetised once and handed to every viewer.

Two producers feed a hub: the live encode and, while there is no picture, the slate. Sending is
synchronous and never waits: the only queue is the kernel's socket buffer, and a viewer for whom it
is full misses frames up to the next key frame, alone.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from streaming.domain.frame import Codec, EncodedFrame
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
        if channel.requests.ask(self._clock_ns(), observer=observer):
            self._request_keyframe(sink.codec)
        else:
            self._replay(channel, viewer)
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
        channel = self._channels[viewer.sink.codec]
        if channel.requests.ask(self._clock_ns(), observer=viewer.observer):
            self._request_keyframe(viewer.sink.codec)

    def publish(self, frame: EncodedFrame) -> None:
        """Frames that aren't newer than the last are dropped: a replaced producer's leftovers."""
        if frame.captured_at_ns <= self._last_captured_ns[frame.codec]:
            return
        self._last_captured_ns[frame.codec] = frame.captured_at_ns
        channel = self._channels[frame.codec]
        packets = packetise(frame)
        self._remember(channel, packets)
        # A rotating start: nobody is always the last to be served.
        channel.first = (channel.first + 1) % max(1, len(channel.viewers))
        for viewer in channel.viewers[channel.first :] + channel.viewers[: channel.first]:
            self._deliver(channel, viewer, packets)
        if channel.requests.due(self._clock_ns()):
            self._request_keyframe(frame.codec)

    def interrupt(self) -> None:
        """The encoder of the last frames is gone: what comes next must start with a key frame."""
        for channel in self._channels.values():
            channel.recent.clear()
            for viewer in channel.viewers:
                viewer.needs_keyframe = True

    def _remember(self, channel: _Channel, packets: PacketisedFrame) -> None:
        if packets.keyframe:
            channel.requests.keyframe_arrived()
            channel.recent = [packets]
        elif channel.recent:
            channel.recent.append(packets)
            if len(channel.recent) > REPLAY_FRAMES:
                channel.recent.clear()

    def _deliver(self, channel: _Channel, viewer: Viewer, packets: PacketisedFrame) -> None:
        if viewer.needs_keyframe and not packets.keyframe:
            viewer.dropped += 1
            return
        if viewer.sink.send(packets):
            viewer.needs_keyframe = False
            viewer.sent += 1
            return
        viewer.dropped += 1
        viewer.needs_keyframe = True
        if channel.requests.ask(self._clock_ns(), observer=viewer.observer):
            self._request_keyframe(viewer.sink.codec)

    def _replay(self, channel: _Channel, viewer: Viewer) -> None:
        for packets in channel.recent:
            self._deliver(channel, viewer, packets)
