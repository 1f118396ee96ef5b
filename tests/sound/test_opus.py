import numpy as np
import pytest

from streaming.domain.frame import AudioFrame
from streaming.sound.opus import BITRATE_BPS, OpusEncoder
from streaming.sound.source import SoundBlock
from tests.capture.listening import RATE_HZ, pitch_hz
from tests.sound.opus_player import played

START_NS = 5_000_000_000


def tones(seconds: float, *pitches_hz: float, start_s: float = 0.0) -> SoundBlock:
    times = start_s + np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    samples = np.stack([9000 * np.sin(2 * np.pi * hz * times) for hz in pitches_hz], axis=1)
    return SoundBlock(START_NS + int(start_s * 1e9), samples.astype(np.int16))


def bits_per_s(frames: list[AudioFrame]) -> float:
    return sum(len(frame.opus) for frame in frames) * 8 * 50 / len(frames)


@pytest.mark.parametrize("pitches_hz", [(1000.0,), (1000.0, 3000.0)], ids=["mono", "stereo"])
def test_what_is_decoded_is_what_was_heard(pitches_hz: tuple[float, ...]) -> None:
    frames = OpusEncoder(len(pitches_hz)).encode(tones(1.0, *pitches_hz))
    assert len(frames) == 50
    assert {frame.channels for frame in frames} == {len(pitches_hz)}
    sound = played(frames)
    for channel, hz in enumerate(pitches_hz):
        assert pitch_hz(sound[4_800:, channel]) == pytest.approx(hz, abs=5)
        assert np.abs(sound[4_800:, channel]).max() == pytest.approx(9000 / 32768, rel=0.1)


def test_every_packet_is_twenty_milliseconds_of_full_band() -> None:
    """RFC 6716 section 3.1: configuration 31 is CELT, fullband, 20 ms; code 0 is one frame."""
    for frame in OpusEncoder(1).encode(tones(0.4, 1000.0)):
        assert frame.opus[0] >> 3 == 31
        assert frame.opus[0] & 0b11 == 0


def test_the_stamp_is_that_of_what_is_heard() -> None:
    """A click at 0.5 s is decoded at 0.5 s by the frames' own stamps."""
    block = tones(1.0, 1000.0)
    block.samples[:] = 0
    block.samples[RATE_HZ // 2 : RATE_HZ // 2 + 48] = 20_000
    frames = OpusEncoder(1).encode(block)
    at = int(np.argmax(np.abs(played(frames)[:, 0])))
    heard_ns = frames[0].captured_at_ns + at * 1_000_000_000 // RATE_HZ
    assert heard_ns == pytest.approx(START_NS + 500_000_000, abs=2_000_000)


def test_noise_gets_the_bitrate_it_needs_and_silence_is_sent_too() -> None:
    noise = np.random.default_rng(1).normal(0, 6000, (RATE_HZ, 1)).clip(-32768, 32767)
    frames = OpusEncoder(1).encode(SoundBlock(START_NS, noise.astype(np.int16)))
    assert bits_per_s(frames) == pytest.approx(BITRATE_BPS[1], rel=0.2)
    silent = OpusEncoder(1).encode(SoundBlock(START_NS, np.zeros((RATE_HZ, 1), np.int16)))
    assert len(silent) == 50


def test_a_block_of_more_channels_doesnt_fit() -> None:
    encoder = OpusEncoder(1)
    assert encoder.fits(tones(0.1, 1000.0))
    assert not encoder.fits(tones(0.1, 1000.0, 3000.0))
