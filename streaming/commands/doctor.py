"""``sonopair doctor``: what this machine has and lacks, each problem with its fix.

Every check takes the settings, or None when they can't be read, and answers one finding.
"""

import importlib
import os
import platform
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from streaming.config import Settings

OLDEST_PLAUSIBLE_S = 1_767_225_600
"""1 January 2026: a clock before it was never set."""


class Verdict(StrEnum):
    """``PROBLEM`` keeps the node from working, ``NOTE`` only takes something away."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    name: str
    verdict: Verdict
    message: str
    fix: str = ""


def check_python(_: Settings) -> Finding:
    """An older one can't even import this."""
    return _ok("python", f"Python {platform.python_version()}")


def check_packages(_: Settings) -> Finding:
    missing = []
    for name in ("aiortc", "aioice", "pylibsrtp", "av", "cv2", "numpy", "sqlalchemy"):
        try:
            importlib.import_module(name)
        except ImportError as error:
            missing.append(f"{name} ({error.msg})")
    if missing:
        return _problem(
            "packages",
            f"can't be imported: {', '.join(missing)}",
            "install sonopair again in a fresh virtual environment",
        )
    return _ok("packages", "all can be imported")


def check_encoder(_: Settings) -> Finding:
    import av

    for name in ("libx264", "libvpx"):
        try:
            av.codec.Codec(name, "w")
        except ValueError:
            return _problem(
                "encoder", f"PyAV has no {name}", "install PyAV's own wheel, which brings it"
            )
    return _ok("encoder", "x264 and VP8 in software; hardware is tried when a source starts")


def check_web_client(_: Settings) -> Finding:
    if not (web_client_folder() / "cart.html").is_file():
        return _problem("web client", "isn't built", "run `make web` in the source tree")
    return _ok("web client", "built")


def check_data_dir(settings: Settings) -> Finding:
    folder = settings.data_dir
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        return _problem(
            "data directory",
            f"{folder} can't be written",
            "set data_dir to a folder the node's user may write",
        )
    return _ok("data directory", f"{folder} can be written")


def check_http_port(settings: Settings) -> Finding:
    return _port_finding(
        "HTTP port", settings.listen.host, settings.listen.port, socket.SOCK_STREAM, "listen.port"
    )


def check_udp_port(settings: Settings) -> Finding:
    return _port_finding(
        "UDP port", settings.media_host, settings.media.port, socket.SOCK_DGRAM, "media.port"
    )


def check_tls(settings: Settings) -> Finding:
    if settings.tls is None:
        return _ok("TLS", "none: this machine only, or a proxy's")
    for file in (settings.tls.certificate, settings.tls.key):
        if not os.access(file, os.R_OK):
            return _problem("TLS", f"{file} can't be read", "check tls.certificate and tls.key")
    return _ok("TLS", "certificate and key can be read")


def check_profiles(settings: Settings) -> Finding:
    from streaming.domain.errors import SonopairError
    from streaming.domain.profile import parse_profile

    black = [room.name for room in settings.rooms if room.profile is None]
    for room in settings.rooms:
        try:
            if room.profile is not None:
                parse_profile(room.profile.read_text("utf-8"))
        except (OSError, UnicodeDecodeError):
            return _problem("profiles", f"{room.profile} can't be read", "check rooms[].profile")
        except SonopairError as error:
            return _problem("profiles", f"{room.profile}: {error}", error.fix)
    if black:
        return Finding(
            "profiles",
            Verdict.NOTE,
            f"none for {', '.join(black)}: black until one is confirmed",
            "open the set-up page from the cart, or set rooms[].profile",
        )
    return _ok("profiles", "every room's can be used")


def check_devices(_: Settings) -> Finding:
    from streaming.capture.devices import list_devices

    found = list_devices()
    for device in found:
        if device.problem:
            return Finding(
                "capture devices",
                Verdict.NOTE,
                f"{device.path}: {device.problem}",
                "add the node's user to the group `video` and log in again",
            )
    if not found:
        return Finding(
            "capture devices",
            Verdict.NOTE,
            "none",
            "plug a capture card in, or use another kind of source",
        )
    return _ok("capture devices", ", ".join(device.spec for device in found))


def check_demo(_: Settings) -> Finding:
    try:
        importlib.import_module("data_store")
    except ImportError:
        return Finding(
            "demo pictures",
            Verdict.NOTE,
            "the real cine isn't installed",
            "install the demo extra: sonopair[demo]",
        )
    return _ok("demo pictures", "installed")


def check_clock(_: Settings) -> Finding:
    if time.time() < OLDEST_PLAUSIBLE_S:
        return _problem("clock", "the date is wrong", "set the clock; NTP keeps it right")
    resolution_s = time.clock_getres(time.CLOCK_MONOTONIC)
    if resolution_s > 1e-4:
        return _problem("clock", f"ticks every {resolution_s} s only", "use another clock source")
    return _ok("clock", "plausible")


CHECKS: tuple[Callable[[Settings], Finding], ...] = (
    check_python,
    check_packages,
    check_encoder,
    check_web_client,
    check_data_dir,
    check_http_port,
    check_udp_port,
    check_tls,
    check_profiles,
    check_devices,
    check_demo,
    check_clock,
)


def examine(settings: Settings) -> list[Finding]:
    return [check(settings) for check in CHECKS]


def web_client_folder() -> Path:
    return Path(__file__).parent.parent / "webdist"


def _port_finding(name: str, host: str, port: int, kind: socket.SocketKind, key: str) -> Finding:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=kind)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(
                socket.SOL_SOCKET, socket.SO_REUSEADDR, int(kind is socket.SOCK_STREAM)
            )
            probe.bind(address)
    except OSError as error:
        return _problem(name, f"{host} {port}: {error.strerror}", f"set {key} to a free port, or 0")
    return _ok(name, f"{host} {port or '(any)'} is free")


def _ok(name: str, message: str) -> Finding:
    return Finding(name, Verdict.OK, message)


def _problem(name: str, message: str, fix: str) -> Finding:
    return Finding(name, Verdict.PROBLEM, message, fix)
