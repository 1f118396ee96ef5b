"""A hundred malformed messages of every type: a typed error each, an end, and nobody disturbed."""

import json
import random
from collections.abc import Iterator
from typing import Any, get_args

import aiohttp
import pytest
from pydantic import ValidationError

from streaming.domain.session import Role
from streaming.protocol.messages import CLIENT_MESSAGE, ClientMessage
from streaming.signaling.conversation import MAX_ERRORS
from tests.signaling.node import Node

COUNT = 100
PING = {"type": "clock.ping", "client_ms": 1.0}
STRANGE: tuple[Any, ...] = (
    None,
    True,
    -1,
    1e300,
    "",
    "DOE^JANE" * 40,
    [],
    [None],
    {},
    {"id": []},
    [0.5, 2.0],
)
MODELS = get_args(get_args(ClientMessage)[0])


def malformed(model: Any, seed: int) -> Iterator[str]:
    """Fields missing, of the wrong kind, out of range or unknown; never one that is valid."""
    chance = random.Random(seed)
    names = [name for name in model.model_fields if name != "type"]
    while True:
        message: dict[str, Any] = {"type": model.model_fields["type"].default}
        message |= {name: chance.choice(STRANGE) for name in names if chance.random() < 0.7}
        if chance.random() < 0.3 or not names:
            message[f"extra{chance.randrange(9)}"] = chance.choice(STRANGE)
        text = json.dumps(message)
        try:
            CLIENT_MESSAGE.validate_json(text)
        except ValidationError:
            yield text


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
async def test_each_gets_a_typed_error_until_the_limit_and_others_are_served(
    node: Node, browser: aiohttp.ClientSession, model: Any
) -> None:
    async with node.browser() as other:
        good = await node.enter(other, Role.OPERATOR)
        bad = await node.enter(browser)
        texts = malformed(model, seed=7)
        for _ in range(COUNT):
            if bad.closed:
                break
            await bad.send_str(next(texts))
        codes = []
        while (message := await bad.receive(timeout=5)).type is aiohttp.WSMsgType.TEXT:
            answer = json.loads(message.data)
            codes.append(answer["code"])
            assert answer["type"] == "error" and answer["message"] and "DOE" not in message.data
        assert codes == ["message.malformed"] * MAX_ERRORS
        assert (message.data, message.extra) == (4400, "ws.too_many_errors")
        await good.send_json(PING)
        assert (await good.receive_json(timeout=5))["type"] == "clock.pong"
    assert [message.type for _, message in node.room.handled] == ["clock.ping"]
