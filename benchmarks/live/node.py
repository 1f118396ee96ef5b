"""`sonopair` as it is, but for what this release has no setting for.

    python -m benchmarks.live.node [--archive] [--players N] [--tasks FILE] demo ...

``--archive`` turns the worker's archive encode on, which a recorder will do: the node receives its
pictures over the worker link and drops them. ``--players`` raises the bound on WHEP players.
``--tasks`` keeps the number of asyncio tasks in a file. Text inside the picture's regions isn't
looked for: the barcode would be taken for some, and covered.
"""

import argparse
import asyncio
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest.mock import patch

from streaming import app, cli, rooms
from streaming.config import Settings
from streaming.domain.frame import Rung
from streaming.protocol.worker_link import Start
from streaming.workflow.live import media

COUNT_EVERY_S = 1.0


class StartWithArchive(Start):
    rungs: tuple[Rung, ...] = (Rung.LIVE, Rung.ARCHIVE)


def keep_count(tasks: Path) -> None:
    """From a running loop on."""
    loop = asyncio.get_running_loop()

    def count() -> None:
        tasks.write_text(f"{len(asyncio.all_tasks(loop))}")
        loop.call_later(COUNT_EVERY_S, count)

    count()


def with_barcode(settings: Settings) -> Settings:
    """What ``demo`` starts with, but for the look-out for text, which it has no option for."""
    rooms = tuple(room.model_copy(update={"lookout": "off"}) for room in settings.rooms)
    return settings.model_copy(update={"rooms": rooms})


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live.node")
    parser.add_argument("--archive", action="store_true")
    parser.add_argument("--players", type=int, default=media.MAX_PLAYERS)
    parser.add_argument("--tasks", type=Path)
    parser.add_argument("sonopair", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    sys.argv[1:] = options.sonopair
    serve = app.serve

    async def serve_changed(settings: Settings, **how: Any) -> None:
        if options.tasks:
            keep_count(options.tasks)
        await serve(with_barcode(settings), **how)

    with ExitStack() as changed:
        changed.enter_context(patch.object(media, "MAX_PLAYERS", options.players))
        if options.archive:
            changed.enter_context(patch.object(rooms, "Start", StartWithArchive))
        changed.enter_context(patch.object(app, "serve", serve_changed))
        cli.main()


if __name__ == "__main__":
    main()
