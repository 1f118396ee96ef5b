"""The node's end of a real worker process, for tests."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from streaming.domain.frame import EncodedFrame, Rung
from streaming.domain.profile import render_profile
from streaming.protocol import worker_link as wire
from tests.picture.pictures import profile

TIMEOUT_S = 20.0
Up = wire.Packet | wire.Up | wire.Down
T = TypeVar("T")

PROFILE = render_profile(profile())


class WorkerOnTrial:
    def __init__(self, *command: str) -> None:
        self.socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        fd = theirs.fileno()
        self.process = subprocess.Popen(
            [sys.executable, *(command or ("-m", "tests.worker_with_fakes")), "--link-fd", str(fd)],
            pass_fds=(fd,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        theirs.close()
        self.seen: list[Up] = []

    def send(self, message: wire.Down) -> None:
        self.socket.send(wire.encode_message(message))

    def start(
        self,
        spec: str,
        *,
        profile_toml: str | None = PROFILE,
        rungs: tuple[Rung, ...] = (Rung.LIVE,),
    ) -> None:
        self.expect(wire.Ready)
        self.send(
            wire.Start(
                source_id="test",
                spec=spec,
                profile_toml=profile_toml,
                encoder="x264",
                live_bitrate_bps=2_000_000,
                rungs=rungs,
            )
        )

    def read(self) -> Up | None:
        """None at end of file."""
        self.socket.settimeout(TIMEOUT_S)
        packet = self.socket.recv(1 << 21)
        if not packet:
            return None
        message = wire.decode(packet)
        self.seen.append(message)
        return message

    def expect(self, kind: type[T], holds: Callable[[T], bool] = lambda message: True) -> T:
        """The first message to come of which it holds; earlier ones are in ``seen``."""
        deadline = time.monotonic() + TIMEOUT_S
        while time.monotonic() < deadline:
            message = self.read()
            assert message is not None, f"the worker ended: {self.log()}"
            if isinstance(message, kind) and holds(message):
                return message
        raise AssertionError(f"no such {kind.__name__} in {TIMEOUT_S} s")

    def frames(self, count: int, rung: Rung = Rung.LIVE) -> list[EncodedFrame]:
        """The next ``count`` frames of ``rung``."""
        return [self.expect(EncodedFrame, lambda f: f.rung is rung) for _ in range(count)]

    def exit_status(self) -> int:
        """Reads the link dry meanwhile."""
        with contextlib.suppress(OSError):
            while self.read() is not None:
                pass
        return self.process.wait(TIMEOUT_S)

    def log(self) -> str:
        assert self.process.stdout is not None
        self.process.wait(TIMEOUT_S)
        return self.process.stdout.read().decode()

    def close(self) -> None:
        self.socket.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, 9)
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


@contextlib.contextmanager
def worker(*command: str) -> Iterator[WorkerOnTrial]:
    on_trial = WorkerOnTrial(*command)
    try:
        yield on_trial
    finally:
        on_trial.close()
