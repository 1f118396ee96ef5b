"""The ICE-lite side of connectivity checks: who may be heard, and what to answer. Pure.

Silence is the answer to everything that doesn't prove it knows a peer's password: an error would
tell a stranger that a ufrag exists.
"""

from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from enum import StrEnum

from streaming.webrtc.stun import (
    integrity_holds,
    parse_binding_request,
    role_conflict_response,
    success_response,
)

Address = tuple[str, int] | tuple[str, int, int, int]
"""A socket address of IPv4 or IPv6."""

MAX_BAD_CHECKS_PER_S = 20
"""Wrong passwords from one address; more aren't even verified. A browser never sends one."""

_MAX_WATCHED_ADDRESSES = 1_024
_MAX_TRANSACTIONS = 1_024
_SECOND_NS = 1_000_000_000


class Refusal(StrEnum):
    MALFORMED = "malformed"
    UNKNOWN = "unknown"
    WRONG_PASSWORD = "wrong_password"
    TOO_MANY = "too_many"
    REPLAYED = "replayed"
    ROLE_CONFLICT = "role_conflict"


@dataclass(frozen=True, slots=True)
class Verdict:
    """``reply`` goes back to where the check came from. Only if ``valid`` is that address heard."""

    ufrag: str
    reply: bytes
    valid: bool
    nominated: bool


@dataclass(slots=True)
class _Expected:
    """A peer that may send checks, and which address used each of its transaction ids first.

    Ids are random 96 bits: one seen at a second address was captured and sent again by somebody
    else, who would otherwise become the peer's new address.
    """

    ufrag: str
    password: bytes
    transactions: OrderedDict[bytes, Address] = field(default_factory=OrderedDict)

    def is_replay(self, transaction_id: bytes, source: Address) -> bool:
        if self.transactions.setdefault(transaction_id, source) != source:
            return True
        if len(self.transactions) > _MAX_TRANSACTIONS:
            self.transactions.popitem(last=False)
        return False


class _BadChecks:
    """Counts wrong passwords per address and second; forgets the oldest address when full."""

    def __init__(self) -> None:
        self._counts: OrderedDict[Address, tuple[int, int]] = OrderedDict()

    def count(self, source: Address, now_ns: int) -> None:
        second = now_ns // _SECOND_NS
        started, count = self._counts.pop(source, (second, 0))
        self._counts[source] = (second, count + 1 if started == second else 1)
        if len(self._counts) > _MAX_WATCHED_ADDRESSES:
            self._counts.popitem(last=False)

    def exceeded(self, source: Address, now_ns: int) -> bool:
        second, count = self._counts.get(source, (0, 0))
        return count >= MAX_BAD_CHECKS_PER_S and second == now_ns // _SECOND_NS


class StunResponder:
    """``refused`` counts what got no success response, by reason."""

    def __init__(self) -> None:
        self._expected: dict[bytes, _Expected] = {}
        self._bad = _BadChecks()
        self.refused: Counter[Refusal] = Counter()

    def expect(self, *, ufrag: str, password: str) -> None:
        self._expected[ufrag.encode()] = _Expected(ufrag, password.encode())

    def forget(self, ufrag: str) -> None:
        self._expected.pop(ufrag.encode(), None)

    def judge(self, data: bytes, source: Address, now_ns: int) -> Verdict | None:
        """None: say nothing."""
        outcome = self._examine(data, source, now_ns)
        if isinstance(outcome, Refusal):
            self.refused[outcome] += 1
            return None
        if not outcome.valid:
            self.refused[Refusal.ROLE_CONFLICT] += 1
        return outcome

    def _examine(self, data: bytes, source: Address, now_ns: int) -> Verdict | Refusal:
        request = parse_binding_request(data)
        if request is None:
            return Refusal.MALFORMED
        expected = self._expected.get(request.ufrag)
        if expected is None:
            return Refusal.UNKNOWN
        if self._bad.exceeded(source, now_ns):
            return Refusal.TOO_MANY
        if not integrity_holds(data, request, expected.password):
            self._bad.count(source, now_ns)
            return Refusal.WRONG_PASSWORD
        if expected.is_replay(request.transaction_id, source):
            return Refusal.REPLAYED
        if request.controlled:
            conflict = role_conflict_response(request.transaction_id, password=expected.password)
            return Verdict(expected.ufrag, conflict, valid=False, nominated=False)
        success = success_response(
            request.transaction_id, host=source[0], port=source[1], password=expected.password
        )
        return Verdict(expected.ufrag, success, valid=True, nominated=request.nominated)
