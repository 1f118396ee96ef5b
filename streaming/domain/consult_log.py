"""A consult's log in memory: its state, who asked for what already, and a draft of what comes next.

Nothing counts before it is on disk. So a draft says what orders would lead to, one after another;
once its entries were written down they are added, and if that failed the draft is dropped.
"""

from collections import defaultdict, deque
from collections.abc import Iterable

from streaming.domain.consult_events import Entry, Event, Order
from streaming.domain.consult_rules import Around, decide, settle_lead
from streaming.domain.consult_state import ConsultState, apply
from streaming.domain.errors import BadInput

MAX_HANDLED = 256
"""Ids of one seat that are told after it came back: the newest."""


class ConsultLog:
    def __init__(self, consult: str, entries: Iterable[Entry] = ()) -> None:
        self.state = ConsultState(consult)
        self._asked_by: dict[str, str] = {}
        self._handled: defaultdict[str, deque[str]] = defaultdict(lambda: deque(maxlen=MAX_HANDLED))
        for entry in entries:
            self.add(entry)

    def add(self, entry: Entry) -> None:
        """Raises:
        ValueError: it isn't the next one.
        """
        self.state = apply(self.state, entry)
        if entry.id:
            self._asked_by[entry.id] = entry.by
            self._handled[entry.by].append(entry.id)

    def asked_by(self, order_id: str) -> str | None:
        """The seat whose order of this id is in the log."""
        return self._asked_by.get(order_id)

    def handled(self, seat: str) -> list[str]:
        return list(self._handled.get(seat, ()))


class Draft:
    """``entries`` follow from the orders taken so far. Times are those of ``Entry``."""

    def __init__(self, log: ConsultLog, *, at_ms: int, at_ns: int) -> None:
        self._log = log
        self._at_ms = at_ms
        self._at_ns = at_ns
        self._asked_by: dict[str, str] = {}
        self.state = log.state
        self.entries: list[Entry] = []

    def take(self, order: Order, around: Around) -> bool:
        """False if the sender's order of this id was taken before, here or in the log.

        Raises:
            SonopairError: as ``decide``; ``consult.id_taken``: another seat used this id.
        """
        asked_by = self._log.asked_by(order.id) or self._asked_by.get(order.id)
        if asked_by is not None:
            if asked_by != order.by:
                raise BadInput(
                    "consult.id_taken",
                    "Somebody else's message has this id.",
                    fix="make ids of random characters",
                )
            return False
        self._write(decide(self.state, order, around), order_id=order.id, by=order.by)
        self._asked_by[order.id] = order.by
        return True

    def settle_lead(self, around: Around, *, before: str = "") -> None:
        """The node itself passes the lead on, if that is due."""
        event = settle_lead(self.state, around, before=before)
        if event is not None:
            self._write(event, order_id="", by="")

    def _write(self, event: Event, *, order_id: str, by: str) -> None:
        entry = Entry(self.state.seq + 1, order_id, by, self._at_ms, event, self._at_ns)
        self.state = apply(self.state, entry)
        self.entries.append(entry)
