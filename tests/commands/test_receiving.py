"""`sonopair dicom receive` as a process, and a scanner that sends to it."""

import json
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pydicom
import pytest
from pynetdicom import AE

from streaming.commands.receiving import receive_priors
from streaming.config import Settings, load_settings
from streaming.config.settings import ConfigError
from streaming.domain.errors import BadInput
from streaming.priors.importer import QUARANTINE
from streaming.store.database import FILE_NAME
from tests.priors.conftest import folder, read

STILL = folder("data_store", "data") / "US1_UNCR.dcm"
US_IMAGE = "1.2.840.10008.5.1.4.1.1.6.1"
PORT = re.compile(r"on port (\d+)")


@contextmanager
def receiving(tmp_path: Path) -> Iterator[int]:
    """The port; interrupted at the end, and gone."""
    file = tmp_path / "sonopair.toml"
    file.write_text(
        'data_dir = "data"\n[dicom]\nport = 0\nfolder = "priors"\n'
        'senders = { SCANNER1 = "127.0.0.1" }\n'
    )
    command = [sys.executable, "-m", "streaming.cli", "dicom", "receive", "-c", str(file)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            lines = iter(process.stderr.readline, "")
            yield next(int(match[1]) for line in lines if (match := PORT.search(line)))
        finally:
            process.send_signal(signal.SIGINT)
            process.stderr.read()
    assert process.returncode == 0


def send(port: int) -> int:
    scanner = AE(ae_title="SCANNER1")
    scanner.add_requested_context(US_IMAGE, "1.2.840.10008.1.2.1")
    line = scanner.associate("127.0.0.1", port, ae_title="SONOPAIR")
    status = line.send_c_store(pydicom.dcmread(STILL))
    line.release()
    return int(status.Status)


def test_what_comes_twice_is_one_object_of_the_site_maps_patient(tmp_path: Path) -> None:
    with receiving(tmp_path) as port:
        assert [send(port), send(port)] == [0, 0]
    (kept,) = (tmp_path / "priors" / QUARANTINE).rglob("*.dcm")
    with closing(sqlite3.connect(tmp_path / "data" / FILE_NAME)) as connection:
        ((pseudonym,),) = connection.execute("SELECT pseudonym FROM patients")
        rows = connection.execute("SELECT facts FROM audit WHERE event = 'prior.received'")
        facts = [json.loads(row) for (row,) in rows]
    assert read(kept).PatientID == pseudonym
    assert facts == [{"sender": "SCANNER1", "code": ""}] * 2


def test_it_is_off_until_the_settings_say_who_may_send(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        receive_priors(Settings(data_dir=tmp_path), ready=lambda title, port: None)
    assert refused.value.code == "dicom.not_configured"


def test_names_are_not_received_in_plain_from_the_network_by_accident(tmp_path: Path) -> None:
    file = tmp_path / "sonopair.toml"
    text = '[dicom]\nfolder = "x"\nhost = "10.0.0.2"\nsenders = { A = "10.0.0.7" }\n'
    file.write_text(text)
    with pytest.raises(ConfigError) as refused:
        load_settings(file)
    assert refused.value.code == "config.exposed"
    file.write_text(text + "unencrypted = true\n")
    dicom = load_settings(file).dicom
    assert dicom is not None and dicom.folder == tmp_path / "x"


@pytest.mark.parametrize("senders", ["{}", '{ A = "scanner.example.org" }', '{ "" = "10.0.0.7" }'])
def test_senders_are_titles_with_addresses(tmp_path: Path, senders: str) -> None:
    file = tmp_path / "sonopair.toml"
    file.write_text(f'[dicom]\nfolder = "x"\nsenders = {senders}\n')
    with pytest.raises(ConfigError) as refused:
        load_settings(file)
    assert refused.value.code == "config.invalid"
