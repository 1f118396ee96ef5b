"""The built distributions: a wheel in a clean venv runs and serves the web client."""

import json
import os
import re
import subprocess
import sys
import tarfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parent.parent
PAGES = ("index", "cart", "expert", "observer", "setup")
STOP_TIMEOUT_S = 30


def uv(*arguments: str | Path) -> None:
    command = [Path(sys.executable).with_name("uv"), "--quiet", *arguments]
    subprocess.run(command, cwd=ROOT, check=True)


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built with this environment's hatchling, so that no index is asked."""
    folder = tmp_path_factory.mktemp("dist")
    for kind in ("--wheel", "--sdist"):
        uv("build", kind, "--no-build-isolation", "--python", sys.executable, "-o", folder)
    return folder


@pytest.fixture(scope="module")
def wheel(distributions: Path) -> Path:
    return next(distributions.glob("sonopair-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts folder of a venv that holds the wheel and what it asks for, and nothing else."""
    venv = tmp_path_factory.mktemp("clean") / "venv"
    uv("venv", "--python", sys.executable, venv)
    uv("pip", "install", "--python", venv / "bin" / "python", wheel)
    return venv / "bin"


def test_the_wheel_holds_the_web_client_and_its_licence(wheel: Path) -> None:
    names = ZipFile(wheel).namelist()
    assert {f"streaming/webdist/{page}.html" for page in PAGES} <= set(names)
    assert any(re.fullmatch(r"streaming/webdist/assets/.+\.js", name) for name in names)
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_the_wheel_holds_every_migration(wheel: Path) -> None:
    folder = ROOT / "streaming" / "store" / "migrations"
    steps = {f"streaming/store/migrations/versions/{p.name}" for p in folder.glob("versions/m*.py")}
    assert {*steps, "streaming/store/migrations/env.py"} <= set(ZipFile(wheel).namelist())


def test_the_wheel_holds_nothing_but_the_package(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"streaming"}


def test_the_source_distribution_can_build_the_web_client(distributions: Path) -> None:
    with tarfile.open(next(distributions.glob("sonopair-*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"hatch_build.py", "LICENSE", "README.md", "web-client/package-lock.json"} <= names
    assert not any("node_modules" in name or name.startswith("streaming/webdist") for name in names)


def test_the_installed_command_says_its_version(installed: Path) -> None:
    said = subprocess.run(
        [installed / "sonopair", "--version"], capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "sonopair 0.1.0"


@pytest.fixture
def cart_url(installed: Path, tmp_path: Path) -> Iterator[str]:
    """A running node of the installed wheel, started where no source tree is."""
    arguments = ("demo", "--no-browser", "--json", "--port", "0", "--source", "phantom:")
    process = subprocess.Popen(
        (installed / "sonopair", *arguments),
        cwd=tmp_path,
        env=os.environ | {"SONOPAIR_DATA_DIR": str(tmp_path / "data")},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())["cart_url"]
    finally:
        process.terminate()
        status = process.wait(STOP_TIMEOUT_S)
        process.stdout.close()
    assert status == 0


def test_the_installed_node_serves_its_pages_and_their_assets(cart_url: str) -> None:
    with urllib.request.urlopen(cart_url.partition("#")[0]) as response:
        page = response.read().decode()
        assert response.headers.get_content_type() == "text/html"
    assets = re.findall(r'(?:src|href)="([^"]*assets/[^"]+-[\w-]{8}\.(?:js|css))"', page)
    assert any(asset.endswith(".js") for asset in assets)
    for asset in assets:
        with urllib.request.urlopen(urljoin(cart_url, asset)) as response:
            assert response.status == 200
            assert len(response.read()) > 0
    assert urlsplit(cart_url).hostname == "127.0.0.1"
