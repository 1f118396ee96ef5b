"""A consult room: who is in it, what they see of one source, and the session's state.

Everything runs on the node's event loop. A room has no tasks of its own; its methods are
called by signaling (``LiveRoomPort``), by the feed (``FeedEvents``) and by peers.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog

from streaming.domain.errors import (
    BadInput,
    LimitReached,
    NotAllowed,
    SonopairError,
    Unavailable,
)
from streaming.domain.frame import AudioFrame, Codec, EncodedFrame, Rung
from streaming.domain.session import Role, Seat, SessionEvent, SessionState, transition
from streaming.protocol import messages as wire
from streaming.protocol.worker_link import Alarm, Health, ProfileConfirmed
from streaming.relay.hub import Hub
from streaming.workflow.live.ports import (
    Anchor,
    AuditSink,
    Client,
    ConfirmationSink,
    Feed,
    PeerFactory,
)
from streaming.workflow.live.source import SourceReport, is_slow
from streaming.workflow.live.viewer import ViewerMedia

MAX_PARTICIPANTS = 64
MAX_PLAYERS = 64
"""WHEP players, which have no seat."""

SLOW_RECORD_NS = 10_000_000_000

RUNG_OF_CODEC = {Codec.H264: Rung.LIVE, Codec.VP8: Rung.LIVE_VP8}

log = structlog.get_logger()


@dataclass(eq=False, slots=True)
class _Participant:
    seat: Seat
    client: Client | None = None
    media: ViewerMedia | None = None
    report: wire.MediaReport | None = None
    slow: bool = False
    told_slow_ns: int = -SLOW_RECORD_NS


@dataclass(frozen=True, slots=True)
class _Player:
    media: ViewerMedia
    started_at_ns: int


class LiveRoom:
    """Implements ``LiveRoomPort`` and ``FeedEvents``. ``bind`` the feed before ``run``."""

    def __init__(
        self,
        name: str,
        *,
        source_id: str,
        server: str,
        peers: PeerFactory,
        audit: AuditSink,
        confirmations: ConfirmationSink,
        clock_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._name = name
        self._source_id = source_id
        self._server = server
        self._peers = peers
        self._audit = audit
        self._confirmations = confirmations
        self._clock_ns = clock_ns
        self._feed: Feed | None = None
        self._state = SessionState.WAITING
        self._source = SourceReport()
        self._told: wire.SourceState | None = None
        self._participants: dict[str, _Participant] = {}
        self._players: dict[str, _Player] = {}
        self._hub = Hub(
            request_keyframe=self._request_keyframe, wanted=self._codec_wanted, clock_ns=clock_ns
        )

    @property
    def name(self) -> str:
        return self._name

    def bind(self, feed: Feed) -> None:
        self._feed = feed

    async def run(self) -> None:
        """Until cancelled; every peer is closed then."""
        try:
            await asyncio.Event().wait()
        finally:
            for media in self._all_media():
                media.peer.close()

    # ---- LiveRoomPort ------------------------------------------------------------------------

    def attach(self, seat: Seat, client: Client) -> None:
        participant = self._participants.get(seat.id)
        if participant is None:
            if len(self._participants) >= MAX_PARTICIPANTS:
                raise LimitReached("room.full", "This room is full.", fix="ask somebody to leave")
            participant = self._participants[seat.id] = _Participant(seat)
        if participant.client is not None:
            participant.client.send(wire.Replaced())
            participant.client.close("seat.replaced")
            self._drop_media(participant)
        participant.client = client
        client.send(
            wire.Welcome(participant=seat.id, role=seat.role, room=self._name, server=self._server)
        )
        self._audit.record("seat.joined", seat=seat.id, role=seat.role.value, room=self._name)
        self._tell_session()
        client.send(self._source.state())

    def detach(self, seat_id: str, client: Client) -> None:
        """Media goes on for a while: a socket may break where the picture doesn't."""
        participant = self._participants.get(seat_id)
        if participant is None or participant.client is not client:
            return
        participant.client = None
        self._audit.record("seat.left", seat=seat_id, room=self._name)
        self._forget_if_gone(participant)
        self._tell_session()

    @property
    def seat_ids(self) -> frozenset[str]:
        return frozenset(self._participants)

    def remove(self, seat_id: str) -> None:
        """A revoked seat: socket and media end now."""
        participant = self._participants.pop(seat_id, None)
        if participant is None:
            return
        self._drop_media(participant)
        if participant.client is not None:
            participant.client.close("seat.revoked")
        self._tell_session()

    async def handle(self, seat_id: str, message: wire.ClientMessage) -> None:
        participant = self._participants.get(seat_id)
        if participant is None or participant.client is None:
            raise NotAllowed("seat.unknown", "This seat isn't in the room.")
        match message:
            case wire.ClockPing(client_ms=client_ms):
                pong = wire.ClockPong(client_ms=client_ms, server_ns=self._clock_ns())
                participant.client.send(pong)
            case wire.MediaReport():
                self._report(participant, message)
            case wire.MediaWant():
                await self._offer(participant, participant.client)
            case wire.MediaAnswer():
                await self._answer(participant, message)
            case wire.SetupOpen():
                self._require_feed().open_setup()
            case wire.SessionEnd():
                self._end(seat_id)
            case wire.SessionRestart():
                self._restart(seat_id)
            case wire.Hello():
                raise BadInput("hello.again", "This socket has said hello already.")

    async def whep_offer(self, sdp: str) -> tuple[str, str]:
        if len(self._players) >= MAX_PLAYERS:
            raise LimitReached("room.players_full", "Too many players watch this room.")
        self._require_open()
        media = self._make_media(observer=True)
        self._players[media.peer.id] = _Player(media, self._clock_ns())
        answer = await media.peer.answer_offer(sdp)
        return media.peer.id, answer

    async def whep_end(self, resource_id: str) -> bool:
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

    def figures(self) -> Mapping[str, float]:
        reports = [p.report for p in self._participants.values() if p.report and p.client]
        behind_ms = [r.behind_ms for r in reports if r.behind_ms is not None]
        return {
            "viewers": self._hub.viewers,
            "participants": sum(p.client is not None for p in self._participants.values()),
            "frames_dropped": self._hub.dropped,
            "behind_ms_max": max(behind_ms, default=0.0),
            "slow_pictures": sum(is_slow(report) for report in reports),
            **self._source.figures(),
        }

    # ---- FeedEvents --------------------------------------------------------------------------

    def frame(self, frame: EncodedFrame) -> None:
        if frame.rung is Rung.ARCHIVE or self._state is SessionState.ENDED:
            return
        self._hub.publish(frame)
        if frame.rung is Rung.LIVE and self._source.on_picture():
            self._step(SessionEvent.PICTURE)
            self._tell_source()

    def audio(self, frame: AudioFrame) -> None:
        """Nobody is offered the scanner's sound, so none was asked for."""

    def health(self, health: Health) -> None:
        before = self._source.state()
        self._source.on_health(health)
        after = self._source.state()
        if (before.mask, before.mask_code) != (after.mask, after.mask_code):
            self._audit.record(
                "mask.changed", source=self._source_id, mask=after.mask, code=after.mask_code
            )
        self._tell_source()

    def no_signal(self, since_ns: int, code: str, detail: str) -> None:
        self._source.on_no_signal(since_ns, code, detail)
        self._hub.interrupt()
        self._step(SessionEvent.NO_PICTURE)
        self._audit.record("source.no_signal", source=self._source_id, code=code)
        self._tell_source()

    def alarm(self, alarm: Alarm) -> None:
        self._audit.record("worker.alarm", source=self._source_id, code=alarm.code)

    def profile_confirmed(self, message: ProfileConfirmed) -> None:
        self._audit.record("profile.confirmed", source=self._source_id, sha256=message.sha256)
        self._confirmations.confirmed(self._source_id, toml=message.toml, sha256=message.sha256)

    def setup_ready(self, url: str) -> None:
        for participant in self._participants.values():
            if participant.seat.role is Role.OPERATOR and participant.client is not None:
                participant.client.send(wire.SetupReady(url=url))

    def _report(self, participant: _Participant, report: wire.MediaReport) -> None:
        """A viewer who is warned not to judge motion is on record, and so is the warning's end;
        not more often than the audit trail can bear."""
        participant.report = report
        slow, now_ns = is_slow(report), self._clock_ns()
        if slow == participant.slow or now_ns - participant.told_slow_ns < SLOW_RECORD_NS:
            return
        participant.slow, participant.told_slow_ns = slow, now_ns
        self._audit.record(
            "picture.slow" if slow else "picture.steady",
            seat=participant.seat.id,
            fps=round(report.fps),
            gap_ms=round(report.largest_gap_ms),
        )

    # ---- media -------------------------------------------------------------------------------

    async def _offer(self, participant: _Participant, client: Client) -> None:
        self._require_open()
        self._drop_media(participant)
        media = self._make_media(observer=participant.seat.role is Role.OBSERVER)
        participant.media = media
        sdp = await media.peer.create_offer()
        client.send(wire.MediaOffer(peer=media.peer.id, sdp=sdp))

    async def _answer(self, participant: _Participant, message: wire.MediaAnswer) -> None:
        media = participant.media
        if media is None or media.peer.id != message.peer:
            raise SonopairError("media.stale", "That offer was replaced by a newer one.")
        await media.peer.accept_answer(message.sdp)

    def _make_media(self, *, observer: bool) -> ViewerMedia:
        media = ViewerMedia(
            self._hub, observer=observer, on_anchor=self._on_anchor, on_closed=self._on_closed
        )
        media.peer = self._peers.create_peer(media)
        return media

    def _on_anchor(self, media: ViewerMedia, anchor: Anchor) -> None:
        participant = self._participant_of(media)
        if participant is not None and participant.client is not None:
            participant.client.send(
                wire.MediaAnchor(
                    peer=media.peer.id,
                    ssrc=anchor.ssrc,
                    rtp_timestamp=anchor.rtp_timestamp,
                    captured_at_ns=anchor.captured_at_ns,
                )
            )

    def _on_closed(self, media: ViewerMedia, code: str, detail: str) -> None:
        self._players.pop(media.peer.id, None)
        participant = self._participant_of(media)
        if participant is None:
            return
        participant.media = None
        if participant.client is not None:
            participant.client.send(
                wire.MediaFailed(peer=media.peer.id, code=code, message=detail, retry=True)
            )
        self._forget_if_gone(participant)

    def _participant_of(self, media: ViewerMedia) -> _Participant | None:
        return next((p for p in self._participants.values() if p.media is media), None)

    def _drop_media(self, participant: _Participant) -> None:
        media, participant.media = participant.media, None
        if media is not None:
            media.peer.close()

    def _all_media(self) -> list[ViewerMedia]:
        seated = [p.media for p in self._participants.values() if p.media is not None]
        return seated + [player.media for player in self._players.values()]

    # ---- session -----------------------------------------------------------------------------

    def _end(self, seat_id: str) -> None:
        self._step(SessionEvent.END)
        self._audit.record("session.ended", seat=seat_id, room=self._name)
        for participant in list(self._participants.values()):
            self._drop_media(participant)
            self._forget_if_gone(participant)
        self.end_players()

    def _restart(self, seat_id: str) -> None:
        self._step(SessionEvent.RESTART)
        self._audit.record("session.restarted", seat=seat_id, room=self._name)
        self._hub.interrupt()
        self._source.await_picture()

    def _step(self, event: SessionEvent) -> None:
        state = transition(self._state, event)
        if state is not self._state:
            log.info("session", room=self._name, state=state.value)
            self._state = state
            self._tell_session()

    def _tell_session(self) -> None:
        people = [
            wire.Participant(
                id=p.seat.id, role=p.seat.role, name=p.seat.name, present=p.client is not None
            )
            for p in self._participants.values()
        ]
        self._broadcast(wire.SessionState(state=self._state.value, participants=people))

    def _tell_source(self) -> None:
        state = self._source.state()
        if self._told is None or not _same_to_a_person(self._told, state):
            self._told = state
            self._broadcast(state)

    def _broadcast(self, message: wire.ServerMessage) -> None:
        for participant in self._participants.values():
            if participant.client is not None:
                participant.client.send(message)

    def _forget_if_gone(self, participant: _Participant) -> None:
        if participant.client is None and participant.media is None:
            self._participants.pop(participant.seat.id, None)

    # ---- encoder -----------------------------------------------------------------------------

    def _request_keyframe(self, codec: Codec) -> None:
        self._require_feed().request_idr(RUNG_OF_CODEC[codec])

    def _codec_wanted(self, codec: Codec, wanted: bool) -> None:
        if codec is not Codec.H264:  # the H.264 live encode always runs
            self._require_feed().set_rung(RUNG_OF_CODEC[codec], on=wanted)

    def _require_feed(self) -> Feed:
        if self._feed is None:
            raise Unavailable("room.no_source", "This room has no source.")
        return self._feed

    def _require_open(self) -> None:
        if self._state is SessionState.ENDED:
            raise SonopairError("session.ended", "The session has ended.")


def _same_to_a_person(one: wire.SourceState, other: wire.SourceState) -> bool:
    """Equal but for the measured bitrate, and a frame rate that moved by less than three."""
    measured = {"fps": one.fps, "bitrate_bps": one.bitrate_bps}
    return abs(one.fps - other.fps) < 3 and one == other.model_copy(update=measured)
