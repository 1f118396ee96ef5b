import contextlib
import json
import os
import sqlite3
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pydicom
import pytest

from streaming import cli
from streaming.commands.site_map import with_site_map
from streaming.config import load_settings
from streaming.domain.encounter import Patient, Side
from streaming.store.audit import AuditLog
from streaming.store.database import FILE_NAME
from streaming.store.site_map import SiteMap
from tests.priors.conftest import folder, read

Run = Callable[..., tuple[int, str, str]]
DATA = folder("data_store", "data")
STILL = DATA / "US1_UNCR.dcm"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["sonopair", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


def test_what_was_imported_can_be_released(run: Run, tmp_path: Path) -> None:
    status, out, _ = run("import", STILL, "--to", tmp_path)
    assert status == 0
    status, out, _ = run("release", out.strip())
    assert (status, read(Path(out.strip())).BurnedInAnnotation) == (0, "NO")


def test_a_bad_file_keeps_no_other_from_it_and_is_not_named(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "OKAFOR.dcm"
    bad.write_bytes(b"no DICOM")
    status, out, err = run("import", bad, STILL, "--to", tmp_path)
    assert (status, len(out.splitlines())) == (2, 1)
    assert err.startswith("error [import.damaged]: file 1: ")
    assert "OKAFOR" not in err


def test_files_of_one_patient_get_one_pseudonym_and_of_another_another(
    run: Run, tmp_path: Path
) -> None:
    _, out, _ = run("import", STILL, DATA / "US1_UNCI.dcm", DATA / "OBXXXX1A.dcm", "--to", tmp_path)
    names = [read(Path(line)).PatientID for line in out.splitlines()]
    assert names[0] == names[1] != names[2]


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    file = tmp_path / "sonopair.toml"
    file.write_text(f'data_dir = "{tmp_path / "data"}"\n')
    return file


def recorded(tmp_path: Path, event: str) -> list[dict[str, object]]:
    with contextlib.closing(sqlite3.connect(tmp_path / "data" / FILE_NAME)) as connection:
        rows = connection.execute("SELECT facts FROM audit WHERE event = ?", (event,))
        return [json.loads(facts) for (facts,) in rows]


def begin(settings: Path, patient: Patient) -> tuple[str, str]:
    """Case code and pseudonym."""

    async def work(site_map: SiteMap, _: AuditLog) -> tuple[str, str]:
        encounter = await site_map.begin(patient, room="echo-1", side=Side.LEFT, now_s=5)
        return encounter.case, (await site_map.subject_of(patient)).pseudonym

    return with_site_map(load_settings(settings), work)


def test_a_patient_of_the_site_map_keeps_pseudonym_and_uids_from_run_to_run(
    run: Run, tmp_path: Path, settings: Path
) -> None:
    lines = [run("import", STILL, "--to", tmp_path, "-c", settings)[1] for _ in range(2)]
    assert lines[0] == lines[1]
    pseudonym = read(Path(lines[0].strip())).PatientID
    number = str(pydicom.dcmread(STILL).PatientID)
    status, out, _ = run("reidentify", pseudonym, "--reason", "care", "-c", settings)
    assert (status, out.strip()) == (0, number)


def test_files_without_a_number_go_to_the_patient_of_a_case(
    run: Run, tmp_path: Path, settings: Path
) -> None:
    case, pseudonym = begin(settings, Patient("4711"))
    _, out, _ = run("import", STILL, "--to", tmp_path, "--case", case, "-c", settings)
    assert read(Path(out.strip())).PatientID == pseudonym


def test_a_case_that_is_not_there_is_refused(run: Run, tmp_path: Path, settings: Path) -> None:
    for more, code in ((("-c", settings), "case.unknown"), ((), "case.needs_settings")):
        _, _, err = run("import", STILL, "--to", tmp_path, "--case", "ZZZ-ZZZ", *more)
        assert err.startswith(f"error [{code}]")


def test_naming_somebody_is_on_record_and_the_name_is_not(
    run: Run, tmp_path: Path, settings: Path
) -> None:
    case, _ = begin(settings, Patient("MRN4711", "Okafor", date(1955, 4, 12)))
    status, out, _ = run("reidentify", case, "--reason", "result", "-c", settings)
    assert (status, out.strip()) == (0, "MRN4711  Okafor  1955-04-12")
    (facts,) = recorded(tmp_path, "patient.reidentified")
    assert facts == {
        "case": case,
        "reason": "result",
        "found": True,
        "user": os.getuid(),
    }


def test_asking_for_nobody_is_on_record_too(run: Run, tmp_path: Path, settings: Path) -> None:
    _, _, err = run("reidentify", "zzz-zzz", "--reason", "care", "-c", settings)
    assert err.startswith("error [case.unknown]")
    (facts,) = recorded(tmp_path, "patient.reidentified")
    assert (facts["case"], facts["found"]) == ("ZZZ-ZZZ", False)


def test_nobody_is_named_where_it_cannot_be_put_on_record(
    run: Run, tmp_path: Path, settings: Path
) -> None:
    case, _ = begin(settings, Patient("MRN4711"))
    with contextlib.closing(sqlite3.connect(tmp_path / "data" / FILE_NAME)) as connection:
        connection.execute("DROP TABLE audit")
    _, out, err = run("reidentify", case, "--reason", "care", "-c", settings)
    assert "error [audit.unwritable]" in err
    assert "MRN4711" not in out + err


def test_without_a_reason_nobody_is_named(run: Run, settings: Path) -> None:
    _, _, err = run("reidentify", "ZZZ-ZZZ", "-c", settings)
    assert err.startswith("error [cli.usage]")


def test_who_released_an_object_is_on_record(run: Run, tmp_path: Path, settings: Path) -> None:
    _, made, _ = run("import", STILL, "--to", tmp_path, "-c", settings)
    _, out, _ = run("release", made.strip(), "-c", settings)
    released = Path(out.strip())
    assert recorded(tmp_path, "prior.released") == [
        {"instance": released.stem, "user": os.getuid()}
    ]
    assert read(released).SOPInstanceUID == released.stem


def test_what_is_not_in_quarantine_is_not_released(run: Run) -> None:
    status, _, err = run("release", STILL)
    assert (status, err.partition("]")[0]) == (2, "error [import.not_quarantined")
