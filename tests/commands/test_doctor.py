from pathlib import Path

import pytest

from streaming.commands.doctor import MACHINE, ROOM, SETTINGS, examine
from streaming.commands.findings import Verdict


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SONOPAIR_DATA_DIR", str(tmp_path / "data"))


def config(folder: Path, text: str) -> Path:
    file = folder / "sonopair.toml"
    file.write_text("listen.port = 0\n" + text)
    return file


def test_every_finding_but_a_good_one_comes_with_its_fix(tmp_path: Path) -> None:
    rooms = "[[rooms]]\nname = 'a'\nsource = 'phantom:'\n[[rooms]]\nname = 'b'\nsource = 'x'\n"
    findings = examine(config(tmp_path, rooms))
    assert len(findings) == len(MACHINE) + len(SETTINGS) + 2 * len(ROOM) + 2
    for finding in findings:
        assert finding.message
        assert bool(finding.fix) == (finding.verdict is not Verdict.OK)


def test_settings_that_cannot_be_used_are_one_finding_beside_the_machines(tmp_path: Path) -> None:
    findings = examine(config(tmp_path, "data_dri = 'x'\n"))
    assert [finding.name for finding in findings[:-1]] == [check().name for check in MACHINE]
    unusable = findings[-1]
    assert (unusable.name, unusable.verdict) == ("settings", Verdict.PROBLEM)
    assert "config.unknown_key" in unusable.message
    assert "data_dir" in unusable.fix


def test_a_file_without_a_room_is_noted(tmp_path: Path) -> None:
    (finding,) = [f for f in examine(config(tmp_path, "")) if f.name == "rooms"]
    assert (finding.verdict, "[[rooms]]" in finding.fix) == (Verdict.NOTE, True)
    assert "rooms" not in [finding.name for finding in examine(None)]
