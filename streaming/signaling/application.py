"""The HTTP application: every route, and what surrounds each."""

import time

from aiohttp import web

from streaming.domain.errors import LimitReached
from streaming.signaling import operations, pages, seats, whep
from streaming.signaling.client import SocketClient
from streaming.signaling.headers import add_security_headers
from streaming.signaling.metrics import METRICS, Metrics, count_requests
from streaming.signaling.ports import DEPS, Deps
from streaming.signaling.problems import Handler, contain_errors
from streaming.signaling.revocation import watch_revocations
from streaming.signaling.throttle import Throttle
from streaming.signaling.websocket import SOCKETS, open_socket

MAX_BODY_BYTES = 65_536
ENTRIES_PER_S = 10
ENTRIES_BURST = 50
"""Seats, tickets and players a host may ask for; people behind one address share it."""

_ENTRIES = web.AppKey("entries", Throttle)


def create_app(deps: Deps) -> web.Application:
    app = web.Application(
        middlewares=[count_requests, whep.allow_every_site, contain_errors, limit_entries],
        client_max_size=MAX_BODY_BYTES,
    )
    app[DEPS] = deps
    app[METRICS] = Metrics(deps.rooms, deps.media_figures)
    sockets: set[SocketClient] = set()
    app[SOCKETS] = sockets
    app[_ENTRIES] = Throttle(rate_per_s=ENTRIES_PER_S, burst=ENTRIES_BURST)
    app.on_response_prepare.append(add_security_headers)
    app.on_shutdown.append(close_sockets)
    app.cleanup_ctx.append(watch_revocations)
    app.add_routes(_routes())
    return app


def _routes() -> list[web.RouteDef]:
    return [
        *(web.get(path, pages.page) for path in pages.PAGES),
        web.get("/assets/{path:.+}", pages.asset),
        web.post("/api/seats", seats.take_seat),
        web.get("/api/seats/{role}", seats.show_seat),
        web.delete("/api/seats/{role}", seats.leave_seat),
        web.post("/api/tickets", seats.issue_ticket),
        web.get("/api/ws", open_socket, allow_head=False),
        web.get("/api/openapi.json", operations.openapi),
        web.post(whep.ENDPOINT, whep.start_player),
        web.options(whep.ENDPOINT, whep.preflight),
        web.delete(whep.RESOURCE, whep.end_player),
        web.options(whep.RESOURCE, whep.preflight),
        web.get("/healthz", operations.healthz),
        web.get("/readyz", operations.readyz),
        web.get("/metrics", operations.metrics),
    ]


@web.middleware
async def limit_entries(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every POST gives somebody an entry: a seat, a ticket, a player."""
    if request.method == "POST" and not request.app[_ENTRIES].take(
        request.remote or "", now_s=time.monotonic()
    ):
        raise LimitReached("request.rate", "Too many requests from this address.")
    return await handler(request)


async def close_sockets(app: web.Application) -> None:
    sockets = app[SOCKETS]
    for client in tuple(sockets):
        client.close("server.stopping")
