"""The consult's log in a real node that is killed without warning, and started again."""

import asyncio
import json
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from streaming.protocol.messages import PROTOCOL_VERSION
from tests.e2e.demo import Demo, running_demo

Json = dict[str, Any]
MARKS = 40


class Person:
    """A browser as far as signaling goes; its seat outlives the node."""

    def __init__(self, url: str, role: str) -> None:
        parts = urlsplit(url)
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self.invite = parts.fragment.removeprefix("invite=")
        self.role = role
        jar = aiohttp.CookieJar(unsafe=True, treat_as_secure_origin=self.origin)
        self.browser = aiohttp.ClientSession(cookie_jar=jar, headers={"Origin": self.origin})

    async def take_seat(self) -> None:
        async with self.browser.post(
            f"{self.origin}/api/seats", json={"invite": self.invite}
        ) as taken:
            assert taken.status == 201

    async def enter(self) -> Json:
        """A new socket; the consult's state."""
        async with self.browser.post(
            f"{self.origin}/api/tickets", json={"role": self.role}
        ) as given:
            ticket = (await given.json())["ticket"]
        self.socket = await self.browser.ws_connect(f"{self.origin}/api/ws")
        await self.say({"type": "hello", "protocol": PROTOCOL_VERSION, "ticket": ticket})
        return await self.until(lambda message: message["type"] == "consult.state")

    async def say(self, message: Json) -> None:
        await self.socket.send_str(json.dumps(message))

    async def until(self, fits: Callable[[Json], bool]) -> Json:
        while True:
            message: Json = json.loads(await self.socket.receive_str(timeout=30))
            assert message["type"] != "error", message
            if fits(message):
                return message

    async def acknowledgement(self, order_id: str) -> Json:
        return await self.until(
            lambda message: message["type"] == "consult.event" and message["id"] == order_id
        )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def mark(number: int) -> Json:
    drawn = {
        "id": f"mark-{number:04}",
        "kind": "arrow",
        "points": [0.25, 0.5, 0.125, 1],
        "captured_at_ns": "7",
    }
    return {"type": "mark.add", "id": f"order-{number:04}", "mark": drawn}


async def kill(demo: Demo) -> None:
    """As the kernel does when memory is short."""
    demo.process.send_signal(signal.SIGKILL)
    await asyncio.to_thread(demo.process.wait)


async def test_what_was_acknowledged_outlives_a_killed_node(tmp_path: Path) -> None:
    port = free_port()
    async with running_demo(tmp_path, port=port) as demo:
        expert, operator = Person(demo.expert_url, "expert"), Person(demo.cart_url, "operator")
        for person in (expert, operator):
            await person.take_seat()
            await person.enter()
        await operator.say({"type": "consent.give", "id": "consent-01", "basis": "patient"})
        await operator.acknowledgement("consent-01")
        for number in range(MARKS):
            await expert.say(mark(number))
        await expert.acknowledgement(f"order-{MARKS // 2:04}")
        await kill(demo)
    async with running_demo(tmp_path, port=port):
        state = await expert.enter()
        known = [drawn["mark"]["id"] for drawn in state["marks"]]
        assert known == [f"mark-{number:04}" for number in range(len(known))]
        assert len(known) > MARKS // 2
        assert state["consent"] == {"basis": "patient", "teaching": False}
        assert state["handled"] == [f"order-{number:04}" for number in range(len(known))]
        for number in range(MARKS):
            await expert.say(mark(number))
        await expert.acknowledgement(f"order-{MARKS - 1:04}")
        state = await operator.enter()
        assert [d["mark"]["id"] for d in state["marks"]] == [
            mark(n)["mark"]["id"] for n in range(MARKS)
        ]
    for person in (expert, operator):
        await person.browser.close()
