"""What all peers of a node share."""

from dataclasses import dataclass, field

from aiortc import RTCCertificate

from streaming.webrtc.sdp_text import Transport
from streaming.webrtc.sender import Outlet
from streaming.webrtc.srtp import PacketBuffer


@dataclass(frozen=True, slots=True)
class Node:
    """``addresses`` are those of the candidates; one certificate serves a run of the node."""

    addresses: tuple[str, ...]
    outlet: Outlet
    buffer: PacketBuffer = field(default_factory=PacketBuffer)
    certificate: RTCCertificate = field(default_factory=RTCCertificate.generateCertificate)

    def transport(self, ufrag: str, password: str, *, setup: str) -> Transport:
        return Transport(
            ufrag=ufrag,
            password=password,
            fingerprint=self._fingerprint(),
            setup=setup,
            addresses=self.addresses,
            port=self.outlet.socket.port,
        )

    def _fingerprint(self) -> str:
        return next(
            fingerprint.value
            for fingerprint in self.certificate.getFingerprints()
            if fingerprint.algorithm == "sha-256"
        )
