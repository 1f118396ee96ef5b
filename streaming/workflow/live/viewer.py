"""One participant's media: the peer, its place in the hub, and the anchor the client needs."""

from collections.abc import Callable

import structlog

from streaming.domain.frame import Codec
from streaming.relay.film import FilmPacket
from streaming.relay.hub import Hub, Viewer
from streaming.relay.lane import VoicePacket
from streaming.relay.packets import PacketisedFrame
from streaming.workflow.live.ports import Anchor, Peer, VideoSender

log = structlog.get_logger()


class AnchoredSink:
    """A hub's sink that reports the sender's anchor with the first frame and when it changes
    (the source's clock jumped)."""

    def __init__(self, sender: VideoSender, on_anchor: Callable[[Anchor], None]) -> None:
        self._sender = sender
        self._on_anchor = on_anchor
        self._told: Anchor | None = None

    @property
    def codec(self) -> Codec:
        return self._sender.codec

    def send(self, frame: PacketisedFrame) -> bool:
        sent = self._sender.send(frame)
        anchor = self._sender.anchor
        if anchor is not None and anchor != self._told:
            self._told = anchor
            self._on_anchor(anchor)
        return sent


class ViewerMedia:
    """Implements ``PeerEvents``. ``peer`` is set right after construction by who makes the peer,
    ``on_…`` by who forwards what this participant says and films, once it is connected."""

    peer: Peer
    on_voice: Callable[[VoicePacket], None] | None = None
    on_film: Callable[[FilmPacket], None] | None = None
    on_camera_keyframe_wanted: Callable[[], None] | None = None

    def __init__(
        self,
        hub: Hub,
        *,
        observer: bool,
        on_connected: Callable[["ViewerMedia"], None],
        on_anchor: Callable[["ViewerMedia", Anchor], None],
        on_closed: Callable[["ViewerMedia", str, str], None],
    ) -> None:
        self._hub = hub
        self._observer = observer
        self._on_connected = on_connected
        self._on_anchor = on_anchor
        self._on_closed = on_closed
        self._viewer: Viewer | None = None

    def connected(self, sender: VideoSender | None) -> None:
        log.info("viewer connected", peer=self.peer.id, codec=sender.codec.value if sender else "")
        if sender is not None:
            sink = AnchoredSink(sender, lambda anchor: self._on_anchor(self, anchor))
            self._viewer = self._hub.subscribe(sink, observer=self._observer)
        self._on_connected(self)

    def keyframe_wanted(self) -> None:
        if self._viewer is not None:
            self._hub.keyframe_wanted(self._viewer)

    def voice(self, packet: VoicePacket) -> None:
        if self.on_voice is not None:
            self.on_voice(packet)

    def film(self, packet: FilmPacket) -> None:
        if self.on_film is not None:
            self.on_film(packet)

    def camera_keyframe_wanted(self) -> None:
        if self.on_camera_keyframe_wanted is not None:
            self.on_camera_keyframe_wanted()

    def closed(self, code: str, detail: str) -> None:
        sent = dropped = 0
        if self._viewer is not None:
            sent, dropped = self._viewer.sent, self._viewer.dropped
            self._hub.unsubscribe(self._viewer)
            self._viewer = None
        log.info("viewer closed", peer=self.peer.id, code=code, sent=sent, dropped=dropped)
        self._on_closed(self, code, detail)
