"""Real ultrasound and a real FFmpeg."""

import subprocess
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import pytest


def _folder(package: str, *parts: str) -> Path:
    spec = find_spec(package)
    assert spec is not None and spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]).joinpath(*parts)


@pytest.fixture(scope="session")
def ultrasound() -> Path:
    """The folder of ``pydicom-data``: clips and stills of real scanners."""
    return _folder("data_store", "data")


@pytest.fixture(scope="session")
def pydicom_files() -> Path:
    return _folder("pydicom", "data", "test_files")


StartFfmpeg = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def ffmpeg() -> Iterator[StartFfmpeg]:
    """Start FFmpeg with these arguments; it is stopped after the test."""
    running: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str | Path, **options: Any) -> subprocess.Popen[bytes]:
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-loglevel", "error", "-y"]
        process: subprocess.Popen[bytes] = subprocess.Popen(
            [*command, *map(str, arguments)], **options
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                stream.close()


@pytest.fixture
def clip(ffmpeg: StartFfmpeg, tmp_path: Path) -> Path:
    """Ten pictures, 320x240 at 25 a second, H.264 in MP4."""
    path = tmp_path / "clip.mp4"
    made = ffmpeg(
        *("-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25", "-frames:v", "10"),
        *("-c:v", "libx264", "-pix_fmt", "yuv420p", path),
    )
    assert made.wait(30) == 0
    return path
