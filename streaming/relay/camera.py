"""The room's probe camera to everybody who sees it, without decoding.

One camera at a time. A viewer begins with a key frame, a recent one where there is one, and from
then on gets every packet at once, in whatever order they come. A packet that found no room in a
viewer's socket is lost like any other: the viewer asks for it again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from streaming.domain.frame import Codec
from streaming.relay.film import FilmPacket
from streaming.relay.film_line import CameraPacket, FilmLine
from streaming.relay.keyframes import WINDOW_NS, KeyframeRequests


class CameraSink(Protocol):
    """Where one viewer's packets go; called with rising numbers except for repaired ones."""

    def takes(self, codec: Codec) -> bool: ...

    def restart(self) -> None:
        """What is sent next follows right behind what was sent last, whatever its number."""

    def send(self, packet: CameraPacket) -> None: ...


@dataclass(eq=False, slots=True)
class CameraViewer:
    """A subscription. ``first`` is the number it began with; None: it waits for a key frame."""

    sink: CameraSink
    observer: bool
    first: int | None = None


class CameraRelay:
    """Not thread-safe: everything happens on the node's event loop.

    ``request_keyframe`` reaches the camera that films now, if any does.
    """

    def __init__(
        self,
        *,
        request_keyframe: Callable[[], None],
        clock_ns: Callable[[], int],
        origin: int = 0,
    ) -> None:
        self._request_keyframe = request_keyframe
        self._clock_ns = clock_ns
        self._line = FilmLine(origin)
        self._codec: Codec | None = None
        self._viewers: list[CameraViewer] = []
        self._requests = KeyframeRequests()
        self.packets = self.keyframes_requested = 0

    @property
    def viewers(self) -> int:
        return len(self._viewers)

    @property
    def codec(self) -> Codec | None:
        """What the camera sends; None until its first key frame."""
        return self._codec

    def cut(self) -> None:
        """Another camera films from now on, or none. Viewers keep the last picture until then."""
        self._line.cut()
        self._codec = None
        self._requests = KeyframeRequests()

    def subscribe(self, sink: CameraSink, *, observer: bool) -> CameraViewer:
        viewer = CameraViewer(sink, observer)
        self._viewers.append(viewer)
        self._begin_in_the_past(viewer)
        if viewer.first is None:
            self._ask(observer=observer)
        return viewer

    def unsubscribe(self, viewer: CameraViewer) -> None:
        """Idempotent."""
        if viewer in self._viewers:
            self._viewers.remove(viewer)

    def keyframe_wanted(self, viewer: CameraViewer) -> None:
        """A PLI or FIR of this viewer."""
        self._ask(observer=viewer.observer)

    def film(self, packet: FilmPacket) -> None:
        now_ns = self._clock_ns()
        keyframe: int | None = None
        for numbered in self._line.take(packet, now_ns):
            if numbered.keyframe:
                keyframe = numbered.number
            self._forward(numbered)
        if keyframe is not None:
            self._requests.keyframe_arrived()
            self._begin_who_waits(keyframe)
        if packet.marker:
            self._ask_for_who_waits(now_ns)

    def _forward(self, packet: CameraPacket) -> None:
        self.packets += 1
        if packet.codec is not self._codec:
            self._codec = packet.codec
            self._stop_who_lacks(packet.codec)
        number = packet.number
        for viewer in self._viewers:
            if viewer.first is not None and number >= viewer.first:
                viewer.sink.send(packet)

    def _begin_who_waits(self, number: int) -> None:
        for viewer in self._viewers:
            if self._waits(viewer):
                self._begin(viewer, number)

    def _begin(self, viewer: CameraViewer, number: int) -> None:
        viewer.first = number
        viewer.sink.restart()
        for packet in self._line.since(number):
            viewer.sink.send(packet)

    def _begin_in_the_past(self, viewer: CameraViewer) -> None:
        number = self._line.keyframe_within(WINDOW_NS, self._clock_ns())
        if number is not None and self._waits(viewer):
            self._begin(viewer, number)

    def _stop_who_lacks(self, codec: Codec) -> None:
        for viewer in self._viewers:
            if not viewer.sink.takes(codec):
                viewer.first = None

    def _ask_for_who_waits(self, now_ns: int) -> None:
        """Once a picture: requests and what they bring may be lost on the way."""
        if self._requests.due(now_ns):
            self._send_request()
        waiting = [v for v in self._viewers if self._line.waiting or self._waits(v)]
        if waiting:
            self._ask(observer=all(viewer.observer for viewer in waiting))

    def _waits(self, viewer: CameraViewer) -> bool:
        return viewer.first is None and self._codec is not None and viewer.sink.takes(self._codec)

    def _ask(self, *, observer: bool) -> None:
        if self._requests.ask(self._clock_ns(), observer=observer):
            self._send_request()

    def _send_request(self) -> None:
        self.keyframes_requested += 1
        self._request_keyframe()
