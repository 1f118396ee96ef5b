"""The sound card is replaced where FFmpeg would open it: by a recording that FFmpeg opens too."""

import wave
from pathlib import Path

import av
import numpy as np
import pytest
from av.container import InputContainer

from streaming.capture.alsa import AlsaSound, connect_alsa
from streaming.capture.spec import open_source
from streaming.sound.source import SoundError, sound_of
from tests.capture.listening import RATE_HZ, listening, pitch_hz


def record(path: Path, *, rate_hz: int, channels: int, seconds: float = 0.5) -> Path:
    times = np.arange(int(rate_hz * seconds)) / rate_hz
    tones = [np.sin(2 * np.pi * 1000 * (n + 1) * times) for n in range(channels)]
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, 2, rate_hz, 0, "NONE", ""))
        file.writeframes((np.stack(tones, axis=1) * 8000).astype(np.int16).tobytes())
    return path


@pytest.mark.parametrize(("rate_hz", "channels"), [(48_000, 1), (44_100, 2), (96_000, 2)])
def test_a_cards_sound_comes_at_48_khz_until_it_is_unplugged(
    tmp_path: Path, rate_hz: int, channels: int
) -> None:
    path = record(tmp_path / "card.wav", rate_hz=rate_hz, channels=channels)
    asked: list[str] = []

    def connect(device: str) -> InputContainer:
        asked.append(device)
        return av.open(str(path))

    parts = []
    with listening(AlsaSound("hw:1", connect=connect)) as sound, pytest.raises(SoundError) as lost:
        while True:
            if (block := sound.read(0.1)) is not None:
                parts.append(block.samples)
    assert asked == ["hw:1"]
    assert lost.value.code == "sound.device_lost"
    samples = np.concatenate(parts)
    assert samples.shape[1] == channels
    assert len(samples) == pytest.approx(RATE_HZ / 2, abs=400)
    for n in range(channels):
        assert pitch_hz(samples[:, n]) == pytest.approx(1000 * (n + 1), abs=10)


def test_a_card_that_isnt_there() -> None:
    sound = AlsaSound("hw:77", connect=connect_alsa)
    with pytest.raises(SoundError) as caught:
        sound.open()
    assert caught.value.code == "sound.device_missing"
    sound.close()


def test_a_capture_card_has_sound_only_where_its_spec_names_a_device() -> None:
    assert sound_of(open_source("v4l2:/dev/video0", source_id="s")) is None
    with_sound = open_source("v4l2:/dev/video0?audio=hw:CARD=Live,DEV=0", source_id="s")
    assert isinstance(sound_of(with_sound), AlsaSound)
