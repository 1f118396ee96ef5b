"""The consult's desk: marks, freezes, the probe pad, consent and the lead, for everybody inside.

What is kept goes through the keeper, which has it on disk before it is told. What passes (pointers,
strokes while they are drawn) is handed on at once, to those who can keep up.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import ClassVar

from streaming.domain.consult_events import (
    ConsentGiven,
    ConsentWithdrawn,
    Entry,
    Frozen,
    LeadGiven,
    MarksRemoved,
    Order,
)
from streaming.domain.consult_log import ConsultLog
from streaming.domain.consult_rules import Around, check
from streaming.domain.consult_state import ConsultState
from streaming.domain.errors import SonopairError
from streaming.domain.session import Role, SessionState
from streaming.protocol import consult_messages as wire
from streaming.protocol.consult_codec import (
    KEPT,
    KeptMessage,
    command_of,
    event_message,
    state_message,
)
from streaming.protocol.label_codec import label_doubt, label_refused
from streaming.protocol.messages import Error
from streaming.protocol.wire import Message
from streaming.workflow.live.consult_keeper import RETRY_S, ConsultKeeper
from streaming.workflow.live.consult_ports import ConsultRecords, StillFiles
from streaming.workflow.live.consult_stills import News, StillShelf
from streaming.workflow.live.desk import Desk
from streaming.workflow.live.label_check import LabelCheck
from streaming.workflow.live.people import Member, People
from streaming.workflow.live.ports import AuditSink, Feed

LEAD_GRACE_S = 20.0
"""How long the lead is kept for who left: a page that is loaded anew comes back sooner."""


class ConsultDesk(Desk):
    """``run`` beside the room; until then what is asked waits."""

    handles: ClassVar[frozenset[type[Message]]] = KEPT | {wire.Pointer, wire.Stroke}

    def __init__(
        self,
        room: str,
        *,
        people: People,
        records: ConsultRecords,
        files: StillFiles,
        audit: AuditSink,
        labels: LabelCheck,
        clock_ns: Callable[[], int] = time.monotonic_ns,
        lead_grace_s: float = LEAD_GRACE_S,
        retry_s: float = RETRY_S,
    ) -> None:
        self._room = room
        self._people = people
        self._audit = audit
        self._labels = labels
        self._lead_grace_s = lead_grace_s
        self._keeper = ConsultKeeper(
            room,
            records=records,
            audience=self,
            around=self._around,
            clock_ns=clock_ns,
            retry_s=retry_s,
        )
        self._stills = StillShelf(
            room, files=files, audit=audit, state=self.state, tell=self._tell_everybody
        )
        self._expected: dict[str, asyncio.TimerHandle] = {}
        """Who led, left, and may come back."""
        self._pointing: set[str] = set()
        self._ended = False
        self._dropped = 0

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._keeper.run())
            tasks.create_task(self._stills.run())

    def state(self) -> ConsultState | None:
        """None until the log was read from disk."""
        return None if self._keeper.log is None else self._keeper.log.state

    # ---- Desk --------------------------------------------------------------------------------

    def bind(self, feed: Feed) -> None:
        self._stills.bind(feed)

    def entered(self, member: Member) -> None:
        if (timer := self._expected.pop(member.seat.id, None)) is not None:
            timer.cancel()
        if self._keeper.log is not None and member.takes_part:
            self._brief(member, self._keeper.log)
        if member.seat.role is Role.EXPERT:
            self._keeper.settle_lead()

    def left(self, member: Member) -> None:
        if member.seat.id in self._pointing:
            self._point(member.seat.id, wire.Pointer(x=0, y=0, visible=False))

    def gone(self, member: Member) -> None:
        state = self.state()
        if state is not None and state.lead == member.seat.id:
            self._expect(member.seat.id)

    def session_is(self, state: SessionState) -> None:
        """The next session has a log of its own, which begins as soon as this one ends: the next
        patient's shows nothing of this one's."""
        self._ended = state is SessionState.ENDED
        if self._ended:
            self._keeper.begin_anew()

    async def handle(self, member: Member, message: Message) -> None:
        if self._ended:
            raise SonopairError("session.ended", "The session has ended.")
        if isinstance(message, wire.Pointer):
            self._point(member.seat.id, message)
        elif isinstance(message, wire.Stroke):
            self._stroke(member.seat.id, message)
        elif isinstance(message, KeptMessage):
            command = command_of(message)
            check(command)
            order = Order(message.id, member.seat.id, member.seat.role, command)
            if not (isinstance(message, wire.MarkAdd) and await self._is_doubted(member, message)):
                self._keeper.submit(order)

    async def _is_doubted(self, member: Member, message: wire.MarkAdd) -> bool:
        """Its author has been shown what its text may say."""
        text = message.mark.text
        found = await self._labels.doubts(member, text, confirmed=message.confirmed)
        if found:
            member.tell(label_doubt(message.id, text, found))
            member.tell(label_refused(message.id))
        return bool(found)

    async def still_png(self, still: str) -> bytes | None:
        return await self._stills.png(still)

    def figures(self) -> Mapping[str, float]:
        return {
            "consult_waiting": self._keeper.waiting,
            "consult_not_kept": self._keeper.not_kept,
            "passing_dropped": self._dropped,
        }

    def counts(self) -> Mapping[str, int]:
        state = self.state()
        if state is None:
            return {}
        tally = state.tally
        return {
            "marks": tally.marks,
            "stills": tally.stills,
            "suggestions": tally.suggestions,
        }

    def facts(self) -> Mapping[str, str]:
        state = self.state()
        return {"consent": state.consent.basis if state and state.consent else ""}

    async def close(self) -> None:
        for timer in self._expected.values():
            timer.cancel()
        self._expected.clear()

    # ---- what passes -------------------------------------------------------------------------

    def _point(self, seat: str, message: wire.Pointer) -> None:
        if message.visible:
            self._pointing.add(seat)
        else:
            self._pointing.discard(seat)
        pointed = wire.Pointed(participant=seat, x=message.x, y=message.y, visible=message.visible)
        self._dropped += self._people.pass_on(pointed, of=seat, key=f"pointed {seat}")

    def _stroke(self, seat: str, message: wire.Stroke) -> None:
        stroked = wire.Stroked(
            participant=seat,
            id=message.id,
            tool=message.tool,
            start=message.start,
            points=message.points,
            still=message.still,
            done=message.done,
        )
        self._dropped += self._people.pass_on(stroked, of=seat)

    # ---- Audience ----------------------------------------------------------------------------

    def began(self, consult: ConsultLog) -> None:
        self._stills.began(consult.state)
        for member in self._people.inside():
            if member.takes_part:
                self._brief(member, consult)
        lead = consult.state.lead
        if lead and lead not in self._people.ids:
            self._expect(lead)
        self._keeper.settle_lead()

    def happened(self, consult: ConsultLog, entry: Entry) -> None:
        self._tell_everybody(event_message(consult.state.consult, entry))
        self._put_on_record(entry)
        state = consult.state
        match entry.event:
            case Frozen() if state.freeze is not None:
                self._stills.frozen(state, state.freeze)
            case ConsentWithdrawn():
                self._stills.withdrawn(state.consult)

    def repeated(self, consult: ConsultLog, order: Order, entry: Entry) -> None:
        self._tell(order.by, event_message(consult.state.consult, entry))

    def refused(self, order: Order, error: SonopairError) -> None:
        self._tell(
            order.by,
            Error(
                code=error.code,
                message=str(error),
                retry=error.retry,
                fix=error.fix,
                id=order.id,
            ),
        )

    def _tell(self, seat: str, message: wire.ConsultEvent | Error) -> None:
        member = self._people.get(seat)
        if member is not None and member.takes_part:
            member.tell(message)

    def _tell_everybody(self, message: wire.ConsultEvent | News) -> None:
        self._people.tell_persons(message)

    def _brief(self, member: Member, consult: ConsultLog) -> None:
        """All that somebody needs who knows nothing yet."""
        handled = consult.handled(member.seat.id)
        member.tell(state_message(consult.state, handled=handled))
        freeze = consult.state.freeze
        news = self._stills.news_of(freeze) if freeze else None
        if news is not None:
            member.tell(news)

    def _put_on_record(self, entry: Entry) -> None:
        match entry.event:
            case ConsentGiven(basis=basis, teaching=teaching):
                self._record("consent.given", entry, basis=basis.value, teaching=teaching)
            case ConsentWithdrawn():
                self._record("consent.withdrawn", entry)
            case LeadGiven(participant=participant):
                self._record("lead.given", entry, to=participant)
            case Frozen(still=still):
                self._record("picture.frozen", entry, still=still)
            case MarksRemoved(marks=marks) if len(marks) > 1:
                self._record("board.cleared", entry, marks=len(marks))

    def _record(self, event: str, entry: Entry, **facts: str | int | bool) -> None:
        self._audit.record(event, room=self._room, seat=entry.by, seq=entry.seq, **facts)

    # ---- the lead ----------------------------------------------------------------------------

    def _around(self) -> Around:
        experts = tuple(member.seat.id for member in self._people.inside(Role.EXPERT))
        return Around(experts, self._people.ids | self._expected.keys())

    def _expect(self, seat: str) -> None:
        """The lead is kept for ``seat`` a while, then it passes on."""
        if seat not in self._expected:
            loop = asyncio.get_running_loop()
            self._expected[seat] = loop.call_later(self._lead_grace_s, self._give_up, seat)

    def _give_up(self, seat: str) -> None:
        self._expected.pop(seat, None)
        self._keeper.settle_lead()
