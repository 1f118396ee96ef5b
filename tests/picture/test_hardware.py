import pytest

from streaming.domain.errors import BadInput
from streaming.domain.frame import Size
from streaming.picture.hardware import X264, choose_encoder, has_device, probe_in_child, works


def always(name: str) -> bool:
    return True


def never(name: str) -> bool:
    return False


def unexpected(name: str) -> bool:
    raise AssertionError(f"{name} was asked")


def test_auto_takes_the_first_hardware_that_works() -> None:
    choice = choose_encoder("auto", probe=lambda name: name != "h264_nvenc", present=always)
    assert (choice.codec, choice.note) == ("h264_qsv", "")


def test_auto_falls_back_to_x264_when_no_hardware_works() -> None:
    assert choose_encoder("auto", probe=never, present=always).codec == X264


def test_auto_doesnt_try_what_has_no_device() -> None:
    assert choose_encoder("auto", probe=unexpected, present=never).codec == X264


@pytest.mark.parametrize("name", ["x264", "libx264"])
def test_x264_is_never_probed(name: str) -> None:
    assert choose_encoder(name, probe=unexpected, present=unexpected).codec == X264


def test_named_encoder_that_works_is_used() -> None:
    assert choose_encoder("h264_nvenc", probe=always).codec == "h264_nvenc"


def test_named_encoder_that_doesnt_work_falls_back_loudly() -> None:
    choice = choose_encoder("h264_nvenc", probe=never)
    assert choice.codec == X264
    assert "h264_nvenc" in choice.note


def test_unknown_encoder_is_refused() -> None:
    with pytest.raises(BadInput) as caught:
        choose_encoder("h266_quantum")
    assert caught.value.code == "encoder.unknown" and "auto" in caught.value.fix


def test_child_process_proves_an_encoder_that_works() -> None:
    assert probe_in_child(X264, Size(320, 240))


def test_child_process_disproves_an_encoder_that_doesnt() -> None:
    assert not probe_in_child("no_such_encoder", Size(320, 240))


def test_encoder_that_cant_make_an_idr_when_asked_doesnt_count() -> None:
    assert not works("mpeg4", Size(320, 240))


@pytest.mark.parametrize("name", ["h264_nvenc", "h264_qsv", "h264_v4l2m2m"])
def test_hardware_without_a_device_doesnt_work(name: str) -> None:
    if has_device(name):
        pytest.skip("this machine may have it")
    assert not probe_in_child(name)
