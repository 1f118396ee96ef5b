"""A real ``sonopair demo`` in its own process, and what a test wants to know about it."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

START_S = 60


@dataclass(frozen=True)
class Demo:
    cart_url: str
    expert_url: str
    observer_url: str
    camera_url: str
    process: subprocess.Popen[str]
    log: Path

    def workers(self) -> list[psutil.Process]:
        """Capture workers, the oldest first: the active one, then its spare."""
        children = psutil.Process(self.process.pid).children()
        workers = [c for c in children if "streaming.worker" in " ".join(c.cmdline())]
        return sorted(workers, key=psutil.Process.create_time)

    async def spare(self) -> psutil.Process:
        """The warm spare, as soon as there is one."""
        return await asyncio.to_thread(self._wait_for_spare)

    def _wait_for_spare(self) -> psutil.Process:
        deadline = time.monotonic() + START_S
        while len(self.workers()) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        return self.workers()[1]


def sonopair(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "streaming.cli", *arguments]


@asynccontextmanager
async def running_demo(
    folder: Path, *arguments: str, port: int = 0, stdin: int | None = None
) -> AsyncIterator[Demo]:
    """``folder`` receives the log and the data directory."""
    log = folder / "demo.log"
    command = sonopair("demo", "--no-browser", "--json", "--port", str(port), *arguments)
    process = _spawn(command, log=log, data_dir=folder / "data", stdin=stdin)
    try:
        yield await _started(process, log)
    finally:
        await _stop(process)


def _spawn(
    command: list[str], *, log: Path, data_dir: Path, stdin: int | None
) -> "subprocess.Popen[str]":
    with log.open("a") as log_file:
        return subprocess.Popen(
            command,
            stdin=stdin if stdin is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log_file,
            text=True,
            env={**os.environ, "SONOPAIR_DATA_DIR": str(data_dir)},
        )


async def _started(process: subprocess.Popen[str], log: Path) -> Demo:
    assert process.stdout is not None
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(START_S):
            line = await asyncio.to_thread(process.stdout.readline)
            if line:
                ready = json.loads(line)
                assert ready["ready"] is True
                return Demo(
                    cart_url=ready["cart_url"],
                    expert_url=ready["expert_url"],
                    observer_url=ready["observer_url"],
                    camera_url=ready["camera_url"],
                    process=process,
                    log=log,
                )
    said = await asyncio.to_thread(log.read_text)
    raise AssertionError(f"the demo didn't start:\n{said}")


async def _stop(process: subprocess.Popen[str]) -> None:
    children = psutil.Process(process.pid).children() if process.poll() is None else []
    process.send_signal(signal.SIGINT)
    try:
        await asyncio.to_thread(process.wait, 15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise
    finally:
        if process.stdout is not None:
            process.stdout.close()
    assert not [child for child in children if child.is_running()], "a worker outlived the demo"
