"""How long each seat was inside during one session of the room. Pure."""

from dataclasses import dataclass, field

from streaming.domain.session import Role, Seat
from streaming.protocol.people_messages import Attendance as Entry

MAX_ENTRIES = 256
"""Seats remembered for one session; whoever comes after that isn't listed."""


@dataclass(slots=True)
class _Stay:
    name: str
    role: Role
    since_ns: int | None
    seen_ns: int = 0

    def seconds(self, now_ns: int) -> int:
        open_ns = 0 if self.since_ns is None else now_ns - self.since_ns
        return round((self.seen_ns + open_ns) / 1e9)


@dataclass(slots=True)
class Attendance:
    began_ns: int
    _stays: dict[str, _Stay] = field(default_factory=dict)

    def came(self, seat: Seat, now_ns: int) -> None:
        stay = self._stays.get(seat.id)
        if stay is None and len(self._stays) < MAX_ENTRIES:
            self._stays[seat.id] = _Stay(seat.name, seat.role, now_ns)
        elif stay is not None and stay.since_ns is None:
            stay.since_ns = now_ns

    def went(self, seat: Seat, now_ns: int) -> None:
        stay = self._stays.get(seat.id)
        if stay is not None and stay.since_ns is not None:
            stay.seen_ns += now_ns - stay.since_ns
            stay.since_ns = None

    def seconds(self, now_ns: int) -> int:
        return round((now_ns - self.began_ns) / 1e9)

    def entries(self, now_ns: int) -> list[Entry]:
        return [
            Entry(name=stay.name, role=stay.role, seconds=stay.seconds(now_ns))
            for stay in self._stays.values()
        ]
