"""The consult of a canned room: the product's own log and rules, kept in memory only."""

import secrets
import time
from collections.abc import Mapping

from streaming.domain.consult_events import Command, Frozen, Order, Suggest
from streaming.domain.consult_log import ConsultLog, Draft
from streaming.domain.consult_rules import Around
from streaming.domain.errors import SonopairError
from streaming.domain.free_text import findings
from streaming.domain.session import Role, Seat
from streaming.protocol.consult_codec import KeptMessage, command_of, event_message, state_message
from streaming.protocol.consult_messages import (
    MarkAdd,
    Pointed,
    Pointer,
    StillFailed,
    StillReady,
    Stroke,
    Stroked,
)
from streaming.protocol.label_codec import label_doubt, label_refused
from streaming.protocol.messages import ClientMessage, Error, ServerMessage
from streaming.workflow.live.ports import Client

ACTORS = {"op": Role.OPERATOR, "ito": Role.EXPERT}


class CannedConsult:
    """Implements ``signaling.ports.Stills``.

    The first expert who comes leads, unless ``leader`` does. ``png`` is what every freeze becomes;
    without one every still fails. ``deaf`` swallows what is kept, as a line would that breaks.
    """

    def __init__(self, clients: Mapping[str, tuple[Seat, Client]]) -> None:
        self._clients = clients
        self._count = 0
        self.begin()

    def begin(self, *, leader: str = "", png: bytes | None = None) -> None:
        """Another consult: nothing was drawn or frozen in it."""
        self._count += 1
        self.log = ConsultLog(f"consult-{self._count}")
        self.leader = leader
        self.png = png
        self.deaf = False
        if leader:
            self._lead(leader)
        for seat_id, (_, client) in self._clients.items():
            self._greet(seat_id, client)

    def attach(self, seat: Seat, client: Client) -> None:
        self._greet(seat.id, client)
        if seat.role is Role.EXPERT and not self.log.state.lead:
            self._lead(seat.id)

    def act_as(self, actor: str, command: Command) -> str:
        """One of the room's people who have no browser does something; returns its id."""
        order = Order(secrets.token_urlsafe(12), actor, ACTORS[actor], command)
        self._take(order)
        return order.id

    def suggest_as(self, leader: str, name: str, command: Suggest) -> None:
        """The page's own seat asks the hand for something, as from another tab of it."""
        self._take(Order(name, leader, Role.EXPERT, command))

    def point_as(self, actor: str, x: float, y: float) -> None:
        self._say(Pointed(participant=actor, x=x, y=y, visible=True))

    def draw_as(self, actor: str, stroke: Stroke) -> None:
        self._say(_stroked(actor, stroke))

    def handle(self, seat: Seat, client: Client, message: ClientMessage) -> None:
        if isinstance(message, MarkAdd) and not message.confirmed:
            text = message.mark.text
            if found := findings(text):
                client.send(label_doubt(message.id, text, found))
                client.send(label_refused(message.id))
                return
        if isinstance(message, KeptMessage) and not self.deaf:
            order = Order(message.id, seat.id, seat.role, command_of(message))
            try:
                self._take(order)
            except SonopairError as error:
                refusal = Error(
                    code=error.code,
                    message=str(error),
                    retry=error.retry,
                    fix=error.fix,
                    id=order.id,
                )
                client.send(refusal)
        elif isinstance(message, Pointer):
            fields = message.model_dump(exclude={"type"})
            self._say(Pointed(participant=seat.id, **fields), but=seat.id)
        elif isinstance(message, Stroke):
            self._say(_stroked(seat.id, message), but=seat.id)

    async def still_png(self, still: str) -> bytes | None:
        return self.png

    def _take(self, order: Order) -> None:
        draft = self._draft()
        draft.take(order, Around(("ito", *self._clients)))
        self._add(draft)

    def lead_silently(self, seat_id: str) -> None:
        """The lead is somebody else's, which nobody has heard yet."""
        draft = self._draft()
        draft.settle_lead(Around((seat_id,)))
        for entry in draft.entries:
            self.log.add(entry)

    def _lead(self, seat_id: str) -> None:
        draft = self._draft()
        draft.settle_lead(Around((seat_id,)))
        self._add(draft)

    def _draft(self) -> Draft:
        return Draft(self.log, at_ms=int(time.time() * 1_000), at_ns=time.monotonic_ns())

    def _add(self, draft: Draft) -> None:
        for entry in draft.entries:
            self.log.add(entry)
            self._say(event_message(self.log.state.consult, entry))
            if isinstance(entry.event, Frozen):
                self._say(self._news_of(entry.event))

    def _news_of(self, frozen: Frozen) -> StillReady | StillFailed:
        if self.png is None:
            return StillFailed(
                still=frozen.still,
                code="still.too_old",
                message="That picture is no longer kept.",
            )
        return StillReady(
            still=frozen.still,
            path=f"/api/rooms/demo/stills/{frozen.still}.png",
            width=1280,
            height=720,
            captured_at_ns=frozen.captured_at_ns,
        )

    def _greet(self, seat_id: str, client: Client) -> None:
        client.send(state_message(self.log.state, handled=self.log.handled(seat_id)))
        freeze = self.log.state.freeze
        if freeze is not None:
            client.send(self._news_of(Frozen(freeze.still, freeze.captured_at_ns)))

    def _say(self, message: ServerMessage, *, but: str = "") -> None:
        for seat_id, (_, client) in self._clients.items():
            if seat_id != but:
                client.send(message)


def _stroked(by: str, stroke: Stroke) -> Stroked:
    return Stroked(participant=by, **stroke.model_dump(exclude={"type"}))
