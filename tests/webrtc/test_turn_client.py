"""Against a real coturn."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from streaming.domain.turn import RelayTransport, TurnUrl, parse_turn_url
from streaming.webrtc import turn_client
from streaming.webrtc.turn_client import TurnRefused, TurnSilent, connected
from tests.coturn import Coturn, running_coturn

NODE = "127.0.0.1"


@pytest.fixture
async def coturn(tmp_path: Path) -> AsyncIterator[Coturn]:
    # Every nonce is stale after a second, so that the client meets one sooner or later.
    async with running_coturn(tmp_path, edit=lambda config: config + "stale-nonce=1\n") as coturn:
        yield coturn


async def test_what_is_relayed_arrives_over_each_transport(coturn: Coturn) -> None:
    assert coturn.settings.turn is not None
    loop = asyncio.get_running_loop()
    transports = set()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as node:
        node.bind((NODE, 0))
        port = node.getsockname()[1]
        for text in coturn.settings.turn.urls:
            url = parse_turn_url(text)
            transports.add(url.transport)
            async with connected(url, tls=coturn.trusted) as client:
                await client.allocate(*coturn.credentials(), reaching=NODE)
                await client.permit(NODE)
                async with asyncio.timeout(20):
                    client.send(text.encode(), NODE, port)
                    assert await loop.sock_recv(node, 2_048) == text.encode()
    assert transports == set(RelayTransport)


async def test_a_stale_nonce_is_replaced(coturn: Coturn) -> None:
    async with connected(url_of(coturn), tls=coturn.trusted) as client:
        await client.allocate(*coturn.credentials(), reaching=NODE)
        before = client._auth
        async with asyncio.timeout(20):
            while client._auth is before:
                await client.permit(NODE)
                await asyncio.sleep(0.1)
        assert before is not None
        assert client._auth is not None
        assert client._auth.nonce != before.nonce


@pytest.mark.parametrize("expires_in_s", [-1, -3_600])
async def test_expired_credentials_are_refused(coturn: Coturn, expires_in_s: int) -> None:
    async with connected(url_of(coturn), tls=coturn.trusted) as client:
        with pytest.raises(TurnRefused) as refusal:
            await client.allocate(*coturn.credentials(expires_in_s=expires_in_s), reaching=NODE)
    assert refusal.value.error == 401
    assert not client.is_open


async def test_what_was_begun_in_time_goes_on_after_it(coturn: Coturn) -> None:
    async with connected(url_of(coturn), tls=coturn.trusted) as client:
        credentials = coturn.credentials(expires_in_s=4)
        await client.allocate(*credentials, reaching=NODE)
        async with asyncio.timeout(20):
            while True:
                if await is_refused(coturn, credentials):
                    break
                await asyncio.sleep(0.1)
        await client.permit(NODE)


async def test_a_server_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn_client, "ANSWER_TIMEOUT_S", 0.2)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind((NODE, 0))
        url = TurnUrl(NODE, silent.getsockname()[1], RelayTransport.UDP)
        async with connected(url, tls=ssl.create_default_context()) as client:
            with pytest.raises(TurnSilent):
                await client.allocate("name", "password", reaching=NODE)


def url_of(coturn: Coturn) -> TurnUrl:
    assert coturn.settings.turn is not None
    return parse_turn_url(coturn.settings.turn.urls[0])


async def is_refused(coturn: Coturn, credentials: tuple[str, str]) -> bool:
    async with connected(url_of(coturn), tls=coturn.trusted) as client:
        try:
            await client.allocate(*credentials, reaching=NODE)
        except TurnRefused:
            return True
    return False
