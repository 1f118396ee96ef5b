"""Ends what a revoked seat still has open, also when another process revoked it."""

import asyncio
from collections.abc import AsyncIterator

import structlog
from aiohttp import web

from streaming.domain.errors import SonopairError
from streaming.signaling.ports import DEPS, Deps
from streaming.signaling.problems import place_of

INTERVAL_S = 1.0

log = structlog.get_logger()


async def watch_revocations(app: web.Application) -> AsyncIterator[None]:
    """An aiohttp clean-up context: watches while the server runs."""
    async with asyncio.TaskGroup() as tasks:
        watch = tasks.create_task(_watch(app[DEPS]))
        yield
        watch.cancel()


async def _watch(deps: Deps) -> None:
    """A supervisor: whatever goes wrong, those who are seated stay, and it looks again."""
    failure = ""
    while True:
        await asyncio.sleep(INTERVAL_S)
        try:
            await end_revoked(deps)
            failure = ""
        except Exception as error:
            if (reason := _reason(error)) != failure:
                log.error("revocations not read", error=reason, at=place_of(error))
            failure = reason


def _reason(error: Exception) -> str:
    """The records' own code, or the type of a mistake, whose message may quote anything."""
    return error.code if isinstance(error, SonopairError) else type(error).__name__


async def end_revoked(deps: Deps) -> None:
    """Raises what the records raise; seats then stay until they can be read again."""
    present = {seat_id: room for room in deps.rooms.values() for seat_id in room.seat_ids}
    if not present:
        return
    for seat_id in await deps.seats.revoked(present.keys()):
        present[seat_id].remove(seat_id)
        deps.audit.record("seat.ended", seat=seat_id, code="seat.revoked")
