"""Browsers that reach the node through a real coturn only, or that could but needn't."""

import asyncio
import base64
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.async_api import Page, expect

from benchmarks.recovery.watching import COUNT_PEERS
from streaming.commands.certificates import LocalTls
from streaming.commands.turn_config import turn_of
from streaming.domain.turn import RelayTransport
from tests.chromium import OpenPage, pages_of, running_chromium
from tests.coturn import SECRET, Coturn, running_coturn
from tests.e2e.demo import Demo, running_demo
from tests.e2e.picture import await_frames

WAIT_MS = 60_000

RELAY_ONLY = """
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(config) { super({ ...config, iceTransportPolicy: "relay" }); }
};
"""
"""As behind a firewall that lets nothing but the relay through."""

ONLY_URL = """
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(config) {
    const iceServers = config.iceServers.map(
      (server) => ({ ...server, urls: server.urls.filter((url) => url === %s) }));
    super({ ...config, iceServers });
  }
};
"""
"""As behind a firewall that lets one of the relay's addresses through."""


def trusting(files: LocalTls) -> str:
    """Lets a browser trust this one server's certificate: relays over TLS ask the same verifier
    as pages do."""
    certificate = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    digest = base64.b64encode(hashlib.sha256(key).digest()).decode()
    return f"--ignore-certificate-errors-spki-list={digest}"


@asynccontextmanager
async def relaying_demo(
    folder: Path, monkeypatch: pytest.MonkeyPatch, coturn: Coturn, *, policy: str
) -> AsyncIterator[Demo]:
    monkeypatch.setenv("SONOPAIR_TURN__URLS", json.dumps(turn_of(coturn.settings).urls))
    monkeypatch.setenv("SONOPAIR_TURN__SECRET", SECRET)
    monkeypatch.setenv("SONOPAIR_TURN__POLICY", policy)
    async with running_demo(folder) as demo:
        yield demo


async def scripted_page(open_page: OpenPage, script: str, url: str) -> Page:
    page = await open_page("about:blank")
    await page.add_init_script(script)
    await page.goto(url)
    return page


async def until_it_comes(page: Page, way: str) -> None:
    """A moving picture, this way."""
    badge = page.get_by_test_id("latency-badge")
    await expect(badge).to_have_attribute("data-way", way, timeout=WAIT_MS)
    async with asyncio.timeout(WAIT_MS / 1_000):
        await await_frames(page)


@pytest.fixture
async def coturn(tmp_path: Path) -> AsyncIterator[Coturn]:
    async with running_coturn(tmp_path) as coturn:
        yield coturn


async def test_the_picture_comes_through_the_relay_over_each_transport(
    coturn: Coturn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    autoplay = "--autoplay-policy=no-user-gesture-required"
    with running_chromium(autoplay, trusting(coturn.files)) as address:
        async with (
            relaying_demo(tmp_path, monkeypatch, coturn, policy="relay") as demo,
            pages_of(address) as open_page,
        ):
            for transport in RelayTransport:
                only = ONLY_URL % json.dumps(coturn.url(transport))
                page = await scripted_page(open_page, only, demo.expert_url)
                await until_it_comes(page, transport)
                await page.close()


async def test_when_the_relay_dies_only_who_came_through_it_notices_and_is_told(
    coturn: Coturn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_page: OpenPage
) -> None:
    async with relaying_demo(tmp_path, monkeypatch, coturn, policy="all") as demo:
        direct = await scripted_page(open_page, COUNT_PEERS, demo.observer_url)
        relayed = await scripted_page(open_page, RELAY_ONLY, demo.expert_url)
        await until_it_comes(direct, "direct")
        await until_it_comes(relayed, "udp")
        await coturn.kill()
        told = relayed.get_by_test_id("reconnecting")
        await expect(told).to_contain_text("The relay server", timeout=WAIT_MS)
        await until_it_comes(direct, "direct")
        assert await direct.evaluate("window.peers.length") == 1
        newcomer = await scripted_page(open_page, RELAY_ONLY, demo.observer_url)
        await expect(newcomer.get_by_test_id("relay-lost")).to_be_visible(timeout=WAIT_MS)
        await coturn.restart()
        await until_it_comes(newcomer, "udp")
        await until_it_comes(relayed, "udp")
