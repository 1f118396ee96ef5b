from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from streaming.signaling.headers import SECURITY_HEADERS
from tests.signaling.node import Node, running_node

PAGES = {"/": "index", "/cart": "cart", "/expert": "expert", "/observer": "observer"}


@pytest.fixture
async def built(tmp_path: Path) -> AsyncIterator[Node]:
    webdist = tmp_path / "webdist"
    (webdist / "assets").mkdir(parents=True)
    for name in PAGES.values():
        (webdist / f"{name}.html").write_text(f"<title>{name}</title>")
    (webdist / "assets" / "main-a1b2c3.js").write_text("export {}")
    (tmp_path / "secret.txt").write_text("secret")
    async with running_node(tmp_path) as node:
        yield node


async def get(node: Node, path: str) -> aiohttp.ClientResponse:
    async with aiohttp.ClientSession() as session, session.get(node.url(path)) as response:
        await response.read()
        return response


@pytest.mark.parametrize(("path", "name"), PAGES.items())
async def test_each_page_is_served_fresh(built: Node, path: str, name: str) -> None:
    response = await get(built, path)
    assert (response.status, response.content_type) == (200, "text/html")
    assert await response.text() == f"<title>{name}</title>"
    assert response.headers["Cache-Control"] == "no-store"


async def test_assets_may_be_kept_for_ever(built: Node) -> None:
    response = await get(built, "/assets/main-a1b2c3.js")
    assert response.status == 200
    assert response.content_type in {"text/javascript", "application/javascript"}
    assert "immutable" in response.headers["Cache-Control"]


@pytest.mark.parametrize(
    "path",
    [
        "/assets/none.js",
        "/assets/",
        "/assets/..%2f..%2fsecret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/assets/..%2fcart.html",
        "/assets/%00",
        "/assets/%ff",
        "/assets/" + "x" * 300,
        "/cart.html",
        "/favicon.ico",
    ],
)
async def test_nothing_else_is_served(built: Node, path: str) -> None:
    assert (await get(built, path)).status == 404


async def test_a_client_that_is_not_built_is_said_kindly(node: Node) -> None:
    response = await get(node, "/cart")
    assert (response.status, response.content_type) == (503, "text/plain")
    assert "make web" in await response.text()


@pytest.mark.parametrize("path", ["/", "/healthz", "/api/openapi.json", "/api/seats/x", "/none"])
async def test_every_answer_has_the_security_headers(built: Node, path: str) -> None:
    headers = (await get(built, path)).headers
    for name, value in SECURITY_HEADERS.items():
        assert headers[name] == value
    assert "Server" not in headers


def test_the_policy_allows_no_foreign_and_no_inline_script() -> None:
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
