"""For those who run the node: /healthz, /readyz, /metrics, /api/openapi.json."""

import hmac
import ipaddress
from http import HTTPStatus
from urllib.parse import urlsplit

from aiohttp import web

from streaming.domain.errors import NotAllowed
from streaming.signaling.metrics import METRICS
from streaming.signaling.openapi import openapi_document
from streaming.signaling.ports import DEPS

_PROXY_HEADERS = ("Forwarded", "X-Forwarded-For", "X-Real-IP")


async def healthz(request: web.Request) -> web.Response:
    """The process runs and answers; nothing else is asked."""
    return web.json_response({"status": "ok", "version": request.app[DEPS].version})


async def readyz(request: web.Request) -> web.Response:
    """Whether new people can be taken in; what keeps the node from it otherwise."""
    problems = dict(request.app[DEPS].not_ready())
    if not problems:
        return web.json_response({"status": "ready", "problems": {}})
    return web.json_response(
        {"status": "not ready", "problems": problems},
        status=HTTPStatus.SERVICE_UNAVAILABLE,
        headers={"Retry-After": "2"},
    )


async def metrics(request: web.Request) -> web.Response:
    _require_metrics_right(request)
    return web.Response(
        body=request.app[METRICS].exposition(),
        headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"},
    )


async def openapi(request: web.Request) -> web.Response:
    return web.json_response(openapi_document(request.app[DEPS].version))


def _require_metrics_right(request: web.Request) -> None:
    token = request.app[DEPS].metrics_token
    if token:
        given = request.headers.get("Authorization", "")
        # A header's bytes that aren't UTF-8 arrive as surrogates.
        given_bytes = given.encode("utf-8", "surrogateescape")
        allowed = hmac.compare_digest(given_bytes, f"Bearer {token}".encode())
    else:
        # Behind a proxy on this machine everybody seems to come from loopback.
        allowed = (
            _is_loopback(request.remote)
            and _asks_this_machine(request)
            and not any(header in request.headers for header in _PROXY_HEADERS)
        )
    if not allowed:
        raise NotAllowed(
            "metrics.private",
            "Metrics are for this machine, or for those with the token.",
            fix="set metrics.token and send it as a bearer token",
        )


def _asks_this_machine(request: web.Request) -> bool:
    """By loopback or by a name of the node's own. A browser on this machine may ask by a name of
    somebody else's that leads here: that page would read the answer."""
    host = _host_of(f"//{request.host}")
    own = {_host_of(origin) for origin in request.app[DEPS].origins}
    return host == "localhost" or _is_loopback(host) or host in own


def _host_of(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _is_loopback(host: str | None) -> bool:
    try:
        return host is not None and ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
