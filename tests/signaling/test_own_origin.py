"""Every route that changes something, found in the router, so that none can be forgotten."""

import aiohttp
import pytest
from aiohttp import web

from streaming.domain.session import Role
from streaming.signaling.application import routes
from streaming.signaling.whep import ENDPOINT, RESOURCE
from tests.signaling.node import Node
from tests.signaling.test_seats import problem

TAKES_NO_COOKIE = {ENDPOINT, RESOURCE}
"""WHEP is for pages of every site: it takes a bearer token and never a cookie."""

OPEN_TO_PROGRAMS = {"/api/seats", "/api/seats/{role}", "/api/tickets"}
"""What no browser sends, a program may ask for here without an Origin: it has no cookie that a
browser would add by itself."""

HARMLESS = {"GET", "HEAD", "OPTIONS"}


def changing_routes() -> list[tuple[str, str]]:
    return sorted(
        (route.method, route.path)
        for route in routes()
        if isinstance(route, web.RouteDef)
        and route.method not in HARMLESS
        and route.path not in TAKES_NO_COOKIE
    )


def concrete(path: str) -> str:
    return path.format(role="expert", room="demo", id="x", player="x")


@pytest.mark.parametrize(("method", "path"), changing_routes())
async def test_a_page_of_another_site_changes_nothing(
    node: Node, browser: aiohttp.ClientSession, method: str, path: str
) -> None:
    await node.signed_in(browser, Role.ADMIN, Role.EXPERT)
    await node.seated(browser)
    origins = ["https://attacker.example", "null", f"{node.origin}.attacker.example", ""]
    for origin in origins:
        async with browser.request(
            method, node.url(concrete(path)), json={}, headers={"Origin": origin}
        ) as response:
            assert await problem(response) == (403, "request.origin"), origin


@pytest.mark.parametrize(
    ("method", "path"), [row for row in changing_routes() if row[1] not in OPEN_TO_PROGRAMS]
)
async def test_who_does_not_say_where_they_come_from_changes_nothing(
    node: Node, method: str, path: str
) -> None:
    async with (
        aiohttp.ClientSession() as program,
        program.request(method, node.url(concrete(path)), json={}) as response,
    ):
        assert await problem(response) == (403, "request.origin")


@pytest.mark.parametrize(
    ("method", "path"), [row for row in changing_routes() if row[0] != "DELETE"]
)
@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded"])
async def test_what_a_form_can_send_changes_nothing(
    node: Node, browser: aiohttp.ClientSession, method: str, path: str, media_type: str
) -> None:
    async with browser.request(
        method, node.url(concrete(path)), data=b"{}", headers={"Content-Type": media_type}
    ) as response:
        assert await problem(response) == (415, "request.media_type")


def test_the_routes_are_found() -> None:
    assert {("POST", "/api/login"), ("DELETE", "/api/seats/{role}")} <= set(changing_routes())
