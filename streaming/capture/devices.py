"""What can be captured from on this machine."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from streaming.capture.v4l2_device import CaptureDevice, LinuxDevice, Mode

DEV = Path("/dev")


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """A capture device. ``stable_path`` survives replugging ("" when the system has none).

    ``problem`` says in words why its modes are unknown, for instance that it may not be opened.
    """

    path: str
    stable_path: str
    name: str
    driver: str
    modes: tuple[Mode, ...]
    problem: str = ""

    @property
    def spec(self) -> str:
        return f"v4l2:{self.stable_path or self.path}"


def list_devices(
    dev: Path = DEV, *, connect: Callable[[Path], CaptureDevice] = LinuxDevice
) -> list[DeviceInfo]:
    """Every device that captures pictures, in the order of their numbers.

    A camera often has a second node for metadata; what delivers no pictures isn't listed.
    """
    stable = _stable_paths(dev)
    nodes = [node for node in dev.glob("video*") if node.name[5:].isdigit()]
    found = []
    for node in sorted(nodes, key=lambda node: int(node.name[5:])):
        info = _describe(node, stable.get(node.resolve(), ""), connect)
        if info is not None:
            found.append(info)
    return found


def _describe(
    node: Path, stable: str, connect: Callable[[Path], CaptureDevice]
) -> DeviceInfo | None:
    try:
        with closing(connect(node)) as device:
            modes = tuple(device.modes())
            if not modes:
                return None
            return DeviceInfo(str(node), stable, device.name, device.driver, modes)
    except OSError as error:
        reason = error.strerror or "it can't be opened"
        return DeviceInfo(str(node), stable, "", "", (), problem=reason)


def _stable_paths(dev: Path) -> dict[Path, str]:
    """From what /dev/v4l/by-id (or, without serial numbers, by-path) points to."""
    names: dict[Path, str] = {}
    for folder in ("by-path", "by-id"):
        for link in sorted((dev / "v4l" / folder).glob("*"), reverse=True):
            names[link.resolve()] = str(link)
    return names
