"""How often somebody may ask for a seat, a ticket, a session or a player.

People behind one address share a ration, which a stranger among them can use up. So whoever holds a
seat or a session has one of their own: at once when their cookie was seen valid lately, else when
the address's is used up.
"""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection

from aiohttp import web

from streaming.domain.errors import LimitReached
from streaming.signaling.bodies import seat_cookies, session_cookie
from streaming.signaling.hosts import HOSTS
from streaming.signaling.problems import Handler
from streaming.signaling.throttle import Bucket, Throttle

ENTRIES_PER_S = 10
ENTRIES_BURST = 50
CHECKS_PER_S = 100
CHECKS_BURST = 200
"""Cookies that are looked up for addresses whose ration is used up; of all addresses together."""

MAX_KNOWN = 4_096


class Entries:
    """``holds`` says whether a cookie is a seat's or a session's."""

    def __init__(self, holds: Callable[[str], Awaitable[bool]], *, now_s: float) -> None:
        self._holds = holds
        self._hosts = Throttle(rate_per_s=ENTRIES_PER_S, burst=ENTRIES_BURST)
        self._holders = Throttle(rate_per_s=ENTRIES_PER_S, burst=ENTRIES_BURST)
        self._checks = Bucket.full(rate_per_s=CHECKS_PER_S, burst=CHECKS_BURST, now_s=now_s)
        self._known: OrderedDict[str, None] = OrderedDict()

    def remember(self, cookie: str) -> None:
        """It was just seen to be valid."""
        self._known[cookie] = None
        self._known.move_to_end(cookie)
        if len(self._known) > MAX_KNOWN:
            self._known.popitem(last=False)

    async def admit(self, host: str, cookies: Collection[str], *, now_s: float) -> bool:
        for cookie in cookies:
            if cookie in self._known:
                return self._holders.take(cookie, now_s=now_s)
        if self._hosts.take(host, now_s=now_s):
            return True
        for cookie in filter(None, cookies):
            if self._checks.take(now_s=now_s) and await self._holds(cookie):
                self.remember(cookie)
                return self._holders.take(cookie, now_s=now_s)
        return False


ENTRIES = web.AppKey("entries", Entries)
_RATIONED_METHODS = ("POST", "PATCH")
RATIONED_PATHS = (
    "/api/seats",
    "/api/me",
    "/api/rooms",
    "/api/accounts",
    "/api/oidc",
    "/api/worklist",
)


@web.middleware
async def limit_entries(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every POST gives somebody an entry; what looks a cookie up is rationed with them."""
    if request.method in _RATIONED_METHODS or request.path.startswith(RATIONED_PATHS):
        host = request.app[HOSTS].of(request)
        cookies = [*seat_cookies(request), session_cookie(request)]
        if not await request.app[ENTRIES].admit(host, cookies, now_s=time.monotonic()):
            raise LimitReached("request.rate", "Too many requests from this address.")
    return await handler(request)
