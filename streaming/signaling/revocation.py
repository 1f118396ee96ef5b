"""Ends what is revoked and still open, also when another process revoked it."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping

import structlog
from aiohttp import web

from streaming.domain.errors import SonopairError
from streaming.signaling.ports import DEPS, Deps
from streaming.signaling.problems import place_of

INTERVAL_S = 1.0
MAX_PLAYER_S = 12 * 3_600
"""A player's grant has long expired; whoever watches longer asks for a new one."""

log = structlog.get_logger()


async def watch_revocations(app: web.Application) -> AsyncIterator[None]:
    """An aiohttp clean-up context: watches while the server runs."""
    async with asyncio.TaskGroup() as tasks:
        watch = tasks.create_task(_Watch(app[DEPS]).run())
        yield
        watch.cancel()


class _Watch:
    """A supervisor: whatever goes wrong, those who are here stay, and it looks again."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._seen_at_s: Mapping[str, int] = {}
        """By room: the revocation of its players that has been carried out."""

    async def run(self) -> None:
        failure = ""
        while True:
            try:
                await self._end_revoked_seats()
                await self._end_players()
                failure = ""
            except Exception as error:
                if (reason := _reason(error)) != failure:
                    log.error("revocations not read", error=reason, at=place_of(error))
                failure = reason
            await asyncio.sleep(INTERVAL_S)

    async def _end_revoked_seats(self) -> None:
        deps = self._deps
        present = {seat_id: room for room in deps.rooms.values() for seat_id in room.seat_ids}
        if not present:
            return
        for seat_id in await deps.seats.revoked(present.keys(), now_s=int(time.time())):
            present[seat_id].remove(seat_id)
            deps.audit.record("seat.ended", seat=seat_id, code="seat.revoked")

    async def _end_players(self) -> None:
        revoked_at_s = await self._deps.seats.players_revoked()
        for name, room in self._deps.rooms.items():
            is_new = revoked_at_s.get(name) != self._seen_at_s.get(name)
            ended = room.end_players(older_than_s=0 if is_new else MAX_PLAYER_S)
            if ended:
                self._deps.audit.record(
                    "players.ended",
                    room=name,
                    players=ended,
                    code="grant.revoked" if is_new else "player.expired",
                )
        self._seen_at_s = revoked_at_s


def _reason(error: Exception) -> str:
    """The records' own code, or the type of a mistake, whose message may quote anything."""
    return error.code if isinstance(error, SonopairError) else type(error).__name__
