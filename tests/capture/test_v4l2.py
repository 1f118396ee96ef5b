"""The V4L2 source against a device that fails on command.

What isn't tested here is the kernel itself: that needs a capture card (or v4l2loopback).
"""

import errno
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from structlog.testing import capture_logs

from streaming.capture import i420
from streaming.capture.v4l2 import V4l2Source
from streaming.capture.v4l2_device import LinuxDevice, Mode
from streaming.capture.v4l2_pictures import Wanted, choose_mode
from streaming.domain.frame import Size
from streaming.picture.frame import RawFrame
from streaming.picture.source import SourceError
from tests.capture.fake_device import NV12_VGA, Clock, FakeDevice

ANY = Wanted()


def nv12(level: int = 90, *, size: Size = NV12_VGA.size) -> np.ndarray:
    return np.full(size.width * size.height * 3 // 2, level, np.uint8)


@pytest.fixture
def device() -> FakeDevice:
    return FakeDevice(Clock())


def create(device: FakeDevice, wanted: Wanted = ANY) -> V4l2Source:
    return V4l2Source(
        Path("card"), wanted, source_id="s", connect=device.connect, clock=device.clock
    )


@pytest.fixture
def source(device: FakeDevice) -> Iterator[V4l2Source]:
    source = create(device)
    source.open()
    yield source
    source.close()
    assert device.closed
    assert not device.held, "every buffer went back to the driver"


def read(source: V4l2Source) -> RawFrame:
    frame = source.read(0.1)
    assert frame is not None
    return frame


def luma_level(frame: RawFrame) -> int:
    return int(frame.planes[0, 0])


# ---- pictures --------------------------------------------------------------------------------


def test_a_picture_carries_the_driver_s_stamp(device: FakeDevice, source: V4l2Source) -> None:
    device.picture(nv12(70), age_s=0.004)
    frame = read(source)
    assert frame.size == Size(640, 480)
    assert frame.planes.shape == (720, 640)
    assert device.clock() - frame.captured_at_ns == 4_000_000
    assert luma_level(frame) == 70


def test_the_newest_wins_and_older_buffers_go_back_unread(
    device: FakeDevice, source: V4l2Source
) -> None:
    for level in (10, 20, 30):
        device.picture(nv12(level))
    frame = read(source)
    assert luma_level(frame) == 30
    assert frame.number == 2
    assert source.read(0.01) is None


def test_pictures_the_driver_dropped_are_counted(device: FakeDevice, source: V4l2Source) -> None:
    device.picture(nv12())
    first = read(source).number
    device.picture(nv12(), dropped=5)
    assert read(source).number == first + 6


def test_a_reader_may_write_into_its_frame(device: FakeDevice, source: V4l2Source) -> None:
    buffer = nv12(70)
    device.picture(buffer)
    read(source).planes[:] = 0
    assert (buffer == 70).all()


@pytest.mark.parametrize("kind", ["damaged", "empty", "short", "long"])
def test_a_damaged_buffer_is_left_out(device: FakeDevice, source: V4l2Source, kind: str) -> None:
    longer = nv12(size=Size(1280, 720))
    data = {"damaged": nv12(), "empty": nv12()[:0], "short": nv12()[:-1], "long": longer}[kind]
    device.picture(data, damaged=kind == "damaged")
    assert source.read(0.05) is None
    device.picture(nv12(44))
    assert luma_level(read(source)) == 44


def test_a_buffer_padded_to_a_page_is_taken(device: FakeDevice, source: V4l2Source) -> None:
    device.picture(np.concatenate([nv12(70), np.zeros(2_048, np.uint8)]))
    assert luma_level(read(source)) == 70


@pytest.mark.parametrize(
    ("age_s", "monotonic"), [(-0.5, True), (5.0, True), (10_000.0, True), (0.001, False)]
)
def test_a_stamp_that_cannot_be_is_replaced_by_now(
    device: FakeDevice, source: V4l2Source, age_s: float, monotonic: bool
) -> None:
    device.picture(nv12(), age_s=age_s, monotonic=monotonic)
    assert read(source).captured_at_ns == device.clock()


def test_stamps_never_go_back(device: FakeDevice, source: V4l2Source) -> None:
    device.picture(nv12(), age_s=0.010)
    first = read(source)
    device.picture(nv12(), age_s=0.300)
    assert read(source).captured_at_ns > first.captured_at_ns


# ---- what goes wrong -------------------------------------------------------------------------


def test_reading_keeps_its_timeout(device: FakeDevice, source: V4l2Source) -> None:
    before_ns = device.clock()
    assert source.read(0.05) is None
    assert device.clock() - before_ns == 50_000_000


def test_half_a_second_without_a_picture_is_lost(device: FakeDevice, source: V4l2Source) -> None:
    device.picture(nv12())
    read(source)
    before_ns = device.clock()
    with pytest.raises(SourceError) as caught:
        for _ in range(10):
            assert source.read(0.1) is None
    assert caught.value.code == "source.device_stalled" and caught.value.lost
    assert device.clock() - before_ns == 500_000_000


def test_the_first_picture_may_take_longer(device: FakeDevice, source: V4l2Source) -> None:
    for _ in range(20):
        assert source.read(0.1) is None
    device.picture(nv12())
    read(source)


def test_a_stall_is_noticed_also_when_the_reader_is_patient(
    device: FakeDevice, source: V4l2Source
) -> None:
    with pytest.raises(SourceError) as caught:
        source.read(60)
    assert caught.value.code == "source.device_stalled"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENODEV, "source.device_missing"),
        (errno.EIO, "source.device_failed"),
        (errno.EINVAL, "source.device_failed"),
    ],
)
def test_a_device_that_fails_is_lost(
    device: FakeDevice, source: V4l2Source, number: int, code: str
) -> None:
    device.picture(nv12())
    read(source)
    device.fail(number)
    with pytest.raises(SourceError) as caught:
        source.read(0.1)
    assert (caught.value.code, caught.value.lost) == (code, True)
    assert caught.value.fix


def test_a_device_that_was_pulled_can_be_opened_again(
    device: FakeDevice, source: V4l2Source
) -> None:
    device.fail(errno.ENODEV)
    with pytest.raises(SourceError):
        source.read(0.1)
    source.close()
    device.start_error = errno.ENODEV
    with pytest.raises(SourceError) as caught:
        source.open()
    assert caught.value.lost, "it has worked, so it is worth waiting for"
    device.start_error = 0
    source.open()
    device.picture(nv12(33))
    assert luma_level(read(source)) == 33


@pytest.mark.parametrize(
    ("number", "code", "lost"),
    [
        (errno.ENODEV, "source.device_missing", False),
        (errno.EACCES, "source.device_denied", False),
        (errno.EBUSY, "source.device_busy", True),
    ],
)
def test_a_device_that_never_worked(device: FakeDevice, number: int, code: str, lost: bool) -> None:
    device.start_error = number
    source = create(device)
    with pytest.raises(SourceError) as caught:
        source.open()
    assert (caught.value.code, caught.value.lost) == (code, lost)
    assert device.closed
    source.close()


def test_a_changed_signal_starts_again_at_the_new_size(
    device: FakeDevice, source: V4l2Source
) -> None:
    device.picture(nv12())
    assert read(source).size == Size(640, 480)
    device.change_signal()
    size = Size(1280, 720)
    device.offered = [Mode("NV12", size, Fraction(60))]
    device.picture(nv12(50, size=size))
    assert read(source).size == size
    assert [str(mode.size) for mode in device.started] == ["640x480", "1280x720"]


def test_a_signal_that_keeps_changing_does_not_hold_the_reader(
    device: FakeDevice, source: V4l2Source
) -> None:
    device.change_signal()
    device.change_signal()
    assert source.read(0.05) is None
    assert len(device.started) == 3


def test_a_missing_device_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        V4l2Source(tmp_path / "video9", ANY, source_id="s").open()
    assert caught.value.code == "source.device_missing"
    assert not caught.value.lost


def test_a_file_that_is_no_device(tmp_path: Path) -> None:
    path = tmp_path / "video9"
    path.write_bytes(b"not a device")
    with pytest.raises(SourceError) as caught:
        V4l2Source(path, ANY, source_id="s").open()
    assert caught.value.code == "source.device_failed"
    with pytest.raises(OSError):
        LinuxDevice(path)


# ---- formats ---------------------------------------------------------------------------------


def mode(fourcc: str, width: int, height: int, rate: int) -> Mode:
    return Mode(fourcc, Size(width, height), Fraction(rate))


CARD = [
    mode("YUYV", 1920, 1080, 5),
    mode("YUYV", 1280, 720, 30),
    mode("NV12", 1280, 720, 30),
    mode("MJPG", 1280, 720, 60),
    mode("MJPG", 1920, 1080, 30),
    mode("MJPG", 3840, 2160, 30),
    mode("H264", 1920, 1080, 60),
]


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        (Wanted(size=Size(1280, 720)), mode("NV12", 1280, 720, 30)),
        (Wanted(size=Size(1280, 720), rate=Fraction(60)), mode("MJPG", 1280, 720, 60)),
        (Wanted(size=Size(1280, 720), rate=Fraction(25)), mode("NV12", 1280, 720, 25)),
        (Wanted(format="YUYV"), mode("YUYV", 1280, 720, 30)),
        (Wanted(size=Size(3840, 2160)), mode("MJPG", 3840, 2160, 30)),
        (ANY, mode("MJPG", 1920, 1080, 30)),
    ],
)
def test_the_largest_comfortable_mode_in_the_best_format(wanted: Wanted, chosen: Mode) -> None:
    assert choose_mode(CARD, wanted) == chosen


def test_uncompressed_wins_where_both_are_fast_enough() -> None:
    both = [mode("MJPG", 1920, 1080, 60), mode("YUYV", 1920, 1080, 30)]
    assert choose_mode(both, ANY).fourcc == "YUYV"


def test_a_driver_that_names_no_rate_is_believed() -> None:
    assert choose_mode([mode("NV12", 1920, 1080, 0)], Wanted(rate=Fraction(60))).rate == 60


@pytest.mark.parametrize(
    "wanted", [Wanted(size=Size(800, 600)), Wanted(format="GREY"), Wanted(rate=Fraction(120))]
)
def test_what_is_not_offered_is_refused_with_what_is(wanted: Wanted) -> None:
    with pytest.raises(SourceError) as caught:
        choose_mode(CARD, wanted)
    assert caught.value.code == "source.device_mode"
    assert "NV12 1280x720" in caught.value.fix


def test_a_device_without_pictures_offers_nothing() -> None:
    with pytest.raises(SourceError) as caught:
        choose_mode([], ANY)
    assert caught.value.code == "source.device_mode"


@pytest.mark.parametrize("padding", [0, 32])
@pytest.mark.parametrize("fourcc", ["NV12", "YU12", "YUYV", "GREY"])
def test_every_raw_format_also_with_padded_rows(fourcc: str, padding: int) -> None:
    size = Size(64, 48)
    device = FakeDevice(Clock(), [Mode(fourcc, size, Fraction(30))])
    device.row_padding = padding
    source = create(device)
    source.open()
    row = size.width * (2 if fourcc == "YUYV" else 1) + padding
    rows = size.height * 3 // 2 if fourcc in ("NV12", "YU12") else size.height
    table = np.random.default_rng(4).integers(0, 256, (rows, row), dtype=np.uint8)
    device.picture(table.reshape(-1))
    luma, u, v = i420.split(read(source).planes)
    source.close()
    match fourcc:
        case "NV12":
            assert (luma == table[:48, :64]).all()
            assert (u == table[48:, 0:64:2]).all() and (v == table[48:, 1:64:2]).all()
        case "YU12":
            assert (luma == table[:48, :64]).all()
            chroma = table[48:].reshape(2, 24, row // 2)[:, :, :32]
            assert (u == chroma[0]).all() and (v == chroma[1]).all()
        case "YUYV":
            assert (luma == table[:, 0:128:2]).all()
        case "GREY":
            assert (luma == i420.FULL_TO_LIMITED_LUMA[table[:, :64]]).all()
            assert (u == 128).all()


def jpeg(size: Size) -> np.ndarray:
    encoder = av.CodecContext.create("mjpeg", "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height = size.width, size.height
    encoder.pix_fmt = "yuvj422p"
    encoder.time_base = Fraction(1, 30)
    grey = av.VideoFrame.from_ndarray(np.full((size.height, size.width), 200, np.uint8), "gray")
    packets = encoder.encode(grey.reformat(format="yuvj422p"))
    return np.frombuffer(bytes(packets[0]), np.uint8)


def test_compressed_pictures_are_decoded_and_warned_about() -> None:
    size = Size(320, 240)
    device = FakeDevice(Clock(), [Mode("MJPG", size, Fraction(30))])
    source = create(device)
    with capture_logs() as logs:
        source.open()
    assert [entry["event"] for entry in logs] == ["device.compressed"]
    device.picture(jpeg(size))
    frame = read(source)
    assert frame.size == size
    assert 180 <= luma_level(frame) <= 195, "full range became limited"


def test_a_broken_jpeg_is_left_out() -> None:
    size = Size(320, 240)
    device = FakeDevice(Clock(), [Mode("MJPG", size, Fraction(30))])
    source = create(device)
    source.open()
    device.picture(np.frombuffer(b"\xff\xd8 broken", np.uint8))
    assert source.read(0.01) is None
    device.picture(jpeg(size))
    read(source)
