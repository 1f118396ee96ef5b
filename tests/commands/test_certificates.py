"""Certificates of a local authority, against OpenSSL's own verification."""

import datetime as dt
import socket
import ssl
import threading
from pathlib import Path

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from streaming.commands import certificates
from streaming.commands.certificates import LocalTls, make_certificates
from streaming.commands.local_network import local_name
from streaming.domain.errors import BadInput, SonopairError, Unavailable

NOW = dt.datetime.now(dt.UTC)
NAMES = ("echo.local", "localhost")
ADDRESSES = ("127.0.0.1", "192.168.7.20")


def made(folder: Path, *, now: dt.datetime = NOW, renew: bool = False) -> certificates.Made:
    return make_certificates(folder, names=NAMES, addresses=ADDRESSES, now=now, renew=renew)


def connect(files: LocalTls, host: str, *, trusting: Path | None = None) -> None:
    """A TLS handshake on loopback by a client that asks for ``host``."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(files.certificate, files.key)
    client = ssl.create_default_context(cafile=trusting or files.ca_certificate)
    near, far = socket.socketpair()

    def serve() -> None:
        try:
            server.wrap_socket(far, server_side=True).close()
        except (ssl.SSLError, OSError):
            far.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        client.wrap_socket(near, server_hostname=host).close()
    finally:
        near.close()
        thread.join()


@pytest.mark.parametrize("host", [*NAMES, *ADDRESSES])
def test_who_trusts_the_authority_reaches_every_name_and_address(tmp_path: Path, host: str) -> None:
    connect(made(tmp_path).files, host)


def test_it_is_good_for_no_other_name_and_for_nobody_who_does_not_trust_it(tmp_path: Path) -> None:
    files = made(tmp_path / "one").files
    with pytest.raises(ssl.SSLCertVerificationError):
        connect(files, "other.local")
    stranger = made(tmp_path / "two").files
    with pytest.raises(ssl.SSLCertVerificationError):
        connect(files, "echo.local", trusting=stranger.ca_certificate)


def test_a_stolen_authority_vouches_for_no_public_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(tmp_path)
    monkeypatch.setattr(certificates, "_require_vouching", lambda *_: None)
    stolen = make_certificates(tmp_path, names=["bank.example"], addresses=[], now=NOW)
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree"):
        connect(stolen.files, "bank.example")


def test_a_stolen_authority_vouches_for_servers_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(tmp_path)
    monkeypatch.setattr(ExtendedKeyUsageOID, "SERVER_AUTH", ExtendedKeyUsageOID.CLIENT_AUTH)
    person = made(tmp_path, renew=True).files
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(person.certificate, person.key)
    server.verify_mode = ssl.CERT_REQUIRED
    server.load_verify_locations(person.ca_certificate)
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    client.load_cert_chain(person.certificate, person.key)
    near, far = socket.socketpair()

    def present() -> None:
        try:
            client.wrap_socket(near).close()
        except (ssl.SSLError, OSError):
            near.close()

    thread = threading.Thread(target=present)
    thread.start()
    try:
        with pytest.raises(ssl.SSLCertVerificationError):
            server.wrap_socket(far, server_side=True).close()
    finally:
        far.close()
        thread.join()


def test_a_second_time_changes_nothing(tmp_path: Path) -> None:
    first = made(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    second = made(tmp_path)
    assert (first.authority, first.server) == (True, True)
    assert (second.authority, second.server) == (False, False)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_it_is_renewed_near_its_end_when_asked_and_for_a_new_address_under_the_same_authority(
    tmp_path: Path,
) -> None:
    authority = made(tmp_path).files.ca_certificate.read_bytes()
    assert not made(tmp_path, now=NOW + dt.timedelta(days=300)).server
    assert made(tmp_path, now=NOW + dt.timedelta(days=380)).server
    assert made(tmp_path, renew=True).server
    moved = make_certificates(tmp_path, names=NAMES, addresses=["10.1.2.3"], now=NOW)
    assert moved.server and not moved.authority
    connect(moved.files, "10.1.2.3")
    assert moved.files.ca_certificate.read_bytes() == authority


def test_a_broken_server_certificate_is_made_anew(tmp_path: Path) -> None:
    made(tmp_path).files.certificate.write_text("broken")
    assert made(tmp_path).server


def test_keys_are_for_the_owner_alone_and_lifetimes_are_bounded(tmp_path: Path) -> None:
    result = made(tmp_path)
    for key in (result.files.key, result.files.ca_key):
        assert key.stat().st_mode & 0o777 == 0o600
    assert result.expires <= (NOW + dt.timedelta(days=398)).date()


@pytest.mark.parametrize(
    ("name", "address", "code"),
    [
        ("under_score.local", "10.0.0.1", "tls.name"),
        ("", "10.0.0.1", "tls.name"),
        ("10.0.0.1", "10.0.0.1", "tls.name"),
        ("echo.local", "8.8.8.8", "tls.address"),
        ("echo.local", "not-an-address", "tls.address"),
    ],
)
def test_what_cannot_be_certified_is_refused_and_nothing_is_made(
    tmp_path: Path, name: str, address: str, code: str
) -> None:
    with pytest.raises(BadInput) as refused:
        make_certificates(tmp_path / "new", names=[name], addresses=[address], now=NOW)
    assert refused.value.code == code
    assert not (tmp_path / "new").exists()


def test_an_authority_that_is_broken_or_of_other_names_is_said(tmp_path: Path) -> None:
    files = made(tmp_path).files
    with pytest.raises(BadInput, match=r"may not vouch for echo\.example"):
        make_certificates(tmp_path, names=["echo.example"], addresses=[], now=NOW)
    files.ca_key.write_text("broken")
    with pytest.raises(BadInput) as broken:
        made(tmp_path)
    assert (broken.value.code, bool(broken.value.fix)) == ("tls.ca", True)


def test_a_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable) as refused:
        made(tmp_path / "file")
    assert refused.value.code == "tls.unwritable"


def test_this_machines_name_can_be_certified(tmp_path: Path) -> None:
    try:
        make_certificates(tmp_path, names=[local_name()], addresses=[], now=NOW)
    except SonopairError as error:
        pytest.fail(str(error))
