"""What one socket may say and what it gets for it: hello, rights, limits, errors.

Knows no socket: text in, messages out through the client.
"""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import structlog
from pydantic import ValidationError

from streaming.domain.errors import BadInput, LimitReached, NotAllowed, SonopairError
from streaming.domain.session import Seat
from streaming.protocol.consult_codec import KeptMessage
from streaming.protocol.messages import (
    CLIENT_MESSAGE,
    PROTOCOL_VERSION,
    ClientMessage,
    Error,
    Hello,
)
from streaming.signaling.client import SocketClient
from streaming.signaling.ports import Deps
from streaming.signaling.problems import place_of
from streaming.signaling.throttle import Bucket
from streaming.workflow.live.ports import LiveRoomPort

MAX_ERRORS = 20
RATE_PER_S = 100
BURST = 200

PASSING_PER_S: Mapping[str, float] = MappingProxyType({"pointer": 60, "stroke": 40})
"""Messages that are worth nothing later, and don't count above. What is too many is ignored."""
PASSING_BURST_S = 1.0

ALL_PER_S = RATE_PER_S + sum(PASSING_PER_S.values())
ALL_BURST = 2 * ALL_PER_S
"""Of whatever arrives, before it is read."""


@dataclass(frozen=True, slots=True)
class Ration:
    """Of one type of message; what is more is refused with ``code``."""

    per_s: float
    burst: float
    code: str = "ws.rate"
    problem: str = "Too many such messages a second."


_HANDSHAKE = Ration(1, 5, "media.rate", "Too many new connections for the picture.")
_GESTURE = Ration(2, 5)
RATIONS: Mapping[str, Ration] = MappingProxyType(
    {
        "media.want": _HANDSHAKE,
        "media.answer": _HANDSHAKE,
        "hand.raise": _GESTURE,
        "camera.state": _GESTURE,
        "audio.want": _GESTURE,
        "freeze": Ration(1, 5),
        "text.allow": _GESTURE,
        "lookout.override": _GESTURE,
    }
)
"""Messages that cost a handshake, work at the source or for everybody, or a row of the audit trail.
``voice.state`` isn't one of them, since a mute must hold: of its changes the room tells only so
many (``workflow.live``)."""

log = structlog.get_logger()


class Conversation:
    """``now_s`` is a monotonic clock's, in seconds."""

    def __init__(self, deps: Deps, client: SocketClient, *, now_s: float) -> None:
        self._deps = deps
        self._client = client
        self._all = Bucket.full(rate_per_s=ALL_PER_S, burst=ALL_BURST, now_s=now_s)
        self._bucket = Bucket.full(rate_per_s=RATE_PER_S, burst=BURST, now_s=now_s)
        self._passing = {
            kind: Bucket.full(rate_per_s=rate, burst=rate * PASSING_BURST_S, now_s=now_s)
            for kind, rate in PASSING_PER_S.items()
        }
        self._rations = {
            kind: Bucket.full(rate_per_s=ration.per_s, burst=ration.burst, now_s=now_s)
            for kind, ration in RATIONS.items()
        }
        self._errors: dict[str, int] = {}
        self._ignored: Counter[str] = Counter()
        self.seat: Seat | None = None
        self._room: LiveRoomPort | None = None

    @property
    def errors(self) -> Mapping[str, int]:
        """How often each error code was sent because of what the client did."""
        return self._errors

    @property
    def ignored(self) -> Mapping[str, int]:
        """How many passing messages of each type were too many."""
        return self._ignored

    async def receive(self, text: str, *, now_s: float) -> None:
        """Never raises for what a client sent, nor for a room that fails. A client that is being
        closed isn't heard: its seat may be another socket's by now."""
        if self._client.closing:
            return
        message: ClientMessage | None = None
        try:
            _require_ration(self._all, now_s=now_s)
            message = _parse(text)
            if message.type not in self._passing:
                _require_ration(self._bucket, now_s=now_s)
            await self._dispatch(message, now_s=now_s)
        except SonopairError as error:
            self.refuse(error, order_id=message.id if isinstance(message, KeptMessage) else "")
        except Exception as error:
            log.error("message failed", error=type(error).__name__, at=place_of(error))
            self._client.send(
                Error(code="internal", message="The server made a mistake. It was logged.")
            )

    def refuse(self, error: SonopairError, *, order_id: str = "") -> None:
        """Tell the client; close at the ``MAX_ERRORS``-th time it was to blame."""
        self._client.send(
            Error(
                code=error.code,
                message=str(error),
                retry=error.retry,
                fix=error.fix,
                id=order_id,
            )
        )
        if isinstance(error, BadInput | NotAllowed | LimitReached):
            self._errors[error.code] = self._errors.get(error.code, 0) + 1
            if sum(self._errors.values()) >= MAX_ERRORS:
                self._client.close("ws.too_many_errors")

    def leave(self) -> None:
        if self.seat is not None and self._room is not None:
            self._room.detach(self.seat.id, self._client)

    async def _dispatch(self, message: ClientMessage, *, now_s: float) -> None:
        if self.seat is None or self._room is None:
            await self._enter(message, now_s=now_s)
        elif isinstance(message, Hello):
            raise BadInput("hello.again", "This socket has said hello already.")
        elif not self._deps.may_send(self.seat.role, message.type):
            raise NotAllowed("right.denied", f"The {self.seat.role} may not send {message.type}.")
        elif self._is_too_much(message.type, now_s=now_s):
            self._ignored[message.type] += 1
        else:
            self._ration(message.type, now_s=now_s)
            await self._room.handle(self.seat.id, message)

    def _is_too_much(self, kind: str, *, now_s: float) -> bool:
        bucket = self._passing.get(kind)
        return bucket is not None and not bucket.take(now_s=now_s)

    def _ration(self, kind: str, *, now_s: float) -> None:
        bucket = self._rations.get(kind)
        if bucket is not None and not bucket.take(now_s=now_s):
            ration = RATIONS[kind]
            raise LimitReached(ration.code, ration.problem, fix="wait a second")

    async def _enter(self, message: ClientMessage, *, now_s: float) -> None:
        if not isinstance(message, Hello):
            raise BadInput("hello.first", "The first message is hello.")
        if message.protocol != PROTOCOL_VERSION:
            self._turn_away(
                BadInput(
                    "ws.protocol",
                    f"This node speaks version {PROTOCOL_VERSION} of the protocol.",
                    fix="reload the page",
                )
            )
            return
        try:
            seat = self._deps.tickets.redeem(message.ticket, now_s=now_s)
        except SonopairError as error:
            self._turn_away(error)
            return
        await self._seat(seat)

    async def _seat(self, seat: Seat) -> None:
        """The seat may have been revoked, or its room removed, since the ticket was issued."""
        if await self._deps.seats.revoked([seat.id], now_s=int(time.time())):
            self._turn_away(NotAllowed("seat.revoked", "This seat was revoked."))
            return
        room = self._deps.rooms.get(seat.room)
        if room is None:
            self._turn_away(BadInput("room.unknown", "This node has no such room."))
            return
        room.attach(seat, self._client)
        self.seat, self._room = seat, room

    def _turn_away(self, error: SonopairError) -> None:
        self.refuse(error)
        self._client.close(error.code)


def _require_ration(bucket: Bucket, *, now_s: float) -> None:
    if not bucket.take(now_s=now_s):
        raise LimitReached("ws.rate", "Too many messages a second.", fix="slow down")


def _parse(text: str) -> ClientMessage:
    try:
        return CLIENT_MESSAGE.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        if first["type"].startswith("union_tag"):
            raise BadInput("message.unknown", "There is no message of this type.") from None
        where = ".".join(str(part)[:40] for part in first["loc"])
        raise BadInput("message.malformed", f"{where}: {first['msg']}"[:200]) from None
