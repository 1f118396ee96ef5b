from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.web_client.node import WEBDIST, running_node
from tests.web_client.scene import Set
from tests.web_client.scenes import reset
from tests.web_client.setup_worker import running_setup_worker


@pytest.fixture
async def scene_set(tmp_path: Path) -> AsyncIterator[Set]:
    if not (WEBDIST / "index.html").is_file():
        pytest.fail("the web client isn't built: make web")
    async with running_node(tmp_path) as node, running_setup_worker() as setup:
        scene_set = Set(node, setup)
        reset(scene_set)
        yield scene_set
