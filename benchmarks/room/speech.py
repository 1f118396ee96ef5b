"""What guests say: a tone of their own in Opus, so that a listener's packet tells who spoke."""

import asyncio
import time
from collections.abc import Sequence

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext

from benchmarks.room.guest import Guest

PACKET_S = 0.02
PACKETS_PER_S = 50
_RATE = 48_000
_SAMPLES = 960
_AMPLITUDE = 8_000
_BIT_RATE = 32_000
"""Browsers' own for one voice."""


def speech(hz: int) -> list[bytes]:
    """A second of a tone of ``hz``, a packet each 20 ms."""
    encoder = av.CodecContext.create("libopus", "w")
    assert isinstance(encoder, AudioCodecContext)
    encoder.sample_rate, encoder.layout, encoder.format = _RATE, "mono", "s16"
    encoder.bit_rate = _BIT_RATE
    packets: list[bytes] = []
    for number in range(PACKETS_PER_S):
        seconds = (np.arange(_SAMPLES) + number * _SAMPLES) / _RATE
        samples = (np.sin(2 * np.pi * hz * seconds) * _AMPLITUDE).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(samples[np.newaxis], format="s16", layout="mono")
        frame.sample_rate, frame.pts = _RATE, number * _SAMPLES
        packets += [bytes(packet) for packet in encoder.encode(frame)]
    return packets


async def talk(guest: Guest, packets: Sequence[bytes], *, after_s: float = 0.0) -> None:
    """Until cancelled, without drift; then the microphone is closed. ``after_s``: speakers'
    packets don't leave together."""
    await guest.say({"type": "voice.state", "microphone": True, "muted": False})
    started_s = time.monotonic() + after_s
    number = 0
    try:
        while True:
            await asyncio.sleep(started_s + number * PACKET_S - time.monotonic())
            guest.line.speak(packets[number % len(packets)], number=number)
            number += 1
    finally:
        await guest.say({"type": "voice.state", "microphone": False, "muted": False})
