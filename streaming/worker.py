"""The capture worker: the process that owns one source's pictures, and the only one that sees them.

    python -m streaming.worker --link-fd N [--warm SCHEME]

Composition root. Threads: *main* obeys commands and sends health; *capture* reads, masks, encodes
and sends; each rung but the live one has its own; so have stills, sound where it is allowed, and
the set-up page while it is open. The node may kill this process at any time, and when the node
goes, so does the worker.
"""

import argparse
import contextlib
import ctypes
import os
import signal
import socket
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Protocol

import cv2
import structlog

from streaming.capture.spec import open_source
from streaming.domain.errors import SonopairError
from streaming.domain.frame import Rung
from streaming.logs import bind_process, configure_worker_logs
from streaming.lookout.guard import Guard
from streaming.picture.encode import LiveEncoder
from streaming.picture.hardware import PROBE_SIZE, choose_encoder
from streaming.picture.slate import encode_slate, slate_picture
from streaming.picture.source import Source
from streaming.protocol import worker_link as wire
from streaming.setup_page.desk import SetupDesk
from streaming.setup_page.thread import SetupThread
from streaming.text.models import missing
from streaming.uplink.link import LinkClosed, WorkerLink
from streaming.uplink.lookout import OpenLookOut
from streaming.uplink.station import HEALTH_INTERVAL_NS, Station

STOP_TIMEOUT_S = 1.0
EXIT_CRASHED = 70
PR_SET_PDEATHSIG = 1
"""Source: prctl(2)."""

log = structlog.get_logger()


class OpenSource(Protocol):
    def __call__(self, spec: str, *, source_id: str) -> Source: ...


class Worker:
    """A warm spare until ``Start`` comes, then one source's station."""

    def __init__(
        self,
        sock: socket.socket,
        *,
        open_source: OpenSource = open_source,
        open_lookout: OpenLookOut = Guard,
        warm: str = "",
    ) -> None:
        """``warm`` is the scheme of the SPEC to come: what its source imports is then there."""
        self._open_source = open_source
        self._lookout_of = open_lookout
        self._link = WorkerLink(sock, idr_needed=self._idr_needed)
        self._wake, self._waker = socket.socketpair()
        self._waker.setblocking(False)
        self._station: Station | None = None
        self._setup: SetupThread | None = None
        self._stopping = False
        self._background = ThreadPoolExecutor(max_workers=3, thread_name_prefix="probe")
        # One for each of what may be asked: a driver that hangs holds up nothing else.
        self._auto = self._background.submit(choose_encoder, "auto")
        if warm:
            self._background.submit(self._warm, warm)

    def run(self) -> int:
        """The exit status. Returns when told to stop, when the link closes, or on failure."""
        self._link.send(wire.Ready(pid=os.getpid()))
        try:
            while not self._stopping:
                message = self._link.receive(HEALTH_INTERVAL_NS / 1e9, self._wake.fileno())
                if message is not None:
                    self._obey(message)
                if self._station is not None:
                    self._station.tell()
                    if self._station.failure is not None:
                        return self._fail(self._station.failure)
                    if self._station.hung:
                        log.error("the source hangs")
                        return EXIT_CRASHED
        except LinkClosed:
            log.info("link closed")
        except wire.WorkerLinkError as error:
            log.error("link broken", code=error.code)
            return EXIT_CRASHED
        return 0

    def stop(self) -> None:
        """From a signal handler or any thread."""
        self._stopping = True
        self._awake()

    def close(self) -> None:
        """Gives up what hangs: the process ends after it."""
        self._background.shutdown(wait=False, cancel_futures=True)
        if self._setup is not None:
            self._setup.close()
        if self._station is not None:
            self._station.stop(STOP_TIMEOUT_S)
        self._wake.close()
        self._waker.close()

    def _warm(self, scheme: str) -> None:
        with contextlib.suppress(SonopairError):  # most schemes want more than their name
            self._open_source(f"{scheme}:", source_id="")

    def _awake(self) -> None:
        with contextlib.suppress(OSError):  # enough wake-ups are waiting, or it is over
            self._waker.send(b"\0")

    def _obey(self, message: wire.Down) -> None:
        station = self._station
        match message:
            case wire.Start() if station is None:
                self._station = self._start(message)
            case wire.Stop():
                self._stopping = True
            case _ if station is None or isinstance(message, wire.Start):
                log.warning("command out of order", command=message.type)
            case wire.RequestIdr():
                station.request_idr(message.rung)
            case wire.SetBitrate():
                station.set_bitrate(message.rung, message.bitrate_bps)
            case wire.SetRung():
                station.set_rung(message.rung, on=message.on)
            case wire.SetProfile():
                station.set_profile(message.profile_toml)
            case wire.RequestStill():
                station.request_still(message)
            case wire.SetAudio():
                station.set_audio(on=message.on)
            case wire.AllowText():
                station.allow_text(message.id)
            case wire.OverrideWatch():
                station.override_watch()
            case wire.OpenSetup():
                self._open_setup(station)

    def _start(self, order: wire.Start) -> Station:
        bind_process(source=order.source_id)
        choice = (
            self._auto
            if order.encoder == "auto"
            else self._background.submit(choose_encoder, order.encoder)
        )
        station = Station(
            order,
            link=self._link,
            open_source=partial(self._open_source, order.spec, source_id=order.source_id),
            choice=choice,
            ended=self._awake,
            open_lookout=self._open_lookout(order.lookout),
        )
        station.start()
        return station

    def _open_lookout(self, wanted: str) -> OpenLookOut | None:
        if wanted == "off" or (wanted == "auto" and missing()):
            return None
        return self._lookout_of

    def _open_setup(self, desk: SetupDesk) -> None:
        if self._setup is None or not self._setup.alive:
            self._setup = SetupThread(
                desk, announce=lambda url: self._link.send(wire.SetupReady(url=url))
            )
        self._setup.invite()

    def _idr_needed(self, rung: Rung) -> None:
        if self._station is not None:
            self._station.request_idr(rung)

    def _fail(self, error: SonopairError) -> int:
        log.info("worker failed", code=error.code)  # the node is told, and says it to people
        self._link.send(
            wire.Failed(code=error.code, detail=str(error), fix=error.fix, retry=error.retry)
        )
        return error.exit_status


def prepare() -> None:
    """What would otherwise cost the first pictures: opened libraries, x264's tables."""
    cv2.setNumThreads(1)
    warm = LiveEncoder(PROBE_SIZE, bitrate_bps=4_000_000)
    encode_slate(warm, slate_picture(PROBE_SIZE, source_id="", now_ns=0))


def die_with_parent() -> None:
    """Even when the node is killed while this process hangs with the link unread."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def exit_on_crash() -> None:
    """A thread that dies takes the process along: the node starts another worker.

    What is logged is the error's type and place. Its words may quote a path.
    """

    def crash(error: BaseException | None) -> None:
        log.error("worker crashed", thread=threading.current_thread().name, exc_info=error)
        leave(EXIT_CRASHED)

    threading.excepthook = lambda crashed: crash(crashed.exc_value)
    sys.excepthook = lambda kind, error, trace: crash(error)


def main(arguments: list[str] | None = None, *, open_source: OpenSource = open_source) -> int:
    parser = argparse.ArgumentParser(prog="python -m streaming.worker")
    parser.add_argument("--link-fd", type=int, required=True)
    parser.add_argument("--warm", metavar="SCHEME", default="")
    options = parser.parse_args(arguments)
    configure_worker_logs()
    die_with_parent()
    exit_on_crash()
    # The terminal's Ctrl-C reaches the whole process group; the node decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    prepare()
    link = socket.socket(fileno=options.link_fd)
    worker = Worker(link, open_source=open_source, warm=options.warm)
    signal.signal(signal.SIGTERM, lambda number, frame: worker.stop())
    status = worker.run()
    worker.close()
    return status


def leave(status: int) -> None:
    """A driver or an encoder may hold a thread for ever; the interpreter would wait for it."""
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    leave(main())
