"""One viewer that doesn't decode: ICE, DTLS, and the arrival time of each frame's last packet.

RTP headers are in clear, so only the first key frame is decrypted: its barcode ties RTP timestamps
to capture times. A viewer costs the machine a few per cent of what a browser costs.
"""

import secrets
import socket
import struct
import time
from dataclasses import dataclass, field

from aioice import stun
from OpenSSL import SSL
from pylibsrtp import Error as SrtpError
from pylibsrtp import Session

from benchmarks.live.dtls import Certificate, Handshake
from benchmarks.live.key_frames import KeyFrames, captured_us
from benchmarks.live.sdp import H264_PAYLOAD_TYPE, Local, Remote, describe, read

CHECK_EVERY_S = 2.0
RETRY_EVERY_S = 0.2
_BUFFER_BYTES = 4 * 2**20
_WRAP_US = 1 << 40
_ANY_ROUTE = ("192.0.2.1", 9)
_MARKER = 0x80
_TIMESTAMP = struct.Struct("!I")
_PLI = struct.Struct("!BBHII")


@dataclass(slots=True)
class Arrivals:
    """``ages_ms``: captured to last packet, one per frame."""

    ages_ms: list[float] = field(default_factory=list)
    packets: int = 0


class Viewer:
    """Call ``readable`` when its socket is, and ``tick`` every few dozen milliseconds."""

    def __init__(self, certificate: Certificate) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
        self.socket.bind(("0.0.0.0", 0))
        self.socket.setblocking(False)
        self._certificate = certificate
        address = own_address(), int(self.socket.getsockname()[1])
        self._local = Local(
            secrets.token_hex(4), secrets.token_hex(12), certificate.fingerprint, address
        )
        self._remote: Remote | None = None
        self._handshake: Handshake | None = None
        self._sessions: tuple[Session, Session] | None = None
        self._checked = False
        self._next_tick_s = 0.0
        self._key_frames = KeyFrames()
        self._anchor: tuple[int, int] | None = None
        self._ssrc = 0
        self.arrivals = Arrivals()
        self.key_frame_at_ns: int | None = None
        self.watch_key_frames = False

    @property
    def anchored(self) -> bool:
        return self._anchor is not None

    def offer(self) -> str:
        return describe(self._local, setup="actpass", payload_type=H264_PAYLOAD_TYPE)

    def answer(self, offer: str) -> str:
        self._remote = read(offer)
        return describe(
            self._local,
            setup="active",
            payload_type=self._remote.payload_type,
            mid=self._remote.mid,
        )

    def accept(self, answer: str) -> None:
        self._remote = read(answer)

    def close(self) -> None:
        self.socket.close()

    def request_key_frame(self) -> None:
        if self._sessions is not None:
            pli = _PLI.pack(0x81, 206, 2, 1, self._ssrc)
            self._send(self._sessions[1].protect_rtcp(pli))

    def tick(self) -> None:
        """Connectivity check, handshake repeat and key frame request, each when it is due."""
        if self._remote is None or time.monotonic() < self._next_tick_s:
            return
        self._send(self._check(self._remote))
        if self._handshake is not None and self._sessions is None:
            self._send_all(self._handshake.repeat())
        if not self.anchored and self._ssrc:
            self.request_key_frame()
        pause_s = CHECK_EVERY_S if self.anchored else RETRY_EVERY_S
        self._next_tick_s = time.monotonic() + pause_s

    def readable(self) -> None:
        while True:
            try:
                datagram, sender = self.socket.recvfrom(2048)
            except BlockingIOError:
                return
            first = datagram[0]
            if 128 <= first < 192:
                if not 192 <= datagram[1] < 224:
                    self._rtp(datagram)
            elif first < 4:
                self._stun(datagram, sender)
            elif 20 <= first < 64:
                self._dtls(datagram)

    def _rtp(self, packet: bytes) -> None:
        self.arrivals.packets += 1
        if self._anchor is None or self.watch_key_frames:
            self._look_inside(packet)
        if self._anchor is None or not packet[1] & _MARKER:
            return
        timestamp, captured = self._anchor
        passed = (_TIMESTAMP.unpack_from(packet, 4)[0] - timestamp + 2**31) % 2**32 - 2**31
        age_us = (time.monotonic_ns() / 1000 - captured - passed / 0.09) % _WRAP_US
        self.arrivals.ages_ms.append(age_us / 1000)

    def _look_inside(self, packet: bytes) -> None:
        if self._sessions is None:
            return
        try:
            clear = self._sessions[0].unprotect(packet)
        except SrtpError:
            return
        self._ssrc = int.from_bytes(packet[8:12], "big")
        key_frame = self._key_frames.push(clear)
        captured = None if key_frame is None else captured_us(key_frame)
        if captured is not None:
            self.key_frame_at_ns = time.monotonic_ns()
            self._anchor = _TIMESTAMP.unpack_from(packet, 4)[0], captured

    def _check(self, remote: Remote) -> bytes:
        request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
        request.attributes["USERNAME"] = f"{remote.ufrag}:{self._local.ufrag}"
        request.attributes["PRIORITY"] = 1_862_270_975
        request.attributes["ICE-CONTROLLING"] = 1
        request.attributes["USE-CANDIDATE"] = None
        request.add_message_integrity(remote.password.encode())
        return bytes(request)

    def _stun(self, datagram: bytes, sender: tuple[str, int]) -> None:
        message = stun.parse_message(datagram)
        if message.message_class is stun.Class.REQUEST:
            reply = stun.Message(
                stun.Method.BINDING, stun.Class.RESPONSE, transaction_id=message.transaction_id
            )
            reply.attributes["XOR-MAPPED-ADDRESS"] = sender
            reply.add_message_integrity(self._local.password.encode())
            self._send(bytes(reply))
        elif message.message_class is stun.Class.RESPONSE and not self._checked:
            self._checked = True
            self._start_dtls()

    def _start_dtls(self) -> None:
        assert self._remote is not None
        client = self._remote.setup != "active"
        self._handshake = Handshake(self._certificate.context(), client=client)
        if client:
            self._send_all(self._handshake.step())

    def _dtls(self, datagram: bytes) -> None:
        if self._handshake is None or self._sessions is not None:
            return
        try:
            self._send_all(self._handshake.step(datagram))
        except SSL.Error as error:
            raise ConnectionError("the DTLS handshake failed") from error
        if self._handshake.done:
            self._sessions = self._handshake.sessions()

    def _send_all(self, datagrams: list[bytes]) -> None:
        for datagram in datagrams:
            self._send(datagram)

    def _send(self, datagram: bytes) -> None:
        assert self._remote is not None
        self.socket.sendto(datagram, self._remote.address)


def own_address() -> str:
    """The address this machine would use towards others; loopback when it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_ANY_ROUTE)
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])
