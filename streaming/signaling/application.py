"""The HTTP application: every route, and what surrounds each."""

import time
from functools import partial

from aiohttp import web

from streaming.signaling import (
    account_seats,
    accounts,
    encounters,
    invites,
    oidc,
    operations,
    pages,
    seats,
    sessions,
    stills,
    turn,
    whep,
    worklist,
)
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
    app[ENTRIES] = Entries(partial(_holds_entry, deps), now_s=time.monotonic())
    app[invites.INVITE_RATIONS] = invites.new_rations()
    app[oidc.FAILURES] = oidc.new_failures()
    app.on_response_prepare.append(add_security_headers)
    app.on_shutdown.append(close_sockets)
    app[worklist.WORKLISTS] = worklist.Worklists()
    app.on_shutdown.append(worklist.stop_worklists)
    app.cleanup_ctx.append(watch_revocations)
    app.add_routes(routes())
    return app


def routes() -> list[web.RouteDef]:
    return [
        *(web.get(path, pages.page) for path in pages.PAGES),
        web.get("/assets/{path:.+}", pages.asset),
        web.get("/ca.crt", pages.authority),
        web.post("/api/seats", seats.take_seat),
        web.get("/api/seats/{role}", seats.show_seat),
        web.delete("/api/seats/{role}", seats.leave_seat),
        web.post("/api/tickets", seats.issue_ticket),
        web.post("/api/turn", turn.issue_relay_access),
        web.post("/api/invites", invites.create_invite),
        web.post("/api/invites/revoke", invites.revoke_invites),
        web.get("/api/login", sessions.login_options),
        web.post("/api/login", sessions.login),
        web.post("/api/logout", sessions.logout),
        web.get("/api/oidc/start", oidc.start, allow_head=False),
        web.get(oidc.CALLBACK_PATH, oidc.callback, allow_head=False),
        web.get("/api/me", sessions.show_me),
        web.post("/api/me/password", sessions.change_password),
        web.get("/api/accounts", accounts.list_accounts),
        web.post("/api/accounts", accounts.add_account),
        web.patch("/api/accounts/{id}", accounts.change_account),
        web.get("/api/rooms", account_seats.list_rooms),
        web.post("/api/rooms/{room}/seats", account_seats.take_seat),
        web.get("/api/worklist", worklist.show),
        web.get("/api/worklist/events", worklist.follow, allow_head=False),
        web.post("/api/worklist/duty", worklist.set_duty),
        web.post("/api/worklist/{room}/accept", worklist.accept),
        web.get("/api/rooms/{room}/stills/{still}.png", stills.show_still),
        web.post("/api/rooms/{room}/encounter", encounters.choose_patient),
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


async def _holds_entry(deps: Deps, cookie: str) -> bool:
    now_s = int(time.time())
    return await deps.seats.holds(cookie, now_s=now_s) or await deps.sessions.holds(
        cookie, now_s=now_s
    )


async def close_sockets(app: web.Application) -> None:
    sockets = app[SOCKETS]
    for client in tuple(sockets):
        client.close("server.stopping")
