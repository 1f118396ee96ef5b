"""Sound of video files, made by a real FFmpeg."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from streaming.capture.file_source import FileSource
from streaming.capture.recorded_sound import Playing, RecordedSound
from streaming.sound.source import SoundError, SoundSource, sound_of
from tests.capture.conftest import StartFfmpeg
from tests.capture.listening import heard, listening, next_block, pitch_hz
from tests.capture.reading import next_frame, opened


def make(ffmpeg: StartFfmpeg, path: Path, *, sound: str, seconds: float = 2.0) -> Path:
    """A video with ``sound`` (an expression of FFmpeg's ``aevalsrc``)."""
    made = ffmpeg(
        *("-f", "lavfi", "-i", f"testsrc2=size=64x64:rate=25:duration={seconds}"),
        *("-f", "lavfi", "-i", f"aevalsrc={sound}:s=44100:d={seconds}"),
        *("-c:v", "libx264", "-c:a", "pcm_s16le", path),
    )
    assert made.wait(30) == 0
    return path


def test_stereo_stays_stereo_at_48_khz(ffmpeg: StartFfmpeg, tmp_path: Path) -> None:
    path = make(ffmpeg, tmp_path / "a.mov", sound="0.5*sin(2*PI*1000*t)|0.5*sin(2*PI*3000*t)")
    with opened(FileSource(path, source_id="s")) as source:
        next_frame(source)
        with listening(sound_of(source)) as sound:
            samples = heard(sound, 0.5)
    assert samples.shape[1] == 2
    assert pitch_hz(samples[:, 0]) == pytest.approx(1000, abs=10)
    assert pitch_hz(samples[:, 1]) == pytest.approx(3000, abs=10)


def test_sound_is_of_the_moment_the_pictures_are_at(ffmpeg: StartFfmpeg, tmp_path: Path) -> None:
    """The pitch tells the place in the recording: 500 Hz in its first second, 2 kHz in the next."""
    path = make(ffmpeg, tmp_path / "a.mov", sound="0.5*sin(2*PI*t*if(lt(t\\,1)\\,500\\,2000))")
    with opened(FileSource(path, source_id="s")) as source:
        stamps = {}
        frame = next_frame(source)
        start_ns = frame.captured_at_ns
        with listening(sound_of(source)) as sound:
            while frame.number < 120:  # two loops and a bit
                block = next_block(sound)
                place_s = (block.captured_at_ns - start_ns) / 1e9 % 2.0
                stamps[place_s] = pitch_hz(block.samples[:, 0]) if len(block.samples) > 400 else 0
                while (seen := source.read(0)) is not None:
                    frame = seen
    early = [pitch for place, pitch in stamps.items() if 0.15 < place < 0.85]
    late = [pitch for place, pitch in stamps.items() if 1.15 < place < 1.85]
    assert len(early) > 10 and len(late) > 10
    assert np.median(early) < 1000 < np.median(late)


def test_a_file_without_sound_has_none(clip: Path) -> None:
    source = FileSource(clip, source_id="s")
    assert sound_of(source) is None
    with opened(source):
        assert sound_of(source) is None


def test_stamps_never_go_back_and_sound_shorter_than_the_pictures_is_silent_then(
    ffmpeg: StartFfmpeg, tmp_path: Path
) -> None:
    path = tmp_path / "a.mov"
    made = ffmpeg(
        *("-f", "lavfi", "-i", "testsrc2=size=64x64:rate=25:duration=1"),
        *("-f", "lavfi", "-i", "sine=frequency=500:duration=0.4"),
        *("-c:v", "libx264", "-c:a", "pcm_s16le", path),
    )
    assert made.wait(30) == 0
    with opened(FileSource(path, source_id="s")) as source:
        frame = next_frame(source)
        blocks = []
        with listening(sound_of(source)) as sound:
            while frame.number < 60:
                if (block := sound.read(0.02)) is not None:
                    blocks.append(block)
                frame = source.read(0) or frame
    stamps = [block.captured_at_ns for block in blocks]
    gaps_s = [(later - one) / 1e9 for one, later in itertools.pairwise(stamps)]
    assert min(gaps_s) > 0
    assert max(gaps_s) > 0.4, "the second loop's sound comes with its pictures"


def test_a_recording_that_is_gone_when_somebody_wants_to_listen(tmp_path: Path) -> None:
    sound: SoundSource = RecordedSound(str(tmp_path / "gone.mov"), playing=lambda: Playing(0, 0))
    with pytest.raises(SoundError) as caught:
        sound.open()
    assert caught.value.code == "sound.unreadable"
    assert "gone" not in str(caught.value)


def test_nothing_is_heard_before_the_pictures_play(ffmpeg: StartFfmpeg, tmp_path: Path) -> None:
    path = make(ffmpeg, tmp_path / "a.mov", sound="0.5*sin(2*PI*1000*t)", seconds=0.5)
    with listening(RecordedSound(str(path), playing=lambda: None)) as sound:
        assert sound.read(0.1) is None
