"""Whether a node can start here with the settings it would have."""

import errno
import json
import os
import socket
import ssl
import urllib.request

from streaming.commands.findings import Finding, note, ok, problem
from streaming.config import Room, Settings
from streaming.domain.errors import SonopairError
from streaming.profiles import read_profile
from streaming.signaling.server import tls_context

ANSWER_TIMEOUT_S = 2.0
_NO_SUCH_ADDRESS = {errno.EADDRNOTAVAIL, int(socket.EAI_NONAME)}


def check_data_dir(settings: Settings) -> Finding:
    folder = settings.data_dir
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        return problem(
            "data directory",
            f"{folder} can't be written",
            fix="set data_dir to a folder the node's user may write",
        )
    return ok("data directory", f"{folder} can be written")


def check_http_port(settings: Settings) -> Finding:
    listen = settings.listen
    return _check_port(settings, "HTTP", listen.host, listen.port, socket.SOCK_STREAM, "listen")


def check_udp_port(settings: Settings) -> Finding:
    host, port = settings.media_host, settings.media.port
    return _check_port(settings, "UDP", host, port, socket.SOCK_DGRAM, "media")


def check_tls(settings: Settings) -> Finding:
    if settings.tls is None:
        return ok("TLS", "none: this machine only, or a proxy's")
    try:
        tls_context(settings.tls.certificate, settings.tls.key)
    except SonopairError as error:
        return _of("TLS", error)
    return ok("TLS", "certificate and key fit each other")


def check_rooms(settings: Settings) -> Finding:
    if not settings.rooms:
        return note("rooms", "none", fix="add [[rooms]] with a name and a source to the settings")
    return ok("rooms", ", ".join(room.name for room in settings.rooms))


def check_profile(room: Room) -> Finding:
    name = f"profile of {room.name}"
    if room.profile is None:
        return note(
            name,
            "none in the settings: black until a person has confirmed one",
            fix="open the set-up page from the cart, or set rooms[].profile",
        )
    try:
        profile = read_profile(room.profile)
    except SonopairError as error:
        return _of(name, error)
    return ok(name, f"{profile.name}, {profile.size}")


def check_source(room: Room) -> Finding:
    """Files and devices are opened; a network isn't asked, nor a pipe that somebody writes to."""
    from streaming.capture.paths import unusable_path
    from streaming.capture.spec import open_source
    from streaming.picture.source import SourceError

    name = f"source of {room.name}"
    scheme, _, rest = room.source.strip().partition(":")
    try:
        source = open_source(room.source, source_id=room.name)
        if scheme.lower() in ("file", "v4l2", "demo", "phantom"):
            source.open()
            source.close()
            return ok(name, "can be opened")
        if scheme.lower() == "y4m" and rest != "-":
            os.stat(os.path.expanduser(rest))
    except SourceError as error:
        return note(name, str(error), fix=error.fix) if error.lost else _of(name, error)
    except OSError as error:
        return _of(name, unusable_path(error))
    return ok(name, "is understood; it is opened when the node starts")


def running_version(settings: Settings) -> str:
    """Of the node that answers where these settings would listen; empty when none does."""
    try:
        said = json.loads(ask_node(settings, "/healthz"))
        return str(said["version"]) if said["status"] == "ok" else ""
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def ask_node(settings: Settings, path: str, *, token: str = "", limit: int = 4_096) -> bytes:
    """The first ``limit`` bytes of what a node answers where these settings would listen.

    Raises:
        OSError: none does, or it refuses.
    """
    host = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(
        settings.listen.host, settings.listen.host
    )
    scheme = "https" if settings.tls else "http"
    address = f"[{host}]" if ":" in host else host
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}),
        urllib.request.HTTPSHandler(context=_context(settings, tells=bool(token))),
    )
    request = urllib.request.Request(f"{scheme}://{address}:{settings.listen.port}{path}")
    if token:
        request.add_unredirected_header("Authorization", f"Bearer {token}")
    with opener.open(request, timeout=ANSWER_TIMEOUT_S) as answer:
        return bytes(answer.read(limit))


def _context(settings: Settings, *, tells: bool) -> ssl.SSLContext:
    """Who is only asked may be anybody: its certificate needn't be for this address. Who is told
    something must have the certificate of these settings."""
    known = settings.tls.certificate if tells and settings.tls else None
    context = ssl.create_default_context(cafile=known)
    context.check_hostname = False
    if known:
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    else:
        context.verify_mode = ssl.CERT_NONE
    return context


def _check_port(
    settings: Settings, kind: str, host: str, port: int, type_: socket.SocketKind, section: str
) -> Finding:
    name = f"{kind} port"
    try:
        family, _, _, _, address = socket.getaddrinfo(host or None, port, type=type_)[0]
        with socket.socket(family, type_) as probe:
            probe.setsockopt(
                socket.SOL_SOCKET, socket.SO_REUSEADDR, int(type_ is socket.SOCK_STREAM)
            )
            probe.bind(address)
    except OSError as error:
        return _port_problem(settings, name, f"{host} {port}", error, section)
    return ok(name, f"{host} {port or '(any)'} is free")


def _port_problem(
    settings: Settings, name: str, where: str, error: OSError, section: str
) -> Finding:
    if error.errno in _NO_SUCH_ADDRESS:
        return problem(
            name,
            f"{where}: not an address of this machine",
            fix=f"set {section}.host to one of its addresses",
        )
    if error.errno == errno.EADDRINUSE and (version := running_version(settings)):
        return note(
            name,
            f"{where} is taken; a node seems to run here already (sonopair {version})",
            fix="nothing, if that is yours; a second node needs ports and data_dir of its own",
        )
    return problem(
        name, f"{where}: {error.strerror}", fix=f"set {section}.port to a free port, or 0"
    )


def _of(name: str, error: SonopairError) -> Finding:
    return problem(name, f"{str(error).rstrip('.')} [{error.code}]", fix=error.fix)
