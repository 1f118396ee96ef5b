"""What was sent lately, and which of it to send again for a NACK (RFC 4585, 6.2.1). Pure."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

HISTORY_PACKETS = 2_048
MIN_COOLDOWN_NS = 20_000_000
"""A packet asked for twice within this time was asked for before its repair could arrive."""

_COOLDOWN_OF_RTT = 0.7
_REPAIRS_PER_PACKET = 0.5
_MAX_SAVED_REPAIRS = 512.0


@dataclass(frozen=True, slots=True)
class SentFrame:
    """All that is needed to make a viewer's packets of this frame again, bit by bit the same."""

    first_sequence: int
    timestamp: int
    abs_send_time: int
    payloads: tuple[bytes, ...]


class RepairLimits:
    """Repairs are capped at half of what was sent (512 may be saved up): reordering looks like loss
    to a viewer, and answering all of it would double the traffic of a link that is full. None is
    sent again before the last one can have arrived.
    """

    def __init__(self) -> None:
        self._repaired_ns: OrderedDict[int, int] = OrderedDict()
        self._budget = _MAX_SAVED_REPAIRS / 4

    def sent(self, packets: int) -> None:
        self._budget = min(_MAX_SAVED_REPAIRS, self._budget + packets * _REPAIRS_PER_PACKET)

    def clear(self) -> None:
        self._repaired_ns.clear()

    def grant(self, sequence: int, *, now_ns: int, rtt_ns: int) -> bool:
        """Whether to send this packet again now, which counts then."""
        if self._budget < 1:
            return False
        cooldown_ns = max(MIN_COOLDOWN_NS, int(rtt_ns * _COOLDOWN_OF_RTT))
        last_ns = self._repaired_ns.pop(sequence, None)
        if last_ns is not None and now_ns - last_ns < cooldown_ns:
            self._repaired_ns[sequence] = last_ns
            return False
        self._repaired_ns[sequence] = now_ns
        if len(self._repaired_ns) > HISTORY_PACKETS:
            self._repaired_ns.popitem(last=False)
        self._budget -= 1
        return True


class SentHistory:
    """The last ``HISTORY_PACKETS`` packets; repairs within ``RepairLimits``."""

    def __init__(self) -> None:
        self._ring: list[SentFrame | None] = [None] * HISTORY_PACKETS
        self._limits = RepairLimits()

    def add(self, frame: SentFrame) -> None:
        packets = len(frame.payloads)
        for offset in range(packets):
            self._ring[(frame.first_sequence + offset) % HISTORY_PACKETS] = frame
        self._limits.sent(packets)

    def clear(self) -> None:
        """Forget everything: what a viewer missed while it moved is repaired by a key frame."""
        self._ring = [None] * HISTORY_PACKETS
        self._limits.clear()

    def repairs(
        self, sequences: Iterable[int], *, now_ns: int, rtt_ns: int
    ) -> Iterator[tuple[SentFrame, int]]:
        """(frame, index of its payload) of those to send again now."""
        for sequence in sequences:
            found = self._find(sequence)
            if found and self._limits.grant(sequence, now_ns=now_ns, rtt_ns=rtt_ns):
                yield found

    def _find(self, sequence: int) -> tuple[SentFrame, int] | None:
        frame = self._ring[sequence % HISTORY_PACKETS]
        if frame is None:
            return None
        index = sequence - frame.first_sequence & 0xFFFF
        return (frame, index) if index < len(frame.payloads) else None
