from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.stream import VideoStream

from streaming.text.clip_file import ClipError, ClipFile
from tests.text.clips import HEIGHT, RATE, STEP_NS, WIDTH, grey, save, speckle


def test_every_picture_comes_with_its_time_and_whether_it_is_a_key_frame(tmp_path: Path) -> None:
    with ClipFile(save(tmp_path / "clip.mp4", grey(speckle(35)))) as clip:
        pictures = list(clip.pictures())
    assert [number for number, picture in enumerate(pictures) if picture.is_key] == [0, RATE]
    assert all(
        abs(picture.at_ns - number * STEP_NS) < 2_000_000 for number, picture in enumerate(pictures)
    )
    assert pictures[0].luma.shape == (HEIGHT, WIDTH)
    assert pictures[0].chroma.shape == (HEIGHT, WIDTH // 2)
    assert clip.decoded == 35 and not clip.damaged and not clip.other_streams


def test_colours_are_scaled(tmp_path: Path) -> None:
    with ClipFile(save(tmp_path / "clip.mp4", grey(speckle(1)))) as clip:
        (picture,) = clip.pictures()
    assert picture.colours(0.5).shape == (HEIGHT // 2, WIDTH // 2, 3)
    assert picture.colours(1.0).shape == (HEIGHT, WIDTH, 3)


def test_a_file_that_breaks_off_is_damaged(tmp_path: Path) -> None:
    path = save(tmp_path / "clip.ts", grey(speckle(40)))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] + bytes(2_000) + whole[len(whole) // 2 + 2_000 :])
    with ClipFile(path) as clip:
        list(clip.pictures())
    assert clip.damaged


def test_pictures_that_change_their_size_are_damage(tmp_path: Path) -> None:
    small = (planes[: 240 * 3 // 2, :320].copy() for planes in grey(speckle(5)))
    first, second = tmp_path / "first.h264", tmp_path / "second.h264"
    save(first, grey(speckle(5)))
    save(second, small)
    first.write_bytes(first.read_bytes() + second.read_bytes())
    with ClipFile(first) as clip:
        shapes = {picture.luma.shape for picture in clip.pictures()}
    assert len(shapes) == 2 and clip.damaged


@pytest.mark.parametrize("content", [b"", b"not a video at all" * 100])
def test_what_is_no_video_is_an_error_with_a_way_out(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    with pytest.raises(ClipError) as caught:
        ClipFile(path)
    assert caught.value.code == "gate.unreadable" and caught.value.fix


def test_a_missing_file_is_the_same_error(tmp_path: Path) -> None:
    with pytest.raises(ClipError):
        ClipFile(tmp_path / "none.mp4")


def test_sound_without_pictures_is_the_same_error(tmp_path: Path) -> None:
    with pytest.raises(ClipError):
        ClipFile(with_sound(tmp_path / "sound.mp4", video=False))


def test_sound_beside_the_pictures_is_seen(tmp_path: Path) -> None:
    with ClipFile(with_sound(tmp_path / "clip.mp4", video=True)) as clip:
        assert clip.other_streams


def with_sound(path: Path, *, video: bool) -> Path:
    with av.open(str(path), "w") as container:
        pictures = container.add_stream("libx264", rate=RATE) if video else None
        sound = container.add_stream("aac", rate=48_000, layout="mono")
        if pictures is not None:
            pictures.width, pictures.height = WIDTH, HEIGHT
            (planes,) = grey(speckle(1))
            container.mux(pictures.encode(av.VideoFrame.from_ndarray(planes, "yuv420p")))
            container.mux(pictures.encode())
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        silence.sample_rate, silence.time_base, silence.pts = 48_000, Fraction(1, 48_000), 0
        container.mux(sound.encode(silence))
        container.mux(sound.encode())
    return path


@pytest.mark.parametrize(("codec", "pixels"), [("ffv1", "bgr0"), ("mjpeg", "yuvj444p")])
def test_any_pixels_of_any_size_become_limited_range(
    tmp_path: Path, codec: str, pixels: str
) -> None:
    """White is 235 in limited range, and odd sides lose their last row and column."""
    path = tmp_path / "clip.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=RATE)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 321, 241, pixels
        white = av.VideoFrame.from_ndarray(np.full((241, 321, 3), 255, np.uint8), "rgb24")
        container.mux(stream.encode(white.reformat(format=pixels)))
        container.mux(stream.encode())
    with ClipFile(path) as clip:
        (picture,) = clip.pictures()
    assert picture.luma.shape == (240, 320)
    assert abs(int(np.median(picture.luma)) - 235) <= 3
    assert abs(int(np.median(picture.chroma)) - 128) <= 2
