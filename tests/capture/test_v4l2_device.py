"""What linuxpy and ``LinuxDevice`` say to a kernel. The kernel is a stand-in: there is no card."""

import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import linuxpy.ioctl
import pytest
from linuxpy.video import raw

from streaming.capture.devices import list_devices
from streaming.capture.spec import open_source
from streaming.capture.v4l2_device import BUFFERS, LinuxDevice, Mode, Ready
from streaming.domain.frame import Size
from streaming.picture.source import SourceError
from tests.capture.fake_kernel import HEIGHT, PICTURE_BYTES, WIDTH, FakeKernel
from tests.capture.reading import check_frame

SIZE = Size(WIDTH, HEIGHT)


@pytest.fixture
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeKernel:
    kernel = FakeKernel(tmp_path / "video0")
    monkeypatch.setattr(linuxpy.ioctl, "fcntl", SimpleNamespace(ioctl=kernel.ioctl))
    return kernel


@pytest.fixture
def device(kernel: FakeKernel) -> Iterator[LinuxDevice]:
    device = LinuxDevice(kernel.node)
    yield device
    device.close()
    device.close()


def test_modes_are_listed_with_their_highest_rate(device: LinuxDevice) -> None:
    assert device.modes() == [
        Mode("NV12", SIZE, Fraction(60)),
        Mode("MJPG", Size(1920, 1080), Fraction(50)),
    ]


def test_a_device_says_what_it_is(kernel: FakeKernel) -> None:
    (found,) = list_devices(kernel.node.parent)
    assert (found.name, found.driver) == ("Fake HDMI card", "fakehdmi")
    assert found.spec == f"v4l2:{kernel.node}"


def test_streaming_starts_with_every_buffer_given_to_the_driver(
    kernel: FakeKernel, device: LinuxDevice
) -> None:
    streaming = device.start(Mode("NV12", SIZE, Fraction(30)))
    assert (streaming.fourcc, streaming.size, streaming.row_bytes) == ("NV12", SIZE, WIDTH)
    assert kernel.streaming
    assert list(kernel.queued) == list(range(BUFFERS))
    assert kernel.rate == (30, 1)


def test_a_filled_buffer_is_seen_where_the_driver_wrote_it(
    kernel: FakeKernel, device: LinuxDevice
) -> None:
    device.start(Mode("NV12", SIZE, Fraction(30)))
    assert device.take() is None
    kernel.fill(77, stamp_ns=123_456_789_000)
    assert device.wait(1) is Ready.PICTURE
    filled = device.take()
    assert filled is not None
    assert filled.data.size == PICTURE_BYTES and (filled.data == 77).all()
    assert filled.stamp_ns == 123_456_789_000
    assert not filled.damaged
    assert len(kernel.queued) == BUFFERS - 1
    device.give_back(filled)
    assert len(kernel.queued) == BUFFERS


def test_flags_tell_of_damage_and_of_another_clock(kernel: FakeKernel, device: LinuxDevice) -> None:
    device.start(Mode("NV12", SIZE, Fraction(30)))
    kernel.fill(1, stamp_ns=1, flags=int(raw.BufferFlag.ERROR | raw.BufferFlag.TIMESTAMP_COPY))
    filled = device.take()
    assert filled is not None
    assert filled.damaged and filled.stamp_ns is None


def test_it_can_be_stopped_and_started_again(kernel: FakeKernel, device: LinuxDevice) -> None:
    for _ in range(2):
        device.start(Mode("NV12", SIZE, Fraction(30)))
        kernel.fill(5, stamp_ns=1)
        filled = device.take()
        assert filled is not None
        device.stop()
        assert not kernel.streaming


def test_the_whole_source_runs_on_it(kernel: FakeKernel) -> None:
    source = open_source(f"v4l2:{kernel.node}?format=NV12", source_id="s")
    source.open()
    for level in (10, 20):
        kernel.fill(level, stamp_ns=time.monotonic_ns())
    frame = source.read(1)
    assert frame is not None
    check_frame(frame)
    assert (frame.planes == 20).all()
    assert len(kernel.queued) == BUFFERS
    kernel.unplugged = True
    with pytest.raises(SourceError) as caught:
        source.read(1)
    assert caught.value.code == "source.device_missing" and caught.value.lost
    source.close()


def test_a_card_that_knows_no_timings_and_no_rate_still_starts(
    kernel: FakeKernel, device: LinuxDevice
) -> None:
    del kernel._handlers[raw.IOC.S_PARM.value]
    device.start(Mode("NV12", SIZE, Fraction(30)))
    assert "QUERY_DV_TIMINGS" in kernel.calls
    assert kernel.streaming
