import asyncio
import os
import socket
from pathlib import Path
from typing import Any

import pytest

from streaming.commands import check_settings
from streaming.commands.findings import Finding, Verdict
from streaming.config import Room, Settings, load_settings
from tests.signaling.certificate import write_certificate
from tests.signaling.node import running_node


def settings(folder: Path, **flags: Any) -> Settings:
    values = {"data_dir": folder / "data", "listen": {"port": 0}} | flags
    return load_settings(flags=values, environment={})


def test_a_data_dir_that_cannot_be_made_is_found(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = check_settings.check_data_dir(settings(tmp_path, data_dir=tmp_path / "file" / "data"))
    assert found.verdict is Verdict.PROBLEM
    assert check_settings.check_data_dir(settings(tmp_path)).verdict is Verdict.OK
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("kind", "check", "section"),
    [
        (socket.SOCK_STREAM, check_settings.check_http_port, "listen"),
        (socket.SOCK_DGRAM, check_settings.check_udp_port, "media"),
    ],
)
def test_a_port_that_another_program_has_is_a_problem(
    tmp_path: Path, kind: Any, check: Any, section: str
) -> None:
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        found: Finding = check(settings(tmp_path, **{section: {"port": port}}))
    assert found.verdict is Verdict.PROBLEM
    assert f"{section}.port" in found.fix
    assert check(settings(tmp_path)).verdict is Verdict.OK


async def test_ports_that_a_running_node_has_are_noted_as_its(tmp_path: Path) -> None:
    async with running_node(tmp_path) as node:
        port = int(node.origin.rpartition(":")[2])
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as media:
            media.bind(("127.0.0.1", 0))
            there = {"listen": {"port": port}, "media": {"port": media.getsockname()[1]}}
            for check in (check_settings.check_http_port, check_settings.check_udp_port):
                found = await asyncio.to_thread(check, settings(tmp_path, **there))
                assert found.verdict is Verdict.NOTE
                assert "1.2.3" in found.message


def test_an_address_of_another_machine_is_found(tmp_path: Path) -> None:
    found = check_settings.check_udp_port(settings(tmp_path, media={"host": "192.0.2.1"}))
    assert (found.verdict, "media.host" in found.fix) == (Verdict.PROBLEM, True)


def test_a_certificate_and_a_key_that_do_not_fit_are_found(tmp_path: Path) -> None:
    def verdict(certificate: Path, key: Path) -> Verdict:
        tls = {"certificate": certificate, "key": key}
        return check_settings.check_tls(settings(tmp_path, tls=tls)).verdict

    (tmp_path / "other").mkdir()
    certificate, key = write_certificate(tmp_path)
    _, other_key = write_certificate(tmp_path / "other")
    assert verdict(tmp_path / "none.pem", key) is Verdict.PROBLEM
    assert verdict(certificate, other_key) is Verdict.PROBLEM
    assert verdict(certificate, key) is Verdict.OK


def test_profiles_are_read(tmp_path: Path) -> None:
    def found(text: str | None) -> Finding:
        file = tmp_path / "profile.toml"
        file.write_text(text or "")
        room = Room(name="echo-1", source="phantom:", profile=file if text else None)
        return check_settings.check_profile(room)

    assert found(None).verdict is Verdict.NOTE
    assert found("nonsense").verdict is Verdict.PROBLEM
    assert "profile.toml" in found("nonsense").message
    good = 'name = "x"\nsize = [64, 64]\nregions = [[0, 0, 32, 32]]\n'
    assert found(good).verdict is Verdict.OK


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("nonsense", "source.spec_unknown"),
        ("phantom:?sise=1x1", "source.spec_malformed"),
        ("file:/nonexistent/clip.dcm", "source.file_missing"),
        ("y4m:/nonexistent/fifo", "source.file_missing"),
        ("v4l2:/dev/video4711", "source.device_missing"),
    ],
)
def test_a_source_that_cannot_be_is_found_with_captures_own_words(source: str, code: str) -> None:
    found = check_settings.check_source(Room(name="echo-1", source=source))
    assert (found.verdict, found.name) == (Verdict.PROBLEM, "source of echo-1")
    assert f"[{code}]" in found.message
    assert found.fix


def test_a_corrupt_file_is_found_by_opening_it(tmp_path: Path) -> None:
    (tmp_path / "clip.dcm").write_bytes(b"\0" * 128 + b"DICM" + b"\xff" * 64)
    found = check_settings.check_source(Room(name="a", source=f"file:{tmp_path / 'clip.dcm'}"))
    assert found.verdict is Verdict.PROBLEM


def test_a_source_that_would_be_disturbed_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for source in (f"y4m:{tmp_path / 'pipe'}", "y4m:-", "rtsp://192.0.2.1/screen", "phantom:"):
        found = check_settings.check_source(Room(name="echo-1", source=source))
        assert found.verdict is Verdict.OK
