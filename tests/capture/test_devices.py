import errno
from pathlib import Path

from streaming.capture import devices
from streaming.capture.devices import DeviceInfo, list_devices
from tests.capture.fake_device import NV12_VGA, Clock, FakeDevice


def node(dev: Path, name: str) -> Path:
    path = dev / name
    path.touch()
    return path


def connect(path: Path) -> FakeDevice:
    return FakeDevice(Clock())


def test_a_machine_without_devices(tmp_path: Path) -> None:
    assert list_devices(tmp_path) == []


def test_this_machine_is_answered_without_an_error() -> None:
    assert all(isinstance(device, DeviceInfo) for device in list_devices())


def test_devices_come_in_the_order_of_their_numbers_with_their_stable_name(tmp_path: Path) -> None:
    for name in ("video10", "video2", "videodev"):
        node(tmp_path, name)
    by_id = tmp_path / "v4l" / "by-id"
    by_id.mkdir(parents=True)
    (by_id / "usb-Fake_HDMI-video-index0").symlink_to("../../video2")
    found = list_devices(tmp_path, connect=connect)
    assert [Path(device.path).name for device in found] == ["video2", "video10"]
    first, second = found
    assert first.spec == f"v4l2:{by_id}/usb-Fake_HDMI-video-index0"
    assert second.spec == f"v4l2:{tmp_path}/video10"
    assert (first.name, first.driver, first.modes) == ("Fake HDMI", "fake", (NV12_VGA,))


def test_a_name_by_id_is_preferred_to_one_by_path(tmp_path: Path) -> None:
    node(tmp_path, "video0")
    for folder in ("by-id", "by-path"):
        names = tmp_path / "v4l" / folder
        names.mkdir(parents=True)
        (names / "card").symlink_to("../../video0")
    (found,) = list_devices(tmp_path, connect=connect)
    assert found.stable_path == str(tmp_path / "v4l" / "by-id" / "card")


def test_a_node_that_delivers_no_pictures_is_not_listed(tmp_path: Path) -> None:
    node(tmp_path, "video1")
    assert list_devices(tmp_path, connect=lambda path: FakeDevice(Clock(), [])) == []


def test_a_device_that_may_not_be_opened_is_listed_with_its_problem(tmp_path: Path) -> None:
    def refuse(path: Path) -> FakeDevice:
        raise PermissionError(errno.EACCES, "Permission denied")

    node(tmp_path, "video0")
    (found,) = list_devices(tmp_path, connect=refuse)
    assert found.problem == "Permission denied"
    assert found.modes == ()


def test_a_device_is_closed_again(tmp_path: Path) -> None:
    made: list[FakeDevice] = []

    def remember(path: Path) -> FakeDevice:
        made.append(FakeDevice(Clock()))
        return made[-1]

    node(tmp_path, "video0")
    devices.list_devices(tmp_path, connect=remember)
    assert made[0].closed
