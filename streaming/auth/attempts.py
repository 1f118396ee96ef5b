"""How long somebody waits who signed in wrongly again and again.

Counted by login name and by host, for names that exist as for those that don't. The first few are
free; then the wait doubles from one second up to a limit, so that guessing is slow and the right
person is kept out for no longer than that. Source: NIST SP 800-63B-4, 3.2.2.
"""

from collections import OrderedDict
from dataclasses import dataclass
from math import ceil

from streaming.domain.account import TooManyAttempts

MAX_REMEMBERED = 8_192
"""Names or hosts, of those that tried last; an older one starts afresh."""


@dataclass(slots=True)
class _Tries:
    count: float
    at_s: float
    until_s: float = 0.0


class Backoff:
    """``free`` tries without a wait, then 1, 2, 4 … ``longest_s`` seconds; one try is forgotten
    every ``forget_s`` seconds. ``now_s`` is a monotonic clock's."""

    def __init__(self, *, free: int, longest_s: float, forget_s: float) -> None:
        self._free = free
        self._longest_s = longest_s
        self._forget_s = forget_s
        self._tries: OrderedDict[str, _Tries] = OrderedDict()

    def wait_s(self, key: str, *, now_s: float) -> float:
        known = self._tries.get(key)
        return max(0.0, known.until_s - now_s) if known else 0.0

    def count(self, key: str, *, now_s: float) -> bool:
        """A try begins, and counts at once, so that many at the same time count as many. Whether
        the next one has to wait."""
        known = self._tries.pop(key, None) or _Tries(0, now_s)
        known.count = max(0.0, known.count - (now_s - known.at_s) / self._forget_s) + 1
        known.at_s = now_s
        over = ceil(known.count) - self._free
        if over > 0:
            known.until_s = now_s + min(self._longest_s, 2.0 ** min(over - 1, 30))
        self._tries[key] = known
        if len(self._tries) > MAX_REMEMBERED:
            self._tries.popitem(last=False)
        return over > 0

    def forgive(self, key: str, *, all_of_them: bool) -> None:
        """The try was right."""
        known = self._tries.pop(key, None)
        if known is not None and not all_of_them:
            known.count, known.until_s = max(0.0, known.count - 1), 0.0
            self._tries[key] = known


class Attempts:
    """Many people may share a host, so a right password there forgives that try alone."""

    def __init__(self) -> None:
        self._names = Backoff(free=10, longest_s=60, forget_s=3_600)
        self._hosts = Backoff(free=20, longest_s=300, forget_s=60)

    def begin(self, login: str, host: str, *, now_s: float) -> bool:
        """Whether the next try has to wait, unless this one succeeds.

        Raises:
            TooManyAttempts: ``login.wait``.
        """
        wait_s = max(self._names.wait_s(login, now_s=now_s), self._hosts.wait_s(host, now_s=now_s))
        if wait_s > 0:
            raise TooManyAttempts(
                "login.wait", "Signing in failed too often.", wait_s=int(wait_s) + 1
            )
        waits = [self._names.count(login, now_s=now_s), self._hosts.count(host, now_s=now_s)]
        return any(waits)

    def succeeded(self, login: str, host: str) -> None:
        self._names.forgive(login, all_of_them=True)
        self._hosts.forgive(host, all_of_them=False)
