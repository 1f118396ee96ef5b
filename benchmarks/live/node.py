"""`sonopair` as it is, but for what this release has no setting for.

    python -m benchmarks.live.node [--archive] [--players N] demo ...

``--archive`` turns the worker's archive encode on, which a recorder will do: the node receives its
pictures over the worker link and drops them. ``--players`` raises the bound on WHEP players.
"""

import argparse
import sys
from contextlib import ExitStack
from unittest.mock import patch

from streaming import app, cli
from streaming.domain.frame import Rung
from streaming.protocol.worker_link import Start
from streaming.workflow.live import room


class StartWithArchive(Start):
    rungs: tuple[Rung, ...] = (Rung.LIVE, Rung.ARCHIVE)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live.node")
    parser.add_argument("--archive", action="store_true")
    parser.add_argument("--players", type=int, default=room.MAX_PLAYERS)
    parser.add_argument("sonopair", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    sys.argv[1:] = options.sonopair
    with ExitStack() as changed:
        changed.enter_context(patch.object(room, "MAX_PLAYERS", options.players))
        if options.archive:
            changed.enter_context(patch.object(app, "Start", StartWithArchive))
        cli.main()


if __name__ == "__main__":
    main()
