"""The set-up page's HTTP over a real socket, asked as a browser and as an attacker would."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import cv2
import numpy as np
import pytest
from aiohttp import web

from streaming.domain.frame import Size
from streaming.domain.profile import ScannerProfile, parse_profile, profile_sha256, render_profile
from streaming.picture.frame import RawFrame
from streaming.picture.layout import layout_of
from streaming.picture.masking import UNCONFIRMED, MaskState, MaskStatus
from streaming.picture.proposal import ADVICE
from streaming.setup_page.access import Access
from streaming.setup_page.server import IDLE_S, LINGER_S, SetupServer
from tests.picture.pictures import RECTANGLES, SECTOR, SIZE, profile, raw

DRAWN = {
    "name": "M-Turbo",
    "size": [640, 360],
    "regions": [{"rect": [97, 61, 301, 333]}, {"polygon": [[320, 24], [591, 250], [49, 250]]}],
    "mm_per_pixel": 0.21,
}


@dataclass
class Desk:
    profile: ScannerProfile | None = None
    mask: MaskStatus = UNCONFIRMED
    picture_size: Size | None = SIZE
    pictures: list[RawFrame] = field(default_factory=lambda: [raw(1), raw(2), raw(3)])
    confirmed: list[ScannerProfile] = field(default_factory=list)

    def freeze(self, timeout_s: float) -> RawFrame | None:
        return self.pictures.pop(0) if self.pictures else None

    def confirm(self, profile: ScannerProfile) -> None:
        self.confirmed.append(profile)


@dataclass
class Page:
    desk: Desk
    access: Access
    server: SetupServer
    client: aiohttp.ClientSession
    session: str | None = None

    @property
    def url(self) -> str:
        return self.access.origin

    def headers(self, **changes: str | None) -> dict[str, str]:
        """As the page's own fetch sends them; None leaves one out."""
        bearer = self.session and f"Bearer {self.session}"
        sent = {"Origin": self.url, "Sec-Fetch-Site": "same-origin", "Authorization": bearer}
        named = {name.replace("_", "-"): value for name, value in changes.items()}
        return {k: v for k, v in {**sent, **named}.items() if v is not None}

    async def ask(
        self, method: str, path: str, body: object = None, **headers: str | None
    ) -> tuple[int, object]:
        async with self.client.request(
            method, self.url + path, json=body, headers=self.headers(**headers)
        ) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if text else None

    async def code(self, method: str, path: str, body: object = None, **headers: str | None) -> str:
        _, answer = await self.ask(method, path, body, **headers)
        assert isinstance(answer, dict) and answer["message"]
        return str(answer["code"])

    async def log_in(self) -> None:
        token = self.access.new_url().partition("#token=")[2]
        status, answer = await self.ask("POST", "/api/session", {"token": token})
        assert status == 200 and isinstance(answer, dict)
        self.session = answer["session"]


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[Page]:
    (tmp_path / "assets").mkdir()
    (tmp_path / "setup.html").write_text("<!doctype html><title>Set-up</title>")
    (tmp_path / "assets" / "setup-1a2b.js").write_text("export {}")
    (tmp_path / "secret.txt").write_text("secret")
    sock = socket.create_server(("127.0.0.1", 0))
    desk, access = Desk(), Access(sock.getsockname()[1])
    server = SetupServer(desk, access, web_root=tmp_path)
    runner = web.AppRunner(server.application(), access_log=None)
    await runner.setup()
    await web.SockSite(runner, sock).start()
    async with aiohttp.ClientSession() as client:
        yield Page(desk, access, server, client)
    await runner.cleanup()


async def test_page_and_assets_are_served_under_a_strict_policy(page: Page) -> None:
    async with page.client.get(page.url + "/setup") as answer:
        assert answer.status == 200 and "Set-up" in await answer.text()
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    async with page.client.get(page.url + "/assets/setup-1a2b.js") as answer:
        assert answer.status == 200 and answer.content_type == "text/javascript"


async def test_nothing_else_is_served(page: Page) -> None:
    for path in ("/", "/assets/none.js", "/assets/..%2fsecret.txt", "/assets/../secret.txt"):
        status, _ = await page.ask("GET", path)
        assert status == 404


async def test_page_that_isnt_built_says_so(page: Page, tmp_path: Path) -> None:
    (tmp_path / "setup.html").unlink()
    assert await page.code("GET", "/setup") == "setup.not_built"


async def test_token_is_good_for_one_exchange(page: Page) -> None:
    token = page.access.new_url().partition("#token=")[2]
    assert len(token) >= 43
    assert (await page.ask("POST", "/api/session", {"token": token}))[0] == 200
    assert await page.code("POST", "/api/session", {"token": token}) == "setup.token"


async def test_new_address_voids_the_one_before(page: Page) -> None:
    old = page.access.new_url().partition("#token=")[2]
    page.access.new_url()
    assert await page.code("POST", "/api/session", {"token": old}) == "setup.token"


@pytest.mark.parametrize("token", ["", "x" * 43, None, 7, ["a"], "\ud800é"])
async def test_wrong_token_is_refused(page: Page, token: object) -> None:
    page.access.new_url()
    status, _ = await page.ask("POST", "/api/session", {"token": token})
    assert status == 401


async def test_empty_token_isnt_the_token_of_a_used_address(page: Page) -> None:
    await page.log_in()
    assert await page.code("POST", "/api/session", {"token": ""}) == "setup.token"


async def test_session_is_no_cookie_which_other_ports_would_get(page: Page) -> None:
    token = page.access.new_url().partition("#token=")[2]
    async with page.client.post(
        page.url + "/api/session", json={"token": token}, headers=page.headers()
    ) as answer:
        assert "Set-Cookie" not in answer.headers
        session = (await answer.json())["session"]
    assert len(session) >= 43
    for wrong in ("", session, f"Basic {session}", f"Bearer {session}x", "Bearer ", "Bearer"):
        code = await page.code("GET", "/api/profile", Authorization=wrong)
        assert code == "setup.session"
    assert (await page.ask("GET", "/api/profile", Authorization=f"Bearer {session}"))[0] == 200


async def test_new_session_voids_the_one_before(page: Page) -> None:
    await page.log_in()
    before = page.session
    await page.log_in()
    assert before != page.session
    page.session = before
    assert await page.code("GET", "/api/profile") == "setup.session"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/frame"),
        ("POST", "/api/frame"),
        ("GET", "/api/profile"),
        ("POST", "/api/profile"),
        ("POST", "/api/proposal"),
    ],
)
async def test_nothing_without_the_session(page: Page, method: str, path: str) -> None:
    assert await page.code(method, path, DRAWN) == "setup.session"
    assert len(page.desk.pictures) == 3 and page.desk.confirmed == []


async def test_rebound_name_and_other_hosts_are_refused(page: Page) -> None:
    await page.log_in()
    port = page.access.host.partition(":")[2]
    for host in ("evil.example", f"localhost:{port}", f"evil.example:{port}", "127.0.0.1"):
        assert await page.code("GET", "/api/frame", Host=host) == "setup.host"
        assert await page.code("GET", "/setup", Host=host) == "setup.host"


async def test_other_origins_are_refused(page: Page) -> None:
    await page.log_in()
    for origin in ("https://evil.example", "null", "http://127.0.0.1:1", page.url + "/"):
        assert await page.code("GET", "/api/frame", Origin=origin) == "setup.origin"
        assert await page.code("POST", "/api/profile", DRAWN, Origin=origin) == "setup.origin"
    assert await page.code("POST", "/api/profile", DRAWN, Origin=None) == "setup.origin"
    assert page.desk.confirmed == []


async def test_picture_embedded_by_another_local_page_is_refused(page: Page) -> None:
    await page.log_in()
    for site in ("same-site", "cross-site", "none"):
        code = await page.code("GET", "/api/frame", Origin=None, Sec_Fetch_Site=site)
        assert code == "setup.origin"


async def test_page_may_be_opened_from_the_cart(page: Page) -> None:
    async with page.client.get(
        page.url + "/setup", headers={"Sec-Fetch-Site": "cross-site"}
    ) as answer:
        assert answer.status == 200


async def picture(page: Page) -> np.ndarray:
    async with page.client.get(page.url + "/api/frame", headers=page.headers()) as answer:
        assert answer.status == 200 and answer.content_type == "image/png"
        assert answer.headers["Cache-Control"] == "no-store"
        decoded = cv2.imdecode(np.frombuffer(await answer.read(), np.uint8), cv2.IMREAD_COLOR)
        assert decoded is not None
        return np.asarray(decoded)


async def test_frozen_picture_is_raw_and_stays_until_frozen_again(page: Page) -> None:
    await page.log_in()
    first = await picture(page)
    expected = cv2.cvtColor(raw(1).planes, cv2.COLOR_YUV2BGR_I420)
    assert (first == expected).all()
    assert (await picture(page) == first).all()
    _, answer = await page.ask("POST", "/api/frame")
    assert answer == {"width": 640, "height": 360, "captured_at_ns": str(2 * 33_333_333)}
    assert not (await picture(page) == first).all()


async def test_no_picture_can_be_tried_again(page: Page) -> None:
    await page.log_in()
    page.desk.pictures.clear()
    assert await page.code("GET", "/api/frame") == "setup.no_picture"
    page.desk.pictures.append(raw(9))
    assert (await picture(page)).shape == (360, 640, 3)


async def test_profile_is_told_as_the_page_draws_it(page: Page) -> None:
    await page.log_in()
    current = profile(*RECTANGLES, *SECTOR)
    page.desk.profile = current
    page.desk.mask = MaskStatus(MaskState.CONFIRMED, profile=current.name)
    await picture(page)
    _, answer = await page.ask("GET", "/api/profile")
    assert answer == {
        "picture": {"width": 640, "height": 360},
        "mask": "confirmed",
        "mask_code": "",
        "mask_detail": "",
        "profile": {
            "name": "test scanner",
            "size": [640, 360],
            "regions": [
                {"rect": [97, 61, 301, 333]},
                {"rect": [321, 40, 600, 300]},
                {"polygon": [list(p) for p in SECTOR[0].points]},
            ],
            "mm_per_pixel": None,
            "sha256": profile_sha256(current),
        },
    }


async def test_before_anything_is_confirmed_nothing_is_proposed(page: Page) -> None:
    await page.log_in()
    _, answer = await page.ask("GET", "/api/profile")
    assert isinstance(answer, dict)
    assert (answer["picture"], answer["profile"]) == (None, None)
    assert (answer["mask"], answer["mask_code"]) == ("black", "mask.unconfirmed")


async def test_drawn_profile_is_confirmed_with_its_hash(page: Page) -> None:
    await page.log_in()
    await picture(page)
    status, answer = await page.ask("POST", "/api/profile", DRAWN)
    (confirmed,) = page.desk.confirmed
    assert (status, answer) == (200, {"sha256": profile_sha256(confirmed)})
    assert parse_profile(render_profile(confirmed)) == confirmed
    assert confirmed.mm_per_pixel == 0.21 and len(confirmed.regions) == 2


async def test_page_closes_soon_after_confirming_and_late_when_idle(page: Page) -> None:
    await page.log_in()
    await picture(page)
    now = asyncio.get_running_loop().time()
    assert IDLE_S - 60 < page.server.closes_at - now <= IDLE_S
    await page.ask("POST", "/api/profile", DRAWN)
    assert page.server.closes_at - now <= LINGER_S + 60
    await page.ask("GET", "/api/profile")
    assert page.server.closes_at - now <= LINGER_S + 60


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("profile.name", {"name": ""}),
        ("profile.region_missing", {"regions": []}),
        ("profile.region_empty", {"regions": [{"rect": [5, 5, 6, 300]}]}),
        ("profile.region_outside", {"regions": [{"rect": [0, 0, 641, 360]}]}),
        ("profile.region_shape", {"regions": [{"rect": [0, 0, 64.5, 360]}]}),
        ("profile.unknown_key", {"patient": "x"}),
        ("profile.mm_per_pixel", {"mm_per_pixel": -1}),
        ("setup.size_changed", {"size": [1280, 720]}),
    ],
)
async def test_what_cant_be_confirmed_is_refused_and_changes_nothing(
    page: Page, code: str, change: dict[str, object]
) -> None:
    await page.log_in()
    await picture(page)
    assert await page.code("POST", "/api/profile", {**DRAWN, **change}) == code
    assert page.desk.confirmed == []
    assert (await page.ask("POST", "/api/profile", DRAWN))[0] == 200


async def test_regions_drawn_on_another_size_than_the_source_now_has_are_refused(
    page: Page,
) -> None:
    await page.log_in()
    await picture(page)
    page.desk.picture_size = Size(1280, 720)
    assert await page.code("POST", "/api/profile", DRAWN) == "setup.size_changed"


async def test_regions_drawn_on_no_picture_are_refused(page: Page) -> None:
    await page.log_in()
    assert await page.code("POST", "/api/profile", DRAWN) == "setup.size_changed"


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"[" * 50_000])
async def test_body_that_isnt_an_object_is_refused(page: Page, body: bytes) -> None:
    await page.log_in()
    headers = page.headers(Content_Type="application/json")
    async with page.client.post(page.url + "/api/profile", data=body, headers=headers) as answer:
        assert answer.status == 400 and (await answer.json())["code"] == "setup.body"


async def test_form_posted_by_another_page_isnt_json(page: Page) -> None:
    await page.log_in()
    headers = page.headers(Content_Type="text/plain")
    async with page.client.post(
        page.url + "/api/profile", data=json.dumps(DRAWN), headers=headers
    ) as answer:
        assert answer.status == 400


async def test_huge_body_is_refused(page: Page) -> None:
    await page.log_in()
    status, _ = await page.ask("POST", "/api/profile", {**DRAWN, "name": "x" * 70_000})
    assert status == 413


async def propose(page: Page) -> list[tuple[int, object]]:
    return [await page.ask("POST", "/api/proposal", {"anew": step == 0}) for step in range(8)]


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streaming.setup_page.looking.STEP_S", 0.02)


@pytest.mark.usefixtures("hurried")
async def test_proposal_comes_in_steps_and_freezes_what_it_saw(page: Page) -> None:
    await page.log_in()
    page.desk.pictures = [raw(1)] * 200
    code = "proposal.too_short"  # one picture, again and again: none is newer
    found = {"regions": [], "sureness": "nothing", "code": code, "advice": ADVICE[code]}
    assert (await propose(page))[-1] == (200, {"share": 1, "proposal": found})
    _, answer = await page.ask("GET", "/api/profile")
    assert isinstance(answer, dict) and answer["picture"] == {"width": 640, "height": 360}


@pytest.mark.usefixtures("hurried")
async def test_proposal_without_a_picture_is_unavailable(page: Page) -> None:
    await page.log_in()
    page.desk.pictures = []
    assert [status for status, _ in await propose(page)] == [200] * 7 + [503]


async def test_confirmed_mask_belongs_to_the_page_it_was_drawn_on(page: Page) -> None:
    await page.log_in()
    await picture(page)
    status, _ = await page.ask("POST", "/api/profile", DRAWN)
    (confirmed,) = page.desk.confirmed
    luma = raw(1).planes[: SIZE.height]
    assert status == 200 and confirmed.layout == layout_of(luma, confirmed.mask)
