"""A consult room: who is in it, what they see of one source, and the session's state.

Everything runs on the node's event loop. A room has no tasks of its own; its methods are
called by signaling (``LiveRoomPort``), by the feed (``FeedEvents``) and by peers.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

import structlog

from streaming.domain.errors import BadInput, NotAllowed, SonopairError, Unavailable
from streaming.domain.frame import AudioFrame, Codec, EncodedFrame, Rung
from streaming.domain.session import Role, Seat, SessionEvent, SessionState, transition
from streaming.protocol import messages as wire
from streaming.protocol.wire import Message
from streaming.protocol.worker_link import Alarm, Health, ProfileConfirmed
from streaming.relay.hub import Hub
from streaming.workflow.live.attendance import Attendance
from streaming.workflow.live.desk import Desk
from streaming.workflow.live.folded_record import FoldedRecord
from streaming.workflow.live.media import MediaEvents, RoomMedia
from streaming.workflow.live.people import Member, People
from streaming.workflow.live.ports import (
    AuditSink,
    Client,
    ConfirmationSink,
    Feed,
    PeerFactory,
)
from streaming.workflow.live.reports import record_report
from streaming.workflow.live.roster import Roster
from streaming.workflow.live.source import SourceReport, is_slow, same_to_a_person
from streaming.workflow.live.summary import summary

RUNG_OF_CODEC = {Codec.H264: Rung.LIVE, Codec.VP8: Rung.LIVE_VP8}

log = structlog.get_logger()


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
        self.people = People(changed=self._changed)
        self._desks: list[Desk] = []
        self._desk_of: dict[type[Message], Desk] = {}
        self._attendance = Attendance(clock_ns())
        self._comings = FoldedRecord(audit)
        self._frames = 0
        self._hub = Hub(
            request_keyframe=self._request_keyframe, wanted=self._codec_wanted, clock_ns=clock_ns
        )
        self._media = RoomMedia(
            self._hub,
            people=self.people,
            peers=peers,
            events=MediaEvents(self._connected, self._disconnected, self._changed),
            clock_ns=clock_ns,
        )
        self._roster = Roster(
            self.people,
            session=lambda: self._state,
            players=lambda: self._media.players,
            clock_ns=clock_ns,
        )

    @property
    def name(self) -> str:
        return self._name

    def add(self, desk: Desk) -> None:
        """Before ``bind``.

        Raises:
            ValueError: another desk handles one of its message types: a mistake of the caller.
        """
        if taken := desk.handles & self._desk_of.keys():
            raise ValueError(f"handled twice: {sorted(kind.__name__ for kind in taken)}")
        self._desks.append(desk)
        self._desk_of |= dict.fromkeys(desk.handles, desk)

    def bind(self, feed: Feed) -> None:
        self._feed = feed
        for desk in self._desks:
            desk.bind(feed)

    async def run(self) -> None:
        """Until cancelled; every peer is closed then."""
        try:
            await asyncio.Event().wait()
        finally:
            self._media.close()
            self._roster.close()
            self._comings.close()
            for desk in self._desks:
                await desk.close()

    # ---- LiveRoomPort ------------------------------------------------------------------------

    def attach(self, seat: Seat, client: Client) -> None:
        member = self.people.admit(seat)
        if member.client is not None:
            member.tell(wire.Replaced())
            member.client.close("seat.replaced")
            self._media.drop(member)
        member.client = client
        # It may have been let in since the last time, or, in here, since its ticket was issued.
        member.seat = replace(seat, admitted=seat.admitted or member.seat.admitted)
        member.microphone = member.hand = False
        facts = {"seat": seat.id, "role": seat.role.value, "room": self._name}
        self._comings.record(seat.id, "seat.joined", **facts)
        self._welcome(member)

    def admitted(self, seat_id: str) -> None:
        """Whoever waited in the lobby is let in: welcomed anew, and told everything."""
        member = self.people.get(seat_id)
        if member is not None and not member.seat.admitted:
            member.seat = replace(member.seat, admitted=True)
            if member.client is not None:
                self._welcome(member)

    def shown_to_lobby(self, seat_id: str) -> None:
        """Whoever is inside waits again: greeted as one who just came, and shown nothing."""
        member = self.people.get(seat_id)
        if member is None or not member.seat.admitted:
            return
        self._media.drop(member)
        self._left(member)
        member.seat = replace(member.seat, admitted=False)
        if member.client is not None:
            self._welcome(member)

    def detach(self, seat_id: str, client: Client) -> None:
        """Media goes on for a while: a socket may break where the picture doesn't."""
        member = self.people.get(seat_id)
        if member is None or member.client is not client:
            return
        member.client = None
        self._left(member)
        self._forget_if_gone(member)
        self._changed()

    @property
    def seat_ids(self) -> frozenset[str]:
        return self.people.ids

    def remove(self, seat_id: str) -> None:
        """A revoked seat: socket and media end now."""
        member = self.people.forget(seat_id)
        if member is None:
            return
        self._media.drop(member)
        client, member.client = member.client, None
        if client is not None:
            client.close("seat.revoked")
            self._left(member)
        for desk in self._desks:
            desk.gone(member)
        self._changed()

    async def handle(self, seat_id: str, message: wire.ClientMessage) -> None:
        member = self.people.here(seat_id)
        if member.client is None:
            raise NotAllowed("seat.unknown", "This seat isn't in the room.")
        if isinstance(message, wire.ClockPing):
            member.tell(wire.ClockPong(client_ms=message.client_ms, server_ns=self._clock_ns()))
            return
        if not member.seat.admitted:
            raise NotAllowed("lobby.waiting", "Nobody has let you in yet.", fix="wait a moment")
        if (desk := self._desk_of.get(type(message))) is not None:
            await desk.handle(member, message)
            return
        await self._handle_own(member, message)

    async def _handle_own(self, member: Member, message: wire.ClientMessage) -> None:
        match message:
            case wire.MediaReport():
                record_report(member, message, audit=self._audit, now_ns=self._clock_ns())
            case wire.MediaWant():
                self._require_open()
                await self._media.offer(member)
            case wire.MediaAnswer():
                await self._media.answer(member, message)
            case wire.SetupOpen():
                self._require_feed().open_setup()
                self._audit.record("setup.opened", seat=member.seat.id, room=self._name)
            case wire.SessionEnd():
                await self._end(member.seat.id)
            case wire.SessionRestart():
                self._restart(member.seat.id)
            case _:
                raise BadInput("message.unexpected", f"This room takes no {message.type}.")

    async def whep_offer(self, sdp: str) -> tuple[str, str]:
        self._require_open()
        return await self._media.play(sdp)

    async def whep_end(self, resource_id: str) -> bool:
        return self._media.end_player(resource_id)

    def end_players(self, *, older_than_s: float = 0) -> int:
        return self._media.end_players(older_than_s=older_than_s)

    def figures(self) -> Mapping[str, float]:
        present = [member for member in self.people if member.present]
        reports = [member.report for member in present if member.report]
        behind_ms = [r.behind_ms for r in reports if r.behind_ms is not None]
        figures = {
            "viewers": float(self._hub.viewers),
            "participants": float(len(present)),
            "frames_dropped": float(self._hub.dropped),
            "behind_ms_max": max(behind_ms, default=0.0),
            "slow_pictures": float(sum(is_slow(report) for report in reports)),
            **self._source.figures(),
        }
        for desk in self._desks:
            figures |= desk.figures()
        return figures

    # ---- FeedEvents --------------------------------------------------------------------------

    def frame(self, frame: EncodedFrame) -> None:
        if frame.rung is Rung.ARCHIVE or self._state is SessionState.ENDED:
            return
        self._frames += 1
        self._hub.publish(frame)
        if frame.rung is Rung.LIVE and self._source.on_picture():
            self._step(SessionEvent.PICTURE)
            self._tell_source()

    def audio(self, frame: AudioFrame) -> None:
        for desk in self._desks:
            desk.audio(frame)

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
        for operator in self.people.inside(Role.OPERATOR):
            operator.tell(wire.SetupReady(url=url))

    # ---- session -----------------------------------------------------------------------------

    async def _end(self, seat_id: str) -> None:
        self._step(SessionEvent.END)
        self._audit.record("session.ended", seat=seat_id, room=self._name)
        self._summarise()
        for member in self.people:
            self._media.drop(member)
            self._forget_if_gone(member)
        self.end_players()
        for desk in self._desks:
            await desk.ended()

    def _restart(self, seat_id: str) -> None:
        self._step(SessionEvent.RESTART)
        self._audit.record("session.restarted", seat=seat_id, room=self._name)
        self._frames = 0
        self._attendance = Attendance(self._clock_ns())
        self._media.count_players_anew()
        for member in self.people.inside():
            self._attendance.came(member.seat, self._clock_ns())
        self._hub.interrupt()
        self._source.await_picture()

    def _step(self, event: SessionEvent) -> None:
        state = transition(self._state, event)
        if state is not self._state:
            log.info("session", room=self._name, state=state.value)
            self._state = state
            self._roster.tell()
            for desk in self._desks:
                desk.session_is(state)

    def _changed(self) -> None:
        self._roster.changed()

    def _tell_source(self) -> None:
        state = self._source.state()
        if self._told is None or not same_to_a_person(self._told, state):
            self._told = state
            self.people.tell(state)

    # ---- coming and going --------------------------------------------------------------------

    def _welcome(self, member: Member) -> None:
        seat = member.seat
        member.tell(
            wire.Welcome(
                participant=seat.id,
                role=seat.role,
                room=self._name,
                server=self._server,
                admitted=seat.admitted,
            )
        )
        self._roster.changed(newcomer=member)
        if seat.admitted:
            self._attendance.came(seat, self._clock_ns())
            member.tell(self._source.state())
            for desk in self._desks:
                desk.entered(member)

    def _left(self, member: Member) -> None:
        seat_id = member.seat.id
        self._comings.record(seat_id, "seat.left", seat=seat_id, room=self._name)
        self._attendance.went(member.seat, self._clock_ns())
        for desk in self._desks:
            desk.left(member)

    def _connected(self, member: Member) -> None:
        for desk in self._desks:
            desk.connected(member)

    def _disconnected(self, member: Member) -> None:
        for desk in self._desks:
            desk.disconnected(member)
        self._forget_if_gone(member)

    def _forget_if_gone(self, member: Member) -> None:
        known = self.people.get(member.seat.id) is member
        if known and member.client is None and member.media is None:
            self.people.forget(member.seat.id)
            for desk in self._desks:
                desk.gone(member)

    def _summarise(self) -> None:
        self.people.tell_persons(
            summary(
                self._desks,
                attendance=self._attendance,
                players=self._media.players_so_far,
                frames=self._frames,
                profile=self._source.state().profile,
                now_ns=self._clock_ns(),
            )
        )

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
