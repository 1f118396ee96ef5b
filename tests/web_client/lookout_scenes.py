"""What the pages say of text in the picture."""

from collections.abc import Awaitable, Callable

from playwright.async_api import Page

from streaming.domain.session import Role
from streaming.protocol.lookout_messages import CoveredText
from tests.web_client.board_scenes import link, picture
from tests.web_client.scene import Scene, Set

NAME = CoveredText(id=3, x=0.42, y=0.3, width=0.16, height=0.04)
LABEL = CoveredText(id=5, x=0.3, y=0.62, width=0.07, height=0.04)


def covered(*texts: CoveredText) -> Callable[[Set], None]:
    def before(scene_set: Set) -> None:
        scene_set.node.room.show(
            source={"watch": "on", "texts": [text.model_dump() for text in texts]}
        )

    return before


def watched(watch: str) -> Callable[[Set], None]:
    def before(scene_set: Set) -> None:
        black = {
            "mask": "black",
            "mask_code": "mask.unwatched",
            "mask_detail": "Nothing looks for text in the picture any more.",
        }
        scene_set.node.room.show(source={"watch": watch, **(black if watch == "blind" else {})})

    return before


async def _seen(page: Page, _: Set) -> None:
    await picture(page)


async def _black(page: Page, _: Set) -> None:
    await page.get_by_text("check for text").or_(page.get_by_text("blacked out")).first.wait_for()


_Act = Callable[[Page, Set], Awaitable[None]]

LOOKOUT_SCENES = [
    Scene("cart-text-covered", link(Role.OPERATOR), covered(NAME, LABEL), _seen),
    Scene("expert-text-covered", link(Role.EXPERT), covered(NAME, LABEL), _seen),
    Scene("expert-text-check-late", link(Role.EXPERT), watched("late"), _seen),
    Scene("cart-text-unchecked", link(Role.OPERATOR), watched("overridden"), _seen),
    Scene("cart-text-blind", link(Role.OPERATOR), watched("blind"), _black),
    Scene("expert-text-blind", link(Role.EXPERT), watched("blind"), _black),
]
