from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.signaling.node import Node, running_node


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[Node]:
    async with running_node(tmp_path) as node:
        yield node


@pytest.fixture
async def browser(node: Node) -> AsyncIterator[aiohttp.ClientSession]:
    async with node.browser() as browser:
        yield browser
