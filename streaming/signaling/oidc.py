"""/api/oidc: to the identity provider and back. What goes wrong is a page: a person looks at it."""

import html
import time
from http import HTTPStatus

import structlog
from aiohttp import web

from streaming.domain.errors import SonopairError
from streaming.signaling.bodies import session_cookie
from streaming.signaling.hosts import HOSTS
from streaming.signaling.ports import DEPS, SignOn
from streaming.signaling.problems import RequestError, status_of
from streaming.signaling.sessions import set_session_cookie
from streaming.signaling.throttle import Throttle

CALLBACK_PATH = "/api/oidc/callback"
STATE_COOKIE = "__Host-sonopair-oidc"
STATE_COOKIE_S = 600
AFTER = "/worklist"

FAILURES = web.AppKey("oidc failures", Throttle)
FAILURES_PER_S = 0.1
FAILURES_BURST = 10
"""Rows of one host."""

log = structlog.get_logger()

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Not signed in – Sonopair</title>
<h1>Not signed in</h1>
<p>{message}</p>
<p>{fix}</p>
<p><a href="/api/oidc/start">Try again</a> or <a href="/login">sign in with a password</a>.</p>
<p><small>{code}</small></p>
</html>
"""


def new_failures() -> Throttle:
    return Throttle(rate_per_s=FAILURES_PER_S, burst=FAILURES_BURST)


async def start(request: web.Request) -> web.Response:
    sign_on = _sign_on(request)
    try:
        url, cookie = await sign_on.start(now_s=int(time.time()))
    except SonopairError as error:
        return _failure(error)
    response = web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": url})
    # Lax: the provider's page leads back here, and Strict isn't sent along then.
    response.set_cookie(
        STATE_COOKIE,
        cookie,
        max_age=STATE_COOKIE_S,
        path="/",
        secure=True,
        httponly=True,
        samesite="Lax",
    )
    return response


async def callback(request: web.Request) -> web.Response:
    deps, sign_on, now_s = request.app[DEPS], _sign_on(request), int(time.time())
    try:
        account = await sign_on.finish(
            request.cookies.get(STATE_COOKIE, ""), dict(request.query), now_s=now_s
        )
        signed_in = await deps.sessions.open(account, cookie=session_cookie(request), now_s=now_s)
    except SonopairError as error:
        _put_on_record(request, error)
        return _failure(error)
    deps.audit.record("login.ok", account=account.id, by="oidc")
    log.info("signed in", account=account.id, by="oidc")
    response = web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": AFTER})
    set_session_cookie(response, signed_in)
    _forget_state(response)
    return response


def _put_on_record(request: web.Request, error: SonopairError) -> None:
    """Anybody may come to the callback, and the audit trail only grows: who was never sent out is
    counted in /metrics, by route and status, and of the rest some of each host are on record."""
    if error.code == "oidc.state":
        return
    host = request.app[HOSTS].of(request)
    if request.app[FAILURES].take(host, now_s=time.monotonic()):
        audit = request.app[DEPS].audit
        audit.record("login.failed", account="unknown", by="oidc", code=error.code)


def _sign_on(request: web.Request) -> SignOn:
    sign_on = request.app[DEPS].sign_on
    if sign_on is None:
        raise RequestError(
            HTTPStatus.NOT_FOUND, "request.not_found", "This node has no identity provider."
        )
    return sign_on


def _failure(error: SonopairError) -> web.Response:
    status = status_of(error)
    text = _PAGE.format(
        message=html.escape(str(error)), fix=html.escape(error.fix), code=html.escape(error.code)
    )
    response = web.Response(status=status, text=text, content_type="text/html")
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "5"
    _forget_state(response)
    return response


def _forget_state(response: web.Response) -> None:
    response.del_cookie(STATE_COOKIE, path="/", secure=True, httponly=True, samesite="Lax")
