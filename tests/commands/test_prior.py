import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from streaming import cli
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


def test_what_is_not_in_quarantine_is_not_released(run: Run) -> None:
    status, _, err = run("release", STILL)
    assert (status, err.partition("]")[0]) == (2, "error [import.not_quarantined")
