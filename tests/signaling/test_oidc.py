"""From the node to a real identity provider and back, as a browser goes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest

from streaming.auth import oidc as auth_oidc
from streaming.auth.accounts import AccountBook
from streaming.auth.oidc import RoleMapping, SignOn
from streaming.auth.oidc_provider import ClientAccount
from streaming.domain.session import Role
from streaming.signaling import oidc
from tests.auth.identity_provider import SECRET, IdentityProvider, running_provider
from tests.signaling.node import Node, running_node
from tests.signaling.test_seats import problem

START, CALLBACK = "/api/oidc/start", "/api/oidc/callback"
MAPPING = RoleMapping("groups", {"us-experts": frozenset({Role.EXPERT})})


@dataclass
class Site:
    """A node and its identity provider."""

    auth_method: str
    secret: str
    node: Node | None = None
    provider: IdentityProvider | None = None

    @asynccontextmanager
    async def sign_on(self, origin: str, accounts: AccountBook) -> AsyncIterator[SignOn]:
        back = origin + CALLBACK
        async with running_provider(back, auth_method=self.auth_method) as provider:
            self.provider = provider
            client = ClientAccount(provider.issuer, "sonopair", self.secret, back)
            yield SignOn(client, MAPPING, accounts=accounts)

    def browser(self) -> aiohttp.ClientSession:
        assert self.node
        return self.node.browser()

    async def begin(self, browser: aiohttp.ClientSession) -> str:
        """Where the node sends the browser."""
        assert self.node
        async with browser.get(self.node.url(START), allow_redirects=False) as response:
            assert response.status == 303
            return response.headers["Location"]

    async def through_the_provider(
        self, browser: aiohttp.ClientSession, *, name: str = "ito"
    ) -> str:
        """The address that the provider leads back to."""
        assert self.provider
        back = await self.provider.visit(await self.begin(browser), name=name)
        assert self.node and back.startswith(self.node.url(CALLBACK))
        return back

    async def me(self, browser: aiohttp.ClientSession) -> dict[str, object] | None:
        assert self.node
        async with browser.get(self.node.url("/api/me")) as response:
            return await response.json() if response.status == 200 else None


@asynccontextmanager
async def running_site(
    folder: Path, *, auth_method: str = "client_secret_basic", secret: str = SECRET
) -> AsyncIterator[Site]:
    site = Site(auth_method, secret)
    async with running_node(folder, sign_on=site.sign_on) as node:
        site.node = node
        yield site


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with running_site(tmp_path) as site:
        yield site


async def back(browser: aiohttp.ClientSession, url: str) -> tuple[int, str]:
    """Follow the address that the provider led to: status, and the code on the page if any."""
    async with browser.get(url, allow_redirects=False) as response:
        page = await response.text()
        if response.status == 303:
            return 303, response.headers["Location"]
        assert response.content_type == "text/html"
        return response.status, page.partition("<small>")[2].partition("<")[0]


def changed(url: str, **changes: str) -> str:
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return parts._replace(query=urlencode(query | changes)).geturl()


@pytest.mark.parametrize("auth_method", ["client_secret_basic", "client_secret_post"])
async def test_whom_the_provider_knows_is_signed_in_with_the_roles_it_says(
    tmp_path: Path, auth_method: str
) -> None:
    async with running_site(tmp_path, auth_method=auth_method) as site, site.browser() as browser:
        assert await back(browser, await site.through_the_provider(browser)) == (303, "/worklist")
        me = await site.me(browser)
        assert me is not None
        assert (me["login"], me["name"], me["roles"]) == ("ito", "Dr. ito", ["expert"])
        assert not me["must_change"]
        assert site.node
        body = {"role": "expert"}
        async with browser.post(site.node.url("/api/rooms/demo/seats"), json=body) as response:
            assert (response.status, (await response.json())["verified"]) == (201, True)
        await site.node.audit.flush()
        assert ("login.ok", {"account": me["id"], "by": "oidc"}) in await site.node.audit_events()


async def test_the_browser_is_sent_with_state_nonce_and_a_challenge(site: Site) -> None:
    async with site.browser() as browser:
        url = await site.begin(browser)
        cookie = next(iter(browser.cookie_jar))
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    assert site.node and site.provider
    assert url.startswith(site.provider.issuer)
    assert asked["redirect_uri"] == site.node.url(CALLBACK)
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert len({asked["state"], asked["nonce"], asked["code_challenge"], cookie.value}) == 4
    assert cookie.key == "__Host-sonopair-oidc"
    assert cookie["secure"] and cookie["httponly"]
    assert (cookie["samesite"], cookie["path"]) == ("Lax", "/")


async def test_coming_again_finds_the_same_account(site: Site) -> None:
    ids = set()
    for _ in range(2):
        async with site.browser() as browser:
            await back(browser, await site.through_the_provider(browser))
            me = await site.me(browser)
            assert me is not None
            ids.add(me["id"])
    assert len(ids) == 1


async def test_another_state_lets_nobody_in_and_uses_the_sign_in_up(site: Site) -> None:
    async with site.browser() as browser:
        url = await site.through_the_provider(browser)
        assert await back(browser, changed(url, state="x" * 43)) == (401, "oidc.state")
        assert await back(browser, url) == (401, "oidc.state")
        assert await site.me(browser) is None


async def test_another_browser_cannot_finish_a_sign_in(site: Site) -> None:
    """Neither by the address alone (a victim led to it), nor by one with a sign-in of its own."""
    async with site.browser() as browser, site.browser() as victim:
        url = await site.through_the_provider(browser)
        assert await back(victim, url) == (401, "oidc.state")
        await site.begin(victim)
        assert await back(victim, url) == (401, "oidc.state")
        assert await site.me(victim) is None


async def test_an_answer_is_good_once(site: Site) -> None:
    async with site.browser() as browser:
        url = await site.through_the_provider(browser)
        assert (await back(browser, url))[0] == 303
        assert await back(browser, url) == (401, "oidc.state")


async def test_a_code_that_was_used_is_refused_by_the_provider(site: Site) -> None:
    async with site.browser() as browser:
        url = await site.through_the_provider(browser)
        code = parse_qs(urlsplit(url).query)["code"][0]
        assert (await back(browser, url))[0] == 303
    async with site.browser() as thief:
        own = await site.through_the_provider(thief, name="thief")
        assert await back(thief, changed(own, code=code)) == (401, "oidc.refused")
        assert await site.me(thief) is None


async def test_an_answer_in_the_name_of_another_provider_is_refused(site: Site) -> None:
    async with site.browser() as browser:
        url = await site.through_the_provider(browser)
        other = changed(url, iss="https://attacker.example")
        assert await back(browser, other) == (401, "oidc.state")


async def test_a_provider_that_says_no_is_told_to_the_person(site: Site) -> None:
    async with site.browser() as browser:
        state = parse_qs(urlsplit(await site.begin(browser)).query)["state"][0]
        assert site.node
        url = site.node.url(f"{CALLBACK}?error=access_denied&state={state}")
        assert await back(browser, url) == (401, "oidc.denied")


async def test_failing_all_the_time_leaves_few_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oidc, "FAILURES_PER_S", 0)
    codes = set()
    async with running_site(tmp_path) as site, site.browser() as browser:
        assert site.node
        for number in range(oidc.FAILURES_BURST + 2):
            never_begun = site.node.url(f"{CALLBACK}?state=x&code={number}")
            codes.add((await back(browser, never_begun))[1])
            state = parse_qs(urlsplit(await site.begin(browser)).query)["state"][0]
            denied = site.node.url(f"{CALLBACK}?error=access_denied&state={state}")
            codes.add((await back(browser, denied))[1])
        await site.node.audit.flush()
        rows = [facts["code"] for event, facts in await site.node.audit_events() if "code" in facts]
    assert codes == {"oidc.state", "oidc.denied"}
    assert rows == ["oidc.denied"] * oidc.FAILURES_BURST


async def test_who_has_no_role_here_gets_no_account(site: Site) -> None:
    async with site.browser() as browser:
        url = await site.through_the_provider(browser, name="nobody")
        assert await back(browser, url) == (403, "oidc.roles")
        assert site.node and await site.node.accounts.accounts() == []


async def test_a_disabled_account_stays_out(site: Site) -> None:
    assert site.node
    async with site.browser() as browser:
        await back(browser, await site.through_the_provider(browser))
        (account,) = await site.node.accounts.accounts()
        await site.node.accounts.change(account.id, disabled=True)
        assert await site.me(browser) is None
        url = await site.through_the_provider(browser)
        assert await back(browser, url) == (403, "account.disabled")


async def test_a_wrong_client_secret_is_named(tmp_path: Path) -> None:
    async with running_site(tmp_path, secret="another") as site, site.browser() as browser:
        url = await site.through_the_provider(browser)
        assert await back(browser, url) == (401, "oidc.refused")


@pytest.mark.parametrize("is_begun", [True, False])
async def test_a_provider_that_is_down_is_a_page_that_says_so(site: Site, is_begun: bool) -> None:
    assert site.provider and site.node
    async with site.browser() as browser:
        url = await site.through_the_provider(browser) if is_begun else site.node.url(START)
        await site.provider.stop()
        async with browser.get(url, allow_redirects=False) as response:
            page = await response.text()
            assert (response.status, response.headers["Retry-After"]) == (503, "5")
        assert "doesn&#x27;t answer" in page and "oidc.provider" in page
        assert await site.me(browser) is None


async def test_a_sign_in_that_takes_too_long_is_begun_anew(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auth_oidc, "PENDING_S", 0)
    async with site.browser() as browser:
        url = await site.through_the_provider(browser)
        assert await back(browser, url) == (401, "oidc.state")


async def test_few_sign_ins_wait_at_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth_oidc, "MAX_PENDING", 1)
    async with site.browser() as early, site.browser() as late:
        first = await site.through_the_provider(early)
        second = await site.through_the_provider(late)
        assert await back(early, first) == (401, "oidc.state")
        assert (await back(late, second))[0] == 303


async def test_without_a_provider_there_is_nothing_there(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    for path in (START, CALLBACK):
        async with browser.get(node.url(path)) as response:
            assert await problem(response) == (404, "request.not_found")
    async with browser.get(node.url("/api/login")) as response:
        assert await response.json() == {"oidc": False}


async def test_what_the_provider_says_of_itself_cannot_change_the_page(site: Site) -> None:
    assert site.node
    async with site.browser() as browser:
        url = site.node.url(f"{CALLBACK}?error=%3Cscript%3E&error_description=%3Cscript%3E")
        async with browser.get(url) as response:
            assert "<script" not in await response.text()
            assert "script-src 'self'" in response.headers["Content-Security-Policy"]


async def test_who_lost_every_role_at_the_provider_loses_session_and_seats_here(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert site.node
    async with site.browser() as browser, site.browser() as elsewhere:
        await back(browser, await site.through_the_provider(browser))
        body = {"role": "expert"}
        async with browser.post(site.node.url("/api/rooms/demo/seats"), json=body) as response:
            seat = (await response.json())["id"]
        monkeypatch.setattr(site.node.deps.sign_on, "_mapping", RoleMapping("groups", {}))
        answer = await back(elsewhere, await site.through_the_provider(elsewhere))
        assert answer == (403, "oidc.roles")
        assert await site.me(browser) is None
        assert await site.node.book.revoked([seat], now_s=0) == {seat}
    await site.node.audit.flush()
    events = [event for event, _ in await site.node.audit_events()]
    assert (events.count("account.created"), events.count("account.changed")) == (1, 1)
