"""One capture worker: the process and the node's end of its link."""

import asyncio
import contextlib
import socket
import subprocess
import sys
from typing import Protocol

import structlog

from streaming.protocol import worker_link as link

LARGEST_PACKET = 4 * 1024 * 1024
"""Bytes; a key frame of 4K noise stays far below."""

_PACKETS_PER_WAKE = 16

log = structlog.get_logger()


class WorkerEvents(Protocol):
    """Called on the event loop. ``ended`` comes exactly once and last."""

    def message(self, worker: "WorkerProcess", message: link.Packet | link.Up) -> None: ...

    def ended(self, worker: "WorkerProcess") -> None: ...


class WorkerProcess:
    """Spawned at once; a spare until ``send(Start)``. ``with_stdin``: it reads the node's.
    Raises OSError when the machine has no process or file descriptor left.

    The link's end of file tells of the death, however it came about (the kernel closes the socket
    of a killed process at once), so no child watcher is needed.
    """

    def __init__(
        self, events: WorkerEvents, *, command: tuple[str, ...], with_stdin: bool = False
    ) -> None:
        self._events = events
        self._loop = asyncio.get_running_loop()
        self._buffer = bytearray(LARGEST_PACKET)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, contextlib.ExitStack() as undo:
            undo.callback(ours.close)
            fd = theirs.fileno()
            self._process = subprocess.Popen(
                [*command, "--link-fd", str(fd)],
                pass_fds=(fd,),
                stdin=None if with_stdin else subprocess.DEVNULL,
                stdout=sys.stderr,
                start_new_session=True,
            )
            undo.pop_all()
        ours.setblocking(False)
        self._socket: socket.socket | None = ours
        self.ready = False
        self._loop.add_reader(ours, self._readable)

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, message: link.Down) -> None:
        """Commands are small and rare; a worker that doesn't take them is hung and gets killed."""
        if self._socket is None:
            return
        try:
            self._socket.send(link.encode_message(message))
        except BlockingIOError:
            log.warning("worker link full, command dropped", command=message.type, pid=self.pid)
        except OSError:
            self._end()

    def kill(self) -> None:
        """Idempotent. ``ended`` is called before this returns if it hasn't been yet."""
        self._end()

    async def close(self, timeout_s: float = 2.0) -> None:
        """Ask to stop, then insist. The process is gone when this returns."""
        self.send(link.Stop())
        with contextlib.suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(self._process.wait, timeout_s)
        self._end()
        await asyncio.to_thread(self._process.wait)

    def _readable(self) -> None:
        for _ in range(_PACKETS_PER_WAKE):
            if self._socket is None:
                return
            try:
                size, _, flags, _ = self._socket.recvmsg_into([self._buffer])
            except BlockingIOError:
                return
            except OSError:
                size, flags = 0, 0
            if size == 0:
                self._end()
                return
            self._packet(size, truncated=bool(flags & socket.MSG_TRUNC))

    def _packet(self, size: int, *, truncated: bool) -> None:
        try:
            if truncated:
                raise link.WorkerLinkError("link.truncated", "a packet larger than the link allows")
            message = link.decode(bytes(memoryview(self._buffer)[:size]))
        except link.WorkerLinkError as error:
            # A worker is our own code: if it speaks nonsense, nothing it sends can be trusted.
            log.error("worker link broken", code=error.code, pid=self.pid)
            self.kill()
            return
        if isinstance(message, link.Ready):
            self.ready = True
        if isinstance(message, link.Packet | link.Up):
            self._events.message(self, message)

    def _end(self) -> None:
        if self._socket is None:
            return
        self._loop.remove_reader(self._socket)
        self._socket.close()
        self._socket = None
        # Without its link a worker is of no use, even one that merely closed it.
        if self._process.poll() is None:
            self._process.kill()
            self._loop.run_in_executor(None, self._process.wait)
        self._events.ended(self)
