import socket
from pathlib import Path
from typing import Any

import pytest

from streaming.commands import doctor
from streaming.commands.doctor import CHECKS, Finding, Verdict, examine
from streaming.config import Settings, load_settings


def settings(folder: Path, **flags: Any) -> Settings:
    values = {"data_dir": folder / "data", "listen": {"port": 0}} | flags
    return load_settings(flags=values, environment={})


def test_every_problem_comes_with_its_fix(tmp_path: Path) -> None:
    findings = examine(settings(tmp_path))
    assert len(findings) == len(CHECKS)
    for finding in findings:
        assert finding.message
        assert bool(finding.fix) == (finding.verdict is not Verdict.OK)


def test_a_data_dir_that_cannot_be_made_is_found(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = doctor.check_data_dir(settings(tmp_path, data_dir=tmp_path / "file" / "data"))
    assert found.verdict is Verdict.PROBLEM
    assert doctor.check_data_dir(settings(tmp_path)).verdict is Verdict.OK
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("kind", "check", "section"),
    [
        (socket.SOCK_STREAM, doctor.check_http_port, "listen"),
        (socket.SOCK_DGRAM, doctor.check_udp_port, "media"),
    ],
)
def test_a_taken_port_is_found(tmp_path: Path, kind: Any, check: Any, section: str) -> None:
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", 0))
        if kind is socket.SOCK_STREAM:
            taken.listen()
        port = taken.getsockname()[1]
        found: Finding = check(settings(tmp_path, **{section: {"port": port}}))
    assert found.verdict is Verdict.PROBLEM
    assert f"{section}.port" in found.fix
    assert check(settings(tmp_path)).verdict is Verdict.OK


def test_a_missing_certificate_is_found(tmp_path: Path) -> None:
    tls = {"certificate": tmp_path / "none.pem", "key": tmp_path / "none.pem"}
    assert doctor.check_tls(settings(tmp_path, tls=tls)).verdict is Verdict.PROBLEM


def test_profiles_are_read(tmp_path: Path) -> None:
    def found(text: str | None) -> Verdict:
        room: dict[str, Any] = {"name": "echo-1", "source": "phantom:"}
        if text is not None:
            room["profile"] = tmp_path / "profile.toml"
            room["profile"].write_text(text)
        return doctor.check_profiles(settings(tmp_path, rooms=[room])).verdict

    assert found(None) is Verdict.NOTE
    assert found("nonsense") is Verdict.PROBLEM
    good = 'name = "x"\nsize = [64, 64]\nregions = [[0, 0, 32, 32]]\n'
    assert found(good) is Verdict.OK


def test_a_web_client_that_is_not_built_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "web_client_folder", lambda: tmp_path)
    assert doctor.check_web_client(settings(tmp_path)).verdict is Verdict.PROBLEM
    (tmp_path / "cart.html").write_text("")
    assert doctor.check_web_client(settings(tmp_path)).verdict is Verdict.OK


def test_a_clock_that_was_never_set_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert doctor.check_clock(settings(tmp_path)).verdict is Verdict.OK
    monkeypatch.setattr("time.time", lambda: 0.0)
    assert doctor.check_clock(settings(tmp_path)).verdict is Verdict.PROBLEM
