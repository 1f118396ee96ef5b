"""The worker's side of the look-out: starts it, shows it pictures, hears what it finds, and
starts another when it dies."""

import contextlib
import socket
import subprocess
import sys
import threading
from collections.abc import Callable

import structlog

from streaming.domain.frame import Size
from streaming.lookout.ring import Luma, RingWriter
from streaming.lookout.words import LARGEST_PACKET, Garbled, Look, decode_look, encode_size

FIRST_RETRY_S = 0.5
LAST_RETRY_S = 8.0
STOP_TIMEOUT_S = 1.0
HUNG_S = 10.0
"""Pictures came and no look was told for this long, its start included: another is started."""

COMMAND = (sys.executable, "-m", "streaming.lookout_process")

log = structlog.get_logger()


class Guard:
    """``looked`` is called from the guard's own thread. ``offer`` is the capture thread's."""

    def __init__(
        self,
        looked: Callable[[Look], None],
        *,
        command: tuple[str, ...] = COMMAND,
        hung_s: float = HUNG_S,
    ) -> None:
        self._hung_s = hung_s
        self._looked = looked
        self._command = command
        self._lock = threading.Lock()
        self._ring: RingWriter | None = None
        self._socket: socket.socket | None = None
        self._stopping = threading.Event()
        self._offered = 0
        self._thread = threading.Thread(target=self._run, name="look-out", daemon=True)
        self.cpu_cores, self.rss_bytes = 0.0, 0
        """Of the look-out, as it said last."""

    def start(self) -> None:
        self._thread.start()

    def offer(self, luma: Luma, captured_at_ns: int) -> None:
        """Copies ``luma``, shape ``(height, width)``. Never waits for the look-out."""
        self._offered += 1
        ring = self._ring
        if ring is None or (ring.size.height, ring.size.width) != luma.shape:
            ring = self._make_ring(Size(luma.shape[1], luma.shape[0]))
        if ring is not None:
            ring.write(luma, captured_at_ns)

    def close(self) -> None:
        """When the capture thread has ended."""
        self._stopping.set()
        with self._lock:
            if self._socket is not None:
                with contextlib.suppress(OSError):  # it is going anyway
                    self._socket.shutdown(socket.SHUT_RDWR)
        if self._thread.is_alive():
            self._thread.join(2 * STOP_TIMEOUT_S)
        with self._lock:
            if self._ring is not None:
                self._ring.close()
                self._ring = None

    def _make_ring(self, size: Size) -> RingWriter | None:
        """None without memory for one: then nobody looks, and the picture goes black by that."""
        with self._lock:
            if self._ring is not None:
                self._ring.close()
            try:
                self._ring = RingWriter.create(size)
            except OSError:
                self._ring = None
            self._hand_over()
            return self._ring

    def _hand_over(self) -> None:
        if self._socket is not None and self._ring is not None:
            with contextlib.suppress(OSError):  # it is gone; the next one gets the ring
                socket.send_fds(self._socket, [encode_size(self._ring.size)], [self._ring.fd])

    def _run(self) -> None:
        pause_s = FIRST_RETRY_S
        while not self._stopping.is_set():
            status, has_looked = self._once()
            if self._stopping.is_set():
                return
            log.warning("look-out ended", status=status)
            pause_s = FIRST_RETRY_S if has_looked else min(2 * pause_s, LAST_RETRY_S)
            self._stopping.wait(pause_s)

    def _once(self) -> tuple[int, bool]:
        """One look-out, from start to end: its exit status, and whether it ever looked."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with ours:
            with theirs:
                process = subprocess.Popen(
                    [*self._command, "--fd", str(theirs.fileno())],
                    pass_fds=(theirs.fileno(),),
                    stdin=subprocess.DEVNULL,
                    stdout=sys.stderr,
                )
            with self._lock:
                self._socket = ours
                self._hand_over()
            has_looked = self._listen(ours)
            with self._lock:
                self._socket = None
        return _end(process), has_looked

    def _listen(self, ours: socket.socket) -> bool:
        has_looked = False
        ours.settimeout(self._hung_s)
        while not self._stopping.is_set():
            offered = self._offered
            try:
                packet = ours.recv(LARGEST_PACKET)
                if not packet:
                    break
                look = decode_look(packet)
            except TimeoutError:
                if self._offered == offered:
                    continue
                log.warning("look-out hangs")
                break
            except (OSError, Garbled) as error:
                log.warning("look-out not understood", error=type(error).__name__)
                break
            has_looked = True
            self.cpu_cores, self.rss_bytes = look.cpu_cores, look.rss_bytes
            self._looked(look)
        self.cpu_cores, self.rss_bytes = 0.0, 0
        return has_looked


def _end(process: "subprocess.Popen[bytes]") -> int:
    """It ends by itself once its socket is closed; one that hangs is killed."""
    try:
        return process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
