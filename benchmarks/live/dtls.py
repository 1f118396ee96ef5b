"""A DTLS handshake over memory, and the SRTP sessions that come out of it (RFC 5764)."""

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from OpenSSL import SSL
from pylibsrtp import Policy, Session

_LABEL = b"EXTRACTOR-dtls_srtp"
_DATAGRAM = 1500
_KEY_LENGTH = 16
_PROFILES = {
    b"SRTP_AEAD_AES_128_GCM": (Policy.SRTP_PROFILE_AEAD_AES_128_GCM, 12),
    b"SRTP_AES128_CM_SHA1_80": (Policy.SRTP_PROFILE_AES128_CM_SHA1_80, 14),
}


class Certificate:
    """Self-signed; one for all viewers of a process."""

    def __init__(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bench")])
        now = datetime.now(UTC)
        self._certificate = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .sign(key, hashes.SHA256())
        )
        self._key = key

    @property
    def fingerprint(self) -> str:
        return self._certificate.fingerprint(hashes.SHA256()).hex(":").upper()

    def context(self) -> SSL.Context:
        context = SSL.Context(SSL.DTLS_METHOD)
        context.set_verify(SSL.VERIFY_PEER, lambda *_: True)
        context.use_privatekey(self._key)
        context.use_certificate(self._certificate)
        context.set_tlsext_use_srtp(b":".join(_PROFILES))
        return context


class Handshake:
    """Feed it datagrams, send what it returns, until ``done``."""

    def __init__(self, context: SSL.Context, *, client: bool) -> None:
        self._client = client
        self._connection = SSL.Connection(context, None)
        self._connection.set_ciphertext_mtu(1200)
        if client:
            self._connection.set_connect_state()
        else:
            self._connection.set_accept_state()
        self.done = False

    def step(self, datagram: bytes = b"") -> list[bytes]:
        """Raises OpenSSL.SSL.Error when the peer is refused or refuses."""
        if datagram:
            self._connection.bio_write(datagram)
        if not self.done:
            try:
                self._connection.do_handshake()
                self.done = True
            except SSL.WantReadError:
                pass
        return self._outgoing()

    def repeat(self) -> list[bytes]:
        """The last flight again, when its time has come."""
        self._connection.DTLSv1_handle_timeout()
        return self._outgoing()

    def sessions(self) -> tuple[Session, Session]:
        """For what is received and for what is sent."""
        profile, salt_length = _PROFILES[self._connection.get_selected_srtp_profile()]
        length = _KEY_LENGTH + salt_length
        material = self._connection.export_keying_material(_LABEL, 2 * length)
        keys = material[:_KEY_LENGTH], material[_KEY_LENGTH : 2 * _KEY_LENGTH]
        salts = material[2 * _KEY_LENGTH : -salt_length], material[-salt_length:]
        client, server = (key + salt for key, salt in zip(keys, salts, strict=True))
        mine, theirs = (client, server) if self._client else (server, client)
        inbound = Policy(key=theirs, ssrc_type=Policy.SSRC_ANY_INBOUND, srtp_profile=profile)
        outbound = Policy(key=mine, ssrc_type=Policy.SSRC_ANY_OUTBOUND, srtp_profile=profile)
        return Session(policy=inbound), Session(policy=outbound)

    def _outgoing(self) -> list[bytes]:
        datagrams = []
        while True:
            try:
                datagrams.append(self._connection.bio_read(_DATAGRAM))
            except SSL.WantReadError:
                return datagrams
