"""The HTTP application: every route, and what surrounds each."""

import time
from functools import partial

from aiohttp import web

from streaming.signaling import operations, pages, seats, whep
from streaming.signaling.entries import ENTRIES, Entries, limit_entries
from streaming.signaling.headers import add_security_headers
from streaming.signaling.hosts import HOSTS, Hosts
from streaming.signaling.metrics import METRICS, Metrics, count_requests
from streaming.signaling.ports import DEPS, Deps
from streaming.signaling.problems import contain_errors
from streaming.signaling.revocation import watch_revocations
from streaming.signaling.websocket import SOCKETS, Sockets, open_socket

MAX_BODY_BYTES = 65_536


def create_app(deps: Deps) -> web.Application:
    app = web.Application(
        middlewares=[count_requests, whep.allow_every_site, contain_errors, limit_entries],
        client_max_size=MAX_BODY_BYTES,
    )
    app[DEPS] = deps
    app[METRICS] = Metrics(deps.rooms, deps.media_figures)
    sockets: Sockets = {}
    app[SOCKETS] = sockets
    app[HOSTS] = Hosts(deps.trusted_proxies)
    app[ENTRIES] = Entries(partial(_holds_seat, deps), now_s=time.monotonic())
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


async def _holds_seat(deps: Deps, cookie: str) -> bool:
    return await deps.seats.holds(cookie, now_s=int(time.time()))


async def close_sockets(app: web.Application) -> None:
    sockets = app[SOCKETS]
    for client in tuple(sockets):
        client.close("server.stopping")
