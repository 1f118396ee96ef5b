"""The look-out's process: ``python -m streaming.lookout_process --fd N``, started by a worker."""

import argparse
import os
import signal
import socket
import sys

import cv2
import structlog

from streaming.domain.mask import Rectangle
from streaming.logs import configure_worker_logs
from streaming.lookout.looking import LookOut
from streaming.lookout.ring import Luma
from streaming.text.finder import Finder
from streaming.text.models import FinderUnavailable

NICENESS = 15
"""The live picture goes first. Source: setpriority(2)."""

EXIT_UNAVAILABLE = 69

log = structlog.get_logger()


class FinderEyes:
    """``text.finder`` as the look-out wants it."""

    def __init__(self) -> None:
        """Raises FinderUnavailable."""
        self._finder = Finder()

    def show(self, luma: Luma, captured_at_ns: int) -> None:
        self._finder.show(luma, captured_at_ns)

    def look(self) -> tuple[int, tuple[Rectangle, ...]] | None:
        sighting = self._finder.look()
        if sighting is None:
            return None
        return sighting.ends_ns, tuple(box.place for box in sighting.boxes)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m streaming.lookout_process")
    parser.add_argument("--fd", type=int, required=True)
    options = parser.parse_args()
    configure_worker_logs()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl-C is the node's business
    os.nice(NICENESS)
    cv2.setNumThreads(1)
    try:
        eyes = FinderEyes()
    except FinderUnavailable as error:
        log.error("no look-out", code=error.code)
        return EXIT_UNAVAILABLE
    with socket.socket(fileno=options.fd) as sock:
        lookout = LookOut(sock, eyes)
        lookout.run()
        lookout.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
