"""What holds for every tracked file: nothing of one machine or one mirror, nothing too long."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent

# Assembled, so that this file doesn't hold what it looks for.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("deb", "debian", "org"),
        ("security", "debian", "org"),
    )
]
MACHINE_PATHS = ["/" + "/".join(parts) for parts in (("work", ""), ("root", ""), ("home", ""))]
MAX_LINES = 400


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name]


def text_of(path: Path) -> str:
    try:
        return path.read_text() if path.exists() else ""
    except UnicodeDecodeError:
        return ""


@pytest.mark.parametrize("needle", REGISTRIES)
def test_no_file_names_a_package_registry(needle: str) -> None:
    assert [path for path in tracked_files() if needle in text_of(path)] == []


@pytest.mark.parametrize("needle", MACHINE_PATHS)
def test_no_file_names_a_path_of_one_machine(needle: str) -> None:
    absolute = re.compile(rf"(?<![\w.:~/<-]){re.escape(needle)}")
    assert [path for path in tracked_files() if absolute.search(text_of(path))] == []


def test_source_files_stay_short_enough_to_read() -> None:
    written = [path for path in tracked_files() if ".gen." not in path.name]
    sources = [path for path in written if path.suffix in {".py", ".ts", ".tsx", ".css"}]
    lengths = {str(path.relative_to(ROOT)): text_of(path).count("\n") for path in sources}
    assert {name: lines for name, lines in lengths.items() if lines > MAX_LINES} == {}


def locked() -> list[str]:
    """The lines of the lock, each with its hashes."""
    return (ROOT / "requirements.lock").read_text().replace("\\\n", " ").splitlines()


def test_the_lock_pins_every_requirement_with_hashes() -> None:
    assert len(locked()) > 50
    assert [line for line in locked() if "==" not in line or "--hash=sha256:" not in line] == []


def test_the_lock_fits_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = [
        project["project"]["dependencies"],
        *project["project"]["optional-dependencies"].values(),
        *project["dependency-groups"].values(),
    ]
    asked = [Requirement(text) for group in groups for text in group]
    pins = [Requirement(line.partition("--hash")[0]) for line in locked()]
    versions = {(pin.name, str(pin.specifier).removeprefix("==")) for pin in pins}
    unmet = {
        str(requirement)
        for requirement in asked
        if not any(
            name == canonicalize_name(requirement.name) and version in requirement.specifier
            for name, version in versions
        )
    }
    assert unmet == set(), "run: make lock"
