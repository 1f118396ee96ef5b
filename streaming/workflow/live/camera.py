"""Whose camera shows the probe hand: the newest that films, sent to all others, kept by nobody."""

import secrets
import time
from collections.abc import Callable, Mapping
from functools import partial

from streaming.domain.frame import Codec
from streaming.domain.session import Role
from streaming.protocol import messages as wire
from streaming.protocol.wire import Message
from streaming.relay.camera import CameraRelay, CameraViewer
from streaming.relay.film import FilmPacket
from streaming.workflow.live.desk import Desk
from streaming.workflow.live.folded_record import FoldedRecord
from streaming.workflow.live.people import Member, People
from streaming.workflow.live.ports import AuditSink


class CameraDesk(Desk):
    """When the camera in use stops or its connection breaks, the one that began before it and
    still films is the room's again; so is the broken one once it is back."""

    handles = frozenset({wire.CameraState})

    def __init__(
        self,
        room: str,
        *,
        people: People,
        audit: AuditSink,
        clock_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._room = room
        self._people = people
        self._on_record = FoldedRecord(audit)
        self._filming: list[Member] = []
        self._connected: set[Member] = set()
        self._viewers: dict[Member, CameraViewer] = {}
        self._camera: Member | None = None
        self._told_codec: Codec | None = None
        self._relay = CameraRelay(
            request_keyframe=self._request_keyframe,
            clock_ns=clock_ns,
            origin=secrets.randbits(32),
        )

    def entered(self, member: Member) -> None:
        """A page that was loaded anew films only when it says so."""
        if member.media is None:
            self._stop(member)
        member.tell(self._now())

    def gone(self, member: Member) -> None:
        self._lose(member)
        self._stop(member)

    def connected(self, member: Member) -> None:
        media = member.media
        if media is None:
            return
        media.on_film = partial(self._film, member)
        media.on_camera_keyframe_wanted = partial(self._keyframe_wanted, member)
        self._connected.add(member)
        self._choose()
        self._show(member)

    def disconnected(self, member: Member) -> None:
        self._lose(member)
        self._choose()

    async def handle(self, member: Member, message: Message) -> None:
        if not isinstance(message, wire.CameraState):
            return
        if message.on:
            self._filming = [*(other for other in self._filming if other is not member), member]
            self._choose()
        else:
            self._stop(member)

    def figures(self) -> Mapping[str, float]:
        return {
            "camera_on": float(self._camera is not None),
            "camera_viewers": float(self._relay.viewers),
            "camera_packets": float(self._relay.packets),
            "camera_keyframes_requested": float(self._relay.keyframes_requested),
        }

    async def close(self) -> None:
        self._on_record.close()

    def _stop(self, member: Member) -> None:
        if member in self._filming:
            self._filming.remove(member)
            self._choose()

    def _lose(self, member: Member) -> None:
        self._connected.discard(member)
        self._hide(member)

    def _show(self, member: Member) -> None:
        """To all but who films: that picture is on their screen already."""
        sink = member.media.peer.camera if member.media is not None else None
        if sink is None or member is self._camera or member in self._viewers:
            return
        observer = member.seat.role is Role.OBSERVER
        self._viewers[member] = self._relay.subscribe(sink, observer=observer)
        if self._told_codec is not None:
            self._tell_if_it_lacks(member, self._told_codec)

    def _hide(self, member: Member) -> None:
        viewer = self._viewers.pop(member, None)
        if viewer is not None:
            self._relay.unsubscribe(viewer)

    def _choose(self) -> None:
        connected = (member for member in reversed(self._filming) if member in self._connected)
        chosen = next(connected, None)
        if chosen is self._camera:
            return
        before, self._camera, self._told_codec = self._camera, chosen, None
        self._relay.cut()
        if chosen is not None:
            self._hide(chosen)
        if before in self._connected:
            self._show(before)
        seat = self._now().participant
        self._on_record.record("camera", "camera.now", seat=seat, room=self._room)
        self._people.tell(self._now())

    def _now(self) -> wire.CameraNow:
        return wire.CameraNow(participant=self._camera.seat.id if self._camera else "")

    def _film(self, member: Member, packet: FilmPacket) -> None:
        if member is not self._camera:
            return
        self._relay.film(packet)
        codec = self._relay.codec
        if codec is not None and codec is not self._told_codec:
            self._told_codec = codec
            for viewer in self._viewers:
                self._tell_if_it_lacks(viewer, codec)

    def _tell_if_it_lacks(self, member: Member, codec: Codec) -> None:
        if not self._viewers[member].sink.takes(codec):
            member.tell(
                wire.Error(
                    code="camera.codec",
                    message="Your browser can't show this camera's video.",
                    fix="use another browser, or film with another device",
                )
            )

    def _keyframe_wanted(self, member: Member) -> None:
        viewer = self._viewers.get(member)
        if viewer is not None:
            self._relay.keyframe_wanted(viewer)

    def _request_keyframe(self) -> None:
        if self._camera is not None and self._camera.media is not None:
            self._camera.media.peer.request_film_keyframe()
