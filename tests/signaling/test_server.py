import ssl
from pathlib import Path

import aiohttp
import pytest

from streaming.domain.errors import BadInput
from streaming.domain.session import Role
from streaming.signaling.server import PortTaken, bind_http, tls_context
from tests.signaling.node import Node, close_of, running_node


def test_a_taken_port_is_named_with_a_way_out() -> None:
    first = bind_http("127.0.0.1", 0)
    port = first.getsockname()[1]
    with pytest.raises(PortTaken) as caught:
        bind_http("127.0.0.1", port)
    assert str(port) in str(caught.value)
    assert "--port" in caught.value.fix
    first.close()


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host"])
def test_an_address_of_another_machine_is_refused(host: str) -> None:
    with pytest.raises(BadInput) as caught:
        bind_http(host, 0)
    assert caught.value.code == "http.address"


def test_a_certificate_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.pem").write_text("no certificate")
    for certificate in (tmp_path / "bad.pem", tmp_path / "missing.pem"):
        with pytest.raises(BadInput) as caught:
            tls_context(certificate, certificate)
        assert caught.value.code == "tls.unusable"


async def test_over_tls_browsers_are_told_to_stay_there(tmp_path: Path) -> None:
    from streaming.signaling.application import create_app
    from streaming.signaling.server import serve_http
    from tests.signaling.certificate import write_certificate

    certificate, key = write_certificate(tmp_path)
    trust = ssl.create_default_context(cafile=str(certificate))
    async with running_node(tmp_path) as node:
        listener = bind_http("127.0.0.1", 0)
        port = listener.getsockname()[1]
        runner = await serve_http(
            create_app(node.deps), listener, tls=tls_context(certificate, key)
        )
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"https://127.0.0.1:{port}/healthz", ssl=trust) as response,
        ):
            assert "max-age" in response.headers["Strict-Transport-Security"]
        await runner.cleanup()


async def test_stopping_says_goodbye_so_that_clients_reconnect(tmp_path: Path) -> None:
    async with running_node(tmp_path) as node:
        browser = node.browser()
        socket = await node.enter(browser, Role.OPERATOR)
    assert await close_of(socket) == (1001, "server.stopping")
    await browser.close()


async def test_a_restart_keeps_every_seat(tmp_path: Path) -> None:
    async def seat_of(node: Node, value: str) -> str:
        headers = {"Cookie": f"__Host-sonopair-expert={value}"}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.get(node.url("/api/seats/expert")) as response,
        ):
            assert response.status == 200
            return str((await response.json())["id"])

    async with running_node(tmp_path) as node, node.browser() as browser:
        seat_id = await node.seated(browser)
        (value,) = [cookie.value for cookie in browser.cookie_jar]
    async with running_node(tmp_path) as node:
        assert await seat_of(node, value) == seat_id
