"""YUV4MPEG2 from files, FIFOs and standard input; the writers are FFmpeg and plain Python."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from streaming.capture.spec import open_source
from streaming.capture.y4m_pipe import Y4mPipe
from streaming.capture.y4m_source import Y4mSource
from streaming.domain.frame import Size
from streaming.picture.source import Source, SourceError
from tests.capture.conftest import StartFfmpeg
from tests.capture.reading import PATIENCE_S, luma, next_frame, opened

HEADER = b"YUV4MPEG2 W32 H16 F100:1 C420\n"
PICTURE_BYTES = 32 * 16 * 3 // 2


def picture(level: int) -> bytes:
    return b"FRAME\n" + bytes([level]) * PICTURE_BYTES


def source(path: Path) -> Y4mSource:
    return Y4mSource(path, source_id="s")


def failure(opened_source: Source) -> SourceError:
    """What ends the source, when it is opened or read."""
    with pytest.raises(SourceError) as caught:
        opened_source.open()
        while True:
            opened_source.read(PATIENCE_S)
    opened_source.close()
    assert caught.value.fix
    return caught.value


@pytest.fixture
def fifo(tmp_path: Path) -> Path:
    path = tmp_path / "screen.fifo"
    os.mkfifo(path)
    return path


# ---- files -----------------------------------------------------------------------------------


def test_a_file_is_looped_in_real_time(tmp_path: Path) -> None:
    path = tmp_path / "clip.y4m"
    path.write_bytes(HEADER + picture(50) + picture(100) + picture(150))
    with opened(source(path)) as clip:
        frames = [next_frame(clip) for _ in range(7)]
    assert frames[0].size == Size(32, 16)
    assert [int(luma(frame)[0, 0]) for frame in frames] == [
        50 * (1 + frame.number % 3) for frame in frames
    ]
    assert frames[-1].number >= 6


def test_a_file_that_ffmpeg_wrote(ffmpeg: StartFfmpeg, tmp_path: Path) -> None:
    path = tmp_path / "clip.y4m"
    made = ffmpeg(
        *("-f", "lavfi", "-i", "testsrc2=size=322x242:rate=50", "-frames:v", "4"),
        *("-pix_fmt", "yuv422p", path),
    )
    assert made.wait(30) == 0
    with opened(source(path)) as clip:
        assert next_frame(clip).size == Size(322, 242)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "source.y4m_truncated"),
        (b"YUV4MP", "source.y4m_truncated"),
        (HEADER[:-1], "source.y4m_truncated"),
        (HEADER, "source.y4m_truncated"),
        (HEADER + b"FRA", "source.y4m_truncated"),
        (HEADER + picture(1)[:-1], "source.y4m_truncated"),
        (HEADER + picture(1) + picture(2)[:-100], "source.y4m_truncated"),
        (HEADER + picture(1) + b"JUNK" * 400, "source.y4m_malformed"),
        (b"Dear colleague,\n", "source.y4m_malformed"),
        (b"\0" * 5_000, "source.y4m_malformed"),
        (b"YUV4MPEG2 " + b"X" * 5_000, "source.y4m_malformed"),
    ],
)
def test_a_file_that_is_not_whole(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "clip.y4m"
    path.write_bytes(content)
    error = failure(source(path))
    assert error.code == code
    assert not error.lost


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    assert failure(source(tmp_path / "none.y4m")).code == "source.file_missing"
    assert failure(source(tmp_path)).code == "source.file_unreadable"


# ---- FIFOs -----------------------------------------------------------------------------------


def test_a_fifo_without_a_writer_is_waited_for(fifo: Path) -> None:
    with opened(source(fifo)) as live:
        assert live.read(0.05) is None
        with fifo.open("wb", buffering=0) as writer:
            writer.write(HEADER + picture(77))
            assert (luma(next_frame(live)) == 77).all()


def test_the_newest_picture_wins(fifo: Path) -> None:
    """More is written than a pipe holds, so all but the last were received before."""
    with opened(source(fifo)) as live, fifo.open("wb", buffering=0) as writer:
        writer.write(HEADER)
        for level in range(200):
            writer.write(picture(level) * 10)
        seen = [next_frame(live)]
        while luma(seen[-1])[0, 0] != 199 or seen[-1].number != 1999:
            seen.append(next_frame(live))
    assert len(seen) < 2000


def test_a_writer_that_goes_is_lost_and_another_may_come(fifo: Path) -> None:
    live = source(fifo)
    live.open()
    with fifo.open("wb", buffering=0) as writer:
        writer.write(HEADER + picture(1))
        next_frame(live)
    with pytest.raises(SourceError) as caught:
        live.read(PATIENCE_S)
    assert caught.value.code == "source.y4m_ended" and caught.value.lost
    live.close()
    with opened(live), fifo.open("wb", buffering=0) as writer:
        writer.write(HEADER.replace(b"W32", b"W64") + b"FRAME\n" + bytes(2 * PICTURE_BYTES))
        assert next_frame(live).size == Size(64, 16)


@pytest.mark.parametrize("content", [b"YUV4MPEG2 W32", HEADER + picture(3)[:-9]])
def test_a_writer_that_dies_half_way_is_lost(fifo: Path, content: bytes) -> None:
    live = source(fifo)
    live.open()
    fifo.write_bytes(content)
    with pytest.raises(SourceError) as caught:
        live.read(PATIENCE_S)
    live.close()
    assert caught.value.lost


@pytest.mark.parametrize(
    "content", [b"RIFF" * 600, HEADER + b"FRAMED\n", b"YUV4MPEG2 W9 H9\n", b"YUV4MPEG2 W1 C444\n"]
)
def test_a_writer_of_something_else_is_an_error(fifo: Path, content: bytes) -> None:
    live = source(fifo)
    live.open()
    writer = threading.Thread(target=fifo.write_bytes, args=(content,))
    writer.start()
    with pytest.raises(SourceError) as caught:
        live.read(PATIENCE_S)
    live.close()
    writer.join(PATIENCE_S)
    assert not caught.value.lost


def test_closing_does_not_wait_for_a_writer(fifo: Path) -> None:
    live = source(fifo)
    live.open()
    live.close()
    live.close()
    assert "y4m" not in {thread.name for thread in threading.enumerate()}


def test_ffmpeg_feeds_a_fifo(ffmpeg: StartFfmpeg, fifo: Path) -> None:
    with opened(source(fifo)) as live:
        ffmpeg(
            *("-re", "-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=30"),
            *("-pix_fmt", "yuv420p", "-f", "yuv4mpegpipe", fifo),
        )
        frames = [next_frame(live) for _ in range(10)]
    assert frames[0].size == Size(1280, 720)
    assert frames[-1].number >= 9
    assert luma(frames[0]).std() > 20
    assert (frames[0].planes != frames[-1].planes).any()


# ---- standard input --------------------------------------------------------------------------

PLAY_STDIN = """
import sys
from streaming.capture.spec import open_source
from streaming.picture.source import SourceError
source = open_source("y4m:-", source_id="s")
source.open()
count = 0
try:
    while True:
        if source.read(5):
            count += 1
except SourceError as error:
    print(count, error.code, error.lost)
source.close()
"""


def play_stdin(**stdin: Any) -> list[str]:
    played: subprocess.CompletedProcess[bytes] = subprocess.run(
        [sys.executable, "-c", PLAY_STDIN], capture_output=True, timeout=60, check=True, **stdin
    )
    return played.stdout.decode().split()


def test_standard_input_ends_the_source() -> None:
    count, code, lost = play_stdin(input=HEADER + picture(1))
    assert (int(count), code, lost) == (1, "source.y4m_ended", "False")


def test_standard_input_cut_short() -> None:
    _, code, lost = play_stdin(input=HEADER + picture(1) + picture(2)[:-5])
    assert (code, lost) == ("source.y4m_truncated", "False")


def test_a_file_on_standard_input_is_played_in_real_time(tmp_path: Path) -> None:
    """Every picture is delivered, which the disk's speed would not allow."""
    path = tmp_path / "clip.y4m"
    path.write_bytes(HEADER.replace(b"F100", b"F20") + picture(1) * 8)
    with path.open("rb") as file:
        count, code, _ = play_stdin(stdin=file)
    assert code == "source.y4m_ended"
    assert int(count) >= 4


def test_the_spec_of_standard_input() -> None:
    assert isinstance(open_source("y4m:-", source_id="s"), Y4mPipe)
