"""Tells everybody who is here and what the session does: at once, but not as often as one likes."""

import asyncio
from collections.abc import Callable

from streaming.domain.session import Role, SessionState
from streaming.protocol import messages as wire
from streaming.workflow.live.people import Member, People

BURST = 5
INTERVAL_NS = 200_000_000
"""``BURST`` changes are told as they come, then one each ``INTERVAL_NS``, which is the newest."""


class Roster:
    """``session`` and ``players`` are asked at the moment of telling."""

    def __init__(
        self,
        people: People,
        *,
        session: Callable[[], SessionState],
        players: Callable[[], int],
        clock_ns: Callable[[], int],
    ) -> None:
        self._people = people
        self._session = session
        self._players = players
        self._clock_ns = clock_ns
        self._credit_ns = BURST * INTERVAL_NS
        self._credit_at_ns = clock_ns()
        self._due: asyncio.TimerHandle | None = None

    def changed(self, *, newcomer: Member | None = None) -> None:
        """Tell everybody, by now or soon; a ``newcomer`` now."""
        if self._due is None and self._take_credit():
            self.tell()
            return
        if self._due is None:
            delay_s = INTERVAL_NS / 1e9
            self._due = asyncio.get_running_loop().call_later(delay_s, self.tell)
        if newcomer is not None:
            newcomer.tell(self._state_for(newcomer, self._state()))

    def tell(self) -> None:
        """Everybody, now. Nobody's microphone is heard before."""
        self.close()
        state = self._state()
        # Those who are told the same come first: what goes to many in a row is serialised once.
        for member in sorted(self._people, key=lambda member: not member.inside):
            member.tell(self._state_for(member, state))
        for member in self._people:
            member.told_open = member.microphone and not member.muted

    def close(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def _state(self) -> wire.SessionState:
        return wire.SessionState(
            state=self._session().value,
            participants=[member.on_the_wire() for member in self._people],
            players=self._players(),
            attended=any(self._people.inside(role) for role in (Role.OPERATOR, Role.EXPERT)),
        )

    def _state_for(self, member: Member, state: wire.SessionState) -> wire.SessionState:
        """Who waits in the lobby is told of nobody else, but whether anybody hears them knock."""
        if member.inside:
            return state
        return state.model_copy(update={"participants": [member.on_the_wire()], "players": 0})

    def _take_credit(self) -> bool:
        now_ns = self._clock_ns()
        earned_ns = now_ns - self._credit_at_ns
        self._credit_at_ns = now_ns
        self._credit_ns = min(BURST * INTERVAL_NS, self._credit_ns + earned_ns)
        if self._credit_ns < INTERVAL_NS:
            return False
        self._credit_ns -= INTERVAL_NS
        return True
