import itertools
from pathlib import Path

import pytest

from streaming.capture.file_source import FileSource
from streaming.capture.video_file import Timeline
from streaming.domain.frame import Size
from streaming.picture.source import SourceError
from tests.capture.conftest import StartFfmpeg
from tests.capture.reading import luma, next_frame, opened

STEP_NS = 40_000_000


def test_a_clip_is_played_in_real_time_and_looped(clip: Path) -> None:
    with opened(FileSource(clip, source_id="s")) as source:
        frames = [next_frame(source) for _ in range(14)]
    assert frames[0].size == Size(320, 240)
    for before, after in itertools.pairwise(frames):
        assert after.number > before.number
        assert after.captured_at_ns > before.captured_at_ns
    assert frames[-1].number >= 13, "its ten pictures were started again"
    elapsed_s = (frames[-1].captured_at_ns - frames[0].captured_at_ns) / 1e9
    assert elapsed_s > (frames[-1].number - 1) * 0.04


def test_the_second_loop_shows_the_same_pictures(clip: Path) -> None:
    with opened(FileSource(clip, source_id="s")) as source:
        seen: dict[int, bytes] = {}
        while len(seen) < 20 and max(seen, default=0) < 40:
            frame = next_frame(source)
            seen[frame.number] = luma(frame).tobytes()
    repeated = [number for number in seen if number + 10 in seen]
    assert repeated
    assert all(seen[number] == seen[number + 10] for number in repeated)


def test_a_read_without_time_for_the_next_picture_gives_none(clip: Path) -> None:
    with opened(FileSource(clip, source_id="s")) as source:
        first = next_frame(source)
        assert source.read(0) is None
        assert next_frame(source).number > first.number


@pytest.mark.parametrize("name", ["still.png", "still.jpg", "still.bmp"])
def test_a_still_image_is_repeated(ffmpeg: StartFfmpeg, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    made = ffmpeg("-f", "lavfi", "-i", "testsrc2=size=321x241", "-frames:v", "1", path)
    assert made.wait(30) == 0
    with opened(FileSource(path, source_id="s")) as source:
        first, second = next_frame(source), next_frame(source)
    assert first.size == Size(320, 240)
    assert (first.planes == second.planes).all()
    assert first.planes is not second.planes


@pytest.mark.parametrize("name", ["clip.h264", "clip.mjpeg", "clip.mpegts", "clip.ivf", "clip.gif"])
def test_a_recording_that_cant_be_wound_back_is_looped_too(
    ffmpeg: StartFfmpeg, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    form = path.suffix[1:]
    made = ffmpeg(
        *("-f", "lavfi", "-i", "testsrc2=size=64x64:rate=50", "-frames:v", "6", "-f", form, path)
    )
    assert made.wait(30) == 0
    with opened(FileSource(path, source_id="s")) as source:
        frames = [next_frame(source) for _ in range(14)]
    assert frames[-1].number >= 13


def test_a_recording_that_is_gone_when_it_must_start_over_says_so(
    ffmpeg: StartFfmpeg, tmp_path: Path
) -> None:
    path = tmp_path / "clip.h264"
    made = ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x64:rate=50", "-frames:v", "6", path)
    assert made.wait(30) == 0
    with opened(FileSource(path, source_id="s")) as source:
        next_frame(source)
        path.unlink()
        with pytest.raises(SourceError) as caught:
            for _ in range(14):
                next_frame(source)
    assert caught.value.code == "source.video_unreadable"


def test_a_file_that_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "letter.mp4"
    path.write_bytes(b"Dear colleague, " * 100)
    with pytest.raises(SourceError) as caught:
        FileSource(path, source_id="s").open()
    assert caught.value.code == "source.video_unreadable"
    assert caught.value.fix and not caught.value.lost


def test_a_clip_cut_short_is_unreadable(clip: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.mp4"
    path.write_bytes(clip.read_bytes()[:2_000])
    with pytest.raises(SourceError) as caught:
        FileSource(path, source_id="s").open()
    assert caught.value.code == "source.video_unreadable"


def test_sound_alone_is_no_video(ffmpeg: StartFfmpeg, tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    assert ffmpeg("-f", "lavfi", "-i", "sine=duration=1", path).wait(30) == 0
    with pytest.raises(SourceError) as caught:
        FileSource(path, source_id="s").open()
    assert caught.value.code == "source.no_video"


def test_a_file_name_is_never_taken_for_a_url(tmp_path: Path) -> None:
    path = tmp_path / "http:"
    path.write_bytes(b"not a video")
    with pytest.raises(SourceError) as caught:
        FileSource(path, source_id="s").open()
    assert caught.value.code == "source.video_unreadable"


def test_positions_follow_the_stamps() -> None:
    line = Timeline(STEP_NS)
    assert [line.place(stamp) for stamp in (500, 500 + STEP_NS, 500 + 3 * STEP_NS)] == [
        0,
        STEP_NS,
        3 * STEP_NS,
    ]


def test_a_new_loop_goes_on_where_the_last_one_ended() -> None:
    line = Timeline(STEP_NS)
    line.place(0)
    line.place(STEP_NS)
    line.start_over()
    assert line.place(0) == 2 * STEP_NS
    assert line.place(STEP_NS) == 3 * STEP_NS


@pytest.mark.parametrize("stamp", [None, -9_000_000_000, 3_600_000_000_000])
def test_a_missing_or_jumping_stamp_is_bridged(stamp: int | None) -> None:
    line = Timeline(STEP_NS)
    line.place(0)
    assert line.place(stamp) == STEP_NS
    assert line.place(stamp and stamp + STEP_NS) == 2 * STEP_NS
