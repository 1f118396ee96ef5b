import pytest

from streaming.dicom.devices import Device, known_device


@pytest.mark.parametrize(
    ("maker", "model", "device"),
    [
        ("SonoSite, Inc.", "Turbo", Device("FUJIFILM SonoSite", "Turbo")),
        ("Philips Medical Systems", "EPIQ 7C", Device("Philips", "EPIQ 7C")),
        ("Philips Medical Systems", "CX50", Device("Philips", "CX50")),
        ("G.E. Medical Systems", "LOGIQ 700", Device("GE Healthcare", "LOGIQ 700")),
        ("GE Healthcare", "Vivid E95", Device("GE Healthcare", "Vivid E95")),
        ("ALOKA CO., LTD.", "SSD-4000", Device("ALOKA", "SSD-4000")),
    ],
)
def test_a_listed_scanner_keeps_its_name(maker: str, model: str, device: Device) -> None:
    assert known_device(maker, model) == device


@pytest.mark.parametrize("model", ["OKAFOR^ADA", "EPIQ 7C OKAFOR", "4711-0815", "CX12345678"])
def test_a_model_that_is_not_listed_is_left_out(model: str) -> None:
    assert known_device("Philips", model) == Device("Philips")


def test_a_maker_is_written_in_the_lists_own_words() -> None:
    assert known_device("Philips OKAFOR^ADA", "CX50") == Device("Philips", "CX50")


@pytest.mark.parametrize("maker", ["Okafor General", "", "Acme Products"])
def test_a_maker_that_is_not_listed_is_none(maker: str) -> None:
    assert known_device(maker, "CX50") is None
