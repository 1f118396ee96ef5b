"""The contract with PyAV's private layout: fails when another PyAV moves the pointer."""

from fractions import Fraction

import av
import pytest
from av.video.codeccontext import VideoCodecContext

from streaming.picture import live_rate
from streaming.picture.live_rate import LiveRate


def open_context(bitrate_bps: int = 3_000_000) -> VideoCodecContext:
    context = av.CodecContext.create("libx264", "w")
    assert isinstance(context, VideoCodecContext)
    context.width, context.height, context.pix_fmt = 64, 48, "yuv420p"
    context.time_base, context.bit_rate = Fraction(1, 30), bitrate_bps
    context.options = {"maxrate": "3000000", "bufsize": "1500000"}
    context.open()
    return context


def test_options_are_those_pyav_knows() -> None:
    context = open_context()
    rate = LiveRate(context)
    assert rate.exact
    assert rate.get("b") == context.bit_rate == 3_000_000
    assert (rate.get("maxrate"), rate.get("bufsize")) == (3_000_000, 1_500_000)


def test_set_changes_all_three() -> None:
    context = open_context()
    rate = LiveRate(context)
    rate.set(bitrate_bps=700_000, buffer_bits=350_000)
    assert (rate.get("b"), rate.get("maxrate"), rate.get("bufsize")) == (700_000, 700_000, 350_000)
    assert context.bit_rate == 700_000


@pytest.mark.parametrize("offset", [8, 16, 32, 40])
def test_wrong_layout_is_noticed_and_only_the_bitrate_is_set(
    offset: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_rate, "POINTER_OFFSET", offset)
    context = open_context()
    rate = LiveRate(context)
    assert not rate.exact and rate.get("b") is None
    rate.set(bitrate_bps=900_000, buffer_bits=450_000)
    assert context.bit_rate == 900_000


def test_another_object_is_noticed() -> None:
    assert live_rate._prove(object()) is None  # type: ignore[arg-type]


def test_unmapped_memory_reads_as_nothing() -> None:
    assert live_rate._peek(8) is None
    assert live_rate._peek(2**64 - 8) is None
