"""Calls for an expert over HTTP: the list, its stream, duty, and answering."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from streaming.domain.call import CallEvent
from streaming.domain.session import Role
from streaming.signaling import worklist
from streaming.workflow.live.calls import Call
from tests.signaling.node import PASSWORD, Node


@pytest.fixture
def calling(node: Node) -> list[Call]:
    """What the room was told of its calls."""
    told: list[Call] = []
    node.deps.calls.open("demo", told.append)
    return told


@asynccontextmanager
async def following(
    node: Node, browser: aiohttp.ClientSession, query: str = ""
) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
    async with browser.get(node.url(f"/api/worklist/events{query}")) as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == "text/event-stream"

        async def lists() -> AsyncIterator[dict[str, Any]]:
            async for line in response.content:
                if line.startswith(b"data: "):
                    yield json.loads(line.removeprefix(b"data: "))

        async with asyncio.timeout(10):
            yield lists()


async def post(node: Node, browser: aiohttp.ClientSession, path: str, **body: Any) -> Any:
    async with browser.post(node.url(path), json=body) as response:
        return response.status, await response.json()


async def test_a_call_reaches_an_open_worklist_and_is_answered_with_a_seat(
    node: Node, browser: aiohttp.ClientSession, calling: list[Call]
) -> None:
    await node.signed_in(browser, Role.EXPERT)
    async with following(node, browser) as lists:
        assert (await anext(lists))["calls"] == []
        node.deps.calls.step("demo", CallEvent.RING, by="op")
        (call,) = (await anext(lists))["calls"]
        assert (call["room"], call["state"]) == ("demo", "ringing")
        status, seat = await post(node, browser, "/api/worklist/demo/accept")
        assert (status, seat["role"], seat["room"]) == (201, "expert", "demo")
        assert (await anext(lists))["calls"] == []
        assert (calling[-1].state, calling[-1].by) == ("accepted", seat["id"])
    assert await node.ticket(browser)
    events = [event for event, _ in await node.audit_events()]
    assert events[-2:] == ["seat.taken", "call.accept"]


async def test_duty_counts_while_a_worklist_is_open(
    node: Node, browser: aiohttp.ClientSession, calling: list[Call]
) -> None:
    await node.signed_in(browser, Role.EXPERT)
    status, shown = await post(node, browser, "/api/worklist/duty", on=True)
    assert (status, shown["on_duty"], node.deps.calls.on_duty) == (200, True, 0)
    async with following(node, browser) as lists:
        assert (await anext(lists))["on_duty"]
        assert node.deps.calls.on_duty == 1
        await post(node, browser, "/api/worklist/duty", on=False)
        assert not (await anext(lists))["on_duty"]
        assert node.deps.calls.on_duty == 0


async def test_a_page_that_cannot_be_heard_is_not_reached(
    node: Node, browser: aiohttp.ClientSession, calling: list[Call]
) -> None:
    await node.signed_in(browser, Role.EXPERT)
    await post(node, browser, "/api/worklist/duty", on=True)
    async with following(node, browser, "?audible=false") as lists:
        assert (await anext(lists))["on_duty"]
        assert node.deps.calls.on_duty == 0
        node.deps.calls.step("demo", CallEvent.RING, by="op")
        assert len((await anext(lists))["calls"]) == 1
        async with following(node, browser, "?audible=true") as others:
            await anext(others)
            assert node.deps.calls.on_duty == 1


async def test_a_page_that_has_gone_is_not_reached_for_long(
    node: Node,
    browser: aiohttp.ClientSession,
    calling: list[Call],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worklist, "CHECK_S", 0.01)
    told = asyncio.Event()
    node.deps.calls.open("demo", lambda _: told.set())
    await node.signed_in(browser, Role.EXPERT)
    await post(node, browser, "/api/worklist/duty", on=True)
    async with following(node, browser) as lists:
        await anext(lists)
        assert node.deps.calls.on_duty == 1
    async with asyncio.timeout(10):
        while node.deps.calls.on_duty:
            told.clear()
            await told.wait()


async def test_it_is_for_experts_who_are_signed_in(
    node: Node, browser: aiohttp.ClientSession, calling: list[Call]
) -> None:
    async with browser.get(node.url("/api/worklist")) as response:
        assert response.status == 401
    await node.signed_in(browser, Role.OPERATOR)
    for path in ("/api/worklist", "/api/worklist/events"):
        async with browser.get(node.url(path)) as response:
            assert (response.status, (await response.json())["code"]) == (403, "account.denied")
    assert (await post(node, browser, "/api/worklist/demo/accept"))[0] == 403
    assert (await post(node, browser, "/api/worklist/duty", on=True))[0] == 403


async def test_a_room_that_is_not_there_cannot_be_answered(
    node: Node, browser: aiohttp.ClientSession, calling: list[Call]
) -> None:
    await node.signed_in(browser, Role.EXPERT)
    status, problem = await post(node, browser, "/api/worklist/other/accept")
    assert (status, problem["code"]) == (404, "room.unknown")


async def test_the_stream_ends_with_its_session(
    node: Node,
    browser: aiohttp.ClientSession,
    calling: list[Call],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worklist, "CHECK_S", 0.01)
    await node.signed_in(browser, Role.EXPERT)
    async with following(node, browser) as lists:
        await anext(lists)
        async with browser.post(node.url("/api/logout"), json={}) as response:
            assert response.status == 204
        assert [one async for one in lists] == []


async def test_who_is_disabled_is_told_of_no_further_call_and_is_off_duty(
    node: Node, browser: aiohttp.ClientSession, calling: list[Call]
) -> None:
    account = await node.signed_in(browser, Role.EXPERT)
    await post(node, browser, "/api/worklist/duty", on=True)
    async with following(node, browser) as lists:
        await anext(lists)
        await node.accounts.change(account, disabled=True)
        node.deps.calls.step("demo", CallEvent.RING, by="op")
        assert [one async for one in lists] == []
    await node.audit.flush()
    assert ("duty.off", {"account": account}) in await node.audit_events()


async def test_signing_out_of_one_of_two_browsers_ends_no_duty(
    node: Node,
    browser: aiohttp.ClientSession,
    calling: list[Call],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worklist, "CHECK_S", 0.01)
    await node.signed_in(browser, Role.EXPERT)
    await post(node, browser, "/api/worklist/duty", on=True)
    async with node.browser() as other:
        await post(node, other, "/api/login", login="ito", password=PASSWORD)
        async with following(node, browser) as lists, following(node, other) as others:
            assert (await anext(lists))["on_duty"] and (await anext(others))["on_duty"]
            async with browser.post(node.url("/api/logout"), json={}) as response:
                assert response.status == 204
            assert [one async for one in lists] == []
            node.deps.calls.step("demo", CallEvent.RING, by="op")
            assert (await anext(others))["on_duty"]


async def test_a_worklist_without_news_shows_signs_of_life(
    node: Node,
    browser: aiohttp.ClientSession,
    calling: list[Call],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worklist, "CHECK_S", 0.01)
    monkeypatch.setattr(worklist, "KEEP_ALIVE_S", 0.02)
    await node.signed_in(browser, Role.EXPERT)
    async with browser.get(node.url("/api/worklist/events")) as response, asyncio.timeout(10):
        lines = [line async for line in _first(response, 6)]
    assert [line[:1] for line in lines] == [b"d", b"\n", b":", b"\n", b":", b"\n"]


async def _first(response: aiohttp.ClientResponse, count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield await response.content.readline()


async def test_one_account_has_so_many_streams(
    node: Node, browser: aiohttp.ClientSession, calling: list[Call]
) -> None:
    await node.signed_in(browser, Role.EXPERT)
    streams = [
        await browser.get(node.url("/api/worklist/events"))
        for _ in range(worklist.MAX_STREAMS_PER_ACCOUNT + 1)
    ]
    assert [stream.status for stream in streams] == [200] * worklist.MAX_STREAMS_PER_ACCOUNT + [429]
    for stream in streams:
        stream.close()


async def test_a_call_that_rings_while_the_list_is_written_is_told_next(
    node: Node,
    browser: aiohttp.ClientSession,
    calling: list[Call],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write = web.StreamResponse.write

    async def ring_first(response: web.StreamResponse, data: bytes) -> None:
        node.deps.calls.step("demo", CallEvent.RING, by="op")
        await write(response, data)

    monkeypatch.setattr(web.StreamResponse, "write", ring_first)
    await node.signed_in(browser, Role.EXPERT)
    async with following(node, browser) as lists:
        assert (await anext(lists))["calls"] == []
        assert [call["room"] for call in (await anext(lists))["calls"]] == ["demo"]
