"""A storage provider on loopback, and pynetdicom's own user as the scanner."""

from collections.abc import Iterator
from pathlib import Path

import pydicom
import pytest
from pynetdicom import AE
from pynetdicom.association import Association

from streaming.priors import receiver as receiving
from streaming.priors.importer import QUARANTINE, Imported
from streaming.priors.prior import Prior, PriorError
from streaming.priors.receiver import (
    NOT_ULTRASOUND,
    OUT_OF_RESOURCES,
    SUCCESS,
    UNREADABLE,
    Listening,
    Receiver,
)
from tests.priors.conftest import MakeImporter, folder
from tests.priors.planted import found_in, plant

DATA = folder("data_store", "data")
STILL = DATA / "US1_UNCR.dcm"
US_IMAGE = "1.2.840.10008.5.1.4.1.1.6.1"
CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2"


class Site:
    def __init__(self, importer: MakeImporter) -> None:
        self.told: list[tuple[str, str]] = []
        self.error: PriorError | None = None
        self._importer = importer()
        self.receiver = self._receiver("127.0.0.1")
        self.port = self.receiver.start()

    def _receiver(self, address: str) -> Receiver:
        listening = Listening(
            ae_title="SONOPAIR", host="127.0.0.1", port=0, senders={"SCANNER1": address}
        )
        return Receiver(
            listening, keep=self._keep, told=lambda sender, code: self.told.append((sender, code))
        )

    def knows_scanner_at(self, address: str) -> None:
        self.receiver.stop()
        self.receiver = self._receiver(address)
        self.port = self.receiver.start()

    def _keep(self, prior: Prior) -> Imported:
        if self.error is not None:
            raise self.error
        return self._importer.add(prior)

    def call(
        self, *, sender: str = "SCANNER1", called: str = "SONOPAIR", kind: str = US_IMAGE
    ) -> Association:
        scanner = AE(ae_title=sender)
        scanner.add_requested_context(kind, ["1.2.840.10008.1.2.1", "1.2.840.10008.1.2"])
        scanner.add_requested_context("1.2.840.10008.1.1")
        return scanner.associate("127.0.0.1", self.port, ae_title=called)

    def send(self, dataset: pydicom.Dataset) -> int:
        line = self.call()
        assert line.is_established
        status = line.send_c_store(dataset)
        line.release()
        return int(status.Status) if "Status" in status else -1


@pytest.fixture
def site(importer: MakeImporter) -> Iterator[Site]:
    site = Site(importer)
    yield site
    site.receiver.stop()


def test_what_a_scanner_sends_waits_in_quarantine_and_names_nobody(
    site: Site, tmp_path: Path
) -> None:
    data, _ = plant(STILL)
    path = tmp_path / "sent.dcm"
    path.write_bytes(data)
    assert site.send(pydicom.dcmread(path)) == SUCCESS
    (kept,) = (tmp_path / "to" / QUARANTINE).rglob("*.dcm")
    assert found_in(kept.read_bytes()) == []
    assert site.told == [("SCANNER1", "")]


def test_stopping_ends_every_association(site: Site) -> None:
    lines = [site.call() for _ in range(2)]
    assert all(line.is_established for line in lines)
    site.receiver.stop()
    for line in lines:
        line.join(20)
        assert line.is_aborted


def test_it_answers_an_echo(site: Site) -> None:
    line = site.call()
    assert line.send_c_echo().Status == SUCCESS
    line.release()


@pytest.mark.parametrize("stranger", [{"sender": "SCANNER2"}, {"called": "ARCHIVE"}])
def test_a_title_that_is_not_listed_is_rejected(site: Site, stranger: dict[str, str]) -> None:
    assert site.call(**stranger).is_rejected


def test_a_listed_title_from_another_address_is_rejected(site: Site) -> None:
    site.knows_scanner_at("192.0.2.7")
    assert site.call().is_rejected


def test_nothing_but_ultrasound_is_agreed_to(site: Site) -> None:
    line = site.call(kind=CT_IMAGE)
    assert CT_IMAGE not in {context.abstract_syntax for context in line.accepted_contexts}
    line.release()


def test_another_modality_in_an_ultrasounds_clothes_is_refused(site: Site) -> None:
    dataset = pydicom.dcmread(STILL)
    dataset.Modality = "OT"
    assert site.send(dataset) == NOT_ULTRASOUND
    assert site.told == [("SCANNER1", "import.not_ultrasound")]


def test_what_cannot_be_read_is_refused(site: Site) -> None:
    dataset = pydicom.dcmread(STILL)
    dataset.Rows = 481
    assert site.send(dataset) == UNREADABLE


def test_a_full_disk_is_said_so(site: Site) -> None:
    site.error = PriorError("import.unwritable", "no space")
    assert site.send(pydicom.dcmread(STILL)) == OUT_OF_RESOURCES


def test_an_object_without_an_end_is_cut_off(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(receiving, "MAX_BYTES", 100_000)
    assert site.send(pydicom.dcmread(STILL)) == -1
    assert list(tmp_path.rglob("*.dcm")) == []


def test_what_is_sent_is_in_no_log(
    site: Site, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    dataset = pydicom.dcmread(STILL)
    dataset.PatientName = "OKAFOR^ADA"
    site.send(dataset)
    said = capfd.readouterr()
    for text in (said.out, said.err, caplog.text):
        assert "OKAFOR" not in text
        assert "127.0.0.1" not in text
