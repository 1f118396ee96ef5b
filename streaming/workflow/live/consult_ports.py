"""What a consult's log needs of the outside: a place on disk for its lines and for its stills."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from streaming.domain.consult_events import Entry


@dataclass(frozen=True, slots=True)
class StoredConsult:
    consult: str
    entries: tuple[Entry, ...]


class ConsultRecords(Protocol):
    """The logs on disk (``store.consults``).

    Each method raises SonopairError when the disk can't be used now; what it was to do may have
    been done all the same.
    """

    async def current(self, room: str) -> StoredConsult | None:
        """The room's newest consult with all its lines; None before the first."""

    async def begin(self, room: str, consult: str, *, at_ms: int) -> None:
        """``consult`` is the room's newest from now on, and empty."""

    async def append(self, consult: str, entries: Collection[Entry]) -> None:
        """All or none of them are on disk when this returns, whatever happens after."""

    async def find(self, consult: str, order_ids: Collection[str]) -> dict[str, Entry]:
        """The lines that answered these orders, by the order's id."""


class StillFiles(Protocol):
    """Stills on disk (``store.stills``), by consult and name; readable by the node's user only.

    Each method raises SonopairError when the disk can't be used now.
    """

    async def keep(self, consult: str, still: str, png: bytes) -> None: ...

    async def find(self, consult: str, still: str) -> bytes | None: ...

    async def keep_only(self, consult: str, stills: Collection[str]) -> None:
        """Every other still of it is deleted."""

    async def delete(self, consult: str) -> None:
        """Every still of it; nothing happens if there is none."""
