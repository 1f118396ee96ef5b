"""/api/worklist: which rooms call for an expert, as a list, as a stream, and how one answers.

The stream is server-sent events (HTML Living Standard, 9.2): each ``data`` is the whole list anew.
Being on duty means: the switch is on and a worklist is open that can be heard, so that a ring
reaches somebody. A page that its browser doesn't let sound yet asks with ``?audible=false``.
"""

import asyncio
import contextlib
import time
from collections.abc import Sequence
from typing import Literal

import structlog
from aiohttp import web

from streaming.domain.call import CallEvent, CallState
from streaming.domain.errors import LimitReached, NotAllowed, SonopairError
from streaming.domain.session import Role
from streaming.signaling.account_seats import seat_of_account, seated
from streaming.signaling.bodies import read_own_json
from streaming.signaling.ports import DEPS
from streaming.signaling.sessions import Body, Nothing, signed_in_of

KEEP_ALIVE_S = 15.0
"""Between two signs of life."""

CHECK_S = 2.0
"""Between two looks at the session, which is looked at before every list as well."""

MAX_STREAMS_PER_ACCOUNT = 4

log = structlog.get_logger()


class DutyRequest(Body):
    on: bool


class Calling(Body):
    """``waiting_s`` is how long it has been ringing, or nobody has answered."""

    room: str
    state: Literal["ringing", "unanswered"]
    waiting_s: float


class Worklist(Body):
    """``calls``: the one that waits longest first. ``rooms`` are all one may enter."""

    on_duty: bool
    calls: Sequence[Calling]
    rooms: Sequence[str]


class Worklists:
    """The open streams, each an event that is set when there is something to tell."""

    def __init__(self) -> None:
        self.on_duty: set[str] = set()
        """Account ids."""
        self.stopping = False
        self._streams: dict[asyncio.Event, str] = {}

    def open(self, account_id: str) -> asyncio.Event:
        """Raises:
        LimitReached: ``worklist.streams``.
        """
        if list(self._streams.values()).count(account_id) >= MAX_STREAMS_PER_ACCOUNT:
            raise LimitReached(
                "worklist.streams", "This worklist is open too often.", fix="close some of its tabs"
            )
        stream = asyncio.Event()
        self._streams[stream] = account_id
        return stream

    def close(self, stream: asyncio.Event) -> None:
        del self._streams[stream]

    def follows(self, account_id: str) -> bool:
        return account_id in self._streams.values()

    def wake(self, account_id: str) -> None:
        for stream, owner in self._streams.items():
            if owner == account_id:
                stream.set()

    def stop(self) -> None:
        self.stopping = True
        for stream in self._streams:
            stream.set()


WORKLISTS: web.AppKey[Worklists] = web.AppKey("worklists", Worklists)


async def stop_worklists(app: web.Application) -> None:
    app[WORKLISTS].stop()


async def show(request: web.Request) -> web.Response:
    account = (await signed_in_of(request, role=Role.EXPERT)).account
    return web.json_response(_list(request, account.id).model_dump(mode="json"))


async def follow(request: web.Request) -> web.StreamResponse:
    account_id = (await signed_in_of(request, role=Role.EXPERT)).account.id
    worklists, calls = request.app[WORKLISTS], request.app[DEPS].calls
    stream, is_over = worklists.open(account_id), False
    try:
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"}
        )
        await response.prepare(request)
        audible = request.query.get("audible") != "false"
        calls.watch(stream.set, is_on_duty=lambda: audible and account_id in worklists.on_duty)
        with contextlib.suppress(ConnectionError, SonopairError):
            try:
                await _tell(request, response, stream, account_id)
            except NotAllowed:
                is_over = True
        return response
    finally:
        calls.unwatch(stream.set)
        worklists.close(stream)
        if is_over and not worklists.follows(account_id):
            _set_duty(request, account_id, on=False)


async def set_duty(request: web.Request) -> web.Response:
    body = await read_own_json(request, DutyRequest)
    account_id = (await signed_in_of(request, role=Role.EXPERT)).account.id
    _set_duty(request, account_id, on=body.on)
    return web.json_response(_list(request, account_id).model_dump(mode="json"))


async def accept(request: web.Request) -> web.Response:
    """A seat in the room that calls; the ringing ends everywhere."""
    await read_own_json(request, Nothing)
    signed_in = await signed_in_of(request, role=Role.EXPERT)
    seating = await seat_of_account(request, signed_in, role=Role.EXPERT)
    deps, seat = request.app[DEPS], seating.seat
    if deps.calls.step(seat.room, CallEvent.ACCEPT, by=seat.id):
        deps.audit.record("call.accept", seat=seat.id, room=seat.room, account=signed_in.account.id)
        log.info("call accepted", seat=seat.id, room=seat.room)
    return seated(seating)


def _set_duty(request: web.Request, account_id: str, *, on: bool) -> None:
    deps, worklists = request.app[DEPS], request.app[WORKLISTS]
    if on is not (account_id in worklists.on_duty):
        (worklists.on_duty.add if on else worklists.on_duty.discard)(account_id)
        deps.audit.record("duty.on" if on else "duty.off", account=account_id)
        worklists.wake(account_id)
        deps.calls.duty_changed()


async def _tell(
    request: web.Request, response: web.StreamResponse, stream: asyncio.Event, account_id: str
) -> None:
    """Until the browser is gone, its session ends (SonopairError), or the node stops."""
    silent_s = 0.0
    stream.set()
    while not request.app[WORKLISTS].stopping and request.transport is not None:
        is_news = stream.is_set()
        stream.clear()  # before the list is made: what happens while it is written isn't in it
        await signed_in_of(request, role=Role.EXPERT)
        silent_s = 0.0 if is_news or silent_s >= KEEP_ALIVE_S else silent_s + CHECK_S
        if is_news:
            text = _list(request, account_id).model_dump_json()
            await response.write(f"data: {text}\n\n".encode())
        elif silent_s == 0:
            await response.write(b": still here\n\n")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stream.wait(), CHECK_S)


def _list(request: web.Request, account_id: str) -> Worklist:
    deps, now_ns = request.app[DEPS], time.monotonic_ns()
    return Worklist(
        on_duty=account_id in request.app[WORKLISTS].on_duty,
        calls=[
            Calling(
                room=call.room,
                state="ringing" if call.state is CallState.RINGING else "unanswered",
                waiting_s=round(max(0, now_ns - call.since_ns) / 1e9, 1),
            )
            for call in deps.calls.calls()
        ],
        rooms=sorted(deps.rooms),
    )
