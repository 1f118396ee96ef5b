"""A certificate authority of one's own, for a network in which no public one certifies names.

Phones give camera and microphone to pages over HTTPS only. The authority is trusted on each phone
once; what it could ever vouch for is limited to names ending in ``.local``, ``localhost``, the
names given, and private addresses, so that a stolen key opens no other site. Sources: RFC 5280
(4.2.1.10, name constraints), CA/Browser Forum Baseline Requirements (at most 398 days).
"""

import datetime as dt
import ipaddress
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from streaming.domain.errors import BadInput, Unavailable

CA_LIFETIME = dt.timedelta(days=3_650)
SERVER_LIFETIME = dt.timedelta(days=397)
RENEW_BEFORE = dt.timedelta(days=30)
_BACKDATED = dt.timedelta(hours=1)
"""A phone whose clock is behind takes it all the same."""

PRIVATE_NETWORKS = (
    *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8"),
    *("fc00::/7", "fe80::/10", "::1/128"),
)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Key = ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class LocalTls:
    """The files of a folder. ``ca_certificate`` is what phones are to trust."""

    folder: Path

    @property
    def ca_certificate(self) -> Path:
        return self.folder / "ca.crt"

    @property
    def ca_key(self) -> Path:
        return self.folder / "ca.key"

    @property
    def certificate(self) -> Path:
        return self.folder / "server.crt"

    @property
    def key(self) -> Path:
        return self.folder / "server.key"


@dataclass(frozen=True, slots=True)
class Made:
    """What was made anew; what is still good was kept."""

    files: LocalTls
    authority: bool
    server: bool
    expires: dt.date


def make_certificates(
    folder: Path,
    *,
    names: Sequence[str],
    addresses: Sequence[str],
    now: dt.datetime,
    renew: bool = False,
) -> Made:
    """A server certificate for ``names`` and ``addresses``, and its authority if there is none.

    Raises:
        BadInput: ``tls.name``, ``tls.address``: not a name or a private address; ``tls.ca``: the
            authority in ``folder`` can't be used, or doesn't vouch for a name.
        Unavailable: ``tls.unwritable``.
    """
    files = LocalTls(folder)
    hosts = [_checked_name(name) for name in names]
    ips = [_checked_address(address) for address in addresses]
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = not files.ca_certificate.exists()
        authority, authority_key = _make_authority(files, hosts, now) if fresh else _read(files)
        _require_vouching(authority, hosts)
        kept = None if fresh or renew else _kept(files, authority, hosts, ips, now)
        certificate = kept or _make_server(files, authority, authority_key, hosts, ips, now)
    except OSError as error:
        raise Unavailable(
            "tls.unwritable",
            f"{folder} can't be used: {error.strerror}",
            fix="choose a folder you may write with --out",
        ) from None
    return Made(files, fresh, kept is None, certificate.not_valid_after_utc.date())


def _checked_name(name: str) -> str:
    lower = name.lower().rstrip(".")
    labels = lower.split(".")
    good = all(
        0 < len(label) < 64 and label.replace("-", "").isalnum() and label.isascii()
        for label in labels
    )
    if not good or len(lower) > 253 or labels[-1].isdigit():
        raise BadInput("tls.name", f"'{name}' isn't a host name", fix="for example echo.local")
    return lower


def _checked_address(text: str) -> Address:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        raise BadInput("tls.address", f"'{text}' isn't an IP address") from None
    if not any(address in ipaddress.ip_network(network) for network in PRIVATE_NETWORKS):
        raise BadInput(
            "tls.address",
            f"{address} isn't an address of a local network",
            fix="for a public address take a certificate of a public authority",
        )
    return address


def _make_authority(
    files: LocalTls, names: Sequence[str], now: dt.datetime
) -> tuple[x509.Certificate, Key]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Sonopair local authority")])
    allowed = [x509.DNSName(name) for name in dict.fromkeys(("local", "localhost", *names))]
    networks = [x509.IPAddress(ipaddress.ip_network(network)) for network in PRIVATE_NETWORKS]
    certificate = (
        _builder(subject, subject, key.public_key(), now, CA_LIFETIME)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.NameConstraints([*allowed, *networks], None), critical=True)
        # Whoever verifies holds what is below to it: a stolen key signs no program and no mail.
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(_key_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    _write_key(files.ca_key, key)
    _write(files.ca_certificate, certificate.public_bytes(serialization.Encoding.PEM), mode=0o644)
    return certificate, key


def _make_server(
    files: LocalTls,
    authority: x509.Certificate,
    authority_key: Key,
    names: Sequence[str],
    addresses: Sequence[Address],
    now: dt.datetime,
) -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, (*names, "sonopair")[0][:64])])
    issuer_id = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    certificate = (
        _builder(subject, authority.subject, key.public_key(), now, SERVER_LIFETIME)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer_id),
            critical=False,
        )
        .add_extension(_alternative_names(names, addresses), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(_key_usage(signs_certificates=False), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    _write_key(files.key, key)
    chain = (certificate, authority)
    text = b"".join(one.public_bytes(serialization.Encoding.PEM) for one in chain)
    _write(files.certificate, text, mode=0o644)
    return certificate


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: ec.EllipticCurvePublicKey,
    now: dt.datetime,
    lifetime: dt.timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(now - _BACKDATED + lifetime)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _alternative_names(
    names: Sequence[str], addresses: Sequence[Address]
) -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName(
        [*(x509.DNSName(name) for name in names), *(x509.IPAddress(a) for a in addresses)]
    )


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _read(files: LocalTls) -> tuple[x509.Certificate, Key]:
    try:
        certificate = x509.load_pem_x509_certificate(files.ca_certificate.read_bytes())
        key = serialization.load_pem_private_key(files.ca_key.read_bytes(), password=None)
    except ValueError:
        raise _unusable(files) from None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise _unusable(files)
    if key.public_key() != certificate.public_key():
        raise _unusable(files)
    return certificate, key


def _unusable(files: LocalTls) -> BadInput:
    return BadInput(
        "tls.ca",
        f"{files.ca_certificate} and {files.ca_key.name} aren't an authority's certificate and key",
        fix="move them away to make a new authority, which phones must then trust anew",
    )


def _require_vouching(authority: x509.Certificate, names: Sequence[str]) -> None:
    constraints = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    allowed = [n.value for n in constraints.permitted_subtrees or () if isinstance(n, x509.DNSName)]
    for name in names:
        if not any(name == suffix or name.endswith(f".{suffix}") for suffix in allowed):
            raise BadInput(
                "tls.ca",
                f"The authority that phones trust may not vouch for {name}",
                fix="use a name ending in .local, or another --out for a new authority",
            )


def _kept(
    files: LocalTls,
    authority: x509.Certificate,
    names: Sequence[str],
    addresses: Sequence[Address],
    now: dt.datetime,
) -> x509.Certificate | None:
    """The server certificate that is there, if it is good for all of that and for a while."""
    if not (files.certificate.exists() and files.key.exists()):
        return None
    try:
        found = x509.load_pem_x509_certificate(files.certificate.read_bytes())
        found.verify_directly_issued_by(authority)
        said = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return None
    covered = set(names) <= set(said.get_values_for_type(x509.DNSName)) and set(addresses) <= set(
        said.get_values_for_type(x509.IPAddress)
    )
    return found if covered and found.not_valid_after_utc - now > RENEW_BEFORE else None


def _write_key(path: Path, key: Key) -> None:
    text = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    _write(path, text, mode=0o600)


def _write(path: Path, data: bytes, *, mode: int) -> None:
    """Whole or not at all, and never readable by others for a moment."""
    temporary = path.with_name(f".{path.name}.new")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
    temporary.replace(path)
