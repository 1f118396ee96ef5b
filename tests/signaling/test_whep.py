import asyncio
import time
from pathlib import Path
from typing import Any

import aiohttp
import jwt
import pytest

from streaming.auth.grants import mint
from streaming.signaling import revocation
from streaming.store.access import StoredAccess
from tests.signaling.node import Node, running_node

OFFER = "v=0\r\ns=-\r\n"


async def post(node: Node, *, grant: str | None = None, **changes: Any) -> aiohttp.ClientResponse:
    headers = {"Content-Type": "application/sdp"}
    if grant is not None:
        headers["Authorization"] = f"Bearer {grant}"
    request = {"url": node.url("/whep/demo"), "data": OFFER, "headers": headers} | changes
    async with aiohttp.ClientSession() as session, session.post(**request) as response:
        await response.read()
        return response


async def code_of(response: aiohttp.ClientResponse) -> tuple[int, str]:
    assert response.content_type == "application/problem+json"
    body = await response.json()
    assert {"type", "title", "status", "detail", "code", "fix", "retry"} <= body.keys()
    assert body["status"] == response.status
    return response.status, body["code"]


async def test_a_grant_starts_a_player_and_its_address_ends_it(node: Node) -> None:
    response = await post(node, grant=node.grant())
    assert (response.status, response.content_type) == (201, "application/sdp")
    assert (await response.text()).startswith("v=0")
    assert response.headers["ETag"]
    location = response.headers["Location"]
    assert location.startswith("/whep/demo/")
    async with aiohttp.ClientSession() as session:
        async with session.delete(node.url(location)) as ended:
            assert ended.status == 200
        async with session.delete(node.url(location)) as again:
            assert await code_of(again) == (404, "player.unknown")


async def test_a_grant_starts_one_player(node: Node) -> None:
    grant = node.grant()
    assert (await post(node, grant=grant)).status == 201
    assert await code_of(await post(node, grant=grant)) == (401, "grant.used")


async def test_without_a_valid_grant_nobody_watches(node: Node) -> None:
    assert await code_of(await post(node)) == (401, "grant.missing")
    refused = await post(node, grant="a.b.c")
    assert await code_of(refused) == (401, "grant.malformed")
    assert refused.headers["WWW-Authenticate"] == "Bearer"
    claims = jwt.decode(node.grant(), options={"verify_signature": False})
    forged = {
        "grant.key": jwt.encode(claims, "", algorithm="none", headers={"kid": "local"}),
        "grant.signature": jwt.encode(claims, "x" * 43, headers={"kid": "local"}),
        "grant.expired": jwt.encode(
            claims | {"iat": 1_000, "exp": 1_100}, "k" * 43, headers={"kid": "local"}
        ),
    }
    for code, grant in forged.items():
        assert await code_of(await post(node, grant=grant)) == (401, code)
    wrong_key = jwt.encode(claims, "k" * 43, headers={"kid": "other"})
    assert await code_of(await post(node, grant=wrong_key)) == (401, "grant.key")
    assert await code_of(await post(node, grant=node.grant("other"))) == (403, "grant.room")
    assert node.room.players == set()


async def test_a_room_that_is_not_here_is_named_only_to_who_has_its_grant(node: Node) -> None:
    url = node.url("/whep/other")
    assert await code_of(await post(node, url=url)) == (401, "grant.missing")
    assert await code_of(await post(node, grant=node.grant("other"), url=url)) == (
        404,
        "room.unknown",
    )


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("nonsense", (400, "sdp.malformed")),
        (b"\xff\xfe", (400, "request.malformed")),
        ("v=0" + "x" * 70_000, (413, "request.too_large")),
    ],
)
async def test_a_bad_offer_gets_a_code(
    node: Node, data: str | bytes, expected: tuple[int, str]
) -> None:
    assert await code_of(await post(node, grant=node.grant(), data=data)) == expected


async def test_another_media_type_is_refused(node: Node) -> None:
    headers = {"Authorization": f"Bearer {node.grant()}", "Content-Type": "text/plain"}
    assert await code_of(await post(node, headers=headers)) == (415, "request.media_type")


async def test_trickle_and_restart_are_refused_as_a_method(node: Node) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.patch(node.url("/whep/demo/player-0"), data="a=candidate") as response,
    ):
        assert await code_of(response) == (405, "request.method")
        assert response.headers["Allow"] == "DELETE,OPTIONS"


async def test_players_on_pages_of_other_sites_may_ask(node: Node) -> None:
    headers = {"Origin": "https://player.example", "Access-Control-Request-Method": "POST"}
    async with aiohttp.ClientSession(headers=headers) as session:
        async with session.options(node.url("/whep/demo")) as response:
            assert response.status == 204
            assert response.headers["Access-Control-Allow-Origin"] == "*"
            assert "Authorization" in response.headers["Access-Control-Allow-Headers"]
            assert response.headers["Accept-Post"] == "application/sdp"
        async with session.post(node.url("/whep/demo"), data=OFFER) as refused:
            assert refused.headers["Access-Control-Allow-Origin"] == "*"
    started = await post(node, grant=node.grant())
    assert "Location" in started.headers["Access-Control-Expose-Headers"]
    async with aiohttp.ClientSession() as session, session.get(node.url("/healthz")) as own:
        assert "Access-Control-Allow-Origin" not in own.headers


async def test_a_revoked_room_ends_its_players_and_takes_no_older_grant(node: Node) -> None:
    older = node.grant()
    assert (await post(node, grant=node.grant())).status == 201
    await StoredAccess(node.database).revoke_room("demo")
    async with asyncio.timeout(2):
        await node.room.players_ended.wait()
    assert node.room.players == set()
    assert await code_of(await post(node, grant=older)) == (401, "grant.revoked")
    later = mint(node.keys, room="demo", now_s=int(time.time()) + 2)
    assert (await post(node, grant=later)).status == 201


async def test_what_was_revoked_before_the_start_ends_nobody_later(tmp_path: Path) -> None:
    async with running_node(tmp_path) as node:
        await StoredAccess(node.database).revoke_room("demo")
    async with running_node(tmp_path) as node:
        grant = mint(node.keys, room="demo", now_s=int(time.time()) + 5)
        assert (await post(node, grant=grant)).status == 201
        node.room.looked_over.clear()
        await asyncio.wait_for(node.room.looked_over.wait(), 5)
        assert len(node.room.players) == 1


async def test_a_player_ends_after_half_a_day(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revocation, "MAX_PLAYER_S", 0)
    assert (await post(node, grant=node.grant())).status == 201
    await asyncio.wait_for(node.room.players_ended.wait(), 5)
