from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.capture import i420, y4m
from streaming.domain.frame import Size
from streaming.picture.source import SourceError


def layout(words: str) -> y4m.Layout:
    return y4m.parse_header(f"YUV4MPEG2 {words}".encode())


def test_what_ffmpeg_writes() -> None:
    parsed = layout("W640 H480 F30000:1001 Ip A1:1 C420jpeg XYSCSS=420JPEG XCOLORRANGE=LIMITED")
    assert parsed.size == Size(640, 480)
    assert parsed.rate == Fraction(30000, 1001)
    assert parsed.is_i420 and not parsed.full_range
    assert parsed.picture_bytes == 640 * 480 * 3 // 2


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("W640 H480", 460_800),
        ("W641 H481 C420mpeg2", 641 * 481 + 2 * 321 * 241),
        ("W641 H481 C422", 641 * 481 + 2 * 321 * 481),
        ("W640 H480 Cmono", 640 * 480),
    ],
)
def test_bytes_of_a_picture(words: str, count: int) -> None:
    assert layout(words).picture_bytes == count


@pytest.mark.parametrize("words", ["W640 H480", "W640 H480 F0:0", "W640 H480 F25:0"])
def test_an_unknown_rate_is_thirty(words: str) -> None:
    assert layout(words).rate == 30


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("", "source.y4m_malformed"),
        ("W640", "source.y4m_malformed"),
        ("W640 H", "source.y4m_malformed"),
        ("W-640 H480", "source.y4m_malformed"),
        ("W9999999999999 H480", "source.y4m_malformed"),
        ("W\u0664 H480", "source.y4m_malformed"),
        ("W640 H480 F30", "source.y4m_malformed"),
        ("W640 H480 F5000:1", "source.y4m_malformed"),
        ("W640 H480 C420p10", "source.y4m_format"),
        ("W640 H480 C444", "source.y4m_format"),
        ("W640 H480 C411", "source.y4m_format"),
        ("W8 H8", "source.size"),
        ("W99999 H480", "source.size"),
    ],
)
def test_a_header_that_cannot_be_used(words: str, code: str) -> None:
    with pytest.raises(SourceError) as caught:
        layout(words)
    assert caught.value.code == code
    assert caught.value.fix and not caught.value.lost


@given(st.binary(max_size=200))
def test_no_header_does_more_than_raise_a_source_error(line: bytes) -> None:
    try:
        y4m.parse_header(line)
        y4m.parse_header(b"YUV4MPEG2 " + line)
    except SourceError:
        pass


@pytest.mark.parametrize("line", [b"FRAME", b"FRAME Ip"])
def test_a_frame_header(line: bytes) -> None:
    y4m.check_frame_header(line)


@pytest.mark.parametrize("line", [b"", b"FRAM", b"FRAMES", b"\0\0"])
def test_what_is_no_frame_header(line: bytes) -> None:
    with pytest.raises(SourceError):
        y4m.check_frame_header(line)


def noise(count: int) -> np.ndarray:
    return np.random.default_rng(3).integers(0, 256, count, dtype=np.uint8)


def test_even_420_is_used_as_it_is() -> None:
    data = noise(64 * 48 * 3 // 2)
    planes = y4m.to_i420(layout("W64 H48"), data)
    assert np.shares_memory(planes, data)
    assert (planes.reshape(-1) == data).all()


def test_odd_420_is_cropped_plane_by_plane() -> None:
    parsed = layout("W33 H35")
    data = noise(parsed.picture_bytes)
    luma, u, v = i420.split(y4m.to_i420(parsed, data))
    assert (luma == data[: 33 * 35].reshape(35, 33)[:34, :32]).all()
    chroma = data[33 * 35 :].reshape(2, 18, 17)
    assert (u == chroma[0, :17, :16]).all() and (v == chroma[1, :17, :16]).all()


@pytest.mark.parametrize(("width", "height"), [(64, 48), (33, 35)])
def test_422_chroma_rows_are_averaged(width: int, height: int) -> None:
    parsed = layout(f"W{width} H{height} C422")
    data = noise(parsed.picture_bytes)
    luma, *chroma = i420.split(y4m.to_i420(parsed, data))
    assert (
        luma == data[: width * height].reshape(height, width)[: luma.shape[0], : luma.shape[1]]
    ).all()
    wide = data[width * height :].reshape(2, height, -1)[:, : luma.shape[0], : luma.shape[1] // 2]
    for plane, rows in zip(chroma, wide, strict=True):
        mean = (rows[0::2].astype(int) + rows[1::2]) / 2
        assert np.abs(plane - mean).max() <= 0.5


def test_mono_gets_neutral_chroma_and_its_range_is_honoured() -> None:
    data = np.full(64 * 48, 255, np.uint8)
    luma, u, _ = i420.split(y4m.to_i420(layout("W64 H48 Cmono"), data))
    assert (luma == 255).all() and (u == 128).all()
    luma, _, _ = i420.split(y4m.to_i420(layout("W64 H48 Cmono XCOLORRANGE=FULL"), data))
    assert (luma == 235).all()


def test_full_range_420_is_compressed_to_limited() -> None:
    data = np.full(64 * 48 * 3 // 2, 255, np.uint8)
    luma, u, _ = i420.split(y4m.to_i420(layout("W64 H48 XCOLORRANGE=FULL"), data))
    assert (luma == 235).all() and (u == 240).all()
