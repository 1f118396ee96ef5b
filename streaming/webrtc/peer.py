"""One participant's connection: offer or answer, check, handshake, sender, end."""

import asyncio
import secrets
import string
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace

import structlog

from streaming.domain.frame import AudioFrame
from streaming.relay.lane import LanePacket
from streaming.webrtc.camera_sender import CameraSender
from streaming.webrtc.dtls import DtlsError, DtlsServer
from streaming.webrtc.media import STATS, PeerMedia
from streaming.webrtc.negotiation import Agreement
from streaming.webrtc.node import Node
from streaming.webrtc.path import PeerPath
from streaming.webrtc.sdp_offer import directions, offered_lines
from streaming.webrtc.sdp_read import read_answer, read_offer
from streaming.webrtc.sdp_text import MediaLine, RejectedLine, session_text
from streaming.webrtc.srtp import SrtpError
from streaming.webrtc.streams import PeerStreams
from streaming.webrtc.stun_responder import Address
from streaming.workflow.live.ports import PeerEvents, PeerPlan, SdpError

CONNECT_TIMEOUT_S = 30.0
"""From the offer to the end of the handshake: a person may have to allow something first."""
SILENCE_NS = 8_000_000_000
"""Chromium checks every 2.5 s, Firefox every 4 to 6 s; one that moved is heard only by a check."""
BYE_NS = 2_000_000_000
REPORT_INTERVAL_NS = 1_000_000_000

_ICE_CHARACTERS = string.ascii_letters + string.digits + "+/"
_DTLS, _RTP, _RTCP = range(20, 64), range(128, 192), range(192, 224)
"""First byte of a datagram (RFC 7983, 7), and second byte of RTCP (RFC 5761, 4)."""

log = structlog.get_logger()


def _ice_characters(count: int) -> str:
    """RFC 8839, 5.4: six random bits each, and neither ``-`` nor ``_``."""
    return "".join(secrets.choice(_ICE_CHARACTERS) for _ in range(count))


class PeerGone(Exception):
    """Why a peer's life ended, with a stable code."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class MediaPeer:
    """Implements ``Peer``. ``run`` is its one task, which ``on_end`` (called exactly once, before
    ``events.closed``) must cancel unless it is the task that runs."""

    def __init__(
        self, node: Node, events: PeerEvents, plan: PeerPlan, *, on_end: Callable[[], None]
    ) -> None:
        self.ufrag = _ice_characters(8)
        self.password = _ice_characters(24)
        self._id = secrets.token_urlsafe(9)
        self._node = node
        self._events = events
        self._plan = plan
        self._on_end = on_end
        self._streams = PeerStreams.random()
        self._path = PeerPath(time.monotonic_ns())
        self._agreement: Agreement | None = None
        self._media: PeerMedia | None = None
        self._bye_ns: int | None = None
        self._ready = asyncio.Event()
        self._ended = False
        self._dtls = DtlsServer(node.certificate, send=self._send_dtls, on_closed=self._left)

    @property
    def id(self) -> str:
        return self._id

    @property
    def addresses(self) -> tuple[Address, ...]:
        return self._path.addresses

    # ---- what the room asks ------------------------------------------------------------------

    async def create_offer(self) -> str:
        lines = list(offered_lines(self._plan, self._streams, label=self._id))
        return self._text(lines, setup="actpass")

    async def accept_answer(self, sdp: str) -> None:
        with self._agreeing():
            self._agreement = read_answer(sdp, directions(self._plan))

    async def answer_offer(self, sdp: str) -> str:
        with self._agreeing():
            offered = read_offer(sdp)
            self._agreement = offered.agreement
        ids = self._streams.scanner
        named = [
            replace(
                line,
                msid=f"scanner {self._id}",
                ssrcs=(ids.ssrc, ids.rtx_ssrc),
                cname=ids.cname,
            )
            if isinstance(line, MediaLine)
            else line
            for line in offered.lines
        ]
        return self._text(named, setup="passive")

    def send_voice(self, packet: LanePacket) -> None:
        if self._media is not None and not self._ended:
            self._media.voice.send(packet)

    def send_doppler(self, frame: AudioFrame) -> None:
        if self._media is not None and not self._ended:
            self._media.voice.send_doppler(frame)

    @property
    def camera(self) -> CameraSender | None:
        return self._media.camera if self._media is not None else None

    def request_film_keyframe(self) -> None:
        if self._media is not None and self._media.film is not None and not self._ended:
            self._media.film.request_keyframe()

    def stats(self) -> Mapping[str, float]:
        return self._media.stats() if self._media else dict.fromkeys(STATS, 0.0)

    def close(self) -> None:
        self.end("peer.closed", "the node closed the connection")

    def end(self, code: str, detail: str) -> None:
        """Idempotent. The room hears of it now; the task then says goodbye to the peer."""
        if self._ended:
            return
        self._ended = True
        self._on_end()
        log.info("peer closed", peer=self._id, code=code, **self.stats())
        self._events.closed(code, detail)

    # ---- what the port hears of the peer -----------------------------------------------------

    def is_silent(self, now_ns: int) -> bool:
        if self._bye_ns is not None and now_ns - self._bye_ns > BYE_NS:
            return True
        return now_ns - self._path.heard_ns > SILENCE_NS

    def checked(self, source: Address, now_ns: int, *, nominated: bool) -> Address | None:
        """A valid connectivity check. Returns an address that is no longer the peer's."""
        moved = self._path.checked(source, now_ns, nominated=nominated)
        self._bye_ns = None
        if moved and self._media is not None:
            log.info("peer moved", peer=self._id)
            self._media.moved(source)
            self._events.keyframe_wanted()
            self._events.camera_keyframe_wanted()
        self._start_when_ready()
        return self._path.surplus()

    def receive(self, data: bytes, source: Address, now_ns: int) -> None:
        """A datagram, not empty and not STUN, from one of ``addresses``."""
        first = data[0]
        if first in _DTLS:
            self._dtls.receive(data)
        elif first in _RTP and len(data) > 1 and self._media is not None:
            with suppress(SrtpError):
                self._receive_media(self._media, data, now_ns)
                self._path.heard(source, now_ns)

    def _receive_media(self, media: PeerMedia, data: bytes, now_ns: int) -> None:
        if data[1] in _RTCP:
            self._bye_ns = now_ns if media.receive_rtcp(data, now_ns) else None
        else:
            media.receive_rtp(data, now_ns)

    # ---- life --------------------------------------------------------------------------------

    async def run(self) -> None:
        """Until the peer is closed, leaves, falls silent or never comes."""
        try:
            await self._live()
        except PeerGone as gone:
            self.end(gone.code, gone.detail)
        except Exception:  # One peer's failure ends neither the node nor another peer.
            log.exception("peer failed", peer=self._id)
            self.end("peer.failed", "the connection failed inside the node")
        finally:
            self.end("peer.closed", "the node closed the connection")
            await self._dtls.close()

    async def _live(self) -> None:
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                media = await self._connect()
        except TimeoutError:
            raise PeerGone("peer.not_connected", "the peer didn't connect in time") from None
        except DtlsError as error:
            raise PeerGone("peer.handshake", str(error)) from error
        codec = media.scanner.codec.value if media.scanner else ""
        log.info("peer connected", peer=self._id, codec=codec)
        self._events.connected(media.scanner)
        report_ns = 0
        while not self.is_silent(now_ns := time.monotonic_ns()):
            if now_ns >= report_ns:
                report_ns = now_ns + REPORT_INTERVAL_NS
                media.report(now_ns)
            await asyncio.sleep(media.tick(now_ns))
        raise PeerGone("peer.silent", "the peer wasn't heard any more")

    async def _connect(self) -> PeerMedia:
        """DTLS waits for a valid check and for the fingerprints of the peer's description."""
        await self._ready.wait()
        agreement, address = self._agreement, self._path.address
        assert agreement is not None
        assert address is not None
        srtp = await self._dtls.handshake(agreement.fingerprints, self._node.buffer)
        self._media = PeerMedia(
            agreement,
            streams=self._streams,
            srtp=srtp,
            outlet=self._node.outlet,
            address=self._path.address or address,
            events=self._events,
        )
        return self._media

    @contextmanager
    def _agreeing(self) -> Iterator[None]:
        """A description that can't be used ends the peer."""
        try:
            if self._ended or self._agreement is not None:
                raise SdpError("sdp.unexpected", "the connection takes no description any more")
            yield
        except SdpError as error:
            self.end(error.code, str(error))
            raise
        self._start_when_ready()

    def _start_when_ready(self) -> None:
        if self._agreement is not None and self._path.address is not None:
            self._ready.set()

    def _send_dtls(self, datagram: bytes) -> None:
        if self._path.address is not None:
            self._node.outlet.socket.send(datagram, self._path.address)

    def _left(self) -> None:
        self.end("peer.left", "the peer closed the connection")

    def _text(self, lines: Sequence[MediaLine | RejectedLine], *, setup: str) -> str:
        transport = self._node.transport(self.ufrag, self.password, setup=setup)
        return session_text(transport, lines, session_id=secrets.randbits(62))
