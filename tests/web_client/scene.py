"""What a scene is: a state of a page, how to bring it about and what to do on the page."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playwright.async_api import Page

from tests.web_client.node import Node
from tests.web_client.setup_worker import SetupWorker


@dataclass(frozen=True)
class Set:
    """What a scene is played on."""

    node: Node
    setup: SetupWorker


def nothing(_: Set) -> None: ...


async def look(_page: Page, _set: Set) -> None: ...


@dataclass(frozen=True)
class Scene:
    """``before`` brings the room into its state, ``act`` does what is done on the page."""

    name: str
    link: Callable[[Set], Awaitable[str]]
    before: Callable[[Set], None] = nothing
    act: Callable[[Page, Set], Awaitable[None]] = look
