"""What a connected peer sends and receives, under its keys and where it is now."""

from collections.abc import Iterator, Mapping

from streaming.webrtc.camera_sender import CameraSender
from streaming.webrtc.film_receiver import FilmReceiver
from streaming.webrtc.incoming import Incoming, IncomingLine
from streaming.webrtc.negotiation import CAMERA, EXTENSION_IDS, FILM, MID_URI, VOICE, Agreement
from streaming.webrtc.reception import Reception
from streaming.webrtc.rtcp import parse_rtcp, receiver_report
from streaming.webrtc.sdp_offer import VOICE_PAYLOAD_TYPE
from streaming.webrtc.sender import FanoutSender, Outlet
from streaming.webrtc.srtp import SrtpSession
from streaming.webrtc.streams import PeerStreams
from streaming.webrtc.stun_responder import Address
from streaming.webrtc.voice_receiver import VoiceReceiver
from streaming.webrtc.voice_sender import VoiceSender
from streaming.workflow.live.ports import PeerEvents

STATS = (
    *("packets", "bytes", "retransmitted", "nacks", "plis", "rtt_ms", "lost"),
    *("voice_in", "voice_out", "refused"),
)
"""``Peer.stats``: of the scanner's picture, of voices, and packets that nobody agreed to."""

IDLE_TICK_S, FILM_TICK_S = 1.0, 0.025


class PeerMedia:
    """``scanner`` and ``camera`` are None for who doesn't see, ``film`` for who doesn't film;
    ``voice`` sends nothing to who doesn't hear.

    Everything that is called for a datagram works at once and raises nothing but ``SrtpError``.
    """

    def __init__(
        self,
        agreement: Agreement,
        *,
        streams: PeerStreams,
        srtp: SrtpSession,
        outlet: Outlet,
        address: Address,
        events: PeerEvents,
    ) -> None:
        self._streams = streams
        self._srtp = srtp
        self._outlet = outlet
        self._address = address
        self._events = events
        self.scanner: FanoutSender | None = None
        if agreement.video is not None:
            self.scanner = FanoutSender(
                agreement.video, ids=streams.scanner, srtp=srtp, outlet=outlet, address=address
            )
        self.voice = VoiceSender(
            agreement.sounds, streams=streams, srtp=srtp, outlet=outlet, address=address
        )
        self.camera: CameraSender | None = None
        if cameras := agreement.pictures.get(CAMERA):
            self.camera = CameraSender(
                cameras, ids=streams.camera, srtp=srtp, outlet=outlet, address=address
            )
        self._microphone: VoiceReceiver | None = None
        lines: list[IncomingLine] = []
        if VOICE in agreement.sounds:
            self._microphone = VoiceReceiver(agreement.sounds[VOICE], deliver=events.voice)
            types = frozenset((VOICE_PAYLOAD_TYPE,))
            lines.append(IncomingLine(VOICE, types, self._microphone))
        self.film: FilmReceiver | None = None
        if films := agreement.pictures.get(FILM):
            self.film = FilmReceiver(
                films, ssrc=streams.scanner.ssrc, deliver=events.film, send=self._send_rtcp
            )
            lines.append(IncomingLine(FILM, self.film.payload_types, self.film))
        self._incoming = Incoming(lines, mid_id=EXTENSION_IDS[MID_URI])

    def stats(self) -> Mapping[str, float]:
        """By the names in ``STATS``."""
        sender = self.scanner
        seen = (sender.packets, sender.octets, sender.retransmitted) if sender else (0, 0, 0)
        told = sender.reception if sender else Reception()
        values = (
            *(*seen, told.nacks, told.plis, told.rtt_ns / 1e6, told.lost),
            self._microphone.packets if self._microphone else 0,
            *(self.voice.packets, self._incoming.refused),
        )
        return dict(zip(STATS, map(float, values), strict=True))

    def moved(self, address: Address) -> None:
        self._address = self.voice.address = address
        if self.scanner is not None:
            self.scanner.moved(address)
        if self.camera is not None:
            self.camera.moved(address)

    def receive_rtp(self, data: bytes, now_ns: int) -> None:
        """Raises:
        SrtpError: not authentic or replayed.
        """
        self._incoming.receive(self._srtp.unprotect(data), now_ns)

    def receive_rtcp(self, data: bytes, now_ns: int) -> bool:
        """True if it was the peer's goodbye: one stream may end and the peer go on.

        Raises:
            SrtpError: not authentic or replayed.
        """
        packet = self._srtp.unprotect_rtcp(data)
        feedback = parse_rtcp(packet, self._streams.scanner.ssrc)
        for receiver in self._receivers():
            for ssrc, middle_ntp in feedback.sender_reports:
                receiver.sender_reported(ssrc, middle_ntp, now_ns)
        if self.camera is not None:
            about_camera = parse_rtcp(packet, self._streams.camera.ssrc)
            if self.camera.receive(about_camera, now_ns):
                self._events.camera_keyframe_wanted()
        if self.scanner is not None and self.scanner.receive(feedback, now_ns):
            self._events.keyframe_wanted()
        return bool(feedback.left) and not self._incoming.ssrcs.issuperset(feedback.left)

    def report(self, now_ns: int) -> None:
        """About what was sent and what arrived; once a second."""
        if self.scanner is not None:
            self.scanner.report(now_ns)
        if self.camera is not None:
            self.camera.report(now_ns)
        self.voice.report(now_ns)
        blocks = b"".join(receiver.report_block(now_ns) for receiver in self._receivers())
        if blocks:
            self._send_rtcp(receiver_report(ssrc=self._streams.scanner.ssrc, blocks=blocks))

    def tick(self, now_ns: int) -> float:
        """Ask a camera for what is due. In how many seconds to come back."""
        if self.film is None or not self.film.active(now_ns):
            return IDLE_TICK_S
        self.film.tick(now_ns)
        return FILM_TICK_S

    def _receivers(self) -> Iterator[VoiceReceiver | FilmReceiver]:
        yield from (each for each in (self._microphone, self.film) if each is not None)

    def _send_rtcp(self, packet: bytes) -> None:
        self._outlet.socket.send(self._srtp.protect_rtcp(packet), self._address)
