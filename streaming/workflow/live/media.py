"""The media of a room's members and of strangers' players: offered, answered, dropped."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from streaming.domain.errors import LimitReached, SonopairError
from streaming.domain.session import Role
from streaming.protocol import messages as wire
from streaming.relay.hub import Hub
from streaming.workflow.live.people import Member, People
from streaming.workflow.live.ports import PLAN_OF_ROLE, WATCHING, Anchor, PeerFactory, PeerPlan
from streaming.workflow.live.viewer import ViewerMedia

MAX_PLAYERS = 64
"""WHEP players, which have no seat."""


@dataclass(frozen=True, slots=True)
class _Player:
    media: ViewerMedia
    started_at_ns: int


@dataclass(frozen=True, slots=True)
class MediaEvents:
    """What the room does about a member's media."""

    connected: Callable[[Member], None]
    disconnected: Callable[[Member], None]
    """Called whether it broke or was dropped; a dropped one's member isn't told."""
    players_changed: Callable[[], None]


class RoomMedia:
    def __init__(
        self,
        hub: Hub,
        *,
        people: People,
        peers: PeerFactory,
        events: MediaEvents,
        clock_ns: Callable[[], int],
    ) -> None:
        self._hub = hub
        self._people = people
        self._peers = peers
        self._events = events
        self._clock_ns = clock_ns
        self._players: dict[str, _Player] = {}
        self._watching: set[str] = set()
        self._watched = 0

    @property
    def players(self) -> int:
        """Strangers' players that get the picture now."""
        return len(self._watching)

    @property
    def players_so_far(self) -> int:
        """Those that got it since ``count_players_anew``."""
        return self._watched

    def count_players_anew(self) -> None:
        self._watched = len(self._watching)

    async def offer(self, member: Member) -> None:
        """A new peer connection in place of an older one."""
        self.drop(member)
        media = member.media = self._make(
            PLAN_OF_ROLE[member.seat.role], observer=member.seat.role is Role.OBSERVER
        )
        sdp = await media.peer.create_offer()
        member.tell(wire.MediaOffer(peer=media.peer.id, sdp=sdp))

    async def answer(self, member: Member, message: wire.MediaAnswer) -> None:
        media = member.media
        if media is None or media.peer.id != message.peer:
            raise SonopairError("media.stale", "That offer was replaced by a newer one.")
        await media.peer.accept_answer(message.sdp)

    def drop(self, member: Member) -> None:
        media, member.media = member.media, None
        if media is not None:
            media.peer.close()
            self._events.disconnected(member)

    async def play(self, sdp: str) -> tuple[str, str]:
        """A stranger's player: (resource id, SDP answer)."""
        if len(self._players) >= MAX_PLAYERS:
            raise LimitReached("room.players_full", "Too many players watch this room.")
        media = self._make(WATCHING, observer=True)
        self._players[media.peer.id] = _Player(media, self._clock_ns())
        return media.peer.id, await media.peer.answer_offer(sdp)

    def end_player(self, resource_id: str) -> bool:
        player = self._players.get(resource_id)
        if player is None:
            return False
        player.media.peer.close()
        return True

    def end_players(self, *, older_than_s: float = 0) -> int:
        latest_ns = self._clock_ns() - round(older_than_s * 1e9)
        ended = [p for p in self._players.values() if p.started_at_ns <= latest_ns]
        for player in ended:
            player.media.peer.close()
        return len(ended)

    def close(self) -> None:
        for media in tuple(self._all()):
            media.peer.close()

    def _all(self) -> Iterator[ViewerMedia]:
        yield from (m.media for m in self._people if m.media is not None)
        yield from (player.media for player in self._players.values())

    def _make(self, plan: PeerPlan, *, observer: bool) -> ViewerMedia:
        media = ViewerMedia(
            self._hub,
            observer=observer,
            on_connected=self._connected,
            on_anchor=self._anchored,
            on_closed=self._closed,
        )
        media.peer = self._peers.create_peer(media, plan)
        return media

    def _connected(self, media: ViewerMedia) -> None:
        member = self._people.of_media(media)
        if member is not None:
            self._events.connected(member)
        elif media.peer.id in self._players:
            self._watching.add(media.peer.id)
            self._watched += 1
            self._events.players_changed()

    def _anchored(self, media: ViewerMedia, anchor: Anchor) -> None:
        member = self._people.of_media(media)
        if member is not None:
            member.tell(
                wire.MediaAnchor(
                    peer=media.peer.id,
                    ssrc=anchor.ssrc,
                    rtp_timestamp=anchor.rtp_timestamp,
                    captured_at_ns=anchor.captured_at_ns,
                )
            )

    def _closed(self, media: ViewerMedia, code: str, detail: str) -> None:
        if self._players.pop(media.peer.id, None) is not None:
            self._watching.discard(media.peer.id)
            self._events.players_changed()
        member = self._people.of_media(media)
        if member is None:
            return
        member.media = None
        member.tell(wire.MediaFailed(peer=media.peer.id, code=code, message=detail, retry=True))
        self._events.disconnected(member)
