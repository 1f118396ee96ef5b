"""A process of many viewers: joins them all, then reports the age of every frame at each.

Says ``{"joined": N}`` on its first line, and ends there when not all did. Starts counting when it
reads a line, stops after ``--seconds`` and says what arrived on a second line. Then it asks
``--key-frames`` times for a key frame; the third line says how long each took from the request to
the decoded picture.
"""

import argparse
import json
import selectors
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from benchmarks.live.dtls import Certificate
from benchmarks.live.janus_client import JanusClient
from benchmarks.live.viewer import Arrivals, Viewer

JOIN_TIMEOUT_S = 10.0
BETWEEN_JOINS_S = 0.06
"""A hundred stay below what the product takes from one address: see `Throttle`."""

BETWEEN_KEY_FRAMES_S = 2.2
"""Longer than the pause the product keeps between key frames that an observer asks for."""

_TURN_S = 0.02
_HTTP_TIMEOUT_S = 10.0

Join = Callable[[Viewer], None]


class Receivers:
    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._certificate = Certificate()
        self.viewers: list[Viewer] = []

    def join(self, join: Join, count: int) -> int:
        """How many of ``count`` see a picture of the phantom. They don't wait for one another, so
        that they share its key frames."""
        with suppress(OSError):  # of a server that no longer answers
            for _ in range(count):
                viewer = Viewer(self._certificate)
                self.viewers.append(viewer)
                self._selector.register(viewer.socket, selectors.EVENT_READ, viewer)
                join(viewer)
                self.run(BETWEEN_JOINS_S)
        self.run(JOIN_TIMEOUT_S, until=lambda: all(viewer.anchored for viewer in self.viewers))
        return sum(viewer.anchored for viewer in self.viewers)

    def run(self, seconds: float, *, until: Callable[[], bool] = lambda: False) -> bool:
        end_s = time.monotonic() + seconds
        while time.monotonic() < end_s:
            for key, _ in self._selector.select(_TURN_S):
                key.data.readable()
            for viewer in self.viewers:
                viewer.tick()
            if until():
                return True
        return False

    def count(self, seconds: float) -> dict[str, object]:
        for viewer in self.viewers:
            viewer.arrivals = Arrivals()
        self.run(seconds)
        return {
            "ages_ms": [[round(age, 2) for age in v.arrivals.ages_ms] for v in self.viewers],
            "packets": sum(viewer.arrivals.packets for viewer in self.viewers),
        }

    def key_frames(self, count: int) -> list[float]:
        """Milliseconds from a request to the decoded key frame; the first viewer asks."""
        viewer = self.viewers[0]
        waits_ms: list[float] = []
        viewer.watch_key_frames = True
        for _ in range(count):
            self.run(BETWEEN_KEY_FRAMES_S)
            viewer.key_frame_at_ns = None
            asked_ns = time.monotonic_ns()
            viewer.request_key_frame()
            self.run(JOIN_TIMEOUT_S, until=lambda: viewer.key_frame_at_ns is not None)
            if viewer.key_frame_at_ns is not None:
                waits_ms.append((viewer.key_frame_at_ns - asked_ns) / 1e6)
        return waits_ms


def whep(url: str, grants: Path | None) -> Join:
    """``grants``: one bearer token a line, each good for one viewer."""
    tokens = iter(grants.read_text().split() if grants else ())

    def join(viewer: Viewer) -> None:
        headers = {"Content-Type": "application/sdp"}
        if grants:
            headers["Authorization"] = f"Bearer {next(tokens)}"
        request = urllib.request.Request(url, viewer.offer().encode(), headers)
        with urllib.request.urlopen(request, timeout=_HTTP_TIMEOUT_S) as response:
            viewer.accept(response.read().decode())

    return join


def janus(url: str) -> Join:
    client = JanusClient(url)

    def join(viewer: Viewer) -> None:
        handle = client.attach()
        client.answer(handle, viewer.answer(client.offer(handle)))

    return join


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live.receivers")
    parser.add_argument("signalling", choices=["whep", "janus"])
    parser.add_argument("url")
    parser.add_argument("grants", nargs="?", type=Path)
    parser.add_argument("--viewers", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--key-frames", type=int, default=0)
    options = parser.parse_args()
    by_whep = options.signalling == "whep"
    join = whep(options.url, options.grants) if by_whep else janus(options.url)

    receivers = Receivers()
    joined = receivers.join(join, options.viewers)
    print(json.dumps({"joined": joined}), flush=True)
    if joined < options.viewers:
        return 1
    with selectors.DefaultSelector() as start:
        start.register(sys.stdin, selectors.EVENT_READ)
        receivers.run(JOIN_TIMEOUT_S, until=lambda: bool(start.select(0)))
    print(json.dumps(receivers.count(options.seconds)), flush=True)
    print(json.dumps({"key_frames_ms": receivers.key_frames(options.key_frames)}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
