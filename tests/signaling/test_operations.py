from pathlib import Path

import aiohttp
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from streaming.signaling.application import create_app
from streaming.signaling.openapi import openapi_document
from tests.signaling.node import Node, running_node


async def get(url: str, **headers: str) -> tuple[int, str]:
    async with aiohttp.ClientSession(headers=headers) as session, session.get(url) as response:
        return response.status, await response.text()


def test_the_description_is_valid() -> None:
    OpenAPIV31SpecValidator(openapi_document("1.2.3")).validate()


async def test_the_description_covers_every_route_and_no_other(node: Node) -> None:
    routes = {
        (route.resource.canonical, route.method.lower())
        for route in create_app(node.deps).router.routes()
        if route.resource and route.method != "HEAD"
    }
    described = {
        (path, method)
        for path, operations in openapi_document("1.2.3")["paths"].items()
        for method in operations
    }
    assert described == routes


async def test_the_description_is_served(node: Node) -> None:
    status, text = await get(node.url("/api/openapi.json"))
    assert status == 200
    assert '"1.2.3"' in text


async def test_a_running_node_is_healthy_and_ready(node: Node) -> None:
    assert (await get(node.url("/healthz")))[0] == 200
    assert (await get(node.url("/readyz")))[0] == 200


async def test_what_keeps_the_node_from_being_ready_is_named(tmp_path: Path) -> None:
    problems = {"audit": "The disk is full."}
    async with running_node(tmp_path, not_ready=lambda: problems) as node:
        status, text = await get(node.url("/readyz"))
        assert (status, "The disk is full." in text) == (503, True)
        assert (await get(node.url("/healthz")))[0] == 200


async def test_metrics_show_rooms_and_requests_on_loopback(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    socket = await node.enter(browser)
    await get(node.url("/no/such/secret-path"))
    status, text = await get(node.url("/metrics"))
    assert status == 200
    assert 'sonopair_room_viewers{room="demo"} 1.0' in text
    assert 'route="/api/tickets",status="201"' in text
    assert 'route="unknown",status="404"' in text
    assert "secret-path" not in text
    await socket.close()


async def test_metrics_are_not_for_who_comes_through_a_proxy(node: Node) -> None:
    status, text = await get(node.url("/metrics"), **{"X-Forwarded-For": "192.0.2.1"})
    assert (status, "metrics.private" in text) == (403, True)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8443", 200),
        ("[::1]", 200),
        ("echo.example.org", 200),
        ("attacker.example", 403),
        ("localhost.attacker.example", 403),
        ("[::1", 403),
    ],
)
async def test_metrics_are_not_for_a_page_of_another_name_that_leads_here(
    tmp_path: Path, host: str, status: int
) -> None:
    async with running_node(tmp_path, origins=frozenset({"https://echo.example.org"})) as node:
        assert (await get(node.url("/metrics"), Host=host))[0] == status


async def test_with_a_token_metrics_are_for_who_has_it(tmp_path: Path) -> None:
    async with running_node(tmp_path, metrics_token="t" * 32) as node:
        assert (await get(node.url("/metrics")))[0] == 403
        assert (await get(node.url("/metrics"), Authorization="Bearer wrong"))[0] == 403
        assert (await get(node.url("/metrics"), Authorization=f"Bearer {'t' * 32}"))[0] == 200
