"""How long somebody waits who signed in wrongly again and again.

Counted by login name at each host, for names that exist as for those that don't: the first few are
free, then the wait doubles from one second up to a limit. Beside it each host, and each name from
wherever, has a ration that comes back steadily: guessing stays slow, and nobody who goes on and on
keeps the others out. Source: NIST SP 800-63B-4, 3.2.2.
"""

from collections import OrderedDict
from dataclasses import dataclass
from math import ceil

from streaming.auth.tokens import digest, random_secret
from streaming.domain.account import TooManyAttempts

MAX_REMEMBERED = 8_192
"""Names, hosts or pairs of them, of those that tried last; an older one starts afresh."""


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

    def forgive(self, key: str) -> None:
        """The try was right: all that were wrong are forgotten."""
        self._tries.pop(key, None)


class Ration:
    """``burst`` tries at once and one more every ``every_s`` seconds. ``now_s`` is a monotonic
    clock's. Source: ITU-T I.371, Annex A (generic cell rate algorithm)."""

    def __init__(self, *, burst: int, every_s: float) -> None:
        self._spare_s = (burst - 1) * every_s
        self._every_s = every_s
        self._full_at_s: OrderedDict[str, float] = OrderedDict()

    def wait_s(self, key: str, *, now_s: float) -> float:
        return max(0.0, self._full_at_s.get(key, now_s) - self._spare_s - now_s)

    def count(self, key: str, *, now_s: float) -> bool:
        """A try begins. Whether the next one has to wait."""
        full_at_s = max(now_s, self._full_at_s.pop(key, now_s))
        self._full_at_s[key] = full_at_s + self._every_s
        if len(self._full_at_s) > MAX_REMEMBERED:
            self._full_at_s.popitem(last=False)
        return self.wait_s(key, now_s=now_s) > 0

    def forgive(self, key: str) -> None:
        """The try was right."""
        if key in self._full_at_s:
            self._full_at_s[key] -= self._every_s


class Attempts:
    """Many people may share a host, so a right password there forgives that try alone. A browser
    in which a name signed in before is ``known`` by a secret of its own, and waits for nobody
    else: whoever doesn't hold the secret learns nothing by it."""

    def __init__(self) -> None:
        self._names_at_hosts = Backoff(free=10, longest_s=60, forget_s=3_600)
        self._names = Ration(burst=30, every_s=1)
        self._hosts = Ration(burst=20, every_s=1)
        self._known: OrderedDict[str, None] = OrderedDict()

    def begin(self, login: str, host: str, *, known: str = "", now_s: float) -> bool:
        """Whether the next try has to wait, unless this one succeeds.

        Raises:
            TooManyAttempts: ``login.wait``.
        """
        if (browser := _browser(login, known)) in self._known:
            _require(self._names_at_hosts.wait_s(browser, now_s=now_s))
            return self._names_at_hosts.count(browser, now_s=now_s)
        name_at_host = f"{host} {login}"
        wait_s = max(
            self._names_at_hosts.wait_s(name_at_host, now_s=now_s),
            self._names.wait_s(login, now_s=now_s),
            self._hosts.wait_s(host, now_s=now_s),
        )
        _require(wait_s)
        waits = [
            self._names_at_hosts.count(name_at_host, now_s=now_s),
            self._names.count(login, now_s=now_s),
            self._hosts.count(host, now_s=now_s),
        ]
        return any(waits)

    def succeeded(self, login: str, host: str, *, known: str = "") -> str:
        """The secret by which the browser is known from now on."""
        if (browser := _browser(login, known)) in self._known:
            self._names_at_hosts.forgive(browser)
            self._known.move_to_end(browser)
            return known
        known = random_secret()
        self._known[_browser(login, known)] = None
        if len(self._known) > MAX_REMEMBERED:
            self._known.popitem(last=False)
        self._names_at_hosts.forgive(f"{host} {login}")
        self._names.forgive(login)
        self._hosts.forgive(host)
        return known


def _browser(login: str, known: str) -> str:
    return f"{digest(known)} {login}"


def _require(wait_s: float) -> None:
    if wait_s > 0:
        raise TooManyAttempts("login.wait", "Signing in failed too often.", wait_s=int(wait_s) + 1)
