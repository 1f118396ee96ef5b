"""Who is in a room: seats with a socket, with media, or waiting in the lobby."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from streaming.domain.errors import LimitReached, NotAllowed
from streaming.domain.session import PEOPLE, Role, Seat
from streaming.protocol import messages as wire
from streaming.workflow.live.ports import Client
from streaming.workflow.live.viewer import ViewerMedia

MAX_PARTICIPANTS = 64
MAX_OPERATORS_MORE = 4
"""Beside them, so that no crowd keeps out who runs the room."""

MAX_LOBBY = 16
"""Who waits takes no place inside: an open link fills the lobby and nothing else."""


@dataclass(eq=False, slots=True)
class Member:
    """A seat that is here: with a socket, with media, or both."""

    seat: Seat
    client: Client | None = None
    media: ViewerMedia | None = None
    report: wire.MediaReport | None = None
    microphone: bool = False
    muted: bool = False
    told_open: bool = False
    """Everybody was told that this microphone is open."""
    hand: bool = False
    slow: bool = False
    told_slow_ns: int | None = None

    @property
    def present(self) -> bool:
        return self.client is not None

    @property
    def inside(self) -> bool:
        """Present and admitted: may see, and is told what happens."""
        return self.client is not None and self.seat.admitted

    @property
    def takes_part(self) -> bool:
        """Inside as a person: a camera sees nothing of what people point at, draw and agree to."""
        return self.inside and self.seat.role in PEOPLE

    def tell(self, message: wire.ServerMessage) -> None:
        if self.client is not None:
            self.client.send(message)

    def on_the_wire(self) -> wire.Participant:
        return wire.Participant(
            id=self.seat.id,
            role=self.seat.role,
            name=self.seat.name,
            present=self.present,
            admitted=self.seat.admitted,
            verified=self.seat.verified,
            microphone=self.microphone,
            muted=self.muted,
            hand=self.hand,
        )


class People:
    """The members of one room by seat. ``changed`` tells everybody who is here."""

    def __init__(self, *, changed: Callable[[], None]) -> None:
        self._members: dict[str, Member] = {}
        self.changed = changed

    def __iter__(self) -> Iterator[Member]:
        """Also those without a socket; whoever is added or removed meanwhile doesn't disturb."""
        return iter(tuple(self._members.values()))

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(self._members)

    def get(self, seat_id: str) -> Member | None:
        return self._members.get(seat_id)

    def here(self, seat_id: str) -> Member:
        """Raises:
        NotAllowed: ``seat.unknown``: it isn't in the room.
        """
        member = self._members.get(seat_id)
        if member is None:
            raise NotAllowed("seat.unknown", "This seat isn't in the room.")
        return member

    def admit(self, seat: Seat) -> Member:
        """The seat's member, a new one if it wasn't here.

        Raises:
            LimitReached: as ``require_place``.
        """
        member = self._members.get(seat.id)
        if member is None or seat.admitted > member.seat.admitted:
            self.require_place(seat)
        if member is None:
            member = self._members[seat.id] = Member(seat)
        return member

    def require_place(self, seat: Seat) -> None:
        """Inside if it is admitted, else in the lobby.

        Raises:
            LimitReached: ``room.full``, ``lobby.full``.
        """
        taken = sum(m.seat.admitted == seat.admitted for m in self._members.values())
        if not seat.admitted:
            if taken >= MAX_LOBBY:
                raise LimitReached(
                    "lobby.full", "Too many people are waiting to be let in.", fix="wait a moment"
                )
            return
        more = MAX_OPERATORS_MORE if seat.role is Role.OPERATOR else 0
        if taken >= MAX_PARTICIPANTS + more:
            raise LimitReached("room.full", "This room is full.", fix="ask somebody to leave")

    def forget(self, seat_id: str) -> Member | None:
        return self._members.pop(seat_id, None)

    def inside(self, role: Role | None = None) -> list[Member]:
        return [m for m in self if m.inside and role in (None, m.seat.role)]

    def of_media(self, media: ViewerMedia) -> Member | None:
        return next((m for m in self._members.values() if m.media is media), None)

    def tell(self, message: wire.ServerMessage) -> None:
        """Everybody inside."""
        for member in self._members.values():
            if member.inside:
                member.tell(message)

    def tell_persons(self, message: wire.ServerMessage) -> None:
        """Everybody who takes part."""
        for member in self._members.values():
            if member.takes_part:
                member.tell(message)

    def pass_on(self, message: wire.ServerMessage, *, of: str, key: str = "") -> int:
        """Something passing of seat ``of``, to everybody else who takes part and can keep up; how
        many couldn't."""
        others = [m for m in self._members.values() if m.takes_part and m.seat.id != of]
        return sum(
            not member.client.send_passing(message, key=key)
            for member in others
            if member.client is not None
        )
