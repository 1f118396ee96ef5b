import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.capture.demo_screen import DemoScreen
from streaming.capture.faults import FaultySource
from streaming.capture.ffmpeg_url import FfmpegUrl
from streaming.capture.file_source import FileSource
from streaming.capture.phantom import Phantom
from streaming.capture.spec import SPECS, open_source
from streaming.capture.v4l2 import V4l2Source
from streaming.capture.y4m_pipe import Y4mPipe
from streaming.capture.y4m_source import Y4mSource
from streaming.domain.frame import Size
from streaming.picture.source import SourceError
from streaming.sound.source import sound_of
from tests.capture.reading import next_frame, opened


@pytest.mark.parametrize(
    ("spec", "kind"),
    [
        ("demo:", DemoScreen),
        ("demo:?barcode=1", DemoScreen),
        ("phantom:", Phantom),
        (" Phantom:?size=640x480 ", Phantom),
        ("phantom:?freeze_after=2", FaultySource),
        ("phantom:?sound=1", Phantom),
        ("demo:?stall_after=2&stall_for=1", FaultySource),
        ("file:clip.dcm", FileSource),
        ("file:/a/what?is=this.mp4", FileSource),
        ("y4m:-", Y4mPipe),
        ("y4m:/tmp/fifo", Y4mSource),
        ("rtsp://user:pw@host/screen?profile=1", FfmpegUrl),
        ("https://host/live.m3u8", FfmpegUrl),
        ("udp://127.0.0.1:5000", FfmpegUrl),
        ("srt://host:9000", FfmpegUrl),
        ("v4l2:/dev/video0", V4l2Source),
        ("v4l2:/dev/video0?audio=hw:1,0", V4l2Source),
        ("v4l2:/dev/v4l/by-id/usb-x-index0?size=1920x1080&fps=59.94&format=nv12", V4l2Source),
    ],
)
def test_each_form_names_its_source_without_opening_it(spec: str, kind: type) -> None:
    assert type(open_source(spec, source_id="s")) is kind


@pytest.mark.parametrize("path", ["~nobody-of-this-name/clip.dcm", "x" * 9000, "/"])
def test_a_path_that_cannot_be_opened_is_found_out_when_it_is(path: str) -> None:
    for scheme in ("file", "y4m", "v4l2"):
        source = open_source(f"{scheme}:{path}", source_id="s")
        with pytest.raises(SourceError) as caught:
            source.open()
        assert not caught.value.lost


@pytest.mark.parametrize(
    "spec",
    [
        "",
        "phantom",
        "nonsense:",
        "rtsp:",
        "rtsp://",
        "gopher://host/",
        "/dev/videox",
        ":",
        "x" * 9000,
        "a\0b",
    ],
)
def test_an_unknown_spec_names_the_known_ones(spec: str) -> None:
    with pytest.raises(SourceError) as caught:
        open_source(spec, source_id="s")
    assert caught.value.code == "source.spec_unknown"
    assert "phantom:" in caught.value.fix
    assert not caught.value.lost


def test_a_bare_path_is_told_how_to_write_it(tmp_path: Path) -> None:
    path = tmp_path / "clip.dcm"
    path.touch()
    with pytest.raises(SourceError) as caught:
        open_source(str(path), source_id="s")
    assert caught.value.fix == "write 'file:' before the path"


@pytest.mark.parametrize(
    "spec",
    [
        "file:",
        "y4m:",
        "v4l2:",
        "file:a\0b",
        "demo:clip",
        "demo:?barcode=yes",
        "phantom:size=640x480",
        "phantom:?colour=red",
        "phantom:?size=640",
        "phantom:?size=320x240",
        "phantom:?size=641x481",
        "phantom:?size=99999x99999",
        "phantom:?size=640x480x2",
        "phantom:?size=\u0664\u0664x480",
        "phantom:?fps=0",
        "phantom:?fps=1000",
        "phantom:?fps=1/0",
        "phantom:?fps=nan",
        "phantom:?seed=-1",
        "phantom:?freeze_after=soon",
        "phantom:?freeze_after=-1",
        "phantom:?freeze_after=nan",
        "phantom:?resize_after=1",
        "phantom:?resize_to=640x480",
        "v4l2:/dev/video0?format=H264",
        "v4l2:/dev/video0?bitrate=1",
        "v4l2:/dev/video0?audio=",
        "v4l2:/dev/video0?audio=hw:1;rm",
        "phantom:?sound=loud",
    ],
)
def test_a_malformed_spec_says_what_is_wrong_and_what_to_write(spec: str) -> None:
    with pytest.raises(SourceError) as caught:
        open_source(spec, source_id="s")
    assert caught.value.code == "source.spec_malformed"
    assert str(caught.value) and caught.value.fix
    assert not caught.value.lost


@given(st.text(max_size=60), st.sampled_from(["", "phantom:?", "v4l2:x?", "rtsp://", "demo:"]))
def test_no_spec_does_more_than_raise_a_source_error(text: str, start: str) -> None:
    try:
        open_source(start + text, source_id="s")
    except SourceError as error:
        assert error.code.startswith("source.spec_")


def test_a_password_in_an_unknown_spec_is_not_repeated() -> None:
    with pytest.raises(SourceError) as caught:
        open_source("rtsps2://user:hunter2@host/", source_id="s")
    assert "hunter2" not in f"{caught.value} {caught.value.fix}"


def test_options_reach_the_phantom() -> None:
    with opened(open_source("phantom:?size=800x600&fps=100&seed=3", source_id="probe")) as source:
        first, second = next_frame(source), next_frame(source)
    assert first.source_id == "probe"
    assert first.size == Size(800, 600)
    step_s = (second.captured_at_ns - first.captured_at_ns) / 1e9
    assert step_s > float(Fraction(second.number - first.number, 100)) - 0.01


@pytest.mark.parametrize(
    ("spec", "sounds"),
    [
        ("demo:", True),
        ("phantom:", False),
        ("phantom:?sound=1", True),
        ("phantom:?sound=1&freeze_after=5", True),
        ("phantom:?freeze_after=5", False),
        ("y4m:-", False),
    ],
)
def test_only_some_sources_have_sound(spec: str, sounds: bool) -> None:
    assert (sound_of(open_source(spec, source_id="s")) is not None) is sounds


def test_options_reach_the_resize() -> None:
    spec = "phantom:?size=640x480&fps=60&resize_after=0&resize_to=1280x720"
    with opened(open_source(spec, source_id="s")) as source:
        assert [next_frame(source).size for _ in range(2)] == [Size(640, 480), Size(1280, 720)]


def test_the_help_covers_every_scheme_and_its_examples_are_valid() -> None:
    assert {line.form.partition(":")[0] for line in SPECS} == {
        "demo",
        "phantom",
        "file",
        "v4l2",
        "rtsp",
        "y4m",
    }
    for line in SPECS:
        assert line.meaning
        open_source(line.example, source_id="s")


def test_only_what_is_used_is_imported() -> None:
    """pydicom alone is 30 MB in every worker."""
    code = (
        "import sys; from streaming.capture.spec import open_source;"
        "open_source('phantom:', source_id='s'); open_source('file:a.mp4', source_id='s');"
        "print([name for name in ('pydicom', 'linuxpy') if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert shown.stdout.decode().strip() == "[]"
