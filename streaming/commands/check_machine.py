"""What this machine has and lacks, whatever the settings say."""

import importlib
import platform
import time
from pathlib import Path

from streaming.commands.findings import Finding, note, ok, problem

OLDEST_PLAUSIBLE_S = 1_767_225_600
"""1 January 2026: a clock before it was never set."""


def check_python() -> Finding:
    """An older one can't even import this."""
    return ok("python", f"Python {platform.python_version()}")


def check_packages() -> Finding:
    missing = []
    for name in ("aiortc", "aioice", "pylibsrtp", "av", "cv2", "numpy", "sqlalchemy"):
        try:
            importlib.import_module(name)
        except ImportError as error:
            missing.append(f"{name} ({error.msg})")
    if missing:
        return problem(
            "packages",
            f"can't be imported: {', '.join(missing)}",
            fix="install sonopair again in a fresh virtual environment",
        )
    return ok("packages", "all can be imported")


def check_encoder() -> Finding:
    import av

    for name in ("libx264", "libvpx"):
        try:
            av.codec.Codec(name, "w")
        except ValueError:
            return problem(
                "encoder", f"PyAV has no {name}", fix="install PyAV's own wheel, which brings it"
            )
    return ok("encoder", "x264 and VP8 in software; hardware is tried when a source starts")


def check_web_client() -> Finding:
    if not (web_client_folder() / "cart.html").is_file():
        return problem("web client", "isn't built", fix="run `make web` in the source tree")
    return ok("web client", "built")


def check_devices() -> Finding:
    from streaming.capture.devices import list_devices

    found = list_devices()
    for device in found:
        if device.problem:
            return note(
                "capture devices",
                f"{device.path}: {device.problem}",
                fix="add the node's user to the group `video` and log in again",
            )
    if not found:
        return note(
            "capture devices", "none", fix="plug a capture card in, or use another kind of source"
        )
    return ok("capture devices", ", ".join(device.spec for device in found))


def check_demo() -> Finding:
    try:
        importlib.import_module("data_store")
    except ImportError:
        return note(
            "demo pictures",
            "the real cine isn't installed",
            fix="install the demo extra: sonopair[demo]",
        )
    return ok("demo pictures", "installed")


def check_text_finder() -> Finding:
    from streaming.text.models import missing

    if lacking := missing():
        return note(
            "text finder",
            f"{lacking} isn't installed: no clip can pass the release gate",
            fix="install the text extra: sonopair[text]",
        )
    return ok("text finder", "installed")


def check_clock() -> Finding:
    if time.time() < OLDEST_PLAUSIBLE_S:
        return problem("clock", "the date is wrong", fix="set the clock; NTP keeps it right")
    resolution_s = time.clock_getres(time.CLOCK_MONOTONIC)
    if resolution_s > 1e-4:
        return problem(
            "clock", f"ticks every {resolution_s} s only", fix="use another clock source"
        )
    return ok("clock", "plausible")


def web_client_folder() -> Path:
    return Path(__file__).parent.parent / "webdist"
