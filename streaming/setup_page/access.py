"""Who may use the set-up page: the browser that got the one-use token, and no other page in it.

Three things are checked. The token proves that the operator asked; the session it is exchanged for
proves the same page; ``Host``, ``Origin`` and ``Sec-Fetch-Site`` prove that the request comes from
this very page and not from another site, a rebound DNS name or another local port. The session is
no cookie: browsers send those to every port of a host, so another local server would get it.

Source: Fetch Standard, "Origin header" and "Fetch metadata"; RFC 6265, 8.5; RFC 6750, 2.1.
"""

import hmac
import secrets
from collections.abc import Mapping

from streaming.domain.errors import NotAllowed

TOKEN_BYTES = 32

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class ForeignRequest(NotAllowed):
    """It doesn't come from this page (HTTP 403)."""


class NoSession(NotAllowed):
    """The token or the session is missing or wrong (HTTP 401)."""


class Access:
    """One token and one session at a time: a new one voids the one before."""

    def __init__(self, port: int) -> None:
        self.host = f"127.0.0.1:{port}"
        self.origin = f"http://{self.host}"
        self._token = ""
        self._session = ""

    def new_url(self) -> str:
        self._token = secrets.token_urlsafe(TOKEN_BYTES)
        return f"{self.origin}/setup#token={self._token}"

    def exchange(self, token: object) -> str:
        """The session's secret. Raises NoSession."""
        if not isinstance(token, str) or not _same(self._token, token):
            raise NoSession(
                "setup.token",
                "this address was used already, or is not the one that was given out",
                fix="ask for the set-up page again in the cart",
            )
        self._token = ""
        self._session = secrets.token_urlsafe(TOKEN_BYTES)
        return self._session

    def check_session(self, authorization: str) -> None:
        """``authorization`` is the header of that name. Raises NoSession."""
        scheme, _, session = authorization.partition(" ")
        if scheme != "Bearer" or not _same(self._session, session):
            raise NoSession(
                "setup.session",
                "this page's session is over",
                fix="ask for the set-up page again in the cart",
            )

    def check_provenance(self, method: str, path: str, headers: Mapping[str, str]) -> None:
        """Raises ForeignRequest. The page itself may be opened from anywhere (the cart is on
        another origin); everything behind it only by the page."""
        if headers.get("Host") != self.host:
            raise _foreign("setup.host")
        origin = headers.get("Origin")
        if origin != self.origin and (method != "GET" or origin is not None):
            raise _foreign("setup.origin")
        if path != "/setup" and headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            raise _foreign("setup.origin")


def _same(secret: str, given: str) -> bool:
    """In constant time. An empty secret is none: nothing is the same as it."""
    given_bytes = given.encode(errors="replace")
    return bool(secret) and hmac.compare_digest(secret.encode(), given_bytes)


def _foreign(code: str) -> ForeignRequest:
    return ForeignRequest(
        code, "only the set-up page itself may ask this", fix="open the address the cart shows"
    )
